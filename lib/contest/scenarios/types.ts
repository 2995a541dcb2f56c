/** Situations that a trained policy is tried in, and what came of it. */

import type { Arena, Played } from "../types.ts";

/** A list of problems with the episodes that every method plays on them. */
export interface Scenario extends Arena {
  readonly name: string;
  /** What is different from training, in a few words. */
  readonly description: string;
}

/** A scenario that was played. */
export interface PlayedScenario<Kind extends Scenario = Scenario> {
  readonly scenario: Kind;
  /** The policy first. */
  readonly methods: readonly Played[];
}
