/** Writes TensorBoard event files into the run folder. */

import { join } from "node:path";
import type { Config } from "../../../config/mod.ts";
import { writeAll } from "../../files/atomic.ts";
import { RUN_FILES } from "../../folder.ts";
import type { Scalars, TrackedRun, Tracker } from "../tracker.ts";
import { histogramOf } from "./histogram.ts";
import {
  type EventTime,
  histogramEvent,
  hparamsEndEvent,
  hparamsEvents,
  type Hyperparameter,
  restartEvent,
  scalarsEvent,
  textEvent,
  versionEvent,
} from "./events.ts";
import { tfRecord } from "./record.ts";

/** Choices of a {@linkcode TensorBoardTracker}. */
export interface TensorBoardOptions {
  /** Metrics that runs are compared by on the HParams page. */
  readonly metrics: readonly string[];
  /** Seconds since 1970. */
  readonly now?: () => number;
}

/** One event file for each process that worked on the run. */
export class TensorBoardTracker implements Tracker {
  readonly name = "TensorBoard";
  readonly #metrics: readonly string[];
  readonly #now: () => number;
  #file: Deno.FsFile | undefined;

  constructor(options: TensorBoardOptions) {
    this.#metrics = options.metrics;
    this.#now = options.now ?? (() => Date.now() / 1000);
  }

  start(run: TrackedRun): void {
    const folder = join(run.folder, RUN_FILES.tensorboard);
    Deno.mkdirSync(folder, { recursive: true });
    // TensorBoard reads files in the order of their names: a number keeps that order when the clock is set back.
    const number = [...Deno.readDirSync(folder)].length;
    const name = `events.out.tfevents.${String(number).padStart(10, "0")}.${Deno.hostname()}`;
    this.#file = Deno.openSync(join(folder, name), { write: true, createNew: true });
    this.#write(versionEvent(this.#now()));
    if (run.fromUpdate > 0) {
      this.#write(restartEvent({ wallTime: this.#now(), step: run.fromUpdate + 1 }));
    } else {
      for (const event of hparamsEvents(this.#now(), hyperparameters(run.config), this.#metrics)) this.#write(event);
    }
  }

  scalars(update: number, values: Scalars): void {
    this.#write(scalarsEvent(this.#at(update), values));
  }

  histogram(update: number, name: string, values: Float32Array | Float64Array): void {
    this.#write(histogramEvent(this.#at(update), name, histogramOf(values)));
  }

  text(update: number, name: string, text: string): void {
    this.#write(textEvent(this.#at(update), name, text));
  }

  finish(): void {
    this.#write(hparamsEndEvent(this.#now()));
    this.#file?.close();
    this.#file = undefined;
  }

  #at(step: number): EventTime {
    return { wallTime: this.#now(), step };
  }

  #write(event: Uint8Array): void {
    if (this.#file === undefined) throw new Error("the event file is not open");
    writeAll(this.#file, tfRecord(event));
  }
}

/** The config's leaves by their dotted paths; lists as text. */
export function hyperparameters(config: Config): Readonly<Record<string, Hyperparameter>> {
  const flat: Record<string, Hyperparameter> = {};
  const visit = (value: unknown, path: string) => {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) visit(inner, path === "" ? key : `${path}.${key}`);
    } else {
      flat[path] = typeof value === "number" || typeof value === "boolean" || typeof value === "string"
        ? value
        : JSON.stringify(value) ?? "null";
    }
  };
  visit(config, "");
  return flat;
}
