/**
 * Gaussian-process regression of an outcome on observational rows, averaged over kernels by evidence, and what it says of one
 * variable's effect: the curve `E_Z[Y | x, Z]` with its whole posterior covariance.
 */

import {
  choleskyInto,
  halfLogDeterminant,
  lowRankFactor,
  normalisedWeights,
  solveLowerInto,
  solveUpperInto,
} from "../../numeric/mod.ts";
import { averagedShapes, type RegressionForm, type RegressionRows, rowShapes, type Shapes } from "./shapes.ts";

/** Covariance `1 + linear²·a·b + smooth²·exp(−|a − b|² / 2 length²)`, and the standard deviation of independent noise. */
export interface RegressionKernel {
  readonly linear: number;
  readonly smooth: number;
  readonly length: number;
  readonly noise: number;
}

const NOISES = [0.05, 0.2, 0.5, 1];

/** Straight lines alone. */
export const STRAIGHT_KERNELS: readonly RegressionKernel[] = NOISES.map((noise) => ({
  linear: 1,
  smooth: 0,
  length: 1,
  noise,
}));

/** Straight lines, and beside them curves of three lengths and two heights. */
export const CURVED_KERNELS: readonly RegressionKernel[] = [
  ...STRAIGHT_KERNELS,
  ...[0.5, 1.5].flatMap((smooth) =>
    [0.5, 1, 2.5].flatMap((length) => NOISES.map((noise) => ({ linear: 1, smooth, length, noise })))
  ),
];

/** Rows that kernels are screened on, and rows that are used at most: evenly spread over those given. */
const SCREENING_ROWS = 64;
const MOST_ROWS = 400;
/** Kernels that weigh less than this share of the heaviest are left out. */
const LEAST_WEIGHT = 0.03;
/** Share of a curve's greatest variance below which the rest of it is dropped. */
const LEAST_VARIANCE = 1e-6;

/** One kernel's share of an average. */
interface Fit {
  readonly weight: number;
  readonly kernel: RegressionKernel;
  /** `[rows, rows]` Cholesky factor of the rows' covariance, and its inverse times the outcomes, `[rows]`. */
  readonly factor: Float64Array;
  readonly solved: Float64Array;
}

/** A regression that was fitted to rows. */
export interface Regression {
  readonly rows: RegressionRows;
  readonly form: RegressionForm;
  readonly fits: readonly Fit[];
}

/** A curve that is known with Gaussian uncertainty at given points: its covariance is `factor · factorᵀ`. */
export interface Curve {
  /** `[points]` */
  readonly mean: Float64Array;
  /** `[points, rank]` */
  readonly factor: Float64Array;
  readonly rank: number;
}

/**
 * Averages the kernels by their marginal likelihood (Rasmussen & Williams 2006, equations 2.23, 2.24 and 2.30). O(rows³) for
 * each kernel; beyond 64 rows all but the likely kernels are dropped on 64 of them, beyond 400 evenly spread ones are used.
 */
export function fitRegression(
  rows: RegressionRows,
  form: RegressionForm,
  kernels: readonly RegressionKernel[],
): Regression {
  const used = thinned(rows, MOST_ROWS);
  const screened = used.outcome.length <= SCREENING_ROWS
    ? kernels
    : likely(thinned(used, SCREENING_ROWS), form, kernels).map(({ kernel }) => kernel);
  return { rows: used, form, fits: likely(used, form, screened) };
}

/** What an average over the rows makes of a variable's effect at the given values of it. O(points · rows²) for each kernel. */
export function effectCurve({ rows, form, fits }: Regression, variable: number, values: Float64Array): Curve {
  const points = values.length;
  const n = rows.outcome.length;
  const mean = new Float64Array(points);
  const covariance = new Float64Array(points * points);
  const averaged = averagedShapes(rows, form, variable, values);
  const cross = new Float64Array(points * n);
  const means = fits.map(({ kernel, factor, solved, weight }) => {
    const { toRows, toSelf } = averaged(kernel.smooth === 0 ? null : kernel.length);
    const [linear, smooth] = [kernel.linear ** 2, kernel.smooth ** 2];
    const own = new Float64Array(points);
    for (let p = 0; p < points; p++) {
      const row = p * n;
      for (let j = 0; j < n; j++) {
        const shared = 1 + linear * toRows.products[row + j] + smooth * toRows.curved[row + j];
        cross[row + j] = shared;
        own[p] += shared * solved[j];
      }
      mean[p] += weight * own[p];
      solveLowerInto(factor, n, cross, row);
      for (let q = 0; q <= p; q++) {
        const at = p * points + q;
        let left = 1 + linear * toSelf.products[at] + smooth * toSelf.curved[at];
        for (let j = 0, a = row, b = q * n; j < n; j++) left -= cross[a + j] * cross[b + j];
        covariance[at] += weight * left;
      }
    }
    return own;
  });
  for (let p = 0; p < points; p++) {
    for (let q = 0; q <= p; q++) {
      let spread = 0;
      for (let f = 0; f < fits.length; f++) {
        spread += fits[f].weight * (means[f][p] - mean[p]) * (means[f][q] - mean[q]);
      }
      covariance[p * points + q] += spread;
    }
  }
  const factor = lowRankFactor(covariance, points, LEAST_VARIANCE);
  return { mean, factor, rank: factor.length / points };
}

function thinned(rows: RegressionRows, most: number): RegressionRows {
  const { outcome, inputs, width } = rows;
  if (outcome.length <= most) return rows;
  const kept = Array.from({ length: most }, (_, k) => Math.floor(k * outcome.length / most));
  return {
    outcome: Float64Array.from(kept, (r) => outcome[r]),
    inputs: Float64Array.from(kept.flatMap((r) => [...inputs.subarray(r * width, (r + 1) * width)])),
    width,
  };
}

function likely(rows: RegressionRows, form: RegressionForm, kernels: readonly RegressionKernel[]): Fit[] {
  const shapes = rowShapes(rows, form);
  const fits = kernels.map((kernel) => fitKernel(rows, kernel, shapes));
  const weights = normalisedWeights(Float64Array.from(fits, ({ evidence }) => evidence), LEAST_WEIGHT);
  return fits.flatMap((fit, k) => weights[k] > 0 ? [{ ...fit, weight: weights[k] }] : []);
}

function fitKernel({ outcome }: RegressionRows, kernel: RegressionKernel, shapes: (length: number | null) => Shapes) {
  const n = outcome.length;
  const { products, curved } = shapes(kernel.smooth === 0 ? null : kernel.length);
  const [linear, smooth, noise] = [kernel.linear ** 2, kernel.smooth ** 2, kernel.noise ** 2];
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = i * n; k <= i * n + i; k++) factor[k] = 1 + linear * products[k] + smooth * curved[k];
    factor[i * n + i] += noise;
  }
  if (!choleskyInto(factor, n)) return { kernel, factor, solved: outcome, evidence: -Infinity };
  const solved = Float64Array.from(outcome);
  solveLowerInto(factor, n, solved);
  let evidence = -halfLogDeterminant(factor, n);
  for (let i = 0; i < n; i++) evidence -= 0.5 * solved[i] ** 2;
  solveUpperInto(factor, n, solved);
  return { kernel, factor, solved, evidence };
}
