/**
 * The one training loop. It owns what every training needs beside its algorithm: the clock, the records, the trackers, the
 * moments at which checkpoints are saved, stopping, warnings, and the words for a failure.
 */

import { join } from "node:path";
import { TrainingError } from "../grpo/mod.ts";
import {
  breathe,
  type Checkpoint,
  CorruptCheckpointError,
  readJsonLines,
  type Run,
  RUN_FILES,
  type Trackers,
} from "../runs/mod.ts";
import { type Learner, type Metrics, type Pause, type Step, Stopped, type Validated } from "./learner.ts";

/** What the caller of a training watches and decides. */
export interface TrainingHooks {
  /** Seconds of a steady clock. */
  readonly clock: () => number;
  /** Looked at after every update and within validations: once it is aborted, a checkpoint is saved and the training stops. */
  readonly stop?: { readonly aborted: boolean };
  /** Save after this update and stop. */
  readonly stopAt?: number;
  /** Called after every update; waited for. */
  onUpdate?(progress: TrainingProgress): void | Promise<void>;
  /** A line for the user: a note or a warning. */
  say?(line: string): void;
}

/** One update that was made and recorded. */
export interface TrainingProgress {
  /** Updates done, of how many. */
  readonly update: number;
  readonly updates: number;
  readonly metrics: Metrics;
  /** Seconds that the update took, without its validation; 0 if an earlier process made it. */
  readonly seconds: number;
}

/** How far a training came. */
export interface LoopResult {
  /** Updates done. */
  readonly update: number;
  /** Whether all of them are. */
  readonly finished: boolean;
  /** Seconds spent in updates by this process. */
  readonly seconds: number;
  /** What was warned of, with its update. */
  readonly warnings: readonly string[];
}

/** A pause of the hooks: a turn of the event loop now and then, so that signals arrive, and an end where one did. */
function pauseOf({ clock, stop }: TrainingHooks): Pause {
  const OFTEN = 0.05;
  let last = clock();
  return async () => {
    if (clock() - last >= OFTEN) {
      await breathe();
      last = clock();
    }
    if (stop?.aborted === true) throw new Stopped("stopped");
  };
}

/** What the loop works on. */
export interface LoopParts {
  readonly run: Run;
  readonly learner: Learner;
  /** Where to go on; undefined begins. */
  readonly checkpoint: Checkpoint | undefined;
  readonly trackers: Trackers;
}

/**
 * Trains until all updates are done or the hooks ask to stop. What was recorded and saved then is what an uninterrupted
 * training would have recorded and saved, and a checkpoint of the moment.
 * @throws {TrainingError} naming the update and the last good checkpoint if anything is not finite
 */
export async function trainLoop(parts: LoopParts, hooks: TrainingHooks): Promise<LoopResult> {
  const loop = new Loop(parts, hooks);
  try {
    await loop.run();
    return loop.result();
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    // The last update may be made, but not be validated and recorded.
    return { ...loop.result(), finished: false };
  }
}

class Loop {
  readonly #parts: LoopParts;
  readonly #hooks: TrainingHooks;
  readonly #pause: Pause;
  readonly #warnings: string[] = [];
  /** Folder of the newest checkpoint. */
  #saved: string | undefined;
  #seconds = 0;
  /** Seconds of the last update; 0 while that is one of an earlier process. */
  #took = 0;

  constructor(parts: LoopParts, hooks: TrainingHooks) {
    this.#parts = parts;
    this.#hooks = hooks;
    this.#pause = pauseOf(hooks);
    this.#saved = parts.checkpoint?.folder;
  }

  async run(): Promise<void> {
    const { learner } = this.#parts;
    let row = await this.#begin();
    while (row !== undefined || learner.update < learner.updates) {
      row ??= await this.#advance();
      if (await this.#complete(row)) return;
      row = undefined;
    }
  }

  result(): LoopResult {
    const { update, updates } = this.#parts.learner;
    return { update, finished: update === updates, seconds: this.#seconds, warnings: this.#warnings };
  }

  /** Begins or goes on; returns the metrics of an update that was made before the stop and waits for its validation. */
  async #begin(): Promise<Metrics | undefined> {
    const { run, learner, checkpoint } = this.#parts;
    if (checkpoint === undefined) {
      const first = await learner.begin(this.#pause);
      if (first !== null) await this.#record(0, first);
      return undefined;
    }
    const { update: _, ...waiting } = checkpoint.metrics as Metrics;
    const logged = readJsonLines(join(run.folder, RUN_FILES.metrics)).rows;
    try {
      learner.restore(checkpoint, checkpoint.pending === true ? [...logged, waiting] : logged);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new CorruptCheckpointError(`${checkpoint.folder}: ${error.message}`, { cause: error });
    }
    return checkpoint.pending === true ? waiting : undefined;
  }

  /** One update. */
  async #advance(): Promise<Metrics> {
    const { run, learner } = this.#parts;
    const { clock, say } = this.#hooks;
    const started = clock();
    const { metrics, notes = [], warnings = [] } = await this.#stepOrExplain();
    const seconds = clock() - started;
    this.#seconds += seconds;
    const { update } = learner;
    notes.forEach((note) => say?.(`update ${update}: ${note}`));
    warnings.forEach((warning) => {
      this.#warnings.push(`update ${update}: ${warning}`);
      say?.(`update ${update}: warning: ${warning}`);
    });
    const { interventions } = metrics;
    const rate = interventions === undefined || seconds === 0
      ? {}
      : { interventions_per_second: interventions / seconds };
    run.logTiming(update, { seconds, ...rate });
    this.#took = seconds;
    return metrics;
  }

  async #stepOrExplain(): Promise<Step> {
    const { learner } = this.#parts;
    const { update } = learner;
    try {
      const step = await learner.step();
      const wrong = Object.entries(step.metrics).find(([, value]) => !Number.isFinite(value));
      if (wrong !== undefined) throw new TrainingError(`${wrong[0]} is ${wrong[1]}`);
      return step;
    } catch (error) {
      if (!(error instanceof TrainingError)) throw error;
      const good = this.#saved === undefined
        ? "there is no checkpoint before it"
        : `the last good checkpoint is ${this.#saved}`;
      throw new TrainingError(`update ${update}: ${error.message}; ${good}`, { cause: error });
    }
  }

  /** Validates, records and saves what is due after an update; returns whether to stop. */
  async #complete(row: Metrics): Promise<boolean> {
    const { run, learner } = this.#parts;
    const { update, updates } = learner;
    const validated = learner.isValidated(update) ? await this.#validate(row) : undefined;
    const metrics = { ...row, ...validated?.metrics };
    await this.#record(update, metrics);
    await this.#hooks.onUpdate?.({ update, updates, metrics, seconds: this.#took });
    await breathe();
    const stop = this.#hooks.stop?.aborted === true || update >= (this.#hooks.stopAt ?? Infinity);
    const due = validated !== undefined || update % run.config.checkpoint.every === 0 || update === updates;
    if (due || stop) await this.#save(metrics, validated?.score);
    return stop;
  }

  /** A stop within a validation keeps the update: its checkpoint says that it is still to be validated and recorded. */
  async #validate(row: Metrics): Promise<Validated> {
    try {
      return await this.#parts.learner.validate(this.#pause);
    } catch (error) {
      if (error instanceof Stopped) await this.#save(row, undefined, true);
      throw error;
    }
  }

  async #record(update: number, metrics: Metrics): Promise<void> {
    const { run, trackers } = this.#parts;
    run.log(update, metrics);
    await trackers.scalars(update, metrics);
  }

  async #save(metrics: Metrics, score?: number, pending = false): Promise<void> {
    const { run, learner, trackers } = this.#parts;
    const { update } = learner;
    const contents = { update, ...await learner.checkpoint(), metrics: { update, ...metrics } };
    this.#saved = run.saveCheckpoint(pending ? { ...contents, pending } : contents, score);
    await trackers.checkpoint(update, this.#saved);
  }
}
