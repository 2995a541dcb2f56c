/**
 * The loss of one minibatch and its slopes by everything that a policy computes, in float64:
 *
 * `L = −Σ w·s(ρ, A) / n − c_H·mean H + β·mean KL + c_V·mean ½(V − V̂)²`, `ρ = exp(log π_new − log π_old)`
 *
 * (Shao et al. 2024, arXiv:2402.03300, equation 3) with s of `surrogate.ts` and the KL of `kl.ts`. At the first step of an
 * update ρ = 1, so that the clipped policy term is minus the mean advantage although its gradient is not 0.
 */

import { klEstimate, type KlEstimator, klSlope } from "./kl.ts";
import { type ClipOptions, clippedSlope, clippedSurrogate, clipRatio, type LossKind } from "./surrogate.ts";

/** `token`: one ratio for each decision; `sequence`: their geometric mean over a sequence (GSPO, arXiv:2507.18071, equation 7). */
export type RatioLevel = "token" | "sequence";

/** Which loss is climbed. */
export interface LossOptions extends ClipOptions {
  /**
   * What the policy term's mean is taken over: `bnpo` the decisions of the minibatch, `dapo` (arXiv:2503.14476, equation 12)
   * and `cispo` those of the whole rollout, so that a decision weighs the same whichever minibatch it falls into, `sequence`
   * the sequences, each of which is the mean of its decisions (Shao et al. 2024, equation 3).
   */
  readonly kind: LossKind;
  readonly ratio: RatioLevel;
  readonly klEstimator: KlEstimator;
}

/** What networks gave for a minibatch of `views` with `perView` decisions each: the loss is differentiated by these. */
export interface Scores {
  /** `[views, perView]` */
  readonly logProb: ArrayLike<number>;
  /** Nats: `[views]`, or `[views, perView]` where each decision has its own state. */
  readonly entropy: ArrayLike<number>;
  /** `[views]` or `[views, perView]`, needed by the estimator `exact` where there is a penalty. */
  readonly exactKl: ArrayLike<number> | null;
  /** `[views]` V(s) of a value function, if there is one. */
  readonly value: ArrayLike<number> | null;
}

/** What is known about the decisions of a minibatch, `[views, perView]` each. */
export interface LossData {
  readonly views: number;
  readonly perView: number;
  readonly oldLogProb: ArrayLike<number>;
  readonly advantage: ArrayLike<number>;
  /** 1 where there is a decision. */
  readonly mask: ArrayLike<number>;
  /** w: a decision's share of the policy term before it is divided; 0 where its group is skipped. */
  readonly weight: ArrayLike<number>;
  /** Log-probability under the reference; needed by a sampled KL. */
  readonly referenceLogProb: ArrayLike<number> | null;
  /** V̂, the value function's targets. */
  readonly target: ArrayLike<number> | null;
  /** Consecutive views that make up a sequence, for ratios of sequences. */
  readonly viewsPerSequence: number;
}

/** What sums are divided by; counted over all shards, so that a split does not change the result. */
export interface LossNormalisers {
  /** n of the policy term: Σ w over whatever its mean is taken over. */
  readonly weight: number;
  /** Decisions of the minibatch. */
  readonly decisions: number;
}

/** Weights of the terms of the loss. */
export interface LossCoefficients {
  /** c_H */
  readonly entropy: number;
  /** β */
  readonly kl: number;
  /** c_V */
  readonly value: number;
}

/** The loss, its slopes (shapes of the scores) and what to log. Means are shares of the normalisers: add them over shards. */
export interface LossValue {
  readonly loss: number;
  readonly slopes: {
    readonly logProb: Float64Array;
    readonly entropy: Float64Array;
    readonly exactKl: Float64Array | null;
    readonly value: Float64Array | null;
  };
  readonly statistics: LossStatistics;
}

/** What is logged of a loss. */
export interface LossStatistics {
  readonly policyLoss: number;
  readonly entropy: number;
  readonly kl: number;
  readonly valueLoss: number;
  /** Shares of the decisions (by weight) whose ratio is below or above its bounds and is not followed further. */
  readonly clippedLow: number;
  readonly clippedHigh: number;
  /** … and of those with A < 0 that are beyond δ. */
  readonly clippedDelta: number;
  readonly ratioMean: number;
  /** ±∞ without decisions. */
  readonly ratioMin: number;
  readonly ratioMax: number;
  /** KL(π_old ‖ π), estimated by ρ − 1 − log ρ (Schulman 2020). */
  readonly oldKl: number;
}

/**
 * The loss with its slopes by every log-probability, entropy and KL, in float64.
 * @throws RangeError if a KL is asked for that these scores cannot give
 */
export function evaluateLoss(
  scores: Scores,
  data: LossData,
  options: LossOptions,
  normalisers: LossNormalisers,
  coefficients: LossCoefficients,
): LossValue {
  const policy = policyTerm(scores.logProb, data, options, normalisers);
  const perDecision = 1 / Math.max(1, normalisers.decisions);
  const entropy = meanTerm(scores.entropy, data, perDecision, -coefficients.entropy);
  const kl = coefficients.kl > 0 ? klTerm(scores, data, options, perDecision, coefficients.kl) : NO_KL;
  const value = valueTerm(scores.value, data, perDecision, coefficients.value);
  const slope = policy.slope;
  if (kl.logProbSlope !== null) { for (let d = 0; d < slope.length; d++) slope[d] += kl.logProbSlope[d]; }
  return {
    loss: policy.loss - coefficients.entropy * entropy.mean + kl.loss + coefficients.value * value.mean,
    slopes: { logProb: slope, entropy: entropy.slope, exactKl: kl.exactSlope, value: value.slope },
    statistics: {
      ...policy.statistics,
      policyLoss: policy.loss,
      entropy: entropy.mean,
      kl: kl.mean,
      valueLoss: value.mean,
    },
  };
}

type PolicyStatistics = Omit<LossStatistics, "policyLoss" | "entropy" | "kl" | "valueLoss">;

/** −Σ w·s / n, and its slope by each log-probability. */
function policyTerm(
  logProb: ArrayLike<number>,
  data: LossData,
  options: LossOptions,
  normalisers: LossNormalisers,
): { readonly loss: number; readonly slope: Float64Array; readonly statistics: PolicyStatistics } {
  const { oldLogProb, advantage, mask, weight } = data;
  const ratios = ratiosOf(logProb, data, options.ratio);
  const isCispo = options.kind === "cispo";
  const perWeight = 1 / (normalisers.weight > 0 ? normalisers.weight : 1);
  const slope = new Float64Array(logProb.length);
  const tally = createTally(options);
  let sum = 0;
  for (let d = 0; d < logProb.length; d++) {
    if (mask[d] === 0) continue;
    const [ratio, gain] = [ratios[d], advantage[d]];
    tally.add(ratio, logProb[d] - oldLogProb[d], gain, weight[d]);
    if (weight[d] === 0) continue;
    if (isCispo) {
      const share = weight[d] * clipRatio(ratio, options) * gain;
      sum += share * logProb[d];
      slope[d] = -perWeight * share;
    } else {
      sum += weight[d] * clippedSurrogate(ratio, gain, options);
      slope[d] = -perWeight * weight[d] * clippedSlope(ratio, gain, options);
    }
  }
  if (options.ratio === "sequence" && !isCispo) spreadOverSequencesInto(slope, data);
  return { loss: 0 - perWeight * sum, slope, statistics: tally.read(perWeight, normalisers.decisions) };
}

/** ρ of every decision; of its whole sequence, the geometric mean, if so asked. */
function ratiosOf(logProb: ArrayLike<number>, data: LossData, level: RatioLevel): Float64Array {
  const { oldLogProb, mask } = data;
  const ratios = new Float64Array(logProb.length);
  if (level === "token") {
    for (let d = 0; d < ratios.length; d++) ratios[d] = Math.exp(logProb[d] - oldLogProb[d]);
    return ratios;
  }
  forEachSequence(data, (from, to) => {
    let [sum, decisions] = [0, 0];
    for (let d = from; d < to; d++) {
      if (mask[d] === 0) continue;
      sum += logProb[d] - oldLogProb[d];
      decisions++;
    }
    ratios.fill(Math.exp(sum / Math.max(1, decisions)), from, to);
  });
  return ratios;
}

/** A sequence's ratio depends on each of its decisions by 1 / their number: slopes by its logarithm become slopes by theirs. */
function spreadOverSequencesInto(slope: Float64Array, data: LossData): void {
  forEachSequence(data, (from, to) => {
    let [sum, decisions] = [0, 0];
    for (let d = from; d < to; d++) {
      sum += slope[d];
      if (data.mask[d] > 0) decisions++;
    }
    for (let d = from; d < to; d++) slope[d] = data.mask[d] > 0 ? sum / decisions : 0;
  });
}

function forEachSequence(
  { views, perView, viewsPerSequence }: LossData,
  visit: (from: number, to: number) => void,
): void {
  const size = viewsPerSequence * perView;
  for (let from = 0; from < views * perView; from += size) visit(from, from + size);
}

/** Adds up what is logged of the ratios. */
function createTally(options: LossOptions) {
  const [low, high, delta] = [1 - options.clipLow, 1 + options.clipHigh, options.delta ?? Infinity];
  // The weight of `cispo` is clipped whatever the advantage's sign; a surrogate only where following would still gain.
  const isCispo = options.kind === "cispo";
  let [below, above, beyond, sum, kl] = [0, 0, 0, 0, 0];
  let [min, max] = [Infinity, -Infinity];
  return {
    add(ratio: number, logRatio: number, advantage: number, weight: number): void {
      if (ratio < low && (isCispo || advantage < 0)) below += weight;
      if (ratio > high && (isCispo || advantage > 0)) above += weight;
      if (ratio > delta && advantage < 0) beyond += weight;
      sum += ratio;
      kl += Math.expm1(logRatio) - logRatio;
      min = Math.min(min, ratio);
      max = Math.max(max, ratio);
    },
    read: (perWeight: number, decisions: number): PolicyStatistics => ({
      clippedLow: below * perWeight,
      clippedHigh: above * perWeight,
      clippedDelta: beyond * perWeight,
      ratioMean: sum / Math.max(1, decisions),
      ratioMin: min,
      ratioMax: max,
      oldKl: kl / Math.max(1, decisions),
    }),
  };
}

/** The mean over all decisions of a quantity of each view or decision, and the slope of `coefficient` times it. */
function meanTerm(
  quantity: ArrayLike<number>,
  { views, perView, mask }: LossData,
  perDecision: number,
  coefficient: number,
): { readonly mean: number; readonly slope: Float64Array } {
  const isPerView = quantity.length === views && perView !== 1;
  const slope = new Float64Array(quantity.length);
  let sum = 0;
  for (let d = 0; d < views * perView; d++) {
    if (mask[d] === 0) continue;
    const at = isPerView ? Math.floor(d / perView) : d;
    sum += quantity[at];
    slope[at] += coefficient * perDecision;
  }
  return { mean: sum * perDecision, slope };
}

interface KlTerm {
  /** β times the mean, or 0 where the penalty is in the reward. */
  readonly loss: number;
  readonly mean: number;
  readonly logProbSlope: Float64Array | null;
  readonly exactSlope: Float64Array | null;
}

const NO_KL: KlTerm = { loss: 0, mean: 0, logProbSlope: null, exactSlope: null };

function klTerm(
  { logProb, exactKl }: Scores,
  data: LossData,
  { klEstimator }: LossOptions,
  perDecision: number,
  coefficient: number,
): KlTerm {
  if (klEstimator === "exact") {
    if (exactKl === null) {
      throw new RangeError("Cannot compute the exact KL: this policy's actions are continuous; use k1, k2 or k3");
    }
    const { mean, slope } = meanTerm(exactKl, data, perDecision, coefficient);
    return { loss: coefficient * mean, mean, logProbSlope: null, exactSlope: slope };
  }
  const { referenceLogProb, oldLogProb, mask } = data;
  if (referenceLogProb === null) throw new RangeError("Cannot estimate the KL without a reference");
  const slope = new Float64Array(logProb.length);
  let sum = 0;
  for (let d = 0; d < logProb.length; d++) {
    if (mask[d] === 0) continue;
    const difference = logProb[d] - referenceLogProb[d];
    const ratio = Math.exp(logProb[d] - oldLogProb[d]);
    sum += klEstimate(klEstimator, difference, ratio);
    slope[d] = coefficient * perDecision * klSlope(klEstimator, difference, ratio);
  }
  const mean = sum * perDecision;
  return { loss: klEstimator === "k1" ? 0 : coefficient * mean, mean, logProbSlope: slope, exactSlope: null };
}

/** mean ½(V − V̂)², and the slope of `coefficient` times it. */
function valueTerm(
  value: ArrayLike<number> | null,
  { views, perView, mask, target }: LossData,
  perDecision: number,
  coefficient: number,
): { readonly mean: number; readonly slope: Float64Array | null } {
  if (value === null || target === null) return { mean: 0, slope: null };
  const slope = new Float64Array(views);
  let sum = 0;
  for (let d = 0; d < views * perView; d++) {
    if (mask[d] === 0) continue;
    const view = Math.floor(d / perView);
    const error = value[view] - target[d];
    sum += 0.5 * error * error;
    slope[view] += coefficient * perDecision * error;
  }
  return { mean: sum * perDecision, slope };
}
