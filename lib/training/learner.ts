/** What the training loop trains: anything that learns in updates, can be judged in between, and can be put away and taken up. */

import type { Checkpoint, CheckpointContents, Row } from "../runs/mod.ts";

/** Numbers by name, in the order in which they are written. */
export type Metrics = Readonly<Record<string, number>>;

/**
 * Gives the world a moment in the middle of something long.
 * @throws {Stopped} if the training is to stop
 */
export type Pause = () => Promise<void>;

/** Thrown by a {@linkcode Pause}: what is being done is given up. Nothing that was recorded is lost. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** What one update gave. */
export interface Step {
  readonly metrics: Metrics;
  /** Lines for the user, e.g. that a stage begins. */
  readonly notes?: readonly string[];
  /** Lines that the user must not miss: they are said again at the end. */
  readonly warnings?: readonly string[];
}

/** A validation between two updates. */
export interface Validated {
  readonly metrics: Metrics;
  /** What the best checkpoint is chosen by; higher is better. */
  readonly score: number;
}

/** Everything of a checkpoint that is the learner's. */
export type LearnerState = Omit<CheckpointContents, "update" | "metrics" | "pending">;

/**
 * A learner in memory: no files, no clock. Its state between two updates is what {@linkcode checkpoint} returns and nothing
 * else, so that a resumed training repeats itself to the byte.
 */
export interface Learner extends Disposable {
  /** Updates of the whole training. */
  readonly updates: number;
  /** Updates done. */
  readonly update: number;
  /**
   * What comes before the first update, e.g. a warm-up.
   * @returns what is recorded as update 0; null records nothing
   */
  begin(pause: Pause): Promise<Metrics | null>;
  /** @throws {TrainingError} if anything is not finite */
  step(): Promise<Step>;
  /** Whether a validation is due after so many updates. */
  isValidated(update: number): boolean;
  validate(pause: Pause): Promise<Validated>;
  checkpoint(): Promise<LearnerState>;
  /**
   * Goes on from a checkpoint.
   * @param logged what has been recorded of the updates before it, oldest first
   * @throws {RangeError} if its tensors belong to another network
   */
  restore(checkpoint: Checkpoint, logged: readonly Row[]): void;
  /** Gives back the threads that it shares its work with; it starts them again when it needs them. */
  rest?(): void;
  /** What the training came to, for the run's summary. */
  summary(): Row;
}
