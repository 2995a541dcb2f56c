/**
 * Training: from a config to a trained policy or surrogate. It opens tracks, policies and surrogates, builds the learner, and runs it with
 * workers, checkpoints and trackers; `surrogate/` and `joint/` train what estimates the structure.
 * @module
 */

export { train, type TrainingHooks, type TrainingProgress, type TrainingResult } from "./train.ts";
export { auditRun, checkReward, describeFinding, rewardKnowledge } from "./reward_audit.ts";
export { SAFETENSORS } from "./safetensors.ts";
export { policySettings } from "./options.ts";
export { namedScms, type OpenedScm, openScm } from "./scms.ts";
export { drawProblems, loadTrack, readTrack, type Track, trackStages } from "./track.ts";
export {
  evaluateTuned,
  formatTuned,
  keepTuned,
  mergeTuned,
  readTuned,
  type TunedBaselines,
  tunedFile,
  tunedPoint,
} from "./tuned.ts";
export { type OpenedPolicy, openPolicy } from "./open.ts";
export { formatSurrogateConfig, type SurrogateConfig, surrogateConfigSchema } from "./surrogate/config.ts";
export { type EvaluatedMethod, evaluateSurrogate } from "./surrogate/evaluation.ts";
export type { StructureMetrics } from "./surrogate/metrics.ts";
export { type OpenedSurrogate, openNeuralSurrogate } from "./surrogate/open.ts";
export { openSurrogateRun, type SurrogateHooks, type SurrogateRun } from "./surrogate/session.ts";
export { type PhaseContext, type PhaseOptions, surrogatePhase, type TrainableSurrogate } from "./joint/phase.ts";
export { collectRows } from "./joint/collect.ts";
export { createPolicy } from "./policy.ts";
