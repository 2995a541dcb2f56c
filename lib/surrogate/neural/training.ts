/** Amortised training on simulated SCMs (Lorch et al. 2022): batches, labels and the loss. */

import * as tf from "@tensorflow/tfjs-core";
import { HALF_LOG_TAU } from "../../numeric/mod.ts";
import type { Stream } from "../../random/mod.ts";
import { sampleCausedScm, type ScmDistribution } from "../../scm/mod.ts";
import type { CommonViews } from "./episodes.ts";
import { LOG_SD, OUTPUTS } from "./form.ts";
import { type LabelledRows, type RowsDistribution, simulateRows } from "./simulate.ts";

/** What a surrogate is trained or evaluated on. */
export interface EpisodeDistribution {
  readonly scms: ScmDistribution;
  readonly rows: RowsDistribution;
}

/** Draws `count` episodes of `size` variables (of any number that the distribution allows if null), each from its own child of `stream`. */
export function drawEpisodes(
  { scms, rows }: EpisodeDistribution,
  count: number,
  size: number | null,
  stream: Stream,
): LabelledRows[] {
  const distribution = size === null ? scms : { ...scms, sizes: { min: size, max: size } };
  return Array.from({ length: count }, (_, e) => {
    const own = stream.child(e);
    return simulateRows(sampleCausedScm(distribution, own.child("scm")), rows, own.child("rows"));
  });
}

/**
 * The episodes of one training batch: all of one size, drawn log-uniformly, as many as fill `cells` pairs of variables, at
 * most `most`.
 */
export function drawBatch(
  distribution: EpisodeDistribution,
  cells: number,
  most: number,
  stream: Stream,
): LabelledRows[] {
  const { min, max } = distribution.scms.sizes;
  const size = Math.min(max, Math.floor(min * ((max + 1) / min) ** stream.child("size").uniform()));
  const count = Math.max(1, Math.min(most, Math.floor(cells / (size * size))));
  return drawEpisodes(distribution, count, size, stream);
}

/** The truth of a batch, `[count, width]` each. */
export interface Labels {
  readonly parents: Float32Array;
  /** Total effects in units of the standard deviations, bounded by {@linkcode EFFECT_LIMIT}. */
  readonly effects: Float32Array;
  /** 1 where the effect is known and the variable is not the target. */
  readonly effectKnown: Float32Array;
}

/** Standardised effects beyond this are learned as this. */
const EFFECT_LIMIT = 8;

/** The labels of a batch whose views are `views`. */
export function labelsOf(episodes: readonly LabelledRows[], views: CommonViews): Labels {
  const { width, slopeUnit } = views;
  const length = episodes.length * width;
  const labels = {
    parents: new Float32Array(length),
    effects: new Float32Array(length),
    effectKnown: new Float32Array(length),
  };
  episodes.forEach(({ size, target, parents, effects }, e) => {
    for (let v = 0; v < size; v++) {
      const at = e * width + v;
      labels.parents[at] = parents[v];
      if (effects === null || v === target) continue;
      labels.effects[at] = Math.max(-EFFECT_LIMIT, Math.min(EFFECT_LIMIT, effects[v] / slopeUnit[at]));
      labels.effectKnown[at] = 1;
    }
  });
  return labels;
}

/** Weight of the effects' loss beside the cross-entropy of the parents. */
const EFFECT_WEIGHT = 0.1;

/** What the outputs `[views, width, OUTPUTS]` mean, each `[views, width]`. */
export function readOutputs(outputs: tf.Tensor3D, slope: tf.Tensor2D): {
  readonly logit: tf.Tensor2D;
  readonly effect: tf.Tensor2D;
  readonly logSd: tf.Tensor2D;
} {
  const [views, width] = outputs.shape;
  const columns = tf.reshape(outputs, [views * width, OUTPUTS]) as tf.Tensor2D;
  const take = (k: number) =>
    tf.reshape(tf.slice2d(columns, [0, k], [views * width, 1]), [views, width]) as tf.Tensor2D;
  return {
    logit: take(0),
    effect: tf.add(take(1), slope),
    logSd: tf.clipByValue(tf.add(take(2), LOG_SD.start), LOG_SD.low, LOG_SD.high) as tf.Tensor2D,
  };
}

/**
 * Mean binary cross-entropy of the parents over all candidates, and the negative log-likelihood of the total effects.
 * @returns scalars; `total` is what training minimises
 */
export function surrogateLoss(
  outputs: tf.Tensor3D,
  views: CommonViews,
  labels: Labels,
): { readonly total: tf.Scalar; readonly parents: tf.Scalar; readonly effects: tf.Scalar } {
  const shape: [number, number] = [views.count, views.width];
  const table = (data: Float32Array) => tf.tensor2d(data, shape);
  const { logit, effect, logSd } = readOutputs(outputs, table(views.slope));
  const mean = (loss: tf.Tensor, mask: Float32Array) => {
    const count = mask.reduce((a, b) => a + b, 0);
    return tf.mul(tf.sum(tf.mul(loss, table(mask))), 1 / Math.max(1, count)) as tf.Scalar;
  };
  const crossEntropy = tf.sub(tf.softplus(logit), tf.mul(logit, table(labels.parents)));
  const z = tf.mul(tf.sub(table(labels.effects), effect), tf.exp(tf.neg(logSd)));
  const likelihood = tf.add(tf.add(tf.mul(tf.square(z), 0.5), logSd), HALF_LOG_TAU);
  const parents = mean(crossEntropy, views.candidates);
  const effects = mean(likelihood, labels.effectKnown);
  return { total: tf.add(parents, tf.mul(effects, EFFECT_WEIGHT)) as tf.Scalar, parents, effects };
}
