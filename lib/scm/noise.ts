/** The noise of a variable: drawn, drawn in balance for simulations, and checked. */

import type { Stream } from "../random/mod.ts";
import { ScmError } from "./error.ts";
import { noiseKind } from "./noise_kinds.ts";
import type { Noise, NoiseDistribution } from "./types.ts";

/**
 * One draw ε, with mean 0 and variance 1 unless its ends are given. Gumbel noise is skewed to the right (the distribution of
 * maxima).
 *
 * | kind | ε |
 * |---|---|
 * | gaussian | N(0, 1) |
 * | uniform | U(−√3, √3) |
 * | laplace | Laplace(0, 1/√2) |
 * | gumbel | (Gumbel(0, 1) − γ)·√6/π |
 * | student-t | t(ν)·√((ν − 2)/ν), ν > 2 |
 * | between | U(low, high) |
 */
export function sampleNoise(distribution: NoiseDistribution, stream: Stream): number {
  return noiseKind(distribution).sample(distribution, stream);
}

/** The mean of a variable's noise term: 0 unless its ends are given. */
export function noiseMean({ distribution, scale }: Noise): number {
  return scale * noiseKind(distribution).mean(distribution);
}

/** Fills `out[base … base + rows·n − 1]`, row after row, with the noise of n variables. */
export type NoiseFiller = (out: Float64Array, base: number, rows: number, stream: Stream) => void;

/**
 * The fastest way to draw the noise of a list of variables; it gives the numbers of {@linkcode sampleNoise}.
 *
 * @param distributions `[n]`
 */
export function compileNoise(distributions: readonly NoiseDistribution[]): NoiseFiller {
  const n = distributions.length;
  if (distributions.every(({ kind }) => kind === "gaussian")) {
    return (out, base, rows, stream) => stream.fillNormalInto(out, base, base + rows * n);
  }
  const quantiles = distributions.flatMap((own) => {
    const { quantile } = noiseKind(own);
    return quantile === undefined ? [] : [(u: number) => quantile(own, u)];
  });
  if (quantiles.length === n) {
    return (out, base, rows, stream) => {
      stream.fillUniformInto(out, base, base + rows * n);
      for (let v = 0; v < n; v++) {
        const quantile = quantiles[v];
        for (let at = base + v; at < base + rows * n; at += n) out[at] = quantile(out[at]);
      }
    };
  }
  return (out, base, rows, stream) => {
    for (let r = 0; r < rows; r++) {
      for (let v = 0; v < n; v++) out[base + r * n + v] = sampleNoise(distributions[v], stream);
    }
  };
}

/**
 * `[rows]` draws whose first moments are those of the distribution, for simulations.
 *
 * Noise on the whole line is rescaled to mean 0 and variance 1, the second half mirroring the first where the distribution is
 * symmetric (antithetic variates and moment matching, Glasserman 2003, sections 4.2 and 4.5). Bounded noise cannot be
 * rescaled, which would carry it across its bounds: it is stratified instead, one draw in each of `rows/2` strata of equal
 * probability, in random order, each with its mirror image 1 − u (section 4.3). Its mean is exact for a symmetric law, its
 * variance up to a relative error of about rows^(−3/2).
 *
 * @param rows an even number ≥ 4
 */
export function balancedNoise(distribution: NoiseDistribution, rows: number, stream: Stream): Float64Array {
  const kind = noiseKind(distribution);
  if (!kind.bounded) return rescaledNoise(distribution, rows, stream);
  const column = new Float64Array(rows);
  const half = rows / 2;
  const strata = stream.permutation(half);
  const quantile = kind.quantile ?? (() => NaN);
  for (let r = 0; r < half; r++) {
    // In the upper half, and mirrored: which of the two comes first is random, so that two variables know nothing of each other.
    const upper = Math.min(0.5 + 0.5 * (strata[r] + stream.uniform()) / half, 1 - Number.EPSILON);
    const first = stream.sign() > 0 ? upper : 1 - upper;
    column[r] = quantile(distribution, first);
    column[r + half] = quantile(distribution, 1 - first);
  }
  return column;
}

function rescaledNoise(distribution: NoiseDistribution, rows: number, stream: Stream): Float64Array {
  const { symmetric } = noiseKind(distribution);
  const column = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    column[r] = symmetric && r >= rows / 2 ? -column[r - rows / 2] : sampleNoise(distribution, stream);
  }
  const mean = column.reduce((sum, x) => sum + x, 0) / rows;
  // The sample variance of a heavy tail is too noisy to divide by.
  const deviation = distribution.kind === "student-t" ? 1 : standardDeviation(column);
  return column.map((x) => (x - mean) / deviation);
}

/** The standard deviation of a column of numbers, about its own mean. */
export function standardDeviation(column: Float64Array): number {
  const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
  return Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / column.length);
}

/**
 * @param where the variable in words, for the message
 * @throws ScmError for a negative or infinite scale, or a distribution without a variance
 */
export function checkNoise(noise: Noise, where: string): void {
  if (!Number.isFinite(noise.scale) || noise.scale < 0) {
    throw new ScmError(`${where}: its noise scale is ${noise.scale}; it must be a finite number ≥ 0`);
  }
  const fault = noiseKind(noise.distribution).fault(noise.distribution);
  if (fault !== null) throw new ScmError(`${where}: ${fault}`);
}
