/** From a config or a run folder to a finished run: one way for every kind of training. */

import { join } from "node:path";
import { type BackendName, useBackend } from "../tensor/mod.ts";
import {
  type Checkpoint,
  checkResumable,
  describeChanges,
  describeEnvironment,
  readJsonLines,
  readRunConfig,
  reason,
  type ResumeChoices,
  type Row,
  Run,
  RUN_FILES,
  type RunConfig,
  RunError,
  type TrackedEnd,
  trackersFor,
} from "../runs/mod.ts";
import type { TrainingKind } from "./kind.ts";
import type { Learner } from "./learner.ts";
import { type LoopResult, type TrainingHooks, trainLoop } from "./loop.ts";
import { closingRemarks } from "./remarks.ts";
import { SAFETENSORS } from "./safetensors.ts";

/** A run with its learner. Dispose of it to release both. */
export interface Training<Config extends RunConfig, Learned extends Learner = Learner> extends Disposable {
  readonly kind: TrainingKind<Config, Learned>;
  readonly run: Run<Config>;
  readonly learner: Learned;
  /** Where it goes on; undefined begins. */
  readonly checkpoint: Checkpoint | undefined;
  /** The tensor backend in use. */
  readonly backend: string;
  /** What the user should know before it goes on. */
  readonly warnings: readonly string[];
}

/** Where a new run is made: in a folder of its own under `results`, or in a given one. */
export type NewPlace = { readonly results: string } | { readonly folder: string };

/**
 * Starts a run. Whatever is wrong with its config shows before a folder is made.
 * @param command the words that start it, for what its report says
 * @throws {ConfigError} or {@linkcode RangeError} if the config cannot be trained
 * @throws {RunError} if there is a run in the folder already
 */
export async function startTraining<Config extends RunConfig, Learned extends Learner>(
  kind: TrainingKind<Config, Learned>,
  config: Config,
  place: NewPlace,
  command?: readonly string[],
): Promise<Training<Config, Learned>> {
  const backend = await useBackend(config.runtime.backend as BackendName);
  const learner = await kind.createLearner(config, "start");
  try {
    const environment = describeEnvironment(backend);
    const options = { kind, format: SAFETENSORS, environment, ...(command === undefined ? {} : { command }) };
    const run = "results" in place
      ? Run.create(place.results, config, options)
      : Run.createIn(place.folder, config, options);
    return trainingOf({ kind, run, learner, checkpoint: undefined, backend, warnings: [] });
  } catch (error) {
    learner[Symbol.dispose]();
    throw error;
  }
}

/**
 * Opens a run to go on, exactly where it stopped.
 * @param given a config that the run must have, if the caller was handed one
 * @throws {RunError}, {@linkcode LockedError} or {@linkcode CorruptCheckpointError} if it cannot; see {@linkcode Run.resume}
 */
export async function resumeTraining<Config extends RunConfig, Learned extends Learner>(
  kind: TrainingKind<Config, Learned>,
  folder: string,
  choices: ResumeChoices,
  given?: Config,
): Promise<Training<Config, Learned>> {
  checkResumable(folder, kind);
  const config = readRunConfig(folder, kind);
  const changes = given === undefined ? [] : describeChanges(config, given);
  if (changes.length > 0) {
    throw new RunError(
      `${folder}: holds a run with another config: ${changes.join("; ")}; --resume goes on with that run`,
    );
  }
  const backend = await useBackend(config.runtime.backend as BackendName);
  const environment = describeEnvironment(backend);
  const { run, checkpoint, warnings } = Run.resume(folder, { kind, format: SAFETENSORS, environment, ...choices });
  try {
    const learner = await kind.createLearner(run.config, checkpoint === undefined ? "start" : "checkpoint");
    return trainingOf({ kind, run, learner, checkpoint, backend, warnings });
  } catch (error) {
    run[Symbol.dispose]();
    throw error;
  }
}

function trainingOf<Config extends RunConfig, Learned extends Learner>(
  parts: Omit<Training<Config, Learned>, typeof Symbol.dispose>,
): Training<Config, Learned> {
  return {
    ...parts,
    [Symbol.dispose]() {
      parts.learner[Symbol.dispose]();
      parts.run[Symbol.dispose]();
    },
  };
}

/**
 * Trains a run to its end, or to where the hooks ask it to stop. A failure is recorded in the run folder, and the trackers are
 * told how it ended. What comes after the training is {@linkcode conclude}.
 * @throws {TrainingError} naming the update and the last good checkpoint if anything is not finite
 */
export async function train<Config extends RunConfig>(
  { kind, run, learner, checkpoint }: Training<Config>,
  hooks: TrainingHooks,
): Promise<LoopResult> {
  const done = checkpoint?.update ?? 0;
  const trackers = await trackersFor(run, done, kind.metrics, (line) => hooks.say?.(line));
  let end: TrackedEnd = "failed";
  try {
    run.forgetFailure();
    if (done < learner.updates) run.saveResults(null);
    const result = await trainLoop({ run, learner, checkpoint, trackers }, hooks);
    end = result.finished ? "finished" : "stopped";
    return result;
  } catch (error) {
    recordFailure(run, error, (line) => hooks.say?.(line));
    throw error;
  } finally {
    learner.rest?.();
    await trackers.finish(end);
  }
}

/**
 * A whole run: starts, trains and concludes it. Returns its folder; one that a hook stopped is left to be resumed.
 * @throws what {@linkcode startTraining} and {@linkcode train} throw
 */
export async function trainRun<Config extends RunConfig, Learned extends Learner>(
  kind: TrainingKind<Config, Learned>,
  config: Config,
  place: NewPlace,
  hooks: TrainingHooks,
): Promise<string> {
  using training = await startTraining(kind, config, place);
  const { finished } = await train(training, hooks);
  if (finished) await conclude(training);
  return training.run.folder;
}

/** What the end of a run came to. */
export interface RunResults {
  /** For the summary, beside the learner's own. */
  readonly summary: Row;
  /** Everything that the report shows beside the run's metrics. */
  readonly report: Row;
}

/** What is done when a training is complete. */
export interface Ending {
  /** Finds out what was learned. Its results are kept: a run that is resumed after them does not evaluate again. */
  evaluate(): RunResults | Promise<RunResults>;
  /** Writes the report of a run folder and returns its path. */
  report(folder: string): Promise<string>;
}

/** What a complete training came to. */
export interface Conclusion {
  /** What must be said of the whole training, e.g. that learning stopped. */
  readonly remarks: readonly string[];
  /** Path of the report; undefined if there is none. */
  readonly report?: string;
}

/**
 * Ends a run whose training is complete: evaluates, reports, and marks it as finished with its last file. A failure is recorded.
 * @param ending none leaves it at the training's own summary
 * @param say is told if a failure cannot be recorded
 */
export async function conclude<Config extends RunConfig>(
  { run, learner }: Training<Config>,
  ending?: Ending,
  say: (line: string) => void = () => {},
): Promise<Conclusion> {
  try {
    const remarks = closingRemarks(readJsonLines(join(run.folder, RUN_FILES.metrics)).rows);
    if (ending === undefined) {
      run.finish(learner.summary());
      return { remarks };
    }
    if (run.results() === null) {
      const { summary, report } = await ending.evaluate();
      run.saveResults({ summary: { ...learner.summary(), ...summary }, report });
    }
    const report = await ending.report(run.folder);
    run.complete();
    return { remarks, report };
  } catch (error) {
    recordFailure(run, error, say);
    throw error;
  }
}

/** A failure that cannot be recorded must not hide what it was. */
function recordFailure(run: Run, error: unknown, say: (line: string) => void): void {
  try {
    run.fail(reason(error));
  } catch (second) {
    say(`the failure could not be recorded: ${reason(second)}`);
  }
}
