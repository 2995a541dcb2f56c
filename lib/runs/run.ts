/** A run on the disk: one writer, records that survive a kill, and a resume that continues them byte for byte. */

import { join } from "node:path";
import { formatConfig, isDictionary } from "../config/mod.ts";
import { type Checkpoint, type CheckpointContents, formatJson } from "./checkpoint/contents.ts";
import { CheckpointStore } from "./checkpoint/store.ts";
import type { TensorFormat } from "./checkpoint/tensors.ts";
import { exists, reason, removeIfThere, removeTemporaries, syncFolder, writeFileAtomic } from "./files/atomic.ts";
import { JsonLinesWriter, type Row } from "./files/json_lines.ts";
import { type Lock, lockFolder } from "./files/lock.ts";
import { type Environment, environmentChanges, environmentJson } from "./environment.ts";
import { createRunFolder, RUN_FILES } from "./folder.ts";
import type { RunConfig, RunKind } from "./kind.ts";
import { readEnvironment, writeOrigin } from "./origin.ts";
import {
  checkResumable,
  checkSealedConfig,
  keptMetrics,
  readRunConfig,
  type ResumeChoices,
  RunError,
} from "./resume.ts";

/** What opening a run needs besides its folder. */
export interface RunOptions<Config extends RunConfig> {
  readonly kind: RunKind<Config>;
  readonly format: TensorFormat;
  readonly environment: Environment;
  /** The words that start the run, for what its report says; none where no command does. */
  readonly command?: readonly string[];
}

/** A run that was opened to go on. */
export interface Resumed<Config extends RunConfig> {
  readonly run: Run<Config>;
  /** Undefined if the run was stopped before its first checkpoint: it starts again from nothing. */
  readonly checkpoint: Checkpoint | undefined;
  /** What the user should know: cut records, another software version. */
  readonly warnings: readonly string[];
}

/** The one writer of a run folder. Dispose of it to release the folder. */
export class Run<Config extends RunConfig = RunConfig> implements Disposable {
  readonly folder: string;
  readonly config: Config;
  readonly checkpoints: CheckpointStore;
  readonly #configText: string;
  readonly #lock: Lock;
  readonly #metrics: JsonLinesWriter;
  readonly #timings: JsonLinesWriter;
  #update = -1;

  private constructor(folder: string, config: Config, lock: Lock, checkpoints: CheckpointStore) {
    this.folder = folder;
    this.config = config;
    this.#configText = formatConfig(config);
    this.#lock = lock;
    this.checkpoints = checkpoints;
    this.#metrics = new JsonLinesWriter(join(folder, RUN_FILES.metrics));
    this.#timings = new JsonLinesWriter(join(folder, RUN_FILES.timings));
  }

  /** Starts a run in a new folder `<root>/<config.name>/<run id>`. */
  static create<Config extends RunConfig>(root: string, config: Config, options: RunOptions<Config>): Run<Config> {
    return Run.createIn(createRunFolder(root, config.name, formatConfig(config)), config, options);
  }

  /**
   * Starts a run in a folder of the caller's choice.
   * @throws {RunError} if the folder holds a run already
   * @throws {LockedError} if another process writes it
   */
  static createIn<Config extends RunConfig>(folder: string, config: Config, options: RunOptions<Config>): Run<Config> {
    Deno.mkdirSync(join(folder, RUN_FILES.checkpoints), { recursive: true });
    const lock = lockFolder(folder);
    try {
      if (exists(join(folder, RUN_FILES.config))) {
        throw new RunError(`${folder}: there is a run in it already (--resume goes on)`);
      }
      const { kind, format, environment, command = null } = options;
      writeFileAtomic(join(folder, RUN_FILES.environment), formatJson(environmentJson(environment)));
      writeOrigin(folder, { kind: kind.name, command });
      // The config comes last: a folder that has one is a run.
      writeFileAtomic(join(folder, RUN_FILES.config), formatConfig(config));
      const run = new Run(folder, config, lock, storeOf(folder, config, format));
      run.#recordSession(0, environment);
      return run;
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Opens a run to go on from its newest checkpoint. Records that were written after it are cut off: they will be written
   * again, the same to the byte. Where it throws, the run's records are as they were.
   * @throws {RunError} if the folder holds no run or a finished one or one of another kind, its config is not the one that the
   * checkpoint was trained with, or `metrics.jsonl` lost lines that the checkpoint counts on
   * @throws {LockedError} if another process writes it
   * @throws {CorruptCheckpointError} if the newest checkpoint is damaged and `allowOlder` is not set
   */
  static resume<Config extends RunConfig>(
    folder: string,
    options: RunOptions<Config> & ResumeChoices,
  ): Resumed<Config> {
    const { kind, format, environment } = options;
    checkResumable(folder, kind);
    const lock = lockFolder(folder);
    let run: Run<Config> | undefined;
    try {
      const config = readRunConfig(folder, kind);
      const store = storeOf(folder, config, format);
      const checkpoint = store.readLatest(options.allowOlder);
      if (checkpoint !== undefined) checkSealedConfig(folder, config, kind, checkpoint);
      const path = join(folder, RUN_FILES.metrics);
      const metrics = keptMetrics(path, checkpoint, options.allowMissingMetrics ?? false);
      for (const place of [folder, store.folder]) removeTemporaries(place);
      if (exists(path)) Deno.truncateSync(path, metrics.bytes);
      run = new Run(folder, config, lock, store);
      run.#update = checkpoint?.update ?? -1;
      const changes = changesSinceStart(folder, environment);
      run.#recordSession(checkpoint?.update ?? 0, environment);
      return { run, checkpoint, warnings: [...metrics.warnings, ...changes] };
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

  /**
   * What the run's end came to, kept so that its report can be made again; null before it.
   * @throws {RunError} naming the file if it cannot be read
   */
  results(): Row | null {
    return readResults(this.folder);
  }

  /** Keeps what the run's end came to; null forgets it, because training goes on. */
  saveResults(results: Row | null): void {
    const path = join(this.folder, RUN_FILES.results);
    if (results === null) removeIfThere(path);
    else writeFileAtomic(path, formatJson(results));
  }

  /**
   * Marks the run as finished with the summary in its results.
   * @throws {RunError} before them
   */
  complete(): void {
    const summary = this.results()?.["summary"];
    if (!isDictionary(summary)) throw new RunError(`${this.folder}: there are no results yet`);
    this.finish(summary);
  }

  /** Marks the run as finished, with what it came to: the last file of a run. */
  finish(summary: Row): void {
    this.#metrics.sync();
    this.#timings.sync();
    writeFileAtomic(join(this.folder, RUN_FILES.summary), formatJson(summary));
  }

  /** Records why the run ended before its time. */
  fail(message: string): void {
    writeFileAtomic(join(this.folder, RUN_FILES.failure), formatJson({ message }));
  }

  /** Takes back {@linkcode fail}: the run goes on. */
  forgetFailure(): void {
    removeIfThere(join(this.folder, RUN_FILES.failure));
  }

  /** Whether {@linkcode finish} was called, now or by an earlier process. */
  get finished(): boolean {
    return exists(join(this.folder, RUN_FILES.summary));
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

function storeOf(folder: string, { checkpoint: { keep } }: RunConfig, format: TensorFormat): CheckpointStore {
  return new CheckpointStore(join(folder, RUN_FILES.checkpoints), { keep, format });
}

/** What differs between the environment that a run was started in and this one. */
function changesSinceStart(folder: string, now: Environment): readonly string[] {
  const { environment, problem } = readEnvironment(folder);
  const changes = environment === null ? [] : environmentChanges(environment, now);
  return [
    ...(problem === undefined ? [] : [problem]),
    ...changes.map((change) => `since the run started, ${change}`),
    ...(changes.some((change) => change.startsWith("backend: "))
      ? ["another backend rounds otherwise: from here on the numbers are not those of the run had it not stopped"]
      : []),
  ];
}

/**
 * What the end of the run in a folder came to; null before it.
 * @throws {RunError} naming the file if it cannot be read
 */
export function readResults(folder: string): Row | null {
  const path = join(folder, RUN_FILES.results);
  if (!exists(path)) return null;
  try {
    return JSON.parse(Deno.readTextFileSync(path)) as Row;
  } catch (error) {
    throw new RunError(`${path}: ${reason(error)}`, { cause: error });
  }
}

/**
 * Marks a run as finished that has its results and its report but not its last file, e.g. because the disk was full.
 * @returns whether it did
 * @throws {LockedError} if another process writes it
 */
export function completeRun(folder: string): boolean {
  const [report, summary] = [RUN_FILES.report, RUN_FILES.summary].map((file) => join(folder, file));
  const results = readResults(folder);
  if (results === null || exists(summary) || !exists(report)) return false;
  using _ = lockFolder(folder);
  writeFileAtomic(summary, formatJson(results["summary"]));
  removeIfThere(join(folder, RUN_FILES.failure));
  return true;
}

/** How far a run is, judged by its files and its lock, never by a clock. */
export type RunState = "running" | "finished" | "failed" | "stopped";

/** The state of the run in a folder. */
export function runState(folder: string, locked: boolean): RunState {
  if (exists(join(folder, RUN_FILES.summary))) return "finished";
  if (locked) return "running";
  return exists(join(folder, RUN_FILES.failure)) ? "failed" : "stopped";
}
