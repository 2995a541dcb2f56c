/** The kinds of trainings. One is added by a learner and an entry here. */

import {
  type Config,
  resolveConfig,
  resolveTheoryConfig,
  resolveWith,
  type SurrogateConfig,
  surrogateConfigSchema,
  type TheoryConfig,
} from "../config/mod.ts";
import { ConfigError } from "../input/mod.ts";
import { readOrigin, readRunConfig, type RunConfig, RunError, type RunKind } from "../runs/mod.ts";
import { createJointSession } from "./joint/session.ts";
import type { TrainingKind } from "./kind.ts";
import { auditLearner } from "./learners/audited.ts";
import { createInterventionLearner } from "./learners/interventions.ts";
import { createJointLearner } from "./learners/joint.ts";
import { createSupervisedLearner } from "./learners/supervised.ts";
import { createSurrogateLearner } from "./learners/surrogate.ts";
import { createTheoryLearner, type TheoryLearner } from "./learners/theory.ts";
import { checkReward } from "./reward_audit.ts";
import { loadTrack } from "./track.ts";

/** A policy that intervenes, alone or with a surrogate that learns beside it. */
export const POLICY_TRAINING: TrainingKind<Config> = {
  name: "policy",
  learned: "a policy",
  task: "train",
  resolve: resolveConfig,
  updates: ({ grpo, supervision }) => supervision.updates > 0 ? supervision.updates : grpo.updates,
  metrics: ["validation/normalised_value", "normalised_value", "reward"],
  async createLearner(config, from) {
    if (config.supervision.updates > 0) return await createSupervisedLearner(config, from);
    checkReward(config);
    const joint = createJointSession(config, loadTrack(config));
    const learner = joint === null
      ? await createInterventionLearner(config, from)
      : await createJointLearner(config, from, joint);
    return auditLearner(learner, config);
  },
};

/** A neural surrogate. */
export const SURROGATE_TRAINING: TrainingKind<SurrogateConfig> = {
  name: "surrogate",
  learned: "a surrogate",
  task: "train:surrogate",
  resolve: (source, overrides) => resolveWith(surrogateConfigSchema, source, overrides),
  updates: ({ training }) => training.updates,
  metrics: ["validation/f1", "validation/logLoss", "loss"],
  createLearner: (config) => Promise.resolve(createSurrogateLearner(config)),
};

/** A language model that writes theories. */
export const THEORY_TRAINING: TrainingKind<TheoryConfig, TheoryLearner> = {
  name: "theory",
  learned: "a theory policy",
  task: "theory",
  resolve: resolveTheoryConfig,
  updates: ({ grpo }) => grpo.updates,
  metrics: ["success", "theory_reward", "stage_success"],
  createLearner: (config, from) => Promise.resolve(createTheoryLearner(config, from)),
};

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
