/** The words of a contest: who plays as what, on what, and what came of it. */

import type { EpisodeOptions } from "../environment/mod.ts";
import type {
  EpisodeRecords,
  EvaluationProblem,
  MethodResults,
  MetricSummary,
  StructureSummary,
} from "../evaluation/mod.ts";
import type { PlayerSource } from "./threads/player.ts";
import type { Stream } from "../random/mod.ts";

/**
 * What a method is. `policy`: trained; `untrained`: a network before its training; `baseline`: knows what an experimenter
 * knows; `privileged`: knows some of the truth; `bound`: knows the answer, and bounds what can be reached.
 */
export type Role = "policy" | "untrained" | "baseline" | "privileged" | "bound";

/** What is played. */
export interface Arena {
  readonly problems: readonly EvaluationProblem[];
  readonly episode: EpisodeOptions;
  /** Noise of the episodes, the same for every method. */
  readonly stream: Stream;
  /** Seconds of a steady clock, to time decisions with. */
  readonly clock?: () => number;
}

/** One method. */
export interface Contestant<Records extends EpisodeRecords = EpisodeRecords> {
  readonly name: string;
  readonly role: Role;
  /** Plays every problem once with each of its training seeds; what is not trained plays once. */
  play(arena: Arena): readonly Records[];
  /** What any thread can play in its place, one for each training seed; left out where only this thread can. */
  readonly sources?: readonly PlayerSource[];
}

/** One method with everything that it did. */
export interface Played<Records extends EpisodeRecords = EpisodeRecords> {
  readonly name: string;
  readonly role: Role;
  /** One for each training seed. */
  readonly records: readonly Records[];
  readonly results: MethodResults;
  readonly summary: MetricSummary;
  /** Its beliefs about the parents of the target after the last intervention; null without a surrogate. */
  readonly structure: StructureSummary | null;
  /** Mean wall-clock seconds of one decision, NaN where it was not timed. */
  readonly secondsPerDecision: number;
}
