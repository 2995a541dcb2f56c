/**
 * Policies: one interface ({@linkcode Policy}) for those that learn and those that do not. The learned `statistics` policy
 * is a permutation-equivariant network over summaries (`statistics_network.ts`), the `history` policy one of attention over
 * all rows (`history_network.ts`); a value head (`value_head/`) turns their outputs into the joint distribution over
 * variable and value.
 *
 * @module
 */

export * from "./types.ts";
export type { Parameters } from "../tensor/mod.ts";
export type { StatisticsNetworkOptions } from "./statistics_network.ts";
export type { PolicyKind, PolicySettings } from "./kind.ts";
export { POLICIES, policyKind, type PolicyName } from "./registry.ts";
export { createStatisticsPolicy, type StatisticsPolicyOptions } from "./statistics_policy.ts";
export { createGeneralPolicy, EXPLORATION, type GeneralPolicy, type GeneralPolicyOptions } from "./general_policy.ts";
export {
  type BelievedResponses,
  createLearnedPolicy,
  type LearnedPolicy,
  type LearnedPolicyParts,
  type SettableViews,
} from "./learned_policy.ts";
export { createValueHead } from "./value_head/create.ts";
export type { DrawnActions, ValueHead, ValueHeadOptions, ViewActions } from "./value_head/types.ts";
export type { LearnedValueFunction } from "./value_function.ts";
export {
  type Baseline,
  baseline,
  type BelievingBaseline,
  type ParameterPoint,
  type PrivilegedBaseline,
} from "./baselines/entry.ts";
export { BASELINES, BELIEVING_BASELINES, PRIVILEGED_BASELINES } from "./baselines/registry.ts";
export { type LinePosterior, linePosterior, type RegressionPrior } from "./baselines/regression.ts";
export { type RankedAction, rankedActions } from "./ranked_actions.ts";
export { slotsOf } from "./set_choice.ts";
