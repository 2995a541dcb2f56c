/** The sequential prior contrastive estimation bound on the expected information gain (sPCE, Foster et al. 2021, arXiv:2103.02438, equation 9). */

import type { Stream } from "../random/mod.ts";
import type { Belief } from "./belief.ts";
import { logLikelihood, type Measurement, NOISE, type Point, squaredDistance } from "./source.ts";

/** A contrast whose likelihood is e⁻³⁰ of the source's: a million of them change the bound by less than 10⁻⁷. */
const NOTHING = 30;

/**
 * `log p(D | θ₀) − log ((1/(L+1)) Σ_{l=0..L} p(D | θ_l))` with L fresh draws from the prior: at most log(L + 1). Draws outside a
 * box around the source add nothing; how many of the L fall into it is drawn by the gaps between them, so that only those in it
 * are computed, by a log-sum-exp that they stream through.
 */
export function contrastiveBound(
  measurements: readonly Measurement[],
  source: Point,
  contrasts: number,
  stream: Stream,
): number {
  const own = measurements.reduce((sum, each) => sum + logLikelihood(each, ...source), 0);
  const [left, bottom, width, height] = boxOfWeight(measurements, own - NOTHING);
  const outside = Math.log1p(-width * height);
  // What was loudest was nearest to the source, and tells most.
  const order = measurements.toSorted((a, b) => b.outcome - a.outcome);
  let [scale, sum] = [own, 1];
  const gap = () => 1 + Math.floor(Math.log1p(-stream.uniform()) / outside);
  for (let l = gap(); l <= contrasts; l += gap()) {
    const [x, y] = [left + width * stream.uniform(), bottom + height * stream.uniform()];
    let log = 0;
    for (let m = 0; m < order.length && log > scale - NOTHING; m++) log += logLikelihood(order[m], x, y);
    if (log <= scale) sum += Math.exp(log - scale);
    else [sum, scale] = [sum * Math.exp(scale - log) + 1, log];
  }
  return own - scale - Math.log(sum) + Math.log(contrasts + 1);
}

/** Left, bottom, width and height of the part of the unit square in which no measurement alone has less than a log-likelihood. */
export function boxOfWeight(
  measurements: readonly Measurement[],
  least: number,
): readonly [left: number, bottom: number, width: number, height: number] {
  const error = NOISE * Math.sqrt(-2 * least);
  let [left, right, bottom, top] = [0, 1, 0, 1];
  for (const { design: [x, y], outcome } of measurements) {
    const reach = Math.sqrt(squaredDistance(outcome - error));
    [left, right, bottom, top] = [
      Math.max(left, x - reach),
      Math.min(right, x + reach),
      Math.max(bottom, y - reach),
      Math.min(top, y + reach),
    ];
  }
  return [left, bottom, right - left, top - bottom];
}

/**
 * What each measurement adds to the bound with its contrasts in expectation, `log p(D | θ₀) − log ((p(D | θ₀) + L ∫p(D | θ)dθ) /
 * (L + 1))`: the belief knows the integral. `[measurements]`, the rewards of a policy.
 */
export function boundGains({ measurements, logEvidence }: Belief, source: Point, contrasts: number): readonly number[] {
  let [own, reached] = [0, 0];
  return measurements.map((measurement, t) => {
    own += logLikelihood(measurement, ...source);
    const others = Math.log(contrasts) + logEvidence[t] - own;
    const bound = Math.log(contrasts + 1) - Math.max(others, 0) - Math.log1p(Math.exp(-Math.abs(others)));
    const gain = bound - reached;
    reached = bound;
    return gain;
  });
}
