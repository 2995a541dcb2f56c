/** Where metrics go besides the run's own JSON lines. A tracker's failure never stops training. */

import type { Row } from "../files/json_lines.ts";
import { reason } from "../files/atomic.ts";

/** What a tracker is told about a run when it starts. */
export interface TrackedRun {
  readonly folder: string;
  readonly name: string;
  readonly id: string;
  /** The resolved config as data. */
  readonly config: Row;
  /** Updates done before this process; above 0 when a run goes on. */
  readonly fromUpdate: number;
}

/** How a process's work on a run ended. */
export type TrackedEnd = "finished" | "stopped" | "failed";

/** Scalars of one update, by name. */
export type Scalars = Readonly<Record<string, number>>;

/** A sink for what training reports. Every method may be asynchronous and may fail. */
export interface Tracker {
  readonly name: string;
  start(run: TrackedRun): void | Promise<void>;
  scalars(update: number, values: Scalars): void | Promise<void>;
  /** Distributions, e.g. weights and gradients. */
  histogram?(update: number, name: string, values: Float32Array | Float64Array): void | Promise<void>;
  text?(update: number, name: string, text: string): void | Promise<void>;
  /** A checkpoint was written. */
  checkpoint?(update: number, folder: string): void | Promise<void>;
  /** The last call: nothing comes after it from this process. */
  finish(end: TrackedEnd): void | Promise<void>;
}

/** Passes everything on to several trackers. One that fails is reported once and left out from then on. */
export class Trackers implements Required<Tracker> {
  readonly name = "trackers";
  readonly #report: (message: string) => void;
  #active: readonly Tracker[];

  constructor(trackers: readonly Tracker[], report: (message: string) => void) {
    this.#active = trackers;
    this.#report = report;
  }

  start(run: TrackedRun): Promise<void> {
    return this.#each((tracker) => tracker.start(run));
  }

  scalars(update: number, values: Scalars): Promise<void> {
    return this.#each((tracker) => tracker.scalars(update, values));
  }

  histogram(update: number, name: string, values: Float32Array | Float64Array): Promise<void> {
    return this.#each((tracker) => tracker.histogram?.(update, name, values));
  }

  text(update: number, name: string, text: string): Promise<void> {
    return this.#each((tracker) => tracker.text?.(update, name, text));
  }

  checkpoint(update: number, folder: string): Promise<void> {
    return this.#each((tracker) => tracker.checkpoint?.(update, folder));
  }

  async finish(end: TrackedEnd): Promise<void> {
    await this.#each((tracker) => tracker.finish(end), "what it has of this run may be incomplete");
    this.#active = [];
  }

  async #each(
    call: (tracker: Tracker) => void | Promise<void>,
    consequence = "it gets no more metrics, training goes on",
  ): Promise<void> {
    for (const tracker of this.#active) {
      try {
        await call(tracker);
      } catch (error) {
        this.#active = this.#active.filter((other) => other !== tracker);
        this.#report(`${tracker.name}: ${reason(error).split("\n")[0]}; ${consequence}`);
      }
    }
  }
}
