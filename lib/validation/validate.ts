/** Every check in one go. */

import { type Say, sayParts } from "../runs/mod.ts";
import { COMPONENTS, type LoggedRewards } from "../reward/mod.ts";
import { leakCheck } from "./input_checks.ts";
import type { Effort } from "./learn.ts";
import { attackChecks, normalisationChecks, shapeChecks } from "./reward_checks.ts";
import { balancedChecks, jointChecks, observableCheck, valueHeadCheck, zeroOutCheck } from "./training_checks.ts";
import type { Check, ValidationSubject } from "./types.ts";

/** What a validation found. */
export interface Validation {
  readonly checks: readonly Check[];
  /** Metrics of each update of the balanced trainings, by seed. */
  readonly histories: readonly (readonly LoggedRewards[])[];
}

/** The checks that need no training: a second's work. */
export function quickChecks(subject: ValidationSubject): Check[] {
  return [
    ...shapeChecks(subject),
    ...attackChecks(subject),
    ...normalisationChecks(subject),
    leakCheck(subject),
  ];
}

/**
 * Puts rewards, inputs and learning to the test (DESIGN section 8). Deterministic. The tensor backend must be chosen before.
 * @param say called before each training with its place
 */
export async function validateRewards(
  subject: ValidationSubject,
  effort: Effort,
  say: Say = () => {},
): Promise<Validation> {
  const checks = quickChecks(subject);
  const next = sayParts(say, 4 + COMPONENTS.length);
  next("training with the balanced weights");
  const balanced = await balancedChecks(subject, effort);
  checks.push(...balanced.checks);
  next("training with observable rewards");
  checks.push(await observableCheck(subject, effort));
  next("training with structure as heavy as the target");
  checks.push(...await jointChecks(subject, effort));
  next("training the value alone");
  checks.push(await valueHeadCheck(subject, effort));
  for (const { name } of COMPONENTS) {
    next(`training with and without the ${name} reward`);
    checks.push(await zeroOutCheck(subject, name, effort));
  }
  next();
  return { checks, histories: balanced.histories };
}
