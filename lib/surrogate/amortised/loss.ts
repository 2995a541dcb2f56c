/** What the amortised posterior learns from: the truth about simulated systems at every cell. */

import * as tf from "@tensorflow/tfjs-core";
import { studentQuantile } from "../../numeric/mod.ts";
import { maskedLogSoftmax } from "../../tensor/mod.ts";
import { CELL_OUTPUTS } from "./network.ts";
import type { ResponseViews } from "./views.ts";

/** The truth about a batch of states, `[count, width, cells]` each; without meaning where nothing can be set. */
export interface ResponseLabels {
  /** Expected gains, warped. */
  readonly truth: Float32Array;
  /** Normalised values: 0 is doing nothing, 1 the best intervention. */
  readonly value: Float32Array;
}

/** The posterior and the scores at every cell, `[count · width · cells]` each. */
export interface ResponseOutputs {
  /** Mean and standard deviation of the expected gain, warped. */
  readonly mean: tf.Tensor1D;
  readonly sd: tf.Tensor1D;
  /** Added to the mean for the final answer, and for acting; in units of what is at stake. */
  readonly answer: tf.Tensor1D;
  readonly action: tf.Tensor1D;
}

/** A deviation of the processes below this share of what is at stake counts as this. */
const LEAST_SHARE = 0.02;
/**
 * Bounds of the logarithm of the standard deviation's factor. A network that was never wrong in training does not know what it
 * has not seen: it takes no more than three quarters of the processes' doubt away, which upper bounds explore by.
 */
const LEAST_LOG = -1.5;
const MOST_LOG = 3;
/**
 * Degrees of freedom of the Student distribution that the truth follows around the mean: heavier tails than a normal one, so
 * that a few far misses do not widen every interval.
 */
const DEGREES = 10;
/** The standard deviation of that distribution in its scale. */
const SD_IN_SCALES = Math.sqrt(DEGREES / (DEGREES - 2));
/** Half of the posterior's 95 % interval in its standard deviations. */
export const HALF_INTERVAL = studentQuantile(0.975, DEGREES) / SD_IN_SCALES;
/** What cells count more that the processes hold for promising, and how far below the best bound, in units at stake. */
const PROMISING = 4;
const PROMISING_WITHIN = 0.3;
/** Softmax of the final answer: inverse temperature in units at stake. */
const SHARPNESS = 8;
/** Weight of the answer's value beside the likelihood. */
const ANSWER = 0.5;
/** A normalised value below this counts as this. */
const WORST = -1;

/** Reads the network's outputs as a posterior. @param outputs `[count · width · cells, CELL_OUTPUTS]` */
export function readOutputs(outputs: tf.Tensor2D, views: ResponseViews): ResponseOutputs {
  const rows = outputs.shape[0];
  if (outputs.shape[1] !== CELL_OUTPUTS) throw new RangeError(`outputs of ${outputs.shape[1]} columns`);
  // Taking a column is a product: its gradient costs less than that of a slice.
  const column = (k: number) => {
    const one = Float32Array.from({ length: CELL_OUTPUTS }, (_, j) => j === k ? 1 : 0);
    return tf.reshape(tf.matMul(outputs, tf.tensor2d(one, [CELL_OUTPUTS, 1])), [rows]) as tf.Tensor1D;
  };
  const base = tf.tensor1d(leastSd(views));
  return {
    mean: tf.add(tf.tensor1d(views.mean), tf.mul(base, column(0))),
    sd: tf.mul(base, tf.exp(tf.clipByValue(column(1), LEAST_LOG, MOST_LOG))),
    answer: column(2),
    action: column(3),
  };
}

/** The processes' standard deviations, not below a share of what is at stake. */
function leastSd({ sd, unit, count }: ResponseViews): Float32Array {
  const each = sd.length / count;
  return sd.map((s, k) => Math.max(s, LEAST_SHARE * unit[Math.floor(k / each)]));
}

/** A loss and its parts, all scalars. */
export interface ResponseLoss {
  readonly total: tf.Scalar;
  /** Mean over settable cells of the negative log density of the truth, without constants; promising cells count more. */
  readonly likelihood: tf.Scalar;
  /** Mean normalised value of the answer that is drawn from its scores. */
  readonly answer: tf.Scalar;
}

/** The loss of a batch. */
export function responseLoss(outputs: tf.Tensor2D, views: ResponseViews, labels: ResponseLabels): ResponseLoss {
  const { count, width, cells } = views;
  const { mean, sd, answer } = readOutputs(outputs, views);
  const mask = Float32Array.from({ length: count * width * cells }, (_, k) => views.settable[Math.floor(k / cells)]);
  const counted = tf.tensor1d(mask);
  const weights = promise(views, mask);
  const scale = tf.div(sd, SD_IN_SCALES);
  const z = tf.div(tf.sub(tf.tensor1d(labels.truth), mean), scale);
  const tails = tf.mul(0.5 * (DEGREES + 1), tf.log1p(tf.div(tf.square(z), DEGREES)));
  const density = tf.add(tails, tf.log(scale));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const likelihood = tf.div(tf.sum(tf.mul(density, tf.tensor1d(weights))), total) as tf.Scalar;
  const units = tf.tensor1d(Float32Array.from(mask, (_, k) => views.unit[Math.floor(k / (width * cells))]));
  const scores = tf.mul(SHARPNESS, tf.add(tf.div(mean, units), answer));
  const grid = [count, width * cells] as [number, number];
  const logProb = maskedLogSoftmax(tf.reshape(scores, grid) as tf.Tensor2D, tf.reshape(counted, grid) as tf.Tensor2D);
  const values = tf.tensor2d(labels.value.map((v) => Math.max(WORST, v)), grid);
  const chosen = tf.mul(tf.mul(tf.exp(logProb), values), tf.reshape(counted, grid));
  const value = tf.div(tf.sum(chosen), count) as tf.Scalar;
  return { total: tf.sub(likelihood, tf.mul(ANSWER, value)) as tf.Scalar, likelihood, answer: value };
}

/** Weights of the cells: from what is known before the truth alone, so that the posterior stays an honest one. */
function promise({ count, mean, sd, unit }: ResponseViews, mask: Float32Array): Float32Array {
  const each = mask.length / count;
  const weights = new Float32Array(mask.length);
  for (let s = 0; s < count; s++) {
    let highest = -Infinity;
    for (let k = s * each; k < (s + 1) * each; k++) if (mask[k] > 0) highest = Math.max(highest, mean[k] + sd[k]);
    for (let k = s * each; k < (s + 1) * each; k++) {
      if (mask[k] > 0) {
        weights[k] = 1 + PROMISING * Math.exp((mean[k] + sd[k] - highest) / (PROMISING_WITHIN * unit[s]));
      }
    }
  }
  return weights;
}
