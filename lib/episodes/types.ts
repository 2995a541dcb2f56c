/** What a rollout asks of a policy, what it is told, and what a policy draws. */

import type { EpisodeOptions, Observation } from "../environment/mod.ts";
import type { TrainablePolicy } from "../grpo/mod.ts";
import type { Stream } from "../random/mod.ts";
import type { Reward } from "../reward/mod.ts";
import type { BeliefSource } from "../surrogate/mod.ts";

/** What a rollout asks of a policy that intervenes. */
export interface InterventionPolicy<Views> extends TrainablePolicy<Views, InterventionActions> {
  viewsOf(observation: Observation): Views;
  draw(views: Views, perView: number, streams: readonly Stream[] | null): DrawnInterventions;
  /** Draws to learn from, with channels dropped if the network drops any. */
  explore(views: Views, perView: number, streams: readonly Stream[]): DrawnInterventions;
  /** Batches of views behind each other. */
  concat(batches: readonly Views[]): Views;
}

/** Interventions, `perView` for each view. */
export interface InterventionActions {
  readonly perView: number;
  /** Left out: 1. */
  readonly slots?: number;
  /** `[views, perView, slots]`; −1 behind the last variable of a set. One slot where one variable is set at a time. */
  readonly variable: Int32Array;
  readonly value: Float64Array;
  /** `[views]` keys of the channels that were dropped when a view's actions were drawn; left out if none were. */
  readonly dropout?: Uint32Array;
}

/** Interventions with the log-probability of each. */
export interface DrawnInterventions extends InterventionActions {
  readonly logProb: Float64Array;
}

/** How groups of interventions are played and rewarded. */
export interface RolloutOptions {
  readonly kind: "step" | "trajectory";
  /** G */
  readonly groupSize: number;
  readonly episode: EpisodeOptions;
  readonly reward: Reward;
  /** Members of a group (or candidates of a state) meet the same noise. */
  readonly commonRandomNumbers: boolean;
  /**
   * Step groups only: how many later steps a candidate's information is credited for. A candidate's reward r and the reward
   * r' of the policy's best action after it count as `(r + m r') / (1 + m)` with m the lesser of this and the steps that
   * remain: the online knowledge gradient (Ryzhov, Powell & Frazier 2012) with a bounded horizon. 0 is myopic.
   */
  readonly lookahead: number;
  /** Where beliefs come from: what the policy sees of them, and what the structure reward is made from. */
  readonly surrogate?: BeliefSource;
}
