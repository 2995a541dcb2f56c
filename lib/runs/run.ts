/** A run on the disk: one writer, records that survive a kill, and a resume that continues them byte for byte. */

import { join } from "node:path";
import { type Checkpoint, type CheckpointContents, formatJson } from "./checkpoint/contents.ts";
import { CheckpointStore } from "./checkpoint/store.ts";
import type { TensorFormat } from "./checkpoint/tensors.ts";
import { type Config, formatConfig, loadConfig } from "../config/mod.ts";
import { exists, removeIfThere, removeTemporaries, statIfThere, syncFolder, writeFileAtomic } from "./files/atomic.ts";
import { JsonLinesWriter, type Row } from "./files/json_lines.ts";
import { type Lock, lockFolder } from "./files/lock.ts";
import { type Environment, environmentChanges, environmentJson } from "./environment.ts";
import { createRunFolder, RUN_FILES } from "./folder.ts";

/** A run folder cannot be used for what was asked. */
export class RunError extends Error {
  override readonly name = "RunError";
}

/** What opening a run needs besides its folder. */
export interface RunOptions {
  readonly format: TensorFormat;
  readonly environment: Environment;
}

/** A run that was opened to go on. */
export interface Resumed {
  readonly run: Run;
  /** Undefined if the run was stopped before its first checkpoint: it starts again from nothing. */
  readonly checkpoint: Checkpoint | undefined;
  /** What the user should know: cut records, another software version. */
  readonly warnings: readonly string[];
}

/** The one writer of a run folder. Dispose of it to release the folder. */
export class Run implements Disposable {
  readonly folder: string;
  readonly config: Config;
  readonly checkpoints: CheckpointStore;
  readonly #configText: string;
  readonly #lock: Lock;
  readonly #metrics: JsonLinesWriter;
  readonly #timings: JsonLinesWriter;
  #update = -1;

  private constructor(folder: string, config: Config, lock: Lock, format: TensorFormat) {
    this.folder = folder;
    this.config = config;
    this.#configText = formatConfig(config);
    this.#lock = lock;
    this.checkpoints = new CheckpointStore(join(folder, RUN_FILES.checkpoints), {
      keep: config.checkpoint.keep,
      format,
    });
    this.#metrics = new JsonLinesWriter(join(folder, RUN_FILES.metrics));
    this.#timings = new JsonLinesWriter(join(folder, RUN_FILES.timings));
  }

  /** Starts a run in a new folder `<root>/<config.name>/<run id>`. */
  static create(root: string, config: Config, options: RunOptions): Run {
    return Run.createIn(createRunFolder(root, config.name, formatConfig(config)), config, options);
  }

  /**
   * Starts a run in a folder of the caller's choice.
   * @throws {RunError} if the folder holds a run already
   * @throws {LockedError} if another process writes it
   */
  static createIn(folder: string, config: Config, options: RunOptions): Run {
    Deno.mkdirSync(join(folder, RUN_FILES.checkpoints), { recursive: true });
    const lock = lockFolder(folder);
    try {
      if (exists(join(folder, RUN_FILES.config))) {
        throw new RunError(`${folder}: there is a run in it already (--resume goes on)`);
      }
      writeFileAtomic(join(folder, RUN_FILES.environment), formatJson(environmentJson(options.environment)));
      // The config comes last: a folder that has one is a run.
      writeFileAtomic(join(folder, RUN_FILES.config), formatConfig(config));
      const run = new Run(folder, config, lock, options.format);
      run.#recordSession(0, options.environment);
      return run;
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Opens a run to go on from its newest checkpoint. Records that were written after it are cut off: they will be written
   * again, the same to the byte.
   * @throws {RunError} if the folder holds no run or a finished one, or `metrics.jsonl` lost lines that the checkpoint counts on
   * @throws {LockedError} if another process writes it
   * @throws {CorruptCheckpointError} if the newest checkpoint is damaged and `allowOlder` is not set
   */
  static resume(folder: string, options: RunOptions & { readonly allowOlder?: boolean }): Resumed {
    if (!exists(join(folder, RUN_FILES.config))) {
      throw new RunError(`${folder}: no run there (it has no ${RUN_FILES.config})`);
    }
    if (exists(join(folder, RUN_FILES.summary))) throw new RunError(`${folder}: the run is finished`);
    const lock = lockFolder(folder);
    let run: Run | undefined;
    try {
      for (const place of [folder, join(folder, RUN_FILES.checkpoints)]) removeTemporaries(place);
      run = new Run(folder, loadConfig(join(folder, RUN_FILES.config)), lock, options.format);
      const checkpoint = run.checkpoints.readLatest(options.allowOlder);
      const cut = run.#cutBack(checkpoint);
      removeIfThere(join(folder, RUN_FILES.failure));
      const before = JSON.parse(Deno.readTextFileSync(join(folder, RUN_FILES.environment))) as Environment;
      const changes = environmentChanges(before, options.environment).map((change) =>
        `since the run started, ${change}`
      );
      run.#recordSession(checkpoint?.update ?? 0, options.environment);
      return { run, checkpoint, warnings: [...cut, ...changes] };
    } catch (error) {
      if (run === undefined) lock[Symbol.dispose]();
      else run[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Records metrics: one line of `metrics.jsonl`. Nothing that differs between two equal runs belongs here: times go to
   * {@linkcode logTiming}.
   * @throws {RangeError} if the updates go backwards
   * @throws {TypeError} on NaN or infinity
   */
  log(update: number, metrics: Row): void {
    if (!Number.isInteger(update) || update < this.#update) {
      throw new RangeError(`metrics of update ${update} after those of update ${this.#update}`);
    }
    this.#metrics.append({ update, ...metrics });
    this.#update = update;
  }

  /** Records how long things took: one line of `timings.jsonl`, which differs from run to run. */
  logTiming(update: number, seconds: Readonly<Record<string, number>>): void {
    this.#timings.append({ update, ...seconds });
  }

  /**
   * Saves a checkpoint after everything logged so far is on the disk.
   * @param score judges `best`; higher is better
   * @returns the checkpoint's folder
   */
  saveCheckpoint(contents: CheckpointContents, score?: number): string {
    this.#metrics.sync();
    this.#timings.sync();
    return this.checkpoints.save(contents, { config: this.#configText, metricsBytes: this.#metrics.bytes }, score);
  }

  /** Marks the run as finished, with what it came to. */
  finish(summary: Row): void {
    this.#metrics.sync();
    this.#timings.sync();
    writeFileAtomic(join(this.folder, RUN_FILES.summary), formatJson(summary));
  }

  /** Records why the run ended before its time. */
  fail(message: string): void {
    writeFileAtomic(join(this.folder, RUN_FILES.failure), formatJson({ message }));
  }

  /** Whether {@linkcode finish} was called, now or by an earlier process. */
  get finished(): boolean {
    return exists(join(this.folder, RUN_FILES.summary));
  }

  #cutBack(checkpoint: Checkpoint | undefined): readonly string[] {
    const target = checkpoint?.metricsBytes ?? 0;
    const now = this.#metrics.bytes;
    if (now < target) {
      throw new RunError(
        `${this.#metrics.path}: ${now} bytes, but the checkpoint of update ${checkpoint?.update} was written after ${target}`,
      );
    }
    this.#metrics.cutBack(target);
    this.#update = checkpoint?.update ?? -1;
    return now === target ? [] : [`${this.#metrics.path}: cut back to the checkpoint (${now - target} bytes)`];
  }

  #recordSession(update: number, environment: Environment): void {
    using sessions = new JsonLinesWriter(join(this.folder, RUN_FILES.sessions));
    const started = new Date().toISOString();
    sessions.append({ started, process: Deno.pid, from_update: update, environment: environmentJson(environment) });
    sessions.sync();
    syncFolder(this.folder);
  }

  [Symbol.dispose](): void {
    this.#metrics[Symbol.dispose]();
    this.#timings[Symbol.dispose]();
    this.#lock[Symbol.dispose]();
  }
}

/** How far a run is, judged by its files and its lock, never by a clock. */
export type RunState = "running" | "finished" | "failed" | "stopped";

/** The state of the run in a folder. */
export function runState(folder: string, locked: boolean): RunState {
  if (statIfThere(join(folder, RUN_FILES.summary)) !== undefined) return "finished";
  if (locked) return "running";
  return statIfThere(join(folder, RUN_FILES.failure)) !== undefined ? "failed" : "stopped";
}
