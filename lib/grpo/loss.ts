/**
 * The clipped surrogate with entropy bonus and KL penalty (Shao et al. 2024, equation 3; Schulman et al. 2017, equation 7;
 * asymmetric clipping of DAPO, arXiv:2503.14476, equation 10):
 *
 * `L = −Σ min(ρA, clip(ρ, 1−ε_low, 1+ε_high) A) / n − c_H·mean H + β·mean KL`, `ρ = exp(log π_new − log π_old)`.
 *
 * With one update a rollout, ρ = 1 and the loss is 0 for mean-free advantages, although its gradient is not.
 */

import * as tf from "@tensorflow/tfjs-core";

/**
 * Estimators of KL(π ‖ reference) from π's own samples, with r = π_ref/π (Schulman 2020): `k1 = −log r`,
 * `k2 = ½ log² r`, `k3 = r − 1 − log r`; `exact` sums over a discrete action space. As a loss, k1's gradient is zero on
 * average; it is therefore subtracted from the reward instead (arXiv:2512.21852).
 */
export type KlEstimator = "k1" | "k2" | "k3" | "exact";

/** `token`: one ratio for each decision; `sequence`: their geometric mean over a view (GSPO, arXiv:2507.18071). */
export type RatioLevel = "token" | "sequence";

export interface LossOptions {
  readonly clipLow: number;
  readonly clipHigh: number;
  readonly ratio: RatioLevel;
  readonly klCoefficient: number;
  readonly klEstimator: KlEstimator;
}

/** One minibatch, all `[views, actionsPerView]`. */
export interface LossBatch {
  readonly logProb: tf.Tensor2D;
  /** `[views, 1]` or `[views, actionsPerView]` */
  readonly entropy: tf.Tensor2D;
  readonly oldLogProb: tf.Tensor2D;
  readonly advantage: tf.Tensor2D;
  /** 1 where a decision is learned from. */
  readonly mask: tf.Tensor2D;
  /** 1 where a decision's group carries signal (all ones when such groups are not skipped). */
  readonly active: tf.Tensor2D;
  /** `[views, actionsPerView]` log-probability under the reference; needed by k2 and k3. */
  readonly referenceLogProb?: tf.Tensor2D;
  /** `[views, 1]` or `[views, actionsPerView]`; needed by `exact`. */
  readonly exactKl?: tf.Tensor2D;
}

/** What the sums of a minibatch are divided by; counted over all shards, so that a split does not change the result. */
export interface LossNormalisers {
  readonly activeDecisions: number;
  readonly decisions: number;
  readonly entropyCoefficient: number;
}

/** Scalars; `loss` is differentiable, the others are shares of the normalisers' totals, to be added over shards. */
export interface LossValue {
  readonly loss: tf.Scalar;
  readonly policyLoss: tf.Scalar;
  readonly entropy: tf.Scalar;
  readonly kl: tf.Scalar;
  readonly clippedLow: tf.Scalar;
  readonly clippedHigh: tf.Scalar;
}

/** The loss of one minibatch, or of one shard's part of it. */
export function surrogateLoss(batch: LossBatch, options: LossOptions, normalisers: LossNormalisers): LossValue {
  const { mask, active, advantage } = batch;
  const weight = tf.mul(mask, active);
  const logRatio = tf.mul(tf.sub(batch.logProb, batch.oldLogProb), mask);
  const ratio = tf.exp(options.ratio === "sequence" ? sequenceMean(logRatio, mask) : logRatio);
  const clipped = tf.clipByValue(ratio, 1 - options.clipLow, 1 + options.clipHigh);
  const surrogate = tf.minimum(tf.mul(ratio, advantage), tf.mul(clipped, advantage));
  const perActive = 1 / Math.max(1, normalisers.activeDecisions);
  const policyLoss = tf.mul(tf.sum(tf.mul(surrogate, weight)), -perActive) as tf.Scalar;

  const entropy = perDecision(batch.entropy, mask, normalisers);
  const kl = options.klCoefficient > 0 ? perDecision(klOf(batch, options), mask, normalisers) : tf.scalar(0);
  const regularised = tf.sub(policyLoss, tf.mul(entropy, normalisers.entropyCoefficient));
  const loss =
    (options.klCoefficient > 0 && options.klEstimator !== "k1"
      ? tf.add(regularised, tf.mul(kl, options.klCoefficient))
      : regularised) as tf.Scalar;
  const share = (where: tf.Tensor) => tf.mul(tf.sum(tf.mul(tf.cast(where, "float32"), weight)), perActive) as tf.Scalar;
  return {
    loss,
    policyLoss,
    entropy,
    kl,
    clippedLow: share(tf.logicalAnd(tf.less(ratio, 1 - options.clipLow), tf.less(advantage, 0))),
    clippedHigh: share(tf.logicalAnd(tf.greater(ratio, 1 + options.clipHigh), tf.greater(advantage, 0))),
  };
}

/** Mean of the masked entries of each row, `[views, 1]`. */
function sequenceMean(x: tf.Tensor, mask: tf.Tensor2D): tf.Tensor {
  return tf.div(tf.sum(x, 1, true), tf.maximum(tf.sum(mask, 1, true), 1));
}

/** A quantity of each view or decision, averaged over all decisions that are learned from. */
function perDecision(quantity: tf.Tensor, mask: tf.Tensor2D, normalisers: LossNormalisers): tf.Scalar {
  return tf.mul(tf.sum(tf.mul(quantity, mask)), 1 / Math.max(1, normalisers.decisions)) as tf.Scalar;
}

function klOf(batch: LossBatch, options: LossOptions): tf.Tensor {
  if (options.klEstimator === "exact") {
    if (batch.exactKl === undefined) {
      throw new RangeError("Cannot compute the exact KL: this policy's actions are continuous; use k1, k2 or k3");
    }
    return batch.exactKl;
  }
  if (batch.referenceLogProb === undefined) throw new RangeError("Cannot estimate the KL without a reference");
  const logRatio = tf.sub(batch.referenceLogProb, batch.logProb);
  switch (options.klEstimator) {
    case "k1":
      return tf.neg(logRatio);
    case "k2":
      return tf.mul(tf.square(logRatio), 0.5);
    case "k3":
      return tf.sub(tf.sub(tf.exp(logRatio), 1), logRatio);
  }
}
