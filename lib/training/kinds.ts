/** The kinds of trainings. One is added by a learner, which says what its kind is, and an entry here. */

import { ConfigError } from "../input/mod.ts";
import { readOrigin, readRunConfig, type RunConfig, RunError, type RunKind } from "../runs/mod.ts";
import type { TrainingKind } from "./kind.ts";
import { POLICY_TRAINING } from "./learners/interventions.ts";
import { SURROGATE_TRAINING } from "./learners/surrogate.ts";
import { THEORY_TRAINING } from "./learners/theory.ts";

/** Name of a kind of training, as run folders say it. */
export type TrainingKindName = "policy" | "surrogate" | "theory";

/** Every kind by its name. */
export const TRAINING_KINDS: Readonly<Record<TrainingKindName, TrainingKind<RunConfig>>> = {
  policy: POLICY_TRAINING,
  surrogate: SURROGATE_TRAINING,
  theory: THEORY_TRAINING,
};

/**
 * What kind of run a folder holds: as the folder says, else the kind whose schema its config fits.
 * @throws RunError if there is no run, or none of these kinds
 */
export function kindOfRun(folder: string): TrainingKindName {
  const { origin } = readOrigin(folder);
  const names = Object.keys(TRAINING_KINDS) as TrainingKindName[];
  const fits = names.find((name) => origin === null ? fitsSchema(folder, TRAINING_KINDS[name]) : name === origin.kind);
  if (fits !== undefined) return fits;
  throw new RunError(`${folder}: no run there that a report can be made of`);
}

function fitsSchema(folder: string, kind: RunKind<RunConfig>): boolean {
  try {
    readRunConfig(folder, kind);
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}
