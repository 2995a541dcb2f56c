/** The sequential prior contrastive estimation bound on the expected information gain (sPCE, Foster et al. 2021, arXiv:2103.02438, equation 9). */

import type { Stream } from "../random/mod.ts";
import type { Belief } from "./belief.ts";
import { logLikelihood, type Measurement, NOISE, type Point, squaredDistance } from "./source.ts";

const CHUNK = 4096;
/** A contrast whose likelihood is e⁻³⁰ of the source's: a million of them change the bound by less than 10⁻⁷. */
const NOTHING = 30;

/**
 * `log p(D | θ₀) − log ((1/(L+1)) Σ_{l=0..L} p(D | θ_l))` with L fresh draws from the prior: at most log(L + 1). The draws come
 * in chunks; of one that has fallen hopelessly behind the rest is not computed.
 */
export function contrastiveBound(
  measurements: readonly Measurement[],
  source: Point,
  contrasts: number,
  stream: Stream,
): number {
  const own = measurements.reduce((sum, each) => sum + logLikelihood(each, ...source), 0);
  // What was loudest was nearest to the source, and tells most.
  const order = measurements.toSorted((a, b) => b.outcome - a.outcome);
  const draws = new Float64Array(2 * CHUNK);
  let [scale, sum] = [own, 1];
  // What the loudest measurement alone rules out is seen by its distance, without a logarithm: most contrasts.
  const [{ design: [x, y], outcome }] = order;
  const error = NOISE * Math.sqrt(2 * (NOTHING - own));
  const [nearest, farthest] = [squaredDistance(outcome + error), squaredDistance(outcome - error)];
  for (let done = 0; done < contrasts; done += CHUNK) {
    const size = Math.min(CHUNK, contrasts - done);
    stream.fillUniformInto(draws, 0, 2 * size);
    for (let l = 0; l < size; l++) {
      const squared = (draws[2 * l] - x) ** 2 + (draws[2 * l + 1] - y) ** 2;
      if (squared < nearest || squared > farthest) continue;
      let log = 0;
      for (let m = 0; m < order.length && log > scale - NOTHING; m++) {
        log += logLikelihood(order[m], draws[2 * l], draws[2 * l + 1]);
      }
      if (log <= scale) sum += Math.exp(log - scale);
      else [sum, scale] = [sum * Math.exp(scale - log) + 1, log];
    }
  }
  return own - scale - Math.log(sum) + Math.log(contrasts + 1);
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
