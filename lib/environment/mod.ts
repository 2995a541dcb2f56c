/**
 * The sequential intervention problem, batched (DESIGN section 5). An {@linkcode Environment} advances many episodes in
 * lock-step: each starts from a few rows, then makes T interventions, and keeps every row with what was set. What a policy
 * may see is an {@linkcode Observation}: public descriptions, sufficient statistics and the history; never the graph, the
 * mechanisms or the noise. {@linkcode statisticsViews} turns it into the standardised features of the learned policies.
 *
 * @module
 */

export * from "./types.ts";
export { type BeliefChannels } from "./belief_features.ts";
export { nearestValue, scale, unscale } from "./domain.ts";
export { createEnvironment, type Environment } from "./environment.ts";
export { observedVariables, publicProblems } from "./problems.ts";
export type { Chosen, SetViews } from "./set_features.ts";
export { chosenOf, membersOf, NONE, openInto, SEVERAL, wasSet } from "./sets.ts";
export {
  chooseViews,
  concatViews,
  gatherViews,
  nodeChannels,
  type StatisticsViews,
  statisticsViews,
  type ViewOptions,
} from "./features.ts";
export { joinStates, takeStates } from "./batches.ts";
export { offsetsOf } from "./offsets.ts";
export { NODE_FEATURES } from "./node_features.ts";
export { PAIR_FEATURES } from "./pair_features.ts";
export { FEWEST_OBSERVATIONAL_ROWS, recordedObservation, type RecordedRows } from "./recorded.ts";
export {
  chooseHistoryViews,
  concatHistoryViews,
  gatherHistoryViews,
  HISTORY_CHANNELS,
  HISTORY_STATICS,
  historyStatics,
  type HistoryViewOptions,
  type HistoryViews,
  historyViews,
} from "./history_views.ts";
export { standardisedRowInto } from "./standardise.ts";
export { addRowInto, createStatistics, startUnitsInto } from "./statistics.ts";
