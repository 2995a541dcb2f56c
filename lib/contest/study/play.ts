/** Lets models and baselines play the same test problems. */

import {
  collectResults,
  decisionSeconds,
  evaluate,
  type EvaluationOptions,
  type MethodResults,
  type MetricSummary,
  type StructureSummary,
  summarise,
  summariseStructure,
} from "../../evaluation/mod.ts";
import { BASELINES, BELIEVING_BASELINES, PRIVILEGED_BASELINES } from "../../policy/mod.ts";
import { configError, suggestion } from "../../config/mod.ts";
import { evaluateTuned, openPolicy, type TunedBaselines } from "../../training/mod.ts";
import type { TestProblems } from "./environments.ts";
import type { Model } from "./models.ts";
import type { ComparisonSettings } from "./settings.ts";

/**
 * What a method is. `bound`: it knows the answer, and bounds what can be reached; `privileged`: it knows something that no
 * experimenter does.
 */
export type PlayedRole = "model" | "baseline" | "privileged" | "bound";

/** One method with everything that it did. */
export interface PlayedMethod {
  readonly results: MethodResults;
  readonly summary: MetricSummary;
  /** Its beliefs about the parents of the target after the last intervention; null without a surrogate. */
  readonly structure: StructureSummary | null;
  readonly role: PlayedRole;
  /** Mean wall-clock seconds of one decision, NaN where it was not timed. */
  readonly secondsPerDecision: number;
}

export interface PlayOptions {
  readonly mode: ComparisonSettings["mode"];
  /** Names of baselines, see {@linkcode comparedBaselines}. */
  readonly baselines: readonly string[];
  readonly tuned: TunedBaselines;
  /** Seconds of a steady clock. */
  readonly clock?: () => number;
  /** Called before each method. */
  readonly say?: (line: string) => void;
}

/**
 * The methods that a list asks for; null asks for all but the slow ones and those that need a surrogate.
 * @throws ConfigError for one that does not exist, naming the nearest
 */
export function comparedBaselines(asked: readonly string[] | null): readonly string[] {
  const tuned = [...Object.values(BASELINES), ...Object.values(PRIVILEGED_BASELINES)];
  const known = [...tuned.map(({ name }) => name), ...Object.keys(BELIEVING_BASELINES)];
  const unknown = asked?.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw configError("comparison", "baselines", `no baseline is named ${unknown}${suggestion(unknown, known)}`);
  }
  return asked === null ? tuned.filter(({ slow }) => !slow).map(({ name }) => name) : [...new Set(asked)];
}

/** Plays every model, one policy for each training seed, and every baseline, which are not trained, once. */
export function playAll(models: readonly Model[], test: TestProblems, options: PlayOptions): readonly PlayedMethod[] {
  const { mode, clock, tuned } = options;
  const shared: Omit<EvaluationOptions, "method" | "mode"> = {
    episode: test.track.episode,
    stream: test.stream,
    ...(clock === undefined ? {} : { clock }),
  };
  const trained = models.map(({ label, runs }) => {
    options.say?.(`playing ${label}: ${runs.length} training ${runs.length === 1 ? "seed" : "seeds"}`);
    return finished(
      "model",
      collectResults(
        label,
        runs.map(({ path }) => {
          const { policy, surrogate } = openPolicy(path);
          const beliefs = surrogate === undefined ? {} : { surrogate };
          const records = evaluate(policy, test.problems, { ...shared, ...beliefs, method: label, mode });
          policy.dispose();
          return records;
        }),
      ),
    );
  });
  const untrained = options.baselines.map((name) => {
    options.say?.(`playing ${name}`);
    const privileged = PRIVILEGED_BASELINES[name];
    const records = evaluateTuned(name, tuned, test.problems, { ...shared, mode: "sample" });
    const role = privileged === undefined ? "baseline" : privileged.bound ? "bound" : "privileged";
    return finished(role, collectResults(name, [records]));
  });
  return [...trained, ...untrained];
}

function finished(role: PlayedRole, results: MethodResults): PlayedMethod {
  return {
    results,
    role,
    summary: summarise(results),
    structure: summariseStructure(results),
    secondsPerDecision: decisionSeconds(results),
  };
}
