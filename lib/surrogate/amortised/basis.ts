/**
 * Gaussian-process regression in a fixed basis: an intercept, a straight line, and sines on an interval around the rows
 * (Solin & Särkkä 2020, "Hilbert space methods for reduced-rank Gaussian process regression"). The sums over rows are made
 * once, so that averaging over kernels costs what a few functions cost, whatever the number of rows.
 */

import {
  choleskyInto,
  halfLogDeterminant,
  normalisedWeights,
  solveLowerInto,
  solveUpperInto,
} from "../../numeric/mod.ts";

/** Functions of one standardised input: x itself, then sines that vanish at ±reach, and everywhere beyond. */
export interface InputBasis {
  readonly sines: number;
  readonly reach: number;
}

/** How far beyond the outermost row the sines reach, and the least reach, in standard deviations. */
const MARGIN = 1.25;
const LEAST_REACH = 2;

/** The basis around a column of rows. */
export function basisAround(column: Float64Array, sines: number): InputBasis {
  let farthest = 0;
  for (const x of column) farthest = Math.max(farthest, Math.abs(x));
  return { sines, reach: Math.max(LEAST_REACH, MARGIN * farthest) };
}

/** Writes `1 + sines` values of the basis at x. */
export function basisInto(out: Float64Array, at: number, { sines, reach }: InputBasis, x: number): void {
  out[at] = x;
  const inside = Math.abs(x) < reach;
  const angle = Math.PI * (x + reach) / (2 * reach);
  // sin(jθ) by its recurrence.
  let [before, now] = [0, inside ? Math.sin(angle) : 0];
  const twice = 2 * Math.cos(angle);
  const scale = 1 / Math.sqrt(reach);
  for (let j = 1; j <= sines; j++) {
    out[at + j] = scale * now;
    [before, now] = [now, inside ? twice * now - before : 0];
  }
}

/** A prior over functions of an input and the noise around them; `smooth` and `length` as of a squared-exponential kernel. */
export interface BasisKernel {
  readonly smooth: number;
  readonly length: number;
  readonly noise: number;
}

/** Prior variance of the slope, and of the intercept. */
const SLOPE = 1;
const INTERCEPT = 1;

/** Writes the prior variances of the `1 + sines` weights of a basis (equation 20 of the source). */
function variancesInto(out: Float64Array, at: number, { sines, reach }: InputBasis, kernel: BasisKernel): void {
  out[at] = SLOPE;
  for (let j = 1; j <= sines; j++) {
    const scaled = Math.PI * j / (2 * reach) * kernel.length;
    out[at + j] = kernel.smooth ** 2 * Math.sqrt(2 * Math.PI) * kernel.length * Math.exp(-0.5 * scaled * scaled);
  }
}

/** Rows as sums: `ΦᵀΦ` of an intercept and the bases of all inputs, `Φᵀy`, `yᵀy` and the number of rows. */
export interface BasisSums {
  readonly bases: readonly InputBasis[];
  /** 1 + the functions of all bases. */
  readonly size: number;
  /** Where the functions of each basis begin. */
  readonly starts: readonly number[];
  /** `[size, size]`, of which the lower triangle is filled */
  readonly cross: Float64Array;
  /** `[size]` */
  readonly outcome: Float64Array;
  readonly square: number;
  readonly rows: number;
}

/** Sums the rows. O(rows · size²/2). */
export function sumRows(
  columns: readonly Float64Array[],
  bases: readonly InputBasis[],
  outcome: Float64Array,
): BasisSums {
  let size = 1;
  const starts = bases.map(({ sines }) => (size += 1 + sines) - 1 - sines);
  const cross = new Float64Array(size * size);
  const sums = new Float64Array(size);
  const row = new Float64Array(size);
  row[0] = 1;
  let square = 0;
  for (let r = 0; r < outcome.length; r++) {
    const y = outcome[r];
    for (let v = 0; v < bases.length; v++) basisInto(row, starts[v], bases[v], columns[v][r]);
    for (let i = 0; i < size; i++) {
      const value = row[i];
      for (let j = 0, at = i * size; j <= i; j++) cross[at + j] += value * row[j];
      sums[i] += value * y;
    }
    square += y * y;
  }
  return { bases, size, starts, cross, outcome: sums, square, rows: outcome.length };
}

/** The sums of an intercept and one of the inputs alone, with fewer or as many sines. */
export function sumsOf(sums: BasisSums, inputs: readonly number[], sines: number): BasisSums {
  const bases = inputs.map((v) => ({ ...sums.bases[v], sines: Math.min(sines, sums.bases[v].sines) }));
  let size = 1;
  const starts = bases.map((basis) => (size += 1 + basis.sines) - 1 - basis.sines);
  const kept = [
    0,
    ...inputs.flatMap((v, k) => Array.from({ length: 1 + bases[k].sines }, (_, j) => sums.starts[v] + j)),
  ];
  const cross = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const [a, b] = kept[i] >= kept[j] ? [kept[i], kept[j]] : [kept[j], kept[i]];
      cross[i * size + j] = sums.cross[a * sums.size + b];
    }
  }
  const outcome = Float64Array.from(kept, (k) => sums.outcome[k]);
  return { bases, size, starts, cross, outcome, square: sums.square, rows: sums.rows };
}

/** One kernel's posterior over the weights: factor of their precision and mean, `[size, size]` and `[size]`. */
interface BasisFit {
  readonly weight: number;
  readonly noise: number;
  readonly factor: Float64Array;
  readonly mean: Float64Array;
}

/** The kernels' posteriors with their weights by evidence. */
export interface BasisRegression {
  readonly sums: BasisSums;
  readonly fits: readonly BasisFit[];
}

/** Kernels that weigh less than this share of the heaviest are left out. */
const LEAST_WEIGHT = 0.05;

/** Averages kernels by their marginal likelihood (Rasmussen & Williams 2006, equation 2.30). O(size³/6) for each. */
export function fitBasis(sums: BasisSums, kernels: readonly BasisKernel[]): BasisRegression {
  const { size, cross, outcome, square, rows, bases, starts } = sums;
  const root = new Float64Array(size);
  const found = kernels.map((kernel) => {
    const precision = 1 / kernel.noise ** 2;
    root[0] = INTERCEPT;
    bases.forEach((basis, v) => variancesInto(root, starts[v], basis, kernel));
    for (let i = 0; i < size; i++) root[i] = Math.sqrt(root[i]);
    // In weights scaled by their prior deviation the precision is I + RΦᵀΦR/σ², which stays well conditioned.
    const factor = new Float64Array(size * size);
    const mean = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      for (let j = 0, at = i * size; j <= i; j++) factor[at + j] = precision * root[i] * root[j] * cross[at + j];
      factor[i * size + i] += 1;
      mean[i] = precision * root[i] * outcome[i];
    }
    choleskyInto(factor, size);
    solveLowerInto(factor, size, mean);
    let explained = 0;
    for (let i = 0; i < size; i++) explained += mean[i] * mean[i];
    const evidence = -0.5 * (precision * square - explained) - halfLogDeterminant(factor, size) -
      rows * Math.log(kernel.noise);
    solveUpperInto(factor, size, mean);
    return { evidence, noise: kernel.noise, factor, mean, root: root.slice() };
  });
  const weights = normalisedWeights(Float64Array.from(found, ({ evidence }) => evidence), LEAST_WEIGHT);
  const fits = found.flatMap(({ noise, factor, mean, root }, k) => {
    if (weights[k] === 0) return [];
    for (let i = 0; i < size; i++) mean[i] *= root[i];
    // Rows of L divided by the roots: `solve L z = R φ` becomes a solve with the functions themselves.
    return [{ weight: weights[k], noise, factor, mean, root }];
  });
  return { sums, fits: fits.map(({ root, ...fit }) => ({ ...fit, factor: scaledFactor(fit.factor, root, size) })) };
}

/** `R⁻¹L`, with infinite rows where a weight has no prior variance, so that its function counts as 0. */
function scaledFactor(factor: Float64Array, root: Float64Array, size: number): Float64Array {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      factor[i * size + j] = root[i] > 0 ? factor[i * size + j] / root[i] : i === j ? Infinity : 0;
    }
  }
  return factor;
}

/** A curve with the standard deviation and covariance of what is not known of it, and the noise around it. `[points]` */
export interface ObservedCurve {
  readonly mean: Float64Array;
  readonly sd: Float64Array;
  /** `[points, points]` */
  readonly covariance: Float64Array;
  readonly noise: number;
}

/**
 * The curve of one input, with all others at the mean of their functions over the rows.
 * @param input index into the sums' inputs
 */
export function curveOf({ sums, fits }: BasisRegression, input: number, values: Float64Array): ObservedCurve {
  const { size, cross, rows, bases, starts } = sums;
  const functions = new Float64Array(size);
  for (let i = 0; i < size; i++) functions[i] = cross[i * size] / rows;
  const points = values.length;
  const mean = new Float64Array(points);
  const covariance = new Float64Array(points * points);
  const centre = new Float64Array(points);
  const solved = new Float64Array(points * size);
  let noise = 0;
  for (const fit of fits) {
    noise += fit.weight * fit.noise;
    for (let p = 0; p < points; p++) {
      basisInto(functions, starts[input], bases[input], values[p]);
      centre[p] = 0;
      for (let i = 0; i < size; i++) centre[p] += functions[i] * fit.mean[i];
      mean[p] += fit.weight * centre[p];
      solved.set(functions, p * size);
      solveLowerInto(fit.factor, size, solved, p * size);
    }
    for (let p = 0; p < points; p++) {
      for (let q = 0; q <= p; q++) {
        let sum = centre[p] * centre[q];
        for (let i = 0, a = p * size, b = q * size; i < size; i++) sum += solved[a + i] * solved[b + i];
        covariance[p * points + q] += fit.weight * sum;
      }
    }
  }
  for (let p = 0; p < points; p++) {
    for (let q = 0; q <= p; q++) {
      covariance[p * points + q] -= mean[p] * mean[q];
      covariance[q * points + p] = covariance[p * points + q];
    }
  }
  const sd = mean.map((_, p) => Math.sqrt(Math.max(0, covariance[p * points + p])));
  return { mean, sd, covariance, noise };
}
