/** What of an algorithm cannot work in an environment, or not together, said with the key and the reason. */

import { optionConflicts, type OptionName } from "../grpo/mod.ts";
import { type AlgorithmConfig, type OptimizerConfig, trainerOptions } from "./algorithm.ts";

/** What an environment makes of the algorithm's words. */
export interface AlgorithmUse {
  /**
   * What a member of a group is: one decision (`single`), a sequence as long as every other (`equal`), or one of any length
   * (`varied`).
   */
  readonly member: "single" | "equal" | "varied";
  /** Components that the reward weighs. */
  readonly components: number;
  readonly isDiscrete: boolean;
  /** Whether there is a network for V(s). */
  readonly hasValueFunction: boolean;
  /** What a rollout can be split into: problems for shards, and what the smallest shard can split into minibatches. */
  readonly problems: number;
  readonly parts: number;
}

/** Something that cannot work. */
export interface ConfigRefusal {
  readonly path: readonly string[];
  readonly message: string;
}

/** The keys that the trainer's options come from. */
const KEYS: Readonly<Record<OptionName, readonly string[]>> = {
  leaveOneOut: ["grpo", "leave_one_out"],
  riskShare: ["grpo", "risk_share"],
  passAtK: ["grpo", "pass_at_k"],
  scale: ["grpo", "scale"],
  aggregation: ["grpo", "multi_objective_aggregation"],
  skipZeroVariance: ["grpo", "skip_equal_groups"],
  delta: ["grpo", "delta"],
  klEstimator: ["grpo", "kl", "estimator"],
  adaptive: ["grpo", "kl", "adaptive"],
  entropy: ["grpo", "entropy", "start"],
  targetKl: ["grpo", "target_kl"],
};

/** Everything in the algorithm's sections that cannot work. */
export function algorithmRefusals(config: AlgorithmConfig, use: AlgorithmUse): readonly ConfigRefusal[] {
  return [
    ...sizeRefusals(config, use),
    ...memberRefusals(config, use),
    ...entropyRefusals(config),
    ...optimizerRefusals(config.optimizer),
    ...optionConflicts(trainerOptions(config, use.isDiscrete)).map(({ option, why }) => ({
      path: KEYS[option],
      message: why,
    })),
  ];
}

/** What of the section `optimizer` cannot work. */
export function optimizerRefusals({ schedule, final_fraction }: OptimizerConfig): readonly ConfigRefusal[] {
  if (schedule !== "exponential" || final_fraction > 0) return [];
  const message = "no exponential leads to 0; take linear or cosine, or a final fraction above 0";
  return [{ path: ["optimizer", "final_fraction"], message }];
}

function sizeRefusals({ grpo }: AlgorithmConfig, use: AlgorithmUse): ConfigRefusal[] {
  const refusals: ConfigRefusal[] = [];
  if (grpo.shards > use.problems) {
    const message = `a shard needs a problem of its own, and an update has ${use.problems}`;
    refusals.push({ path: ["grpo", "shards"], message });
  } else if (grpo.minibatches > use.parts) {
    const message = `a shard's rollout has ${use.parts} parts, too few for ${grpo.minibatches} minibatches`;
    refusals.push({ path: ["grpo", "minibatches"], message });
  }
  if (grpo.pass_at_k > grpo.group_size) {
    const message = `a group has ${grpo.group_size} members, too few for the best of ${grpo.pass_at_k}`;
    refusals.push({ path: ["grpo", "pass_at_k"], message });
  }
  return refusals;
}

function memberRefusals({ grpo }: AlgorithmConfig, use: AlgorithmUse): ConfigRefusal[] {
  const refusals: ConfigRefusal[] = [];
  const refuse = (path: readonly string[], message: string) => refusals.push({ path: ["grpo", ...path], message });
  if (grpo.loss === "sequence" && use.member !== "varied") {
    const why = use.member === "single" ? "a candidate is a single decision" : "trajectories are equally long";
    refuse(["loss"], `${why}, so the mean over sequences is the mean over decisions: take bnpo`);
  }
  if (grpo.ratio === "sequence" && use.member === "single") {
    refuse(["ratio"], "a candidate is a single decision, so there is no sequence; trajectories have one");
  }
  if (grpo.gamma < 1 && use.member === "single") {
    refuse(["gamma"], "a candidate's return is its own reward; trajectories discount");
  }
  if (grpo.multi_objective_aggregation === "normalize_then_sum" && use.components < 2) {
    const message = "the reward has no two components to normalise apart: scale=group normalises it";
    refuse(["multi_objective_aggregation"], message);
  }
  if (grpo.kl.coefficient > 0 && grpo.kl.estimator === "exact" && !use.isDiscrete) {
    refuse(["kl", "estimator"], "values are continuous and have no exact KL: take k3, k2, k1, or a categorical head");
  }
  if (!grpo.kl.adaptive && grpo.kl.low > grpo.kl.high) {
    refuse(["kl", "low"], `the range's lower end ${grpo.kl.low} is above its upper end ${grpo.kl.high}`);
  }
  if (grpo.value_baseline.enabled && !use.hasValueFunction) {
    refuse(["value_baseline", "enabled"], "there is no network for the value of an unfinished string");
  }
  return refusals;
}

function entropyRefusals({ grpo: { entropy } }: AlgorithmConfig): ConfigRefusal[] {
  const path = (key: string) => ["grpo", "entropy", key];
  const { schedule, start, end, target } = entropy;
  if (schedule === "exponential" && !(start > 0 && end > 0)) {
    const message = `no exponential leads from ${start} to ${end}; take schedule=linear or constant`;
    return [{ path: path(start > 0 ? "end" : "start"), message }];
  }
  if (schedule === "adaptive" && target === null) {
    return [{ path: path("target"), message: "schedule=adaptive holds the entropy at a target: say which, in nats" }];
  }
  if (schedule !== "adaptive" && target !== null) {
    return [{ path: path("target"), message: `the schedule ${schedule} has no target; take schedule=adaptive` }];
  }
  return [];
}
