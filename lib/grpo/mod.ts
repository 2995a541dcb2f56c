/**
 * Group Relative Policy Optimisation (Shao et al. 2024, arXiv:2402.03300). One update reads top to bottom in `trainer.ts`:
 * every shard (`shard.ts`) collects a rollout of groups, turns rewards into group-relative advantages (`collected.ts`,
 * `returns.ts`, `advantages.ts`; `gae.ts` for the PPO comparison), and gives gradients of the clipped surrogate (`loss.ts`,
 * `surrogate.ts`, `kl.ts`) for the optimiser. Environments and policies are known by the interfaces of `types.ts` only.
 *
 * @module
 */

export * from "./types.ts";
export {
  type AdaptiveKl,
  DEFAULT_TRAINER,
  type EntropyTarget,
  type KlOptions,
  type OptionConflict,
  optionConflicts,
  type OptionName,
  type TrainerOptions,
  type ValueBaselineOptions,
} from "./options.ts";
export { type AdvantageOptions, type AdvantageScale, type RewardAggregation } from "./advantages.ts";
export { type ReturnKind, type RewardPart } from "./returns.ts";
export { type LossOptions, type RatioLevel } from "./loss.ts";
export type { KlEstimator } from "./kl.ts";
export type { ClipOptions, LossKind } from "./surrogate.ts";
export { type Schedule, scheduled, type ScheduleKind } from "./schedule.ts";
export { advanceCurriculum, type CurriculumRule, type CurriculumState, INITIAL_CURRICULUM } from "./curriculum.ts";
export {
  correlationOf,
  countsOf,
  meanMeasure,
  type Measure,
  type Measures,
  type Spread,
  spreadOf,
} from "./measures.ts";
export type {
  BatchTotals,
  Coefficients,
  MinibatchCounts,
  ShardCollection,
  ShardGradient,
  ShardParts,
  ShardSummary,
} from "./batch.ts";
export { createLocalPool, trainedParameters } from "./shard.ts";
export { TrainingError } from "./error.ts";
export { initialTrainerState, readTrainerState, type TrainerState } from "./coefficients.ts";
export {
  type Optimizer,
  type OptimizerStep,
  type ShardPool,
  shardStream,
  trainUpdate,
  type UpdateMetrics,
  type UpdateResult,
} from "./trainer.ts";
export {
  drawReplay,
  remember,
  type ReplayEntry,
  type ReplayOptions,
  type ReplaySample,
  type ReplayState,
} from "./replay.ts";
