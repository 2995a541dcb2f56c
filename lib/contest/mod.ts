/**
 * Contests: methods play the same problems. Comparisons of a run with the baselines, studies of several models and seeds (`study/`),
 * benchmarks and robustness (`scenarios/`), and the two-phase experiment (`two_phase/`).
 * @module
 */

export { checkComparison, compareRun, comparisonRow, writeComparison } from "./finish.ts";
export { comparePolicies, comparePoliciesOn, type PairedDifference, type PolicyComparison } from "./comparison.ts";
export {
  baselineContestants,
  baselineNames,
  POLICY_NAME,
  seedsContestant,
  trainedContestant,
  type TrainedSeed,
  tunableNames,
} from "./contestants.ts";
export { createPlayers, type Players } from "./threads/players.ts";
export { tuneBaseline } from "./threads/tuning.ts";
export { CLAIM_LEVEL } from "./plan.ts";
export { isPrivileged } from "./play.ts";
export type { Arena, Contestant, Played, Role } from "./types.ts";
export { type Instances, instancesOf } from "./two_phase/instances.ts";
export {
  type Arm,
  comparisonArms,
  type MissingArm,
  type PlayedArm,
  runStudy,
  type StudyOptions,
} from "./two_phase/study.ts";
export {
  type ArmDifference,
  type ArmSummary,
  type Interval,
  STUDY_METRIC_NAMES,
  STUDY_METRICS,
  type StudyCurve,
  type StudyMetric,
  type StudySummary,
  summariseStudy,
} from "./two_phase/summary.ts";
export { playTwoPhase, type TwoPhaseOptions } from "./two_phase/play.ts";
export { findings } from "./two_phase/findings.ts";
export { beliefSources } from "./two_phase/sources.ts";
export { comparisonSchema, type ComparisonSettings } from "./study/settings.ts";
export { type CollectedModels, collectModels, type Model, type ModelRun } from "./study/models.ts";
export { checkStudy, playStudy, type StudyHooks, type StudyResult } from "./study/contest.ts";
export { type StudyComparison } from "./study/compare.ts";
export { type LearningCurve, learningCurve } from "./study/learning.ts";
export {
  PUBLIC_BASELINES,
  PUBLIC_OPPONENTS,
  PUBLIC_SCMS,
  type PublicScenario,
  publicScenarios,
} from "./scenarios/public_scms.ts";
export { openScenarios, type ScenarioContest, type ScenarioRequest } from "./scenarios/contest.ts";
export { type OpenedSeeds, tuningNote } from "./scenarios/seeds.ts";
export { robustnessScenarios } from "./scenarios/robustness.ts";
export type { PlayedScenario, Scenario } from "./scenarios/types.ts";
export {
  playedBy,
  type ScenarioPlan,
  type ScenarioVerdict,
  type ScenarioVerdicts,
  verdictSentence,
} from "./scenarios/verdicts.ts";
