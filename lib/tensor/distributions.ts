/**
 * Distributions over choices. They run on every backend: as compositions of
 * TensorFlow.js operations, and on `simd` as one fused operation each.
 */

import * as tf from "@tensorflow/tfjs-core";
import { HALF_LOG_TAU } from "../numeric/mod.ts";
import type { GaussianSpread } from "./contracts.ts";
import { SIMD } from "./simd/backend.ts";
import { simdJointCategorical } from "./simd/categorical.ts";
import { simdJointGaussian } from "./simd/gaussian.ts";
import { simdGatherColumns, simdMaskedLogSoftmax } from "./simd/softmax.ts";

/** Minus the log-probability of what is masked. */
const EXCLUDED = 1e9;

/** Log-probabilities of choices `[views, perRow]` and the entropy of their distribution `[views, 1]`. */
export interface Scored {
  readonly logProb: tf.Tensor2D;
  readonly entropy: tf.Tensor2D;
}

/**
 * Log-softmax over the entries of each row where `mask` is 1. Masked entries get log-probability −1e9 and no gradient, so
 * that their probability is exactly 0.
 * @param x `[rows, columns]`
 * @param mask `[rows, columns]`, at least one 1 in each row
 */
export function maskedLogSoftmax(x: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor2D {
  if (tf.getBackend() === SIMD) return simdMaskedLogSoftmax(x, mask, -EXCLUDED);
  const excluded = tf.mul(tf.sub(mask, 1), EXCLUDED);
  return tf.logSoftmax(tf.add(tf.mul(x, mask), excluded)) as tf.Tensor2D;
}

/**
 * Entries of each row, `perRow` of them.
 * @param x `[rows, columns]`
 * @param columns `[rows, perRow]`, row by row
 * @returns `[rows, perRow]`
 */
export function gatherColumns(x: tf.Tensor2D, columns: Int32Array, perRow: number): tf.Tensor2D {
  if (tf.getBackend() === SIMD) return simdGatherColumns(x, columns, perRow);
  const [rows, width] = x.shape;
  const chosen = new Float32Array(rows * perRow * width);
  columns.forEach((column, k) => chosen[k * width + column] = 1);
  const selector = tf.tensor3d(chosen, [rows, perRow, width]);
  return tf.sum(tf.mul(selector, tf.reshape(x, [rows, 1, width])), 2) as tf.Tensor2D;
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
): Scored {
  if (tf.getBackend() === SIMD) {
    return parted(simdJointCategorical(scores, settable, columns, perRow), perRow);
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

/**
 * The joint distribution of a variable and a real value, `log softmax(score₀)ᵢ + log N(v; score₁ᵢ, σᵢ²)`, over the settable
 * variables i. With three scores each, `log σᵢ = clip(score₂ᵢ + logStd)`, else `log σ = logStd`.
 * @param scores `[views, variables, 2 or 3]`
 * @param settable `[views, variables]`, at least one 1 in each row
 * @param variable `[views, perRow]` chosen variables
 * @param value `[views, perRow]` chosen values
 * @returns log-probabilities (densities) of the choices `[views, perRow]` and the entropy `[views, 1]`, nats
 */
export function jointGaussian(
  scores: tf.Tensor3D,
  settable: Float32Array,
  variable: Int32Array,
  value: Float32Array,
  perRow: number,
  spread: GaussianSpread,
): Scored {
  if (tf.getBackend() === SIMD) {
    return parted(simdJointGaussian(scores, settable, variable, value, perRow, spread), perRow);
  }
  const [views, variables, outputs] = scores.shape;
  const output = (k: number) => tf.reshape(tf.slice3d(scores, [0, 0, k], [views, variables, 1]), [views, variables]);
  const mask = tf.tensor2d(settable, [views, variables]);
  const probability = maskedLogSoftmax(output(0) as tf.Tensor2D, mask);
  const logStd = outputs === 3
    ? tf.clipByValue(tf.add(output(2), spread.logStd), spread.low, spread.high)
    : tf.fill([views, variables], spread.logStd);
  const chosen = (x: tf.Tensor) => gatherColumns(x as tf.Tensor2D, variable, perRow);
  const chosenStd = chosen(logStd);
  const z = tf.div(tf.sub(tf.tensor2d(value, [views, perRow]), chosen(output(1))), tf.exp(chosenStd));
  const density = tf.sub(tf.sub(tf.mul(tf.square(z), -0.5), chosenStd), HALF_LOG_TAU);
  const each = tf.add(tf.sub(logStd, probability), HALF_LOG_TAU + 0.5);
  return {
    logProb: tf.add(chosen(probability), density),
    entropy: tf.sum(tf.mul(tf.mul(tf.exp(probability), mask), each), 1, true),
  };
}

function parted(joint: tf.Tensor2D, perRow: number): Scored {
  const views = joint.shape[0];
  return {
    logProb: tf.slice2d(joint, [0, 0], [views, perRow]),
    entropy: tf.slice2d(joint, [0, perRow], [views, 1]),
  };
}
