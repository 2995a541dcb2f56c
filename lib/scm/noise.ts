/** The noise of a variable. Every kind is standardised: mean 0 and variance 1, so that `scale` is its standard deviation. */

import type { Stream } from "../random/mod.ts";
import { ScmError } from "./error.ts";
import type { Noise, NoiseDistribution } from "./types.ts";

/** Half the width of the uniform distribution with variance 1. */
const UNIFORM_REACH = Math.sqrt(3);
/** Mean of the standard Gumbel distribution: the Euler–Mascheroni constant. */
const GUMBEL_MEAN = 0.5772156649015329;
/** Standard deviation of the standard Gumbel distribution. */
const GUMBEL_DEVIATION = Math.PI / Math.sqrt(6);

/**
 * One draw ε with mean 0 and variance 1. Gumbel noise is skewed to the right (the distribution of maxima).
 *
 * | kind | ε |
 * |---|---|
 * | gaussian | N(0, 1) |
 * | uniform | U(−√3, √3) |
 * | laplace | Laplace(0, 1/√2) |
 * | gumbel | (Gumbel(0, 1) − γ)·√6/π |
 * | student-t | t(ν)·√((ν − 2)/ν), ν > 2 |
 */
export function sampleNoise(distribution: NoiseDistribution, stream: Stream): number {
  switch (distribution.kind) {
    case "gaussian":
      return stream.normal();
    case "student-t": {
      const freedom = distribution.degreesOfFreedom;
      const z = stream.normal();
      return z * Math.sqrt((freedom - 2) / (2 * sampleGamma(freedom / 2, stream)));
    }
    default:
      return noiseQuantile(distribution.kind, stream.uniform());
  }
}

/** The kinds of noise that are drawn as the quantile of one uniform number. */
type QuantileKind = Exclude<NoiseDistribution["kind"], "gaussian" | "student-t">;

/** The value below which noise lies with probability u; u = 0 is taken as 2⁻⁵⁴, so that it is finite. */
function noiseQuantile(kind: QuantileKind, u: number): number {
  const p = u || 2 ** -54;
  switch (kind) {
    case "uniform":
      return UNIFORM_REACH * (2 * u - 1);
    case "laplace":
      return Math.SQRT1_2 * (p < 0.5 ? Math.log(2 * p) : -Math.log(2 - 2 * p));
    case "gumbel":
      return (-Math.log(-Math.log(p)) - GUMBEL_MEAN) / GUMBEL_DEVIATION;
  }
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
  const kinds = distributions.map(({ kind }) => kind);
  if (kinds.every((kind) => kind === "gaussian")) {
    return (out, base, rows, stream) => stream.fillNormalInto(out, base, base + rows * n);
  }
  const quantiles = kinds.filter((kind) => kind !== "gaussian" && kind !== "student-t");
  if (quantiles.length === n) {
    return (out, base, rows, stream) => {
      stream.fillUniformInto(out, base, base + rows * n);
      for (let v = 0; v < n; v++) {
        for (let at = base + v; at < base + rows * n; at += n) out[at] = noiseQuantile(quantiles[v], out[at]);
      }
    };
  }
  return (out, base, rows, stream) => {
    for (let r = 0; r < rows; r++) {
      for (let v = 0; v < n; v++) out[base + r * n + v] = sampleNoise(distributions[v], stream);
    }
  };
}

/** Uniform on (0, 1). */
function positiveUniform(stream: Stream): number {
  return stream.uniform() || 2 ** -54;
}

/** Gamma(shape, 1) for shape ≥ 1 (Marsaglia & Tsang 2000, "A simple method for generating gamma variables"). */
function sampleGamma(shape: number, stream: Stream): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = stream.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(positiveUniform(stream)) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/**
 * @param where the variable in words, for the message
 * @throws ScmError for a negative or infinite scale, or a Student distribution without a variance
 */
export function checkNoise(noise: Noise, where: string): void {
  if (!Number.isFinite(noise.scale) || noise.scale < 0) {
    throw new ScmError(`${where}: its noise scale is ${noise.scale}; it must be a finite number ≥ 0`);
  }
  const { distribution } = noise;
  if (
    distribution.kind === "student-t" &&
    !(distribution.degreesOfFreedom > 2 && distribution.degreesOfFreedom < Infinity)
  ) {
    throw new ScmError(
      `${where}: Student noise with ${distribution.degreesOfFreedom} degrees of freedom has no variance; use more than 2`,
    );
  }
}
