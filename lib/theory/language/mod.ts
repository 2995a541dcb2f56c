/**
 * The language of theories: vocabulary, dialects, grammar, prompts with holes, strings from theories and back, and the tasks
 * that are set in it.
 * @module
 */

export { type Closing, ClosingSolver } from "./closing.ts";
export { DIALECTS } from "./dialect.ts";
export { OWN_GOALS, type OwnGoalName } from "./goals.ts";
export { freeLimits } from "./grammar.ts";
export { KNOWN_THEORIES, knownContents, type KnownTheory } from "./known.ts";
export {
  extendWalk,
  isFinished,
  legalNextInto,
  playForced,
  type Prompt,
  type ScriptItem,
  startWalk,
  type Walk,
} from "./prompt.ts";
export { type Fraction, type OwnTask, ownTask, OwnTaskError } from "./own_task.ts";
export { type Task, TASK_NAMES, type TaskName, theoryTask } from "./tasks.ts";
export {
  contentKey,
  declaredFactors,
  describeFermions,
  fieldTokens,
  multipletTokens,
  type ParsedTheory,
  parseTheory,
  printTheory,
  readTheory,
} from "./text.ts";
export {
  ADD,
  decode,
  encode,
  EOS,
  FACTORS,
  FERMION,
  FIRST_MULTIPLICITY,
  MAX_MULTIPLICITY,
  PAD,
  tokenCharge,
  tokenName,
  VOCABULARY_SIZE,
} from "./vocabulary.ts";
