/**
 * Runs on disk: the run folder and what it says about its machine, checkpoints (`checkpoint/`), files that survive a crash (`files/`),
 * the places that metrics are sent to (`trackers/`), the index over all runs (`index/`), the signals that stop them (`signals/`) and the
 * threads that share their work (`threads/`).
 * @module
 */

export { exists, reason, statIfThere, writeAll, WriteError, writeFileAtomic } from "./files/atomic.ts";
export { sha256 } from "./files/digest.ts";
export {
  CorruptLineError,
  type Json,
  type JsonLines,
  JsonLinesWriter,
  parseJsonLines,
  readJsonLines,
  type Row,
} from "./files/json_lines.ts";
export { isLocked, type Lock, LockedError, lockFolder } from "./files/lock.ts";
export { type Best, type Checkpoint, type CheckpointContents, formatJson } from "./checkpoint/contents.ts";
export { CorruptCheckpointError } from "./checkpoint/sealed_folder.ts";
export { CheckpointStore, NoCheckpointError, type StoreOptions } from "./checkpoint/store.ts";
export { checkpointFolder, openCheckpoint, placeOf } from "./checkpoint/named.ts";
export type { NamedTensor, NamedTensors, TensorFormat } from "./checkpoint/tensors.ts";
export type { RunConfig, RunKind } from "./kind.ts";
export { readEnvironment, readOrigin, type RunOrigin, shellCommand, shellWord } from "./origin.ts";
export { checkResumable, describeChanges, readRunConfig, type ResumeChoices, RunError } from "./resume.ts";
export { describeEnvironment, type Environment } from "./environment.ts";
export { RUN_FILES } from "./folder.ts";
export { completeRun, readResults, type Resumed, Run, type RunOptions, type RunState, runState } from "./run.ts";
export { type Scalars, type TrackedEnd, type TrackedRun, type Tracker, Trackers } from "./trackers/tracker.ts";
export { RunIndex } from "./index/database.ts";
export { type Field, type Filter, FilterError, type Order, parseFilter, parseOrder, valueOf } from "./index/query.ts";
export { findRuns, type RunRecord } from "./index/scan.ts";
export { type ComparedKey, compareRuns, type Comparison } from "./index/compare.ts";
export { deleteRun } from "./index/delete.ts";
export {
  breathe,
  type Ending,
  endOnSignal,
  exitCodeOf,
  type Interrupt,
  listenForInterrupt,
} from "./signals/interrupt.ts";
export { type Say, sayParts } from "./say.ts";
export { serve, spread, startThread, type Thread, threadCount } from "./threads/thread.ts";
export { trackersFor } from "./trackers/configured.ts";
