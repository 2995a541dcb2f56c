/** Gradients of a loss that plain code computes from what networks give: the networks' part by TensorFlow.js, the rest by hand. */

import * as tf from "@tensorflow/tfjs-core";
import { WEBGPU } from "./reading.ts";

/** A loss with its slopes by each of the values that it was computed from. */
export interface PlainLoss {
  readonly loss: number;
  /** In the order and of the sizes of the outputs. */
  readonly slopes: readonly ArrayLike<number>[];
}

/**
 * The gradient of a loss by the variables behind the outputs of networks.
 * @param outputs computes them; differentiable in the variables. Where results can only be awaited, it is called twice
 * @param evaluate the loss of the outputs' values
 * @returns what `evaluate` gave, and one gradient for each variable, 0 where the outputs do not depend on it
 */
export async function lossGradients<Evaluated extends PlainLoss>(
  outputs: () => readonly tf.Tensor[],
  variables: readonly tf.Variable[],
  evaluate: (values: readonly Float32Array[]) => Evaluated,
): Promise<{ readonly evaluated: Evaluated; readonly gradients: readonly Float32Array[] }> {
  let evaluated = tf.getBackend() === WEBGPU ? evaluate(await valuesOf(outputs)) : null;
  const { value, grads } = tf.variableGrads(() =>
    throughPlainCode(outputs(), (tensors) => {
      evaluated ??= evaluate(tensors.map((tensor) => tensor.dataSync<"float32">()));
      return evaluated;
    }), variables as tf.Variable[]);
  const gradients: Float32Array[] = [];
  for (const { name, size } of variables) {
    const gradient: tf.Tensor | undefined = grads[name];
    gradients.push(gradient === undefined ? new Float32Array(size) : await gradient.data<"float32">());
  }
  tf.dispose([value, grads]);
  return { evaluated: evaluated as Evaluated, gradients };
}

/** The values of outputs that can only be awaited. */
async function valuesOf(outputs: () => readonly tf.Tensor[]): Promise<readonly Float32Array[]> {
  const tensors = tf.tidy(() => [...outputs()]);
  const values = await Promise.all(tensors.map((tensor) => tensor.data<"float32">()));
  tf.dispose(tensors);
  return values;
}

/** The loss as one operation on the outputs. */
function throughPlainCode(
  outputs: readonly tf.Tensor[],
  evaluate: (tensors: readonly tf.Tensor[]) => PlainLoss,
): tf.Scalar {
  const operation = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const tensors = given.slice(0, outputs.length) as tf.Tensor[];
    const { loss, slopes } = evaluate(tensors);
    const shapes = tensors.map(({ shape }) => shape);
    return {
      value: tf.scalar(loss),
      gradFunc: (dy: tf.Tensor) =>
        slopes.map((slope, o) => tf.mul(tf.tensor(Float32Array.from(slope), shapes[o], "float32"), dy)),
    };
  });
  return operation(...outputs) as tf.Scalar;
}
