/**
 * Learning to write theories: the policy of the trainer, its rollouts and rewards, replay, the supervised start, and the
 * searches that it is compared with.
 * @module
 */

export { closingSearch, isClosable, successfulContents } from "./closed_strings.ts";
export { foundLines, foundTheories, plannedSearches, type SearchRow, searchRow } from "./comparison.ts";
export { evaluateTheories, type TheoryEvaluation, theoryEvaluationSteps } from "./evaluate.ts";
export { TheoryPolicy } from "./policy.ts";
export { proveTheory, type TheoryProof } from "./proof.ts";
export { anomalyScore, TheoryScorer } from "./reward.ts";
export { annealingSearch, bestOfSearch, enumerationSearch, type SearchRecord, uniformSearch } from "./search.ts";
export { stringSource, SUPERVISED_SOURCES, supervisedUpdate, uniqueTasks } from "./supervised.ts";
export {
  stagePrompts,
  type TheoryStage,
  TheoryTraining,
  type TheoryTrainingOptions,
  type TheoryTrainingState,
} from "./training.ts";
export { writeTheories } from "./writer.ts";
