/**
 * Group Relative Policy Optimisation (Shao et al. 2024, arXiv:2402.03300). One update reads top to bottom in `trainer.ts`:
 * every shard asks for a rollout of groups (`Roller` in `types.ts`), turns rewards into group-relative advantages (`returns.ts`,
 * `advantages.ts`; `gae.ts` for the PPO comparison), and gives gradients of the clipped surrogate (`loss.ts`) for the
 * optimiser. Environments and policies are known by the interfaces of `types.ts` only.
 *
 * @module
 */

export * from "./types.ts";
export type { TrainerOptions, ValueBaselineOptions } from "./options.ts";
export {
  type AdvantageOptions,
  type Advantages,
  advantages,
  type AdvantageScale,
  batchDivisor,
  STD_EPSILON,
} from "./advantages.ts";
export { type Credited, type ReturnKind, returns } from "./returns.ts";
export { type GaeResult, generalisedAdvantages } from "./gae.ts";
export {
  type KlEstimator,
  type LossBatch,
  type LossNormalisers,
  type LossOptions,
  type LossValue,
  type RatioLevel,
  surrogateLoss,
} from "./loss.ts";
export { type Schedule, scheduled, type ScheduleKind } from "./schedule.ts";
export { advanceCurriculum, type CurriculumRule, type CurriculumState, INITIAL_CURRICULUM } from "./curriculum.ts";
export {
  type BatchTotals,
  createShard,
  type MinibatchCounts,
  type Shard,
  type ShardGradient,
  type ShardParts,
  type ShardSummary,
  trainedParameters,
  TrainingError,
} from "./shard.ts";
export {
  type Optimizer,
  type OptimizerStep,
  type ShardPool,
  shardStream,
  trainUpdate,
  type UpdateMetrics,
} from "./trainer.ts";
export { createLocalPool } from "./local_pool.ts";
export {
  checkReplayOptions,
  drawReplay,
  remember,
  type ReplayEntry,
  type ReplayOptions,
  type ReplaySample,
  type ReplayState,
} from "./replay.ts";
