/** Priors are known at equally spaced knots of the scaled domain and interpolated linearly between them. */

import type { Curve } from "./regression.ts";

/** Scaled values from one end of the domain to the other. */
export const KNOTS: Float64Array = Float64Array.from({ length: 33 }, (_, k) => -1 + k / 16);

/** One source of what is known of a response before any trial. */
export interface ResponsePrior {
  /** At {@linkcode KNOTS}; `null`: the mean is 0, doing nothing, and no uncertainty is added. */
  readonly curve: Curve | null;
  /** Logarithm of its weight before any trial, up to a constant. */
  readonly logPrior: number;
}

/** Nothing is known. */
export const NO_PRIOR: ResponsePrior = { curve: null, logPrior: 0 };

/** Where values stand among the knots: between `knot` and the next, with that share of the way. */
export interface Places {
  readonly knot: Int32Array;
  readonly share: Float64Array;
}

/** The places of scaled values in [−1, 1]. */
export function placesOf(values: Float64Array): Places {
  const last = KNOTS.length - 1;
  const knot = new Int32Array(values.length);
  const share = new Float64Array(values.length);
  for (let p = 0; p < values.length; p++) {
    const at = (values[p] + 1) * last / 2;
    knot[p] = Math.max(0, Math.min(last - 1, Math.floor(at)));
    share[p] = at - knot[p];
  }
  return { knot, share };
}

/** A prior at some places: its mean `[places]`, and the factor of its covariance `[places, rank]`. */
export interface PlacedPrior {
  readonly mean: Float64Array;
  readonly factor: Float64Array;
  readonly rank: number;
}

/** Interpolates a prior's mean and factor, so that what is between knots is a mean of what is at them. */
export function placePrior({ curve }: ResponsePrior, { knot, share }: Places): PlacedPrior {
  const places = knot.length;
  if (curve === null) return { mean: new Float64Array(places), factor: new Float64Array(0), rank: 0 };
  const { rank } = curve;
  const mean = new Float64Array(places);
  const factor = new Float64Array(places * rank);
  for (let p = 0; p < places; p++) {
    const k = knot[p];
    mean[p] = curve.mean[k] + share[p] * (curve.mean[k + 1] - curve.mean[k]);
    for (let r = 0, at = k * rank; r < rank; r++, at++) {
      factor[p * rank + r] = curve.factor[at] + share[p] * (curve.factor[at + rank] - curve.factor[at]);
    }
  }
  return { mean, factor, rank };
}

/** The prior's covariance of two lists of places, `[a, b]`; null where nothing is added. */
export function priorCovariance(a: PlacedPrior, b: PlacedPrior): Float64Array | null {
  const { rank } = a;
  if (rank === 0) return null;
  const out = new Float64Array(a.mean.length * b.mean.length);
  for (let p = 0, at = 0; p < a.mean.length; p++) {
    for (let q = 0; q < b.mean.length; q++, at++) {
      let sum = 0;
      for (let r = 0, i = p * rank, j = q * rank; r < rank; r++) sum += a.factor[i + r] * b.factor[j + r];
      out[at] = sum;
    }
  }
  return out;
}

/** The prior's variance, `[places]`. */
export function priorVariance({ mean, factor, rank }: PlacedPrior): Float64Array {
  const out = new Float64Array(mean.length);
  for (let p = 0, at = 0; p < out.length; p++) for (let r = 0; r < rank; r++, at++) out[p] += factor[at] * factor[at];
  return out;
}
