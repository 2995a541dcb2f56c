/** A language model that learns to write theories: a supervised start if asked for, then GRPO with its curriculum and replay. */

import { adamOptions, resolveTheoryConfig, type TheoryConfig, theoryTrainingOptions } from "../../config/mod.ts";
import { runStepsWithPauses } from "../../evaluation/mod.ts";
import { createStream, type Stream } from "../../random/mod.ts";
import { openCheckpoint, type Row } from "../../runs/mod.ts";
import { createHostAdam, createNamedAdam, type NamedAdam } from "../../tensor/mod.ts";
import {
  stringSource,
  supervisedUpdate,
  type TheoryEvaluation,
  theoryEvaluationSteps,
  TheoryTraining,
  type TheoryTrainingState,
  uniqueTasks,
} from "../../theory/mod.ts";
import type { TrainingKind } from "../kind.ts";
import type { Learner, Pause } from "../learner.ts";
import { naming } from "../naming.ts";
import { SAFETENSORS } from "../safetensors.ts";

/** Evaluations by task. */
export type TheoryEvaluations = ReadonlyMap<string, TheoryEvaluation>;

/** A learner of theories with what its end looks at. */
export interface TheoryLearner extends Learner {
  readonly training: TheoryTraining;
  /** Evaluates the policy on the training prompts (or the held-out ones) of every task that it is trained on. */
  evaluate(heldOut: boolean, pause: Pause): Promise<TheoryEvaluations>;
}

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

/**
 * @param from whether the config's `start_from` is taken over
 * @throws ConfigError for a `start_from` that is not there or whose network is another one
 */
export function createTheoryLearner(config: TheoryConfig, from: "start" | "checkpoint"): TheoryLearner {
  const training = new TheoryTraining(theoryTrainingOptions(config));
  const { policy, reference } = training;
  const { start_from } = config;
  if (from === "start" && start_from !== null) {
    naming("start_from", () => policy.named.assign(openCheckpoint(start_from, SAFETENSORS).policy));
    reference?.copyFrom(policy);
  }
  const createAdam = () =>
    createNamedAdam(policy.parameters, policy.named.names, adamOptions(config.optimizer), createHostAdam);
  const { grpo: { updates }, evaluation: { every, samples } } = config;
  const root = createStream(config.seed);
  let optimizer = createAdam();
  const evaluate = (heldOut: boolean, pause: Pause) =>
    evaluateTasks(training, heldOut, samples, root.child("evaluation"), pause);
  return {
    training,
    updates,
    get update() {
      return training.update;
    },
    evaluate,
    async begin(pause) {
      await superviseStart(training, config, optimizer, root.child("supervised"), pause);
      optimizer = createAdam();
      reference?.copyFrom(policy);
      return null;
    },
    async step() {
      const { stage } = training;
      const metrics = await training.step(optimizer);
      return { metrics, notes: training.stage === stage ? [] : ["the next stage of the curriculum begins"] };
    },
    isValidated: (update) => update === updates || (every > 0 && update % every === 0),
    async validate(pause) {
      const results = [...await evaluate(false, pause)];
      const metrics = results.flatMap(([name, { success, reward }]) => [
        [`evaluation/${name}/success`, success] as const,
        [`evaluation/${name}/reward`, reward] as const,
      ]);
      const score = results.reduce((sum, [, { reward }]) => sum + reward, 0) / results.length;
      return { metrics: Object.fromEntries(metrics), score };
    },
    checkpoint: async () => ({
      policy: await policy.named.values(),
      optimizer: optimizer.tensors(),
      ...(reference === undefined ? {} : { reference: await reference.named.values() }),
      state: training.state() as unknown as Row,
    }),
    restore(checkpoint) {
      policy.named.assign(checkpoint.policy);
      if (checkpoint.reference !== undefined) reference?.named.assign(checkpoint.reference);
      optimizer.restore(checkpoint.optimizer);
      training.restore(checkpoint.state as unknown as TheoryTrainingState);
    },
    summary: () => ({ update: training.update, score_calls: training.scoreCalls }),
    [Symbol.dispose]() {
      policy.named.dispose();
      reference?.named.dispose();
    },
  };
}

/** Gradient steps on strings that are known to succeed, before GRPO begins. */
async function superviseStart(
  training: TheoryTraining,
  { supervised: { updates, attempts, learning_rate, source }, optimizer: { clip_norm } }: TheoryConfig,
  optimizer: NamedAdam,
  root: Stream,
  pause: Pause,
): Promise<void> {
  const strings = stringSource(source);
  for (let update = 0; update < updates; update++) {
    const { gradients } = await supervisedUpdate(training, strings, attempts, root.child(update));
    await optimizer.apply(gradients, learning_rate, clip_norm);
    await pause();
  }
}

/** The policy as it is, on the training prompts or the held-out ones of every task. */
async function evaluateTasks(
  training: TheoryTraining,
  heldOut: boolean,
  samples: number,
  root: Stream,
  pause: Pause,
): Promise<TheoryEvaluations> {
  const evaluations = new Map<string, TheoryEvaluation>();
  for (const name of uniqueTasks(training.options.stages)) {
    const scorer = training.scorer(name);
    const prompts = heldOut ? scorer.task.heldOut : scorer.task.prompts;
    if (prompts.length === 0) continue;
    const perPrompt = Math.max(1, Math.ceil(samples / prompts.length));
    const stream = root.child(heldOut ? "held out" : "training").child(name).child(training.update);
    const steps = theoryEvaluationSteps(training.policy, scorer, prompts, { perPrompt }, stream);
    evaluations.set(name, await runStepsWithPauses(steps, pause));
  }
  return evaluations;
}
