/**
 * The effect of a variable by adjustment, from observational rows: a Gaussian-process regression of the outcome on the
 * variable and its adjustment set, averaged over the set's observed values.
 */

import type { PriorBelief } from "./gaussian_process.ts";

/** Observational rows of one outcome; everything is standardised. */
export interface AdjustmentRows {
  /** `[rows]` */
  readonly outcome: Float64Array;
  /** `[rows, inputs]`: the variable first, then what is adjusted for. */
  readonly inputs: Float64Array;
  readonly width: number;
}

/** Covariance `1 + linear²·a·b + smooth²·exp(−|a − b|² / 2 length²)` and independent noise. */
interface RegressionKernel {
  readonly linear: number;
  readonly smooth: number;
  readonly length: number;
  readonly noise: number;
}

/** Candidates in standardised units: straight ones, and curved ones of two lengths. */
const SHAPES = [
  { smooth: 0, length: 1 },
  ...[0.5, 1.5].flatMap((smooth) => [1, 2.5].map((length) => ({ smooth, length }))),
];
const CANDIDATES: readonly RegressionKernel[] = [0.5, 2].flatMap((linear) =>
  SHAPES.flatMap((shape) => [0.1, 0.3, 0.6, 1].map((noise) => ({ linear, ...shape, noise })))
);

/** A kernel, the Cholesky factor of the rows' covariance under it, and its inverse times the outcomes. */
interface Fit {
  readonly kernel: RegressionKernel;
  readonly factor: Float64Array;
  readonly weights: Float64Array;
  readonly evidence: number;
}

/**
 * Posterior mean and standard deviation of `E_Z[Y | x, Z]` as a function of x, with the kernel of greatest marginal
 * likelihood (Rasmussen & Williams 2006, equations 2.23–2.24 and 2.30). O(rows³) here, O(rows²) for each value.
 */
export function adjustedEffect(rows: AdjustmentRows): (value: number) => PriorBelief {
  const fit = CANDIDATES.map((kernel) => fitKernel(rows, kernel)).reduce((a, b) => b.evidence > a.evidence ? b : a);
  const { inputs, width } = rows;
  const count = rows.outcome.length;
  // Without anything to adjust for all points of the average are one.
  const points = width === 1 ? 1 : count;
  return (value) => {
    const moved = inputs.slice(0, points * width);
    for (let i = 0; i < points; i++) moved[i * width] = value;
    const shared = new Float64Array(count);
    let mean = 0;
    for (let j = 0; j < count; j++) {
      for (let i = 0; i < points; i++) shared[j] += covariance(fit.kernel, moved, i, inputs, j, width) / points;
      mean += shared[j] * fit.weights[j];
    }
    let variance = 0;
    for (let i = 0; i < points; i++) {
      for (let k = 0; k < points; k++) variance += covariance(fit.kernel, moved, i, moved, k, width) / points ** 2;
    }
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < i; j++) shared[i] -= fit.factor[i * count + j] * shared[j];
      shared[i] /= fit.factor[i * count + i];
      variance -= shared[i] ** 2;
    }
    return { mean, sd: Math.sqrt(Math.max(0, variance)) };
  };
}

function fitKernel({ outcome, inputs, width }: AdjustmentRows, kernel: RegressionKernel): Fit {
  const n = outcome.length;
  const factor = new Float64Array(n * n);
  const weights = Float64Array.from(outcome);
  let evidence = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = covariance(kernel, inputs, i, inputs, j, width) + (i === j ? kernel.noise ** 2 : 0);
      for (let k = 0; k < j; k++) sum -= factor[i * n + k] * factor[j * n + k];
      factor[i * n + j] = i === j ? Math.sqrt(sum) : sum / factor[j * n + j];
    }
    for (let k = 0; k < i; k++) weights[i] -= factor[i * n + k] * weights[k];
    weights[i] /= factor[i * n + i];
    evidence -= 0.5 * weights[i] ** 2 + Math.log(factor[i * n + i]);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) weights[i] -= factor[k * n + i] * weights[k];
    weights[i] /= factor[i * n + i];
  }
  return { kernel, factor, weights, evidence };
}

/** Between point `i` of `a` and point `j` of `b`. */
function covariance(
  { linear, smooth, length }: RegressionKernel,
  a: Float64Array,
  i: number,
  b: Float64Array,
  j: number,
  width: number,
): number {
  let product = 0;
  let distance = 0;
  for (let k = 0; k < width; k++) {
    const [x, y] = [a[i * width + k], b[j * width + k]];
    product += x * y;
    distance += (x - y) ** 2;
  }
  const curved = smooth === 0 ? 0 : smooth ** 2 * Math.exp(-0.5 * distance / length ** 2);
  return 1 + linear ** 2 * product + curved;
}
