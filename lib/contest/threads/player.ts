/** What plays a list of problems, as plain data: any thread plays it, with the same result. */

import {
  baselinePolicy,
  type EpisodeRecords,
  evaluate,
  type EvaluationOptions,
  type EvaluationProblem,
} from "../../evaluation/mod.ts";
import type { ActMode, ParameterPoint } from "../../policy/mod.ts";
import { createStream } from "../../random/mod.ts";
import {
  createPolicy,
  evaluateTuned,
  type OpenedPolicy,
  openPolicy,
  type PolicySource,
  type TunedBaselines,
} from "../../training/mod.ts";

/** One training seed of a method, or what is not trained. */
export type PlayerSource =
  | { readonly kind: "baseline"; readonly name: string; readonly tuned: TunedBaselines }
  | { readonly kind: "point"; readonly name: string; readonly parameters: ParameterPoint }
  | TrainedSource;

/** A trained policy, or the network that its training began with. */
export interface TrainedSource extends PolicySource {
  readonly kind: "trained" | "untrained";
  /** The method's name. */
  readonly name: string;
  readonly mode: ActMode;
  /** The run whose beliefs it acts on; left out: its own. */
  readonly beliefs?: string;
}

/** Plays sources, one after the other; the policy of the last one is kept. */
export interface Player extends Disposable {
  play(
    source: PlayerSource,
    problems: readonly EvaluationProblem[],
    options: Pick<EvaluationOptions, "episode" | "stream" | "clock">,
  ): EpisodeRecords;
}

/** A player of this thread; the tensor backend must be chosen before. */
export function createPlayer(): Player {
  let kept: { readonly key: string; readonly opened: OpenedPolicy } | undefined;
  const drop = () => {
    kept?.opened.policy.dispose();
    kept = undefined;
  };
  const open = (source: TrainedSource): OpenedPolicy => {
    const key = JSON.stringify(source);
    if (kept?.key !== key) {
      drop();
      kept = { key, opened: openSource(source) };
    }
    return kept.opened;
  };
  return {
    play(source, problems, options) {
      if (source.kind === "baseline") {
        return evaluateTuned(source.name, source.tuned, problems, { ...options, mode: "sample" });
      }
      if (source.kind === "point") {
        const policy = baselinePolicy(source.name, source.parameters);
        return evaluate(policy, problems, { ...options, method: source.name, mode: "sample" });
      }
      const { policy, surrogate } = open(source);
      const beliefs = surrogate === undefined ? {} : { surrogate };
      return evaluate(policy, problems, { ...options, ...beliefs, method: source.name, mode: source.mode });
    },
    [Symbol.dispose]: drop,
  };
}

function openSource({ kind, path, annealFrom, beliefs }: TrainedSource): OpenedPolicy {
  const opened = openPolicy(path, annealFrom);
  if (kind === "untrained") {
    opened.policy.dispose();
    return { ...opened, policy: createPolicy(opened.config, createStream(opened.config.seed).child("policy")) };
  }
  if (beliefs === undefined || beliefs === path) return opened;
  const { surrogate: _, ...rest } = opened;
  const other = openPolicy(beliefs);
  other.policy.dispose();
  return { ...rest, ...(other.surrogate === undefined ? {} : { surrogate: other.surrogate }) };
}
