/** One or several trained policies against every baseline on the same held-out problems. */

import {
  adjustHolm,
  collectResults,
  type EpisodeRecords,
  evaluate,
  type EvaluationProblem,
  type MethodResults,
  METRIC_NAMES,
  type MetricName,
  type MetricSummary,
  type StructureSummary,
  studentTest,
  summarise,
  summariseDifference,
  summariseStructure,
} from "../evaluation/mod.ts";
import type { EpisodeOptions } from "../environment/mod.ts";
import { type ActMode, BASELINES, BELIEVING_BASELINES, type Policy, PRIVILEGED_BASELINES } from "../policy/mod.ts";
import type { Stream } from "../random/mod.ts";
import type { BeliefSource } from "../surrogate/mod.ts";
import { configError, suggestion } from "../config/mod.ts";
import { evaluateTuned, type TunedBaselines } from "../training/mod.ts";

export interface ComparisonOptions {
  readonly problems: readonly EvaluationProblem[];
  readonly episode: EpisodeOptions;
  /** Noise of the episodes, the same for every method. */
  readonly stream: Stream;
  /** How trained policies act. */
  readonly mode: ActMode;
  /** Names of the baselines; empty takes all but the slow ones and those that play on the exact posterior. */
  readonly baselines: readonly string[];
  readonly tuned: TunedBaselines;
  readonly clock: () => number;
  /** Called before each method. */
  readonly say?: (line: string) => void;
}

export interface ComparedMethod {
  readonly results: MethodResults;
  readonly summary: MetricSummary;
  /** Its beliefs about the parents of the target after the last intervention; null without a surrogate. */
  readonly structure: StructureSummary | null;
  readonly role: "policy" | "initial" | "baseline" | "oracle";
}

/** The first policy less one baseline, or less another policy. */
export interface PairedDifference {
  readonly baseline: string;
  readonly difference: MetricSummary;
  /** p-values of the paired tests of each metric, adjusted over the baselines by Holm (1979). */
  readonly pAdjusted: Readonly<Partial<Record<MetricName, number>>>;
}

export interface PolicyComparison {
  /** Trained policies, baselines from the best to the worst mean value, oracles. */
  readonly methods: readonly ComparedMethod[];
  /** The first policy less each baseline and each further policy, paired by problem. */
  readonly differences: readonly PairedDifference[];
  readonly problems: number;
}

/** A trained method: one policy for each training seed. */
export interface Contender {
  readonly name: string;
  readonly role: "policy" | "initial";
  readonly seeds: readonly Policy[];
  /** Where the beliefs come from that it acts on. */
  readonly surrogate?: BeliefSource;
}

/** @throws ConfigError for a baseline that does not exist, naming the nearest one */
export function compare(contenders: readonly Contender[], options: ComparisonOptions): PolicyComparison {
  const names = baselineNames(options.baselines);
  const { problems, episode, stream, clock } = options;
  const shared = { episode, stream, clock };
  const method = (role: ComparedMethod["role"], name: string, seeds: readonly EpisodeRecords[]): ComparedMethod => {
    const results = collectResults(name, seeds);
    return { results, summary: summarise(results), structure: summariseStructure(results), role };
  };
  const trained = contenders.map(({ name, role, seeds, surrogate }) => {
    options.say?.(`evaluating ${name}`);
    return method(
      role,
      name,
      seeds.map((policy) =>
        evaluate(policy, problems, {
          ...shared,
          method: name,
          mode: options.mode,
          ...(surrogate === undefined ? {} : { surrogate }),
        })
      ),
    );
  });
  const baselines = names.filter((name) => !Object.hasOwn(PRIVILEGED_BASELINES, name)).map((name) => {
    options.say?.(`evaluating ${name}`);
    return method("baseline", name, [evaluateTuned(name, options.tuned, problems, { ...shared, mode: "sample" })]);
  }).sort((a, b) => b.summary.meanValue.value - a.summary.meanValue.value);
  const oracles = Object.entries(PRIVILEGED_BASELINES)
    .filter(([name, { bound }]) => bound || names.includes(name))
    .map(([name]) =>
      method("oracle", name, [evaluateTuned(name, options.tuned, problems, { ...shared, mode: "sample" })])
    );
  const [first, ...others] = trained.filter(({ role }) => role === "policy");
  const opponents = [...baselines, ...others].map(({ results }) => results);
  return {
    methods: [...trained, ...baselines, ...oracles],
    differences: first === undefined ? [] : pairedDifferences(first.results, opponents),
    problems: problems.length,
  };
}

function pairedDifferences(policy: MethodResults, baselines: readonly MethodResults[]): PairedDifference[] {
  const differences = baselines.map((results) => summariseDifference(policy, results));
  const adjusted = new Map(METRIC_NAMES.map((name) => {
    const pValues = differences.map((difference) => {
      const { value, standardError, degreesOfFreedom } = difference[name];
      const testable = Number.isFinite(value) && Number.isFinite(standardError) && Number.isFinite(degreesOfFreedom);
      return testable ? studentTest("paired t-test", value, standardError, degreesOfFreedom).pValue : NaN;
    });
    return [name, pValues.every((p) => p >= 0) ? adjustHolm(pValues) : null] as const;
  }));
  return differences.map((difference, b) => ({
    baseline: baselines[b].method,
    difference,
    pAdjusted: Object.fromEntries([...adjusted].flatMap(([name, p]) => p === null ? [] : [[name, p[b]]])),
  }));
}

/**
 * The baselines that a list asks for; an empty list asks for all but the slow ones and those that need a surrogate.
 * @throws ConfigError for one that does not exist, naming the nearest
 */
export function baselineNames(asked: readonly string[]): readonly string[] {
  const tuned = Object.keys(BASELINES);
  const known = [...tuned, ...Object.keys(BELIEVING_BASELINES), ...Object.keys(PRIVILEGED_BASELINES)];
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw configError("evaluation.baselines", "", `no baseline is named ${unknown}${suggestion(unknown, known)}`);
  }
  return asked.length > 0 ? asked : tuned.filter((name) => !BASELINES[name].slow);
}
