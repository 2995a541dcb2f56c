/** Adam on the parameters of a run; its state goes into checkpoints. */

import type * as tf from "@tensorflow/tfjs-core";
import type { Optimizer } from "../grpo/mod.ts";
import {
  adamFromTensors,
  type AdamOptions,
  adamTensors,
  createVariableAdam,
  type TensorData,
  type VariableAdam,
} from "../tensor/mod.ts";

export interface SessionOptimizer extends Optimizer {
  /** The moments and the number of steps, by name. */
  tensors(): Map<string, TensorData>;
  /** @throws RangeError if they belong to another network */
  restore(tensors: ReadonlyMap<string, TensorData>): void;
}

/**
 * @param names of the parameters in checkpoints, in their order
 * @param create on the backend in use, or another Adam
 */
export function createOptimizer(
  parameters: readonly tf.Variable[],
  names: readonly string[],
  options: AdamOptions,
  create: (parameters: readonly tf.Variable[], options: AdamOptions) => VariableAdam = createVariableAdam,
): SessionOptimizer {
  const sizes = parameters.map(({ size }) => size);
  const shapes = parameters.map(({ shape }) => shape);
  const adam = create(parameters, options);
  return {
    apply: (gradients, learningRate, clipNorm) => adam.step(gradients, learningRate, clipNorm),
    tensors: () => adamTensors(adam.state(), names, shapes),
    restore: (tensors) => adam.restore(adamFromTensors(tensors, names, sizes)),
  };
}

/** Adam's options as a config has them. */
export function adamOptions(
  { betas: [beta1, beta2], epsilon }: { readonly betas: readonly [number, number]; readonly epsilon: number },
): AdamOptions {
  return { beta1, beta2, epsilon };
}
