/** A policy that learns to intervene, by GRPO on the tasks of a track. */

import { createNamedAdam } from "../../tensor/mod.ts";
import {
  advanceCurriculum,
  INITIAL_CURRICULUM,
  initialTrainerState,
  readTrainerState,
  type TrainerState,
  trainUpdate,
} from "../../grpo/mod.ts";
import { adamOptions, type Config, resolveConfig } from "../../config/mod.ts";
import type { Row } from "../../runs/mod.ts";
import type { BeliefSource } from "../../surrogate/mod.ts";
import type { Metrics, Pause } from "../learner.ts";
import { createJointSession } from "../joint/session.ts";
import type { TrainingKind } from "../kind.ts";
import { takeOver } from "../open.ts";
import { copyIntoReference, createParts, type SessionParts } from "../parts.ts";
import { createPool, type SessionPool } from "../pool.ts";
import { checkReward } from "../reward_audit.ts";
import { loadTrack, trackStages } from "../track.ts";
import { validate, validationProblems } from "../validation.ts";
import { auditLearner } from "./audited.ts";
import { type InterventionLearner, joinSurrogate } from "./joint.ts";
import { createSupervisedLearner } from "./supervised.ts";

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
    const learner = await createInterventionLearner(config, from, joint?.surrogate.source);
    return auditLearner(joint === null ? learner : joinSurrogate(learner, joint), config);
  },
};

/** The part of a checkpoint's state that is not tensors. */
interface SavedState {
  readonly curriculum: typeof INITIAL_CURRICULUM;
  readonly interventions: number;
  readonly trainer: TrainerState;
}

/**
 * @param from whether the config's `policy.start_from` is taken over
 * @param surrogate in place of the config's, where it is trained beside the policy
 */
export async function createInterventionLearner(
  config: Config,
  from: "start" | "checkpoint",
  surrogate?: BeliefSource,
): Promise<InterventionLearner> {
  const track = loadTrack(config);
  const parts = createParts(config, track, surrogate);
  const { policy, reference, valueFunction, options } = parts;
  if (from === "start" && config.policy.start_from !== null) {
    await takeOver("policy.start_from", config.policy.start_from, policy.named);
    await copyIntoReference(parts);
  }
  const optimizer = createNamedAdam(parts.parameters, parameterNames(parts), adamOptions(config.optimizer));
  const stages = trackStages(config, track);
  const rules = stages.map(({ threshold, patience }) => ({ threshold, patience }));
  const validation = validationProblems(config, track, surrogate);
  // A surrogate that is being trained lives in this thread: workers would act on an older one.
  const workers = surrogate === undefined ? config.runtime.workers : 1;
  let pool: SessionPool | undefined;
  // Workers get the parameters when they start: not before they are restored.
  const started = async () => pool ??= await createPool({ ...config, runtime: { ...config.runtime, workers } }, parts);
  const validated = async (pause: Pause) => validate(validation, policy, (await started()).validators, pause);
  const { every } = config.evaluation;
  const updates = config.grpo.updates;
  let trainer = initialTrainerState(options);
  let curriculum = INITIAL_CURRICULUM;
  let interventions = 0;
  return {
    policy,
    updates,
    get update() {
      return trainer.update;
    },
    get stage() {
      return curriculum.stage;
    },
    begin: async (pause) => (await validated(pause)).metrics,
    async step() {
      const { stage } = curriculum;
      const done = await trainUpdate(await started(), optimizer, options, trainer, stage);
      const metrics: Metrics = done.metrics;
      trainer = done.state;
      interventions += metrics.interventions;
      curriculum = advanceCurriculum(rules, curriculum, metrics.normalised_value);
      return {
        metrics: { ...metrics, total_interventions: interventions, stage },
        notes: curriculum.stage === stage ? [] : [`stage ${stages[curriculum.stage].name} begins`],
      };
    },
    isValidated: (done) => every > 0 && (done % every === 0 || done === updates),
    validate: validated,
    rest() {
      pool?.[Symbol.dispose]();
      pool = undefined;
    },
    async checkpoint() {
      const state: SavedState = { curriculum, interventions, trainer };
      return {
        policy: await policy.named.values(),
        optimizer: optimizer.tensors(),
        ...(reference === undefined ? {} : { reference: await reference.named.values() }),
        ...(valueFunction === undefined ? {} : { value: await valueFunction.named.values() }),
        state: state as unknown as Row,
      };
    },
    restore(checkpoint) {
      policy.named.assign(checkpoint.policy);
      optimizer.restore(checkpoint.optimizer);
      if (checkpoint.reference !== undefined) reference?.named.assign(checkpoint.reference);
      if (checkpoint.value !== undefined) valueFunction?.named.assign(checkpoint.value);
      const saved = checkpoint.state as unknown as SavedState;
      ({ curriculum, interventions } = saved);
      trainer = readTrainerState(saved.trainer);
    },
    summary: () => ({ updates: trainer.update, interventions }),
    [Symbol.dispose]: () => pool?.[Symbol.dispose](),
  };
}

/** Names of the trained parameters in checkpoints, in their order. */
function parameterNames({ policy, valueFunction }: SessionParts): readonly string[] {
  return [
    ...policy.named.names.map((name) => `policy/${name}`),
    ...(valueFunction?.named.names ?? []).map((name) => `value/${name}`),
  ];
}
