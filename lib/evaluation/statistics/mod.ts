/**
 * Statistics of comparisons, as pure functions of plain lists: tests of two and of several samples, effect sizes, corrections
 * for several comparisons, power, and rliable's aggregates with their bootstrap. The tests of this folder hold each against
 * values computed by SciPy.
 */
export type { TestResult } from "./result.ts";
export { pairedTest, studentTest, welchTest } from "./t_tests.ts";
export { wilcoxonTest } from "./wilcoxon.ts";
export { type FriedmanResult, friedmanTest, kruskalWallisTest, oneWayAnova } from "./group_tests.ts";
export { cohenD, cohenDz, type EffectSize, hedgesFactor, hedgesG } from "./effect_sizes.ts";
export { adjustBenjaminiHochberg, adjustHolm } from "./adjust.ts";
export { type Design, detectableDifference, detectableEffect, power, requiredSize } from "./power.ts";
export { crossedError, type CrossedScores, type ErrorOfMean } from "./crossed.ts";
export { boundedInterval, type Bounds, NON_NEGATIVE, UNBOUNDED, type UncertainMean, UNIT } from "./bounded.ts";
export {
  type AggregateName,
  AGGREGATES,
  interquartileMean,
  optimalityGap,
  performanceProfile,
  probabilityOfImprovement,
  type Scores,
} from "./aggregates.ts";
export {
  bootstrap,
  bootstrapAll,
  type BootstrapEstimate,
  type BootstrapOptions,
  type ProfileBand,
  profileBand,
} from "./bootstrap.ts";
export { rank } from "./ranks.ts";
export { studentQuantile } from "./distributions.ts";
export { meanOf, medianOf, quantileOf, varianceOf } from "./moments.ts";
