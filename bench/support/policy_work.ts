/**
 * The policy update that the peers of bench/peers do as well, with the layers, the loss and the optimiser of the product. B states × 8 variables × 16 features; dense 16→64→64 (ReLU),
 * its mean over variables beside each variable, dense 128→64→64 (ReLU), 2 outputs; joint log-probability of a variable and a
 * value, clipped surrogate, entropy bonus, gradient, Adam. `forward` is the network alone.
 */

import * as tf from "@tensorflow/tfjs-core";
import { DEFAULT_TRAINER, evaluateLoss, type LossData } from "../../lib/grpo/mod.ts";
import { createVariableAdam, denseSum, jointGaussian, lossGradients } from "../../lib/tensor/mod.ts";

const [N, F, H] = [8, 16, 64];
const [LOG_STD, CLIP, ENTROPY, RATE] = [Math.log(1.5), 0.2, 0.01, 5e-4];

export interface PolicyWork {
  /** In a fixed order. */
  readonly variables: readonly tf.Variable[];
  /** The gradient of each variable, in their order. */
  gradient(): Promise<readonly Float32Array[]>;
  /** One step of Adam. */
  apply(gradients: readonly Float32Array[]): Promise<void>;
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
  const drawn = (scale: number, shift: number) => random(scale, shift).dataSync<"float32">();
  const ones = new Float32Array(batch).fill(1);
  const data: LossData = {
    views: batch,
    perView: 1,
    oldLogProb: drawn(0.1, -3),
    advantage: drawn(1, 0),
    mask: ones,
    weight: ones,
    referenceLogProb: null,
    target: null,
    viewsPerSequence: 1,
  };
  const options = { ...DEFAULT_TRAINER.loss, clipLow: CLIP, clipHigh: CLIP };
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
      const means = tf.mean(tf.reshape(h, [batch, N, H]), 1) as tf.Tensor2D;
      const mean = { x: means, kernel: k[3] as unknown as tf.Tensor2D, constant: false };
      return denseSum([{ x: h, kernel: mix.kernel, constant: false }], mix.bias, mean, "relu", [decode, output]);
    });
  const outputs = () => {
    const scores = tf.reshape(network(), [batch, N, 2]) as tf.Tensor3D;
    const spread = { logStd: LOG_STD, low: LOG_STD, high: LOG_STD };
    const { logProb, entropy } = jointGaussian(scores, settable, variable, value, 1, spread);
    return [logProb, entropy];
  };
  const evaluate = ([logProb, entropy]: readonly Float32Array[]) => {
    const scores = { logProb, entropy, exactKl: null, value: null };
    const counts = { weight: total, decisions: total };
    const { loss, slopes } = evaluateLoss(scores, data, options, counts, { entropy: ENTROPY, kl: 0, value: 0 });
    return { loss, slopes: [slopes.logProb, slopes.entropy] };
  };
  const variables = [...k, ...b];
  const adam = createVariableAdam(variables, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  const gradient = async () => (await lossGradients(outputs, variables, evaluate)).gradients;
  const apply = async (gradients: readonly Float32Array[]) => {
    await adam.step(gradients, RATE, Infinity);
  };
  return {
    variables,
    gradient,
    apply,
    train: async () => apply(await gradient()),
    async forward() {
      const y = network();
      await y.data();
      y.dispose();
    },
  };
}
