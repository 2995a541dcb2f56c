/** The layers of the language model, differentiable. */

import * as tf from "@tensorflow/tfjs-core";

/**
 * `x · weight` for `x` `[rows, inputs]` and `weight` `[inputs, outputs]`. Its gradient transposes explicitly, because plain
 * products are the ones that every backend has a fast kernel for.
 */
export function project(x: tf.Tensor2D, weight: tf.Tensor): tf.Tensor2D {
  const product = tf.customGrad((...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [left, right, save] = inputs as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
    save([left, right]);
    return {
      value: tf.matMul(left, right) as tf.Tensor2D,
      gradFunc: (dy: tf.Tensor2D, saved: tf.Tensor[]): tf.Tensor[] => {
        const [a, b] = saved as [tf.Tensor2D, tf.Tensor2D];
        return [tf.matMul(dy, tf.transpose(b)), tf.matMul(tf.transpose(a), dy)];
      },
    };
  });
  return product(x, weight);
}

/** Added to the variance of a layer norm. */
export const NORM_EPSILON = 1e-5;

/** Layer norm over the last axis (Ba et al. 2016). `x` `[rows, width]` */
export function normalise(x: tf.Tensor2D, scale: tf.Tensor, shift: tf.Tensor): tf.Tensor2D {
  const { mean, variance } = tf.moments(x, 1, true);
  const unit = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, NORM_EPSILON)));
  return tf.add(tf.mul(unit, scale), shift);
}

/** √(2/π) and the cubic coefficient of GELU's tanh form (Hendrycks & Gimpel 2016, arXiv:1606.08415). */
export const GELU_SCALE = Math.sqrt(2 / Math.PI);
/** See `GELU_SCALE`. */
export const GELU_CUBIC = 0.044715;

/** GELU in its tanh form. */
export function gelu(x: tf.Tensor2D): tf.Tensor2D {
  const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.square(x), x), GELU_CUBIC)), GELU_SCALE);
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
}

/**
 * Scaled dot-product attention in which a position sees itself and what is before it.
 * @param query `[sequences, length, heads, headWidth]`, as are `key`, `value` and the result
 */
export function causalAttention(query: tf.Tensor4D, key: tf.Tensor4D, value: tf.Tensor4D): tf.Tensor4D {
  const [, length, , headWidth] = query.shape;
  const order = [0, 2, 1, 3];
  const scores = tf.mul(
    tf.matMul(tf.transpose(query, order), tf.transpose(key, order), false, true),
    1 / Math.sqrt(headWidth),
  );
  const future = new Float32Array(length * length);
  for (let i = 0; i < length; i++) future.fill(-1e9, i * length + i + 1, (i + 1) * length);
  const weights = tf.softmax(tf.add(scores, tf.tensor2d(future, [length, length])));
  return tf.transpose(tf.matMul(weights, tf.transpose(value, order)), order) as tf.Tensor4D;
}
