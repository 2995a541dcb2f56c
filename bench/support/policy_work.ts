/**
 * The policy update that the peers of bench/peers do as well. B states × 8 variables × 16 features; dense 16→64→64 (ReLU),
 * its mean over variables beside each variable, dense 128→64→64 (ReLU), 2 outputs; joint log-probability of a variable and a
 * value, clipped surrogate, entropy bonus, gradient, Adam. `forward` is the network alone.
 */

import * as tf from "@tensorflow/tfjs-core";
import { clippedObjective, createVariableAdam, denseSum, groupMeans, jointGaussian } from "../../lib/tensor/mod.ts";

const [N, F, H] = [8, 16, 64];
const [LOG_STD, CLIP, ENTROPY, RATE] = [Math.log(1.5), 0.2, 0.01, 5e-4];

export interface PolicyWork {
  /** In a fixed order. */
  readonly variables: readonly tf.Variable[];
  /** The gradient of each variable, in their order. */
  gradient(): tf.Tensor[];
  /** One step of Adam; the gradients are disposed of if they are tensors. */
  apply(gradients: readonly (tf.Tensor | Float32Array)[]): Promise<void>;
  train(): Promise<void>;
  forward(): Promise<void>;
}

/**
 * The work on `batch` states.
 * @param total the states of the whole batch, of which these are a part: the loss is their share of its mean
 */
export function createPolicyWork(batch: number, total: number = batch): PolicyWork {
  const rows = batch * N;
  const kernel = (inputs: number, outputs: number) => tf.variable(tf.randomNormal([inputs, outputs], 0, 0.1));
  const bias = (outputs: number) => tf.variable(tf.zeros([outputs]));
  const k = [kernel(F, H), kernel(H, H), kernel(H, H), kernel(H, H), kernel(H, H), kernel(H, 2)];
  const b = [bias(H), bias(H), bias(H), bias(H), bias(2)];
  const x = tf.randomNormal([rows, F]) as tf.Tensor2D;
  const random = (scale: number, shift: number) =>
    tf.tidy(() => tf.add(tf.mul(tf.randomNormal([batch, 1]), scale), shift) as tf.Tensor2D);
  const [advantage, oldLogProb] = [random(1, 0), random(0.1, -3)];
  const weight = tf.fill([batch, 1], -1 / total) as tf.Tensor2D;
  const entropyWeight = tf.fill([batch, 1], -ENTROPY / total) as tf.Tensor2D;
  const variable = Int32Array.from({ length: batch }, (_, i) => i * 5 % N);
  const value = Float32Array.from(random(1, 0).dataSync());
  const settable = new Float32Array(rows).fill(1);

  const layer = (weights: number, biases: number, activation: "relu" | "linear") => ({
    kernel: k[weights] as unknown as tf.Tensor2D,
    bias: b[biases] as unknown as tf.Tensor1D,
    activation,
  });
  const [enter, encode, mix, decode, output] = [
    layer(0, 0, "relu"),
    layer(1, 1, "relu"),
    layer(2, 2, "relu"),
    layer(4, 3, "relu"),
    layer(5, 4, "linear"),
  ];
  const network = () =>
    tf.tidy(() => {
      const h = denseSum([{ x, kernel: enter.kernel, constant: true }], enter.bias, null, "relu", [encode]);
      // A mean that all variables of a state share is multiplied once, not once for each of them.
      const mean = { x: groupMeans(h, batch), kernel: k[3] as unknown as tf.Tensor2D, constant: false };
      return denseSum([{ x: h, kernel: mix.kernel, constant: false }], mix.bias, mean, "relu", [decode, output]);
    });
  const loss = () => {
    const scores = tf.reshape(network(), [batch, N, 2]) as tf.Tensor3D;
    const spread = { logStd: LOG_STD, low: LOG_STD, high: LOG_STD };
    const scored = jointGaussian(scores, settable, variable, value, 1, spread);
    return clippedObjective(scored, { oldLogProb, advantage, weight, entropyWeight }, { low: CLIP, high: CLIP });
  };
  const variables = [...k, ...b];
  const adam = createVariableAdam(variables, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  const gradient = () => {
    const { value, grads } = tf.variableGrads(loss, variables);
    value.dispose();
    return variables.map(({ name }) => grads[name]);
  };
  const apply = async (gradients: readonly (tf.Tensor | Float32Array)[]) => {
    await adam.step(gradients, RATE, Infinity);
    for (const each of gradients) if (each instanceof tf.Tensor) each.dispose();
  };
  return {
    variables,
    gradient,
    apply,
    train: () => apply(gradient()),
    async forward() {
      const y = network();
      await y.data();
      y.dispose();
    },
  };
}
