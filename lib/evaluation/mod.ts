/**
 * Evaluation and comparison (DESIGN section 10). Every method plays the same held-out problems with the same initial rows,
 * budget and noise ({@linkcode EpisodeRecords}); its episodes are judged by expected outcomes ({@linkcode episodeMetrics})
 * and summarised with intervals over problems and training seeds ({@linkcode summarise}).
 *
 * @module
 */
export type { EpisodeRecords } from "./records.ts";
export { checkRecords } from "./records.ts";
export {
  bestSoFar,
  CONVERGENCE_LEVEL,
  EDGE_STEPS,
  episodeMetrics,
  IMPROVEMENT_STEPS,
  METRIC_NAMES,
  METRICS,
  rangeUtilisation,
  stepOfConvergence,
  SUCCESS_LEVEL,
} from "./metrics.ts";
export type { MetricInfo, MetricName, MetricTable } from "./metrics.ts";
export { DEFAULT_LEVEL, estimateDifference, estimateMean } from "./estimates.ts";
export type { Estimate, EstimateOptions, SamplingUnit, SeedMatrix } from "./estimates.ts";
export {
  checkSameProblems,
  collectResults,
  decisionSeconds,
  metricMatrix,
  stepCurve,
  summarise,
  summariseBy,
  summariseDifference,
} from "./summary.ts";
export type { CurveQuantity, GroupSummary, MethodResults, MetricSummary, StepCurve } from "./summary.ts";
export {
  type BatchPolicy,
  evaluate,
  type EvaluationOptions,
  type EvaluationProblem,
  evaluationSteps,
  heldOutProblems,
  namedProblem,
  repeatedProblem,
} from "./protocol.ts";
export { runSteps, runStepsWithPauses, type Steps } from "./steps.ts";
export {
  STRUCTURE_BOUNDS,
  STRUCTURE_METRICS,
  type StructureMetric,
  type StructureRecords,
} from "./structure_records.ts";
export {
  calibrationAt,
  structureCurve,
  structureDifference,
  structureMatrix,
  type StructureSummary,
  summariseStructure,
} from "./structure.ts";
export { baselineGrid, baselinePolicy, tuneBaseline, type TunedPoint, type Tuning } from "./tuning.ts";
export { mergeRecords, type RecordsPart } from "./merge.ts";
export {
  type BeliefCurves,
  believingPolicy,
  playWithReaders,
  type ReadingOptions,
  type ReadRecords,
} from "./readers.ts";
export * from "./statistics/mod.ts";
export * from "./comparison/mod.ts";
export {
  checkSeedsDisjoint,
  findSeedOverlap,
  findSharedScms,
  type ProblemSource,
  scmFingerprint,
  SeedOverlapError,
  type SourceOverlap,
} from "./seeds.ts";
