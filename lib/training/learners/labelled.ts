/** What learners from labelled examples have in common: gradient steps on batches, judged by held-out ones. */

import { adamOptions, type Config, learningRateSchedule } from "../../config/mod.ts";
import { scheduled } from "../../grpo/mod.ts";
import { createNamedAdam, type NamedAdam, type Parameters } from "../../tensor/mod.ts";
import type { Learner, Metrics, Pause } from "../learner.ts";

/** What tells one learner from labelled examples from another. */
export interface LabelledTraining {
  readonly parameters: Parameters;
  /** What the parameters' names begin with in the optimizer's part of a checkpoint. */
  readonly prefix: string;
  readonly updates: number;
  /** Updates that the learning rate is planned for, where fewer are made. */
  readonly planned?: number;
  /** Updates between two validations; 0 for none. */
  readonly every: number;
  readonly optimizer: Config["optimizer"];
  /** The steps of one update at a learning rate; its metrics in the order in which they are written. */
  step(update: number, optimizer: NamedAdam, learningRate: number): Promise<Metrics>;
  /** What held-out examples say, and what the best checkpoint is chosen by. */
  judge(pause: Pause): Promise<{ readonly measured: Readonly<Record<string, number>>; readonly score: number }>;
}

/** The learner of a labelled training. */
export function createLabelledLearner(training: LabelledTraining): Learner {
  const { parameters, prefix, updates, planned = updates, every } = training;
  const names = parameters.names.map((name) => `${prefix}${name}`);
  const optimizer = createNamedAdam(parameters.list, names, adamOptions(training.optimizer));
  const rates = learningRateSchedule(training.optimizer);
  let update = 0;
  return {
    updates,
    get update() {
      return update;
    },
    begin: () => Promise.resolve(null),
    async step() {
      const metrics = await training.step(update, optimizer, scheduled(rates, update, planned));
      update++;
      return { metrics };
    },
    isValidated: (done) => every > 0 && (done % every === 0 || done === updates),
    async validate(pause) {
      const { measured, score } = await training.judge(pause);
      const metrics = Object.entries(measured).map(([name, value]) => [`validation/${name}`, value] as const);
      return { metrics: Object.fromEntries(metrics), score };
    },
    checkpoint: async () => ({ policy: await parameters.values(), optimizer: optimizer.tensors(), state: {} }),
    restore(checkpoint) {
      parameters.assign(checkpoint.policy);
      optimizer.restore(checkpoint.optimizer);
      update = checkpoint.update;
    },
    summary: () => ({ updates: update }),
    [Symbol.dispose]: () => parameters.dispose(),
  };
}
