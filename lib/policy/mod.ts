/**
 * Policies: one interface ({@linkcode Policy}) for those that learn and those that do not. The learned `statistics` policy
 * is a permutation-equivariant network (`statistics_network.ts`) whose outputs a value head (`value_head.ts`) turns into the
 * joint distribution over variable and value.
 *
 * @module
 */

export * from "./types.ts";
export { createParameters, type Parameters, type ParameterShape } from "../tensor/mod.ts";
export {
  createStatisticsNetwork,
  HEAD_WIDTH,
  type StatisticsNetwork,
  type StatisticsNetworkOptions,
} from "./statistics_network.ts";
export {
  createStatisticsPolicy,
  gatherActions,
  type LearnedPolicy,
  type StatisticsPolicyOptions,
} from "./statistics_policy.ts";
export {
  createValueHead,
  type DrawnActions,
  type ValueHead,
  type ValueHeadOptions,
  type ViewActions,
} from "./value_head.ts";
export { createStatisticsValueFunction, type StatisticsValueFunction } from "./value_function.ts";
export {
  type Baseline,
  BASELINES,
  type ParameterPoint,
  PRIVILEGED_BASELINES,
  type PrivilegedBaseline,
} from "./baselines/registry.ts";
export { type LinePosterior, linePosterior, type RegressionPrior } from "./baselines/regression.ts";
