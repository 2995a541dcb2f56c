/**
 * The layers that the networks are made of. They run on every backend: as compositions of TensorFlow.js operations, and on
 * `simd` as one fused operation each.
 */

import * as tf from "@tensorflow/tfjs-core";
import { SIMD } from "./simd/backend.ts";
import { simdJointCategorical } from "./simd/categorical.ts";
import { simdDenseSum } from "./simd/dense.ts";
import { simdGroupMeans, simdPairMessages, simdPoolVariables } from "./simd/pooling.ts";

/** Floats that one instruction handles; other numbers of channels take the composed form. */
const LANES = 4;

export type Activation = "linear" | "relu" | "gelu" | "tanh";

/** One product of a layer's sum. */
export interface Product {
  /** `[rows, inputs]` */
  readonly x: tf.Tensor2D;
  /** `[inputs, outputs]` */
  readonly kernel: tf.Tensor2D;
  /** Whether x is data, whose gradient nobody needs. */
  readonly constant: boolean;
}

/** `activation(x · kernel + bias)`: x `[rows, inputs]`, kernel `[inputs, outputs]`, bias `[outputs]`. */
export function dense(
  x: tf.Tensor2D,
  kernel: tf.Tensor2D,
  bias: tf.Tensor1D | null,
  activation: Activation,
): tf.Tensor2D {
  return denseSum([{ x, kernel, constant: false }], bias, null, activation);
}

/**
 * `activation(Σ xᵢ·kernelᵢ + bias + shared)`: a layer whose inputs come in parts, the last of which may be shared by
 * groups of rows.
 * @param shared x has one row for each group of equally many consecutive rows; null for none
 * @returns `[rows, outputs]`
 */
export function denseSum(
  products: readonly Product[],
  bias: tf.Tensor1D | null,
  shared: Product | null,
  activation: Activation,
): tf.Tensor2D {
  if (tf.getBackend() === SIMD) return simdDenseSum(products, bias, shared, activation);
  const [rows, columns] = [products[0].x.shape[0], products[0].kernel.shape[1]];
  let sum = products.map(({ x, kernel }) => tf.matMul(x, kernel) as tf.Tensor).reduce((a, b) => tf.add(a, b));
  if (bias !== null) sum = tf.add(sum, bias);
  if (shared !== null) {
    const groups = shared.x.shape[0];
    const each = tf.reshape(tf.matMul(shared.x, shared.kernel), [groups, 1, columns]);
    sum = tf.reshape(tf.add(tf.reshape(sum, [groups, rows / groups, columns]), each), [rows, columns]);
  }
  return activate(sum, activation);
}

function activate(sum: tf.Tensor, activation: Activation): tf.Tensor2D {
  switch (activation) {
    case "linear":
      return sum as tf.Tensor2D;
    case "relu":
      return tf.relu(sum) as tf.Tensor2D;
    case "tanh":
      return tf.tanh(sum) as tf.Tensor2D;
    case "gelu":
      return tf.mul(tf.mul(sum, 0.5), tf.add(tf.erf(tf.mul(sum, Math.SQRT1_2)), 1)) as tf.Tensor2D;
  }
}

/**
 * Log-softmax over the entries of each row where `mask` is 1. Masked entries get log-probability −1e9 and no gradient, so
 * that their probability is exactly 0.
 * @param x `[rows, columns]`
 * @param mask `[rows, columns]`, at least one 1 in each row
 */
export function maskedLogSoftmax(x: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor2D {
  const excluded = tf.mul(tf.sub(mask, 1), 1e9);
  return tf.logSoftmax(tf.add(tf.mul(x, mask), excluded)) as tf.Tensor2D;
}

/**
 * Entries of each row, `perRow` of them.
 * @param x `[rows, columns]`
 * @param columns `[rows, perRow]`, row by row
 * @returns `[rows, perRow]`
 */
export function gatherColumns(x: tf.Tensor2D, columns: Int32Array, perRow: number): tf.Tensor2D {
  const [rows, width] = x.shape;
  const chosen = new Float32Array(rows * perRow * width);
  columns.forEach((column, k) => chosen[k * width + column] = 1);
  const selector = tf.tensor3d(chosen, [rows, perRow, width]);
  return tf.sum(tf.mul(selector, tf.reshape(x, [rows, 1, width])), 2) as tf.Tensor2D;
}

/**
 * The mean of each group of equally many consecutive rows.
 * @param x `[rows, columns]`
 * @param groups a divisor of the number of rows
 * @returns `[groups, columns]`
 * @throws RangeError if the rows cannot be divided so
 */
export function groupMeans(x: tf.Tensor2D, groups: number): tf.Tensor2D {
  const [rows, columns] = x.shape;
  if (!(groups > 0 && rows > 0 && rows % groups === 0)) {
    throw new RangeError(`Cannot divide ${rows} rows into ${groups} equal groups that are not empty`);
  }
  if (tf.getBackend() === SIMD) return simdGroupMeans(x, groups);
  return tf.mean(tf.reshape(x, [groups, rows / groups, columns]), 1) as tf.Tensor2D;
}

/**
 * Mean and maximum over the variables that are present, behind each other.
 * @param h `[views, variables, channels]`
 * @param present `[views, variables]`
 * @returns `[views, 2 · channels]`
 */
export function poolVariables(h: tf.Tensor3D, present: tf.Tensor2D): tf.Tensor2D {
  if (tf.getBackend() === SIMD && h.shape[2] % LANES === 0) return simdPoolVariables(h, present);
  const [views, variables] = h.shape;
  const mask = tf.reshape(present, [views, variables, 1]);
  const mean = tf.div(tf.sum(tf.mul(h, mask), 1), tf.sum(mask, 1));
  const highest = tf.max(tf.add(tf.mul(h, mask), tf.mul(tf.sub(mask, 1), 1e9)), 1);
  return tf.concat([mean, highest], 1) as tf.Tensor2D;
}

/**
 * Messages between variables: `relu(receiver_i + sender_j + pair_ij)`, their mean and maximum over the other variables j
 * that are present, behind each other. A variable alone receives zeros.
 * @param receiver `[views, variables, channels]`
 * @param sender `[views, variables, channels]`
 * @param pair `[views, variables (i), variables (j), channels]`
 * @param present `[views, variables]`
 * @returns `[views, variables, 2 · channels]`
 */
export function pairMessages(
  receiver: tf.Tensor3D,
  sender: tf.Tensor3D,
  pair: tf.Tensor4D,
  present: tf.Tensor2D,
): tf.Tensor3D {
  if (tf.getBackend() === SIMD && receiver.shape[2] % LANES === 0) {
    return simdPairMessages(receiver, sender, pair, present);
  }
  const [views, variables, channels] = receiver.shape;
  const both = tf.mul(
    tf.reshape(present, [views, variables, 1, 1]),
    tf.reshape(present, [views, 1, variables, 1]),
  );
  const others = tf.mul(both, tf.reshape(tf.sub(1, tf.eye(variables)), [1, variables, variables, 1]));
  const sum = tf.add(
    tf.add(tf.reshape(receiver, [views, variables, 1, channels]), tf.reshape(sender, [views, 1, variables, channels])),
    pair,
  );
  const messages = tf.mul(tf.relu(sum), others);
  const mean = tf.div(tf.sum(messages, 2), tf.maximum(tf.sum(others, 2), 1));
  return tf.concat([mean, tf.max(messages, 2)], 2) as tf.Tensor3D;
}

/**
 * The joint distribution over variables and levels, `log softmax(score₀ᵢ + score₁₊ₖ,ᵢ)` over the settable variables i and
 * all levels k.
 * @param scores `[views, variables, 1 + levels]`
 * @param settable `[views, variables]`, at least one 1 in each row
 * @param columns `[views, perRow]` indices `i · levels + k`
 * @returns log-probabilities of the columns `[views, perRow]` and the entropy `[views, 1]`
 */
export function jointCategorical(
  scores: tf.Tensor3D,
  settable: Float32Array,
  columns: Int32Array,
  perRow: number,
): { readonly logProb: tf.Tensor2D; readonly entropy: tf.Tensor2D } {
  const views = scores.shape[0];
  if (tf.getBackend() === SIMD) {
    const both = simdJointCategorical(scores, settable, columns, perRow);
    return {
      logProb: tf.slice2d(both, [0, 0], [views, perRow]),
      entropy: tf.slice2d(both, [0, perRow], [views, 1]),
    };
  }
  const { logProb, mask } = jointLogProb(scores, settable);
  const entropy = tf.neg(tf.sum(tf.mul(tf.mul(tf.exp(logProb), mask), logProb), 1, true)) as tf.Tensor2D;
  return { logProb: gatherColumns(logProb, columns, perRow), entropy };
}

/** All log-probabilities of {@linkcode jointCategorical} and where they are possible, `[views, variables · levels]`. */
export function jointLogProb(
  scores: tf.Tensor3D,
  settable: Float32Array,
): { readonly logProb: tf.Tensor2D; readonly mask: tf.Tensor2D } {
  const [views, variables, outputs] = scores.shape;
  const levels = outputs - 1;
  const variable = tf.slice3d(scores, [0, 0, 0], [views, variables, 1]);
  const value = tf.slice3d(scores, [0, 0, 1], [views, variables, levels]);
  const mask = tf.reshape(
    tf.tile(tf.tensor3d(settable, [views, variables, 1]), [1, 1, levels]),
    [views, variables * levels],
  ) as tf.Tensor2D;
  const logits = tf.reshape(tf.add(variable, value), [views, variables * levels]) as tf.Tensor2D;
  return { logProb: maskedLogSoftmax(logits, mask), mask };
}
