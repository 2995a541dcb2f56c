/**
 * The validation of rewards and learning (DESIGN section 8): the shape of every reward, what adversaries could make of it,
 * its units, what a policy may see, and short trainings that must show what each reward does. Every part can be replaced
 * through a {@linkcode ValidationSubject}, so that tests can plant a fault and see it caught by name.
 *
 * @module
 */

export type { Effort } from "./learn.ts";
export { librarySubject } from "./subject.ts";
export type { Check, Measured, ValidatedPolicy, ValidationSubject } from "./types.ts";
export { validateRewards, type Validation } from "./validate.ts";
export { compareWeightings, JUDGED_PROBLEMS, type WeightingResult, WEIGHTINGS } from "./weightings.ts";
