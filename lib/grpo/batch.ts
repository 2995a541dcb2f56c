/** What the shards of a batch and the trainer say to each other. */

import type { Measures } from "./measures.ts";
import type { TrainerOptions } from "./options.ts";
import type { TrainablePolicy, ValueFunction } from "./types.ts";

/** What a shard tells of its rollout, to be put together with the others'. */
export interface ShardSummary {
  /** Σ A² and members, for `batch` scaling. */
  readonly squares: number;
  readonly members: number;
  readonly measures: Measures;
}

/** Counts of one shard for each minibatch, `[epochs × minibatches]`. */
export interface MinibatchCounts {
  readonly decisions: readonly number[];
  /** Σ w of the policy term. */
  readonly weights: readonly number[];
}

/** What a shard tells once it has collected. */
export interface ShardCollection {
  readonly summary: ShardSummary;
  readonly counts: MinibatchCounts;
}

/** Sums over all shards that a gradient is normalised with. */
export interface BatchTotals extends MinibatchCounts {
  readonly squares: number;
  readonly members: number;
}

/** Weights of the terms of the loss that move between updates. */
export interface Coefficients {
  /** c_H, of the entropy bonus. */
  readonly entropy: number;
  /** β, of the KL penalty. */
  readonly kl: number;
}

/** What one shard contributes to an optimiser's step. */
export interface ShardGradient {
  /** One array for each parameter, in the parameters' order. */
  readonly gradients: readonly Float32Array[];
  /** The loss and its terms, clipped shares, ratios, advantages. */
  readonly measures: Measures;
  /** The group of the decision with the largest slope, where a step that goes wrong is looked into first. */
  readonly steepest: string;
}

/** What a shard is made of: the networks, and what plays the environment. */
export interface ShardParts<Views, Actions> {
  readonly policy: TrainablePolicy<Views, Actions>;
  /** The KL reference; needed if the KL coefficient is positive. */
  readonly reference?: TrainablePolicy<Views, Actions>;
  readonly valueFunction?: ValueFunction<Views>;
  readonly options: TrainerOptions;
}
