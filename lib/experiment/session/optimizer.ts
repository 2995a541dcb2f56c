/** Adam on the parameters of a run; its state goes into checkpoints. */

import * as tf from "@tensorflow/tfjs-core";
import type { Optimizer } from "../../grpo/mod.ts";
import {
  adamFromTensors,
  type AdamOptions,
  adamStepInto,
  adamTensors,
  initialAdam,
  type TensorData,
} from "../../tensor/mod.ts";

export interface SessionOptimizer extends Optimizer {
  /** The moments and the number of steps, by name. */
  tensors(): Map<string, TensorData>;
  /** @throws RangeError if they belong to another network */
  restore(tensors: ReadonlyMap<string, TensorData>): void;
}

/** @param names of the parameters in checkpoints, in their order */
export function createOptimizer(
  parameters: readonly tf.Variable[],
  names: readonly string[],
  options: AdamOptions,
): SessionOptimizer {
  const sizes = parameters.map(({ size }) => size);
  const shapes = parameters.map(({ shape }) => shape);
  let state = initialAdam(sizes);
  return {
    async apply(gradients, learningRate, clipNorm) {
      const values = await Promise.all(parameters.map(async (p) => Float32Array.from(await p.data<"float32">())));
      const step = adamStepInto(values, gradients, state, options, learningRate, clipNorm);
      state = step.state;
      parameters.forEach((parameter, p) => {
        const replacement = tf.tensor(values[p], shapes[p]);
        parameter.assign(replacement);
        replacement.dispose();
      });
      return step.result;
    },
    tensors: () => adamTensors(state, names, shapes),
    restore: (tensors) => state = adamFromTensors(tensors, names, sizes),
  };
}
