/**
 * Evaluation and comparison (DESIGN section 10). Every method plays the same held-out problems with the same initial rows,
 * budget and noise ({@linkcode EpisodeRecords}); its episodes are judged by expected outcomes ({@linkcode episodeMetrics})
 * and summarised with intervals over problems and training seeds ({@linkcode summarise}).
 *
 * @module
 */
export type { EpisodeRecords } from "./records.ts";
export { bestSoFar, EDGE_STEPS, episodeMetrics, METRIC_NAMES, METRICS } from "./metrics.ts";
export type { MetricInfo, MetricName, MetricTable } from "./metrics.ts";
export { estimateDifference, estimateMean } from "./estimates.ts";
export type { Estimate, EstimateOptions, SamplingUnit, SeedMatrix } from "./estimates.ts";
export {
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
export type { StructureMetric, StructureRecords } from "./structure_records.ts";
export { type StructureSummary, summariseStructure } from "./structure.ts";
export {
  baselineGrid,
  baselinePolicy,
  type TunedPoint,
  type Tuning,
  type TuningRound,
  tuningRounds,
} from "./tuning.ts";
export { mergeRecords, partsOf, type RecordsPart } from "./merge.ts";
export {
  type BeliefCurves,
  believingPolicy,
  playWithReaders,
  type ReadingOptions,
  type ReadRecords,
} from "./readers.ts";
export {
  adjustBenjaminiHochberg,
  adjustHolm,
  AGGREGATES,
  bootstrap,
  bootstrapAll,
  type BootstrapEstimate,
  type BootstrapOptions,
  type Bounds,
  cohenD,
  cohenDz,
  type Design,
  type EffectSize,
  type FriedmanResult,
  friedmanTest,
  hedgesG,
  interquartileMean,
  kruskalWallisTest,
  meanOf,
  medianOf,
  NON_NEGATIVE,
  oneWayAnova,
  pairedTest,
  probabilityOfImprovement,
  requiredSize,
  type Scores,
  type TestResult,
  UNBOUNDED,
  UNIT,
  welchTest,
  wilcoxonTest,
} from "./statistics/mod.ts";
export {
  claimSentence,
  compare,
  type CompareOptions,
  type Comparison,
  type Environments,
  isJudged,
  type JudgedPair,
  judgeFamily,
  type Judgement,
  type ModelSummary,
  type NamedPair,
  type OmnibusTests,
  type PairComparison,
  type RankedModel,
  type Verdict,
  type WinMatrix,
} from "./comparison/mod.ts";
export { checkSeedsDisjoint, findSharedScms, type ProblemSource } from "./seeds.ts";
