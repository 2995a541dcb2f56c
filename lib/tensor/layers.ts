/**
 * The layers that the networks are made of. They run on every backend: as compositions of TensorFlow.js operations, and on
 * `simd` as one fused operation each.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Activation, DenseLayer, Product } from "./contracts.ts";
import { SIMD } from "./simd/backend.ts";
import { simdDenseSum } from "./simd/dense.ts";
import { simdPairMessages, simdPoolVariables } from "./simd/pooling.ts";

/** Floats that one instruction handles; other numbers of channels take the composed form. */
const LANES = 4;

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
 * @param following layers on top of it, which are then part of the same operation
 * @returns `[rows, outputs]` of the last layer
 */
export function denseSum(
  products: readonly Product[],
  bias: tf.Tensor1D | null,
  shared: Product | null,
  activation: Activation,
  following: readonly DenseLayer[] = [],
): tf.Tensor2D {
  if (tf.getBackend() === SIMD) return simdDenseSum(products, bias, shared, activation, following);
  const [rows, columns] = [products[0].x.shape[0], products[0].kernel.shape[1]];
  let sum = products.map(({ x, kernel }) => tf.matMul(x, kernel) as tf.Tensor).reduce((a, b) => tf.add(a, b));
  if (bias !== null) sum = tf.add(sum, bias);
  if (shared !== null) {
    const groups = shared.x.shape[0];
    const each = tf.reshape(tf.matMul(shared.x, shared.kernel), [groups, 1, columns]);
    sum = tf.reshape(tf.add(tf.reshape(sum, [groups, rows / groups, columns]), each), [rows, columns]);
  }
  return following.reduce(
    (x, layer) => dense(x, layer.kernel, layer.bias, layer.activation),
    activate(sum, activation),
  );
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
