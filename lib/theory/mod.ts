/**
 * The second environment: particle-physics theories written under a grammar. A theory is a gauge group with left-handed
 * Weyl fermions and scalars; its string is canonical, its legal next tokens are known at every position, and its judgement
 * is exact: anomalies in integer arithmetic, the mass spectrum from the generic rank of every coupling that the gauge group
 * allows. Tasks T0 to T6 ask for theories of growing freedom; a small language model writes them and learns from the reward.
 *
 * `physics/` < `language/` < `network/` < `learning/`: each imports from the earlier ones alone.
 * @module
 */

export {
  anomalyConditions,
  anomalyContribution,
  anomalySums,
  anomalyValue,
  chiralCharges,
  countFamilyCharges,
  enumerateCharges,
  fermions,
  formatRational,
  multipletName,
  rational,
} from "./physics/mod.ts";
export {
  DIALECTS,
  encode,
  FACTORS,
  freeLimits,
  KNOWN_THEORIES,
  OWN_GOALS,
  type OwnGoalName,
  type OwnTask,
  ownTask,
  OwnTaskError,
  parseTheory,
  type Prompt,
  readTheory,
  type Task,
  TASK_NAMES,
  type TaskName,
  theoryTask,
} from "./language/mod.ts";
export { SMALL_GPT } from "./network/mod.ts";
export {
  anomalyScore,
  foundLines,
  foundTheories,
  plannedSearches,
  type SearchRecord,
  type SearchRow,
  searchRow,
  stagePrompts,
  stringSource,
  successfulContents,
  SUPERVISED_SOURCES,
  supervisedUpdate,
  type TheoryEvaluation,
  theoryEvaluationSteps,
  TheoryPolicy,
  type TheoryProof,
  TheoryScorer,
  type TheoryStage,
  TheoryTraining,
  type TheoryTrainingOptions,
  type TheoryTrainingState,
  uniqueTasks,
  writeTheories,
} from "./learning/mod.ts";
