/** The one interface of every policy: learned, baseline or oracle. */

import type { Actions, Observation } from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";

/**
 * `sample` draws from the policy's distribution; `mode` takes its most probable action; `annealed` draws at a temperature
 * that falls linearly to 0 over the first half of the episode and takes the mode after that.
 */
export type ActMode = "sample" | "mode" | "annealed";

/** A batch of actions with the joint log-probability log π(variable, value | observation) of each. */
export interface Decision extends Actions {
  /** `[episodes]`; 0 for a deterministic policy. */
  readonly logProb: Float64Array;
}

/** Chooses interventions. Implementations keep no state between calls: everything they know is in the observation. */
export interface Policy {
  readonly name: string;
  /**
   * One intervention for each episode of the batch.
   * @param streams one stream for each episode, so that a result never depends on the rest of the batch
   */
  act(observation: Observation, streams: readonly Stream[], mode: ActMode): Decision;
  /** The final answer: the intervention believed best, with no wish to explore. */
  recommend(observation: Observation): Actions;
}
