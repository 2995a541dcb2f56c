/** Writes TensorBoard event files into the run folder. */

import { join } from "node:path";
import { writeAll } from "../../files/atomic.ts";
import type { Json } from "../../files/json_lines.ts";
import { RUN_FILES } from "../../folder.ts";
import { leaves } from "../../leaves.ts";
import type { Scalars, TrackedEnd, TrackedRun, Tracker } from "../tracker.ts";
import { histogramOf } from "./histogram.ts";
import {
  type EventTime,
  histogramEvent,
  hparamsEndEvent,
  hparamsEvents,
  type Hyperparameter,
  isHparamsEnd,
  restartEvent,
  scalarsEvent,
  textEvent,
  versionEvent,
} from "./events.ts";
import { lastRecord, tfRecord } from "./record.ts";

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
    const before = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    const newest = before.at(-1);
    if (newest !== undefined) reopenSession(join(folder, newest));
    const name = `events.out.tfevents.${String(before.length).padStart(10, "0")}.${Deno.hostname()}`;
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

  finish(end: TrackedEnd): void {
    this.#write(hparamsEndEvent(this.#now(), STATUS[end]));
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

const STATUS = { finished: "success", stopped: "unknown", failed: "failure" } as const;

/** Takes back the end of a session that goes on: TensorBoard would believe the first end that it reads. */
function reopenSession(path: string): void {
  const last = lastRecord(Deno.readFileSync(path));
  if (last !== undefined && isHparamsEnd(last.data)) Deno.truncateSync(path, last.from);
}

/** The config's leaves by their dotted paths; lists as text. */
export function hyperparameters(config: TrackedRun["config"]): Readonly<Record<string, Hyperparameter>> {
  const plain = (value: Json): Hyperparameter =>
    typeof value === "number" || typeof value === "boolean" || typeof value === "string"
      ? value
      : JSON.stringify(value);
  return Object.fromEntries([...leaves(config)].map(([path, value]) => [path, plain(value)]));
}
