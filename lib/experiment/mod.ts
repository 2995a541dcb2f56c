/**
 * Experiments on the disk: the config and its overrides (`config/`, `overrides/`), files that survive a crash (`files/`),
 * run folders (`run/`), checkpoints (`checkpoint/`) and the places that metrics are sent to (`trackers/`). Everything that
 * reads a file, a clock or a process for the algorithms is here, so that they need not.
 * @module
 */

export { ConfigError, type ConfigProblem } from "./config/error.ts";
export { type Config, configSchema } from "./config/schema.ts";
export { type ConfigKey, listKeys } from "./config/walk.ts";
export {
  type ConfigSource,
  formatConfig,
  loadConfig,
  parseConfigText,
  parseOverrides,
  readConfigText,
  resolveConfig,
  resolveWith,
} from "./config/load.ts";
export { nearest, suggestion } from "./config/suggest.ts";
export { type Override, OverrideError, type Sweep, type Value } from "./overrides/types.ts";
export { parseOverride } from "./overrides/parse.ts";
export { type Draw, expandGrid, type ExpandOptions, expandRandom, type JobOverrides } from "./overrides/expand.ts";
export { yamlNames } from "./overrides/glob.ts";
export { WriteError, writeFileAtomic } from "./files/atomic.ts";
export { sha256 } from "./files/digest.ts";
export {
  CorruptLineError,
  type Json,
  type JsonLines,
  JsonLinesWriter,
  readJsonLines,
  type Row,
} from "./files/json_lines.ts";
export { isLocked, type Lock, LockedError, lockFolder } from "./files/lock.ts";
export type { Best, Checkpoint, CheckpointContents } from "./checkpoint/contents.ts";
export { CorruptCheckpointError } from "./checkpoint/sealed_folder.ts";
export { CheckpointStore, NoCheckpointError, openCheckpoint, type StoreOptions } from "./checkpoint/store.ts";
export { type NamedTensor, type NamedTensors, requireShapes, type TensorFormat } from "./checkpoint/tensors.ts";
export { describeEnvironment, type Environment, environmentChanges } from "./run/environment.ts";
export { createRunFolder, RUN_FILES } from "./run/folder.ts";
export { type Resumed, Run, RunError, type RunOptions, type RunState, runState } from "./run/run.ts";
export { type Scalars, type TrackedRun, type Tracker, Trackers } from "./trackers/tracker.ts";
export {
  createManifest,
  freezeManifest,
  type Job,
  type Manifest,
  ManifestError,
  nameJob,
  readManifest,
} from "./sweep/manifest.ts";
export { type JobOutcome, type JobStatus, runJob, type RunJobOptions, sweepStatus } from "./sweep/job.ts";
export { launchLocal, type LaunchResult, type LocalOptions } from "./sweep/local.ts";
export {
  type ConfigKind,
  planJobs,
  type PlannedJob,
  planSweep,
  type Sampler,
  type SweepRequest,
} from "./sweep/plan.ts";
export { RunIndex } from "./index/database.ts";
export { type Filter, FilterError, type Order, parseFilter, parseOrder } from "./index/query.ts";
export { findRuns, readRun, type RunRecord } from "./index/scan.ts";
export { type ComparedKey, compareRuns, type Comparison } from "./index/compare.ts";
export { deleteRun } from "./index/delete.ts";
export { type TensorBoardOptions, TensorBoardTracker } from "./trackers/tensorboard/tracker.ts";
export { createDashboard } from "./dashboard/server.ts";
export {
  compactIndices,
  loadSlurmOptions,
  SlurmError,
  slurmHistory,
  type SlurmOptions,
  slurmSchema,
  slurmScript,
  slurmStatus,
  type SlurmTask,
  type Submission,
  submitToSlurm,
} from "./sweep/slurm.ts";
export { type KubernetesOptions, kubernetesTemplate, parallelTemplate } from "./sweep/templates.ts";
export { type HalvingOptions, rungBudgets, successiveHalving, type TrialResult } from "./sweep/halving.ts";
export { type WandbOptions, WandbTracker } from "./trackers/wandb/tracker.ts";
export { trackersFor } from "./trackers/configured.ts";
export { train, type TrainingHooks, type TrainingProgress, type TrainingResult } from "./session/train.ts";
export * from "./validation/mod.ts";
export { auditRun, checkReward, describeFinding, rewardKnowledge } from "./session/reward_audit.ts";
export { checkComparison, compareRun, comparisonRow, finishRun } from "./session/finish.ts";
export {
  baselineNames,
  compare,
  type ComparedMethod,
  type ComparisonOptions,
  type Contender,
  type PairedDifference,
  type PolicyComparison,
} from "./session/comparison.ts";
export { SAFETENSORS } from "./session/safetensors.ts";
export { statisticsPolicyOptions } from "./session/options.ts";
export { loadTrack, readTrack, type Track } from "./session/track.ts";
export {
  evaluateTuned,
  formatTuned,
  mergeTuned,
  readTuned,
  type TunedBaselines,
  tunedFile,
  tunedPoint,
} from "./session/tuned.ts";
export { type OpenedPolicy, openPolicy } from "./session/open.ts";
export { type Instances, instancesOf } from "./two_phase/instances.ts";
export {
  type Arm,
  comparisonArms,
  type MissingArm,
  type PlayedArm,
  randomPolicy,
  runStudy,
  type StudyOptions,
} from "./two_phase/study.ts";
export {
  type ArmDifference,
  type ArmSummary,
  FOUND_LEVEL,
  type Interval,
  STUDY_METRIC_NAMES,
  STUDY_METRICS,
  type StudyCurve,
  type StudyMetric,
  type StudySummary,
  summariseStudy,
} from "./two_phase/summary.ts";
export { findings } from "./two_phase/findings.ts";
export { beliefSources } from "./two_phase/sources.ts";
export { formatJson } from "./checkpoint/contents.ts";
export { formatSurrogateConfig, type SurrogateConfig, surrogateConfigSchema } from "./surrogate/config.ts";
export { type EvaluatedMethod, evaluateSurrogate } from "./surrogate/evaluation.ts";
export type { StructureMetrics } from "./surrogate/metrics.ts";
export { type OpenedSurrogate, openNeuralSurrogate } from "./surrogate/open.ts";
export { openSurrogateRun, type SurrogateHooks, type SurrogateRun } from "./surrogate/session.ts";
export { comparisonSchema, type ComparisonSettings, type GraphName, GRAPHS } from "./study/settings.ts";
export { planStudy, readStudy, type Study, studySchema } from "./study/study.ts";
export {
  type CollectedModels,
  collectModels,
  type Model,
  ModelError,
  modelLabels,
  type ModelRun,
  readModelRun,
} from "./study/models.ts";
export { type TestProblems, testProblems } from "./study/environments.ts";
export { checkHeldOut, SharedScmError } from "./study/guard.ts";
export { comparedBaselines, playAll, type PlayedMethod, type PlayedRole, type PlayOptions } from "./study/play.ts";
export { compareStudy, type StudyComparison } from "./study/compare.ts";
export { type LearningCurve, learningCurve } from "./study/learning.ts";
export { type PhaseContext, type PhaseOptions, surrogatePhase, type TrainableSurrogate } from "./joint/phase.ts";
export { collectRows } from "./joint/collect.ts";
export {
  type Advice,
  EFFECT_PRIOR,
  type EffectEstimate,
  type EstimatedMean,
  expectedTarget,
  type Suggestion,
} from "./advisor/advice.ts";
export { type ExperimentData, experimentData, readData } from "./advisor/data.ts";
export { DataError } from "./advisor/error.ts";
export { readTable } from "./advisor/formats.ts";
export {
  type ExperimentProblem,
  type ExperimentVariable,
  parseProblem,
  problemOfScm,
  publicProblem,
} from "./advisor/problem.ts";
export { type ExperimentRows, type MadeIntervention, recordedRows } from "./advisor/rows.ts";
export {
  DEFAULT_CHECKPOINT,
  type ExperimentSession,
  type MeasuredRow,
  openSession,
  restoreSession,
  type StoredSession,
} from "./advisor/session.ts";
export { type SimulatedSession, type SimulatedStep, simulateSession } from "./advisor/simulate.ts";
export type { Table } from "./advisor/table.ts";
export { playScenario, POLICY_NAME, type ScenarioOptions } from "./scenarios/play.ts";
export { PUBLIC_SCMS, type PublicScenario, publicScenarios } from "./scenarios/public_scms.ts";
export { robustnessScenarios } from "./scenarios/robustness.ts";
export type { PlayedScenario, Scenario, ScenarioMethod, Verdict } from "./scenarios/types.ts";
export { judge, meanMetric, SIGNIFICANCE, strongestVerdicts, verdictSentence } from "./scenarios/verdicts.ts";
