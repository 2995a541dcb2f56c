/** The training of a design policy by the trainer of all environments. */

import {
  createLocalPool,
  DEFAULT_TRAINER,
  initialTrainerState,
  type TrainerOptions,
  trainUpdate,
  type UpdateMetrics,
} from "../grpo/mod.ts";
import type { Stream } from "../random/mod.ts";
import { createVariableAdam } from "../tensor/mod.ts";
import type { DesignPolicy } from "./policy.ts";
import { designRoller, type DesignRolloutOptions } from "./rollout.ts";

/** What was found to learn within minutes on one core. */
export const DESIGN_TRAINER: TrainerOptions = {
  ...DEFAULT_TRAINER,
  shards: 1,
  epochs: 2,
  minibatches: 4,
  advantage: { ...DEFAULT_TRAINER.advantage, gamma: 0.9, scale: "batch" },
  loss: { ...DEFAULT_TRAINER.loss, klEstimator: "k3" },
  entropy: { kind: "exponential", start: 0.01, end: 0.001, warmup: 0 },
  learningRate: { kind: "cosine", start: 2e-3, end: 1e-4, warmup: 0 },
};

/** Trains a policy for `options.updates` updates, handing out the metrics of each. */
export async function* trainDesigns(
  policy: DesignPolicy,
  rollout: DesignRolloutOptions,
  options: TrainerOptions,
  stream: Stream,
): AsyncGenerator<UpdateMetrics> {
  const roller = designRoller(rollout);
  const pool = createLocalPool({ policy, options }, () => roller, stream, () => Promise.resolve());
  const adam = createVariableAdam(policy.parameters, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  const optimizer = { apply: adam.step };
  let state = initialTrainerState(options);
  while (state.update < options.updates) {
    const result = await trainUpdate(pool, optimizer, options, state, 0);
    state = result.state;
    yield result.metrics;
  }
  adam.dispose();
}
