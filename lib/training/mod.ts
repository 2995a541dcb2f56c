/**
 * Training: from a config to a trained policy or surrogate. It opens tracks, policies and surrogates, builds the learner, and runs it with
 * workers, checkpoints and trackers; `surrogate/` and `joint/` train what estimates the structure.
 * @module
 */

export {
  conclude,
  type Conclusion,
  type Ending,
  type NewPlace,
  resumeTraining,
  type RunResults,
  startTraining,
  train,
  type Training,
  trainRun,
} from "./train.ts";
export type { LoopResult, TrainingHooks, TrainingProgress } from "./loop.ts";
export {
  type Learner,
  type LearnerState,
  type Metrics,
  type Pause,
  type Step,
  Stopped,
  type Validated,
} from "./learner.ts";
export type { TrainingKind } from "./kind.ts";
export { kindOfRun, TRAINING_KINDS, type TrainingKindName } from "./kinds.ts";
export { POLICY_TRAINING } from "./learners/interventions.ts";
export { SURROGATE_TRAINING } from "./learners/surrogate.ts";
export { closingRemarks } from "./remarks.ts";
export { rewardKnowledge } from "./reward_audit.ts";

export { type OpenedScm, openScm } from "./scms.ts";
export { drawProblems, loadTrack, readTrack, type Track, trackStages, trackTitle } from "./track.ts";
export { evaluateTuned, keepTuned, ownTunedFile, readTuned, type TunedBaselines, tunedFile } from "./tuned.ts";
export { type OpenedPolicy, openPolicy, type PolicySource } from "./open.ts";
export type { StructureMetrics } from "./surrogate/metrics.ts";
export { type OpenedSurrogate, openNeuralSurrogate } from "./surrogate/open.ts";
export { endSurrogateTraining, type SurrogateReportResults, surrogateResults } from "./surrogate/results.ts";
export { THEORY_TRAINING, type TheoryEvaluations, type TheoryLearner } from "./learners/theory.ts";
export {
  type TheoryComparison,
  type TheoryEnd,
  type TheoryEvaluationRow,
  type TheoryReportResults,
  theoryResults,
} from "./theory/results.ts";
export { theoryConfigFrom } from "./theory/config.ts";
export { endTheoryRun, evaluateTheoryRun } from "./theory/run.ts";
export { createPolicy } from "./policy.ts";
