/**
 * Beliefs about the target's parents (DESIGN section 6): a {@linkcode Surrogate} follows a batch of episodes and says after
 * every row how probable each variable is a direct cause of the target, and how sure it is. Beside them, `response/`: what is
 * believed of `E[target | do]` for each variable, from observation ({@linkcode observationalPriors}) and trials
 * ({@linkcode fitResponses}).
 *
 * @module
 */

export {
  type BeliefSource,
  type BeliefTracker,
  type PrivilegedSurrogate,
  type Surrogate,
  surrogateFor,
} from "./types.ts";
export {
  addCalibrationInto,
  CALIBRATION_BINS,
  calibrationError,
  type ParentSetMetrics,
  parentSetMetrics,
} from "./metrics.ts";
export { followBeliefs } from "./follow.ts";
export type { SurrogateKind } from "./kind.ts";
export { createSurrogate, surrogateKind, type SurrogateOptions, SURROGATES } from "./registry.ts";
export { createActiveSurrogate } from "./active/active.ts";
export { ACTIVE_DEFAULTS, type ActiveOptions } from "./active/hypotheses.ts";
export { createExactSurrogate, EXACT_DEFAULTS, EXACT_LIMIT, type ExactOptions } from "./exact/exact.ts";
export { createBootstrapSurrogate } from "./bootstrap.ts";
export { PARENT_SCORERS, type ParentScorer } from "./baselines.ts";
export type { AttentionFormOptions } from "./neural/attention_form.ts";
export type { CommonViews, EpisodeRows } from "./neural/episodes.ts";
export type { PreparedBatch, SurrogateForm } from "./neural/form.ts";
export { checkRows, episodeRows, type LabelledRows, type RowsDistribution } from "./neural/simulate.ts";
export type { StatisticsFormOptions } from "./neural/statistics_form.ts";
export {
  beliefsOf,
  createNeuralSurrogate,
  createSurrogateForm,
  type SurrogateFormOptions,
} from "./neural/surrogate.ts";
export { drawBatch, drawEpisodes, type EpisodeDistribution, labelsOf, surrogateLoss } from "./neural/training.ts";
export { NO_PRIOR, type ResponsePrior } from "./response/knots.ts";
export { RESPONSE_MODEL, type ResponseModel } from "./response/model.ts";
export {
  drawResponse,
  fitResponses,
  predictResponse,
  type ResponseFit,
  type ResponseVariable,
} from "./response/posterior.ts";
export { adjustedPrior, observationalPriors, type ObservedRows, observedRows } from "./response/prior.ts";
export { createGrid, type Grid } from "./amortised/grid.ts";
export { createResponseTracker, type EpisodeResponses } from "./amortised/episode.ts";
export {
  concatResponseViews,
  gatherResponseViews,
  type ProcessViews,
  processViews,
  type ResponseViews,
  responseViews,
} from "./amortised/views.ts";
export { createResponseNetwork, type ResponseNetwork, type ResponseNetworkOptions } from "./amortised/network.ts";
export {
  HALF_INTERVAL,
  readOutputs,
  type ResponseLabels,
  type ResponseLoss,
  responseLoss,
  type ResponseOutputs,
} from "./amortised/loss.ts";
export { gatherTrials, type Trials, unwarpedGain, warpedGain } from "./response/trials.ts";
export { fitSetProcess, type SetBelief } from "./sets/beliefs.ts";
export type { BesideBelief } from "./sets/beside.ts";
export type { SetProcessOptions } from "./sets/fit.ts";
export { heldBy, type SetPoint } from "./sets/point.ts";
