/** Everything that can be chosen about an update. */

import type { AdvantageOptions } from "./advantages.ts";
import type { LossOptions } from "./loss.ts";
import type { Schedule } from "./schedule.ts";

/** The learned value baseline of the PPO comparison. */
export interface ValueBaselineOptions {
  readonly coefficient: number;
  /** λ of the generalised advantage estimator. */
  readonly gaeLambda: number;
}

export interface TrainerOptions {
  /** Length of the run, for the schedules. */
  readonly updates: number;
  /** Passes over a rollout. */
  readonly epochs: number;
  readonly minibatches: number;
  /** Independent parts that a batch is split into. The result depends on it, but never on how many workers compute them. */
  readonly shards: number;
  readonly advantage: AdvantageOptions;
  readonly loss: LossOptions;
  /** Average the policy term over decisions of informative groups only (dynamic sampling of DAPO) instead of over all. */
  readonly skipZeroVariance: boolean;
  readonly entropy: Schedule;
  readonly learningRate: Schedule;
  readonly clipNorm: number;
  /** Copy the policy into the KL reference every so many updates; 0 keeps it frozen. */
  readonly referenceEvery: number;
  readonly valueBaseline: ValueBaselineOptions | null;
}
