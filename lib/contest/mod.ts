/**
 * Contests: methods play the same problems. Comparisons of a run with the baselines, studies of several models and seeds (`study/`),
 * benchmarks and robustness (`scenarios/`), and the two-phase experiment (`two_phase/`).
 * @module
 */

export { checkComparison, compareRun, comparisonRow, finishRun } from "./finish.ts";
export {
  baselineNames,
  compare,
  type ComparedMethod,
  type ComparisonOptions,
  type Contender,
  type PairedDifference,
  type PolicyComparison,
} from "./comparison.ts";
export { type Instances, instancesOf } from "./two_phase/instances.ts";
export {
  type Arm,
  comparisonArms,
  type MissingArm,
  type PlayedArm,
  randomPolicy,
  runStudy,
  type StudyOptions,
} from "./two_phase/study.ts";
export {
  type ArmDifference,
  type ArmSummary,
  FOUND_LEVEL,
  type Interval,
  STUDY_METRIC_NAMES,
  STUDY_METRICS,
  type StudyCurve,
  type StudyMetric,
  type StudySummary,
  summariseStudy,
} from "./two_phase/summary.ts";
export { findings } from "./two_phase/findings.ts";
export { beliefSources } from "./two_phase/sources.ts";
export { comparisonSchema, type ComparisonSettings, type GraphName, GRAPHS } from "./study/settings.ts";
export {
  type CollectedModels,
  collectModels,
  type Model,
  ModelError,
  modelLabels,
  type ModelRun,
  readModelRun,
} from "./study/models.ts";
export { type TestProblems, testProblems } from "./study/environments.ts";
export { checkHeldOut, SharedScmError } from "./study/guard.ts";
export { comparedBaselines, playAll, type PlayedMethod, type PlayedRole, type PlayOptions } from "./study/play.ts";
export { compareStudy, type StudyComparison } from "./study/compare.ts";
export { type LearningCurve, learningCurve } from "./study/learning.ts";
export { playScenario, POLICY_NAME, type ScenarioOptions } from "./scenarios/play.ts";
export { PUBLIC_SCMS, type PublicScenario, publicScenarios } from "./scenarios/public_scms.ts";
export { robustnessScenarios } from "./scenarios/robustness.ts";
export type { PlayedScenario, Scenario, ScenarioMethod, Verdict } from "./scenarios/types.ts";
export { judge, meanMetric, SIGNIFICANCE, strongestVerdicts, verdictSentence } from "./scenarios/verdicts.ts";
