/**
 * Multi-head scaled dot-product attention (Vaswani et al. 2017, section 3.2) and layer norm. They run on every backend: as
 * compositions of TensorFlow.js operations, and on `simd` as one fused operation each.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { AttentionOptions } from "./contracts.ts";
import { simdAttention, simdLayerNorm } from "./simd/attention.ts";
import { SIMD } from "./simd/backend.ts";

/**
 * `softmax(Q Kᵀ / √(width / heads) + bias) V` for each head, over the keys that a query sees. A query that sees no key
 * receives zeros, and passes no gradient on.
 * @param query `[batch, queries, width]`
 * @param key `[batch, keys, width]`
 * @param value `[batch, keys, width]`
 * @returns `[batch, queries, width]`
 * @throws RangeError if the shapes do not fit together
 */
export function attention(
  query: tf.Tensor3D,
  key: tf.Tensor3D,
  value: tf.Tensor3D,
  options: AttentionOptions,
): tf.Tensor3D {
  checkShapes(query, key, value, options);
  return tf.getBackend() === SIMD
    ? simdAttention(query, key, value, options)
    : composedAttention(query, key, value, options);
}

/** Shifts the scores of keys that are not seen, so that their weight is 0. */
const HIDDEN = 1e9;

function composedAttention(
  query: tf.Tensor3D,
  key: tf.Tensor3D,
  value: tf.Tensor3D,
  { heads, mask, bias, causal }: AttentionOptions,
): tf.Tensor3D {
  const [batch, queries, width] = query.shape;
  const keys = key.shape[1];
  const split = (x: tf.Tensor3D, length: number) =>
    tf.transpose(tf.reshape(x, [batch, length, heads, width / heads]), [0, 2, 1, 3]) as tf.Tensor4D;
  let scores = tf.mul(
    tf.matMul(split(query, queries), split(key, keys), false, true) as tf.Tensor,
    1 / Math.sqrt(width / heads),
  );
  if (bias !== undefined) scores = tf.add(scores, bias);
  let seen: tf.Tensor | null = mask === undefined ? null : tf.reshape(mask, [batch, 1, 1, keys]);
  if (causal === true) {
    const earlier = new Float32Array(queries * keys);
    for (let i = 0; i < queries; i++) earlier.fill(1, i * keys, i * keys + i + 1);
    const triangle = tf.tensor(earlier, [1, 1, queries, keys]);
    seen = seen === null ? triangle : tf.mul(seen, triangle);
  }
  const weights = seen === null
    ? tf.softmax(scores)
    : tf.mul(tf.softmax(tf.add(tf.mul(scores, seen), tf.mul(tf.sub(seen, 1), HIDDEN))), seen);
  const out = tf.matMul(weights, split(value, keys)) as tf.Tensor;
  return tf.reshape(tf.transpose(out, [0, 2, 1, 3]), [batch, queries, width]) as tf.Tensor3D;
}

function checkShapes(
  query: tf.Tensor3D,
  key: tf.Tensor3D,
  value: tf.Tensor3D,
  { heads, mask, bias, causal }: AttentionOptions,
): void {
  const [batch, queries, width] = query.shape;
  const keys = key.shape[1];
  if (!Number.isInteger(heads) || heads < 1 || width % heads !== 0) {
    throw new RangeError(`Cannot divide a width of ${width} into ${heads} heads`);
  }
  const expect = (what: string, shape: readonly number[], expected: readonly number[]) => {
    if (shape.join() !== expected.join()) {
      throw new RangeError(`The attention's ${what} has shape [${shape}], expected [${expected}]`);
    }
  };
  expect("key", key.shape, [batch, keys, width]);
  expect("value", value.shape, [batch, keys, width]);
  if (mask !== undefined) expect("mask", mask.shape, [batch, keys]);
  if (bias !== undefined) expect("bias", bias.shape, [batch, heads, queries, keys]);
  if (causal === true && queries !== keys) {
    throw new RangeError(`Causal attention needs as many queries as keys, got ${queries} and ${keys}`);
  }
}

/** Added to the variance of a layer norm. */
export const NORM_EPSILON = 1e-5;

/**
 * Layer norm of each row, `(x − mean) / √(variance + 1e-5) · scale + shift` (Ba et al. 2016).
 * @param x `[rows, width]`
 * @param scale `[width]`
 * @param shift `[width]`
 * @returns `[rows, width]`
 */
export function layerNorm(x: tf.Tensor2D, scale: tf.Tensor1D, shift: tf.Tensor1D): tf.Tensor2D {
  if (tf.getBackend() === SIMD) return simdLayerNorm(x, scale, shift, NORM_EPSILON);
  const { mean, variance } = tf.moments(x, 1, true);
  const unit = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, NORM_EPSILON)));
  return tf.add(tf.mul(unit, scale), shift);
}
