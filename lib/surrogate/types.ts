/** The one interface of every belief about the target's parents (DESIGN section 6). */

import type { Beliefs, Observation, Problem, PublicProblems } from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";

/** Follows a batch of episodes in lock-step. */
export interface BeliefTracker {
  /**
   * Beliefs after all rows of `observation`. The same tracker is handed the same episodes at every later step, so that it
   * may take in only the rows that it has not seen yet. What it believes depends on the rows alone: a fresh tracker that is
   * handed all of them at once believes the same, up to rounding.
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

/** A surrogate that is made from the truth about the problems of one batch. Marks every result that it touches. */
export interface PrivilegedSurrogate {
  readonly name: string;
  readonly privileged: true;
  /** @param problems the problems of the batch that it will follow, in order */
  create(problems: readonly Problem[]): Surrogate;
}

/** Where beliefs come from: a surrogate, or one that has to be shown the problems first. */
export type BeliefSource = Surrogate | PrivilegedSurrogate;

/** The surrogate of one batch of problems. Only a privileged source gets to see them. */
export function surrogateFor(source: BeliefSource, problems: readonly Problem[]): Surrogate {
  return "create" in source ? source.create(problems) : source;
}
