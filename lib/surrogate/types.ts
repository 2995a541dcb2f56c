/** The one interface of every belief about the target's parents (DESIGN section 6). */

import type { Beliefs, Observation, PublicProblems } from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";

/** Follows a batch of episodes in lock-step. */
export interface BeliefTracker {
  /**
   * Beliefs after all rows of `observation`. The same tracker is handed the same episodes at every later step, so that it
   * may take in only the rows that it has not seen yet.
   */
  update(observation: Observation): Beliefs;
}

/** A way to learn the parents of the target from rows with and without interventions. */
export interface Surrogate {
  readonly name: string;
  /** Whether it knows something that a real experimenter could not: every result that it touches is marked. */
  readonly privileged: boolean;
  /**
   * Starts with nothing seen.
   * @param streams one stream for each episode, so that a belief never depends on the rest of the batch
   */
  track(problems: PublicProblems, streams: readonly Stream[]): BeliefTracker;
}
