/**
 * A Gaussian process over sets of settings. Its kernel adds, over the variables that two sets both hold, how alike their values
 * are, and may add the products of two such terms (additive kernels, Duvenaud, Nickisch & Rasmussen 2011): to leave a variable free is a level
 * that adds nothing. With linear terms it is Bayesian linear regression on values, with products on their interactions too.
 */

import { membersOf, NONE, type Observation, scale } from "../../../environment/mod.ts";
import {
  choleskyInto,
  halfLogDeterminant,
  solveLowerInto,
  solvePositiveInto,
  solveUpperInto,
} from "../../../numeric/mod.ts";
import { warpedGain } from "../../../surrogate/mod.ts";
import { heldBy, type SetPoint } from "./space.ts";

/** The process and how it is fitted. */
export interface SetProcessOptions {
  /** How values of one variable are alike: on a line, or on a line and along smooth bends. */
  readonly shape: "line" | "bend";
  /** Variance of a product of two terms over that of one; 0 for none. */
  readonly interactions: number;
  /** How much of the regression on the observational rows is believed beforehand; 0 for nothing. */
  readonly observational: number;
}

/** Gains of the interventions of one episode. */
export interface SetTrials {
  readonly points: readonly SetPoint[];
  readonly gain: Float64Array;
}

/** What is believed of any set's gain. */
export interface SetBelief {
  mean(point: SetPoint): number;
  sd(point: SetPoint): number;
  readonly trials: SetTrials;
}

const CONSTANT = 0.25;
/** What the marginal likelihood chooses among: variance of one term, of the noise, and the length of bends. */
const VARIANCES = [0.1, 0.5, 2, 8];
const NOISES = [0.02, 0.1, 0.4, 1.5];
const LENGTHS = [0.4, 1];
/** The newest interventions count where there are more. */
const MOST_TRIALS = 200;

/** The interventions of episode `e` and their gains, warped as the response models warp them. */
export function setTrials({ problems, statistics, history }: Observation, e: number): SetTrials {
  const { width, targets, signs, low, high } = problems;
  const target = targets[e];
  const unit = signs[e] / statistics.spread[e * width + target];
  const points: SetPoint[] = [];
  const gain: number[] = [];
  for (let r = history.rows - 1; r >= 0 && points.length < MOST_TRIALS; r--) {
    const row = e * history.capacity + r;
    if (history.intervened[row] === NONE) continue;
    const point = new Float64Array(width).fill(NaN);
    for (const v of membersOf(history, row, width)) {
      point[v] = scale(history.values[row * width + v], low[e * width + v], high[e * width + v]);
    }
    points.push(point);
    gain.push(warpedGain(unit * (history.values[row * width + target] - statistics.centre[e * width + target])));
  }
  return { points: points.reverse(), gain: Float64Array.from(gain.reverse()) };
}

/** Fits the process of episode `e`. */
export function fitSetProcess(
  observation: Observation,
  e: number,
  options: SetProcessOptions,
  adjusted: (held: readonly number[]) => readonly number[] = () => [],
): SetBelief {
  const trials = setTrials(observation, e);
  const prior = options.observational > 0
    ? observationalMean(observation, e, options.observational, adjusted)
    : () => 0;
  const residual = Float64Array.from(trials.points, (point, k) => trials.gain[k] - prior(point));
  const n = residual.length;
  let chosen = { variance: 1, noise: 0.3, length: LENGTHS[0], evidence: -Infinity };
  for (const length of options.shape === "bend" ? LENGTHS : [1]) {
    const gram = gramOf(trials.points, options, length);
    for (const variance of n < 2 ? [] : VARIANCES) {
      for (const noise of NOISES) {
        const evidence = evidenceOf(gram, residual, variance, noise);
        if (evidence > chosen.evidence) chosen = { variance, noise, length, evidence };
      }
    }
  }
  const { variance, noise, length } = chosen;
  const factor = gramOf(trials.points, options, length).map((x) => variance * x);
  for (let i = 0; i < n; i++) factor[i * n + i] += noise;
  choleskyInto(factor, n);
  const weight = residual.slice();
  solveLowerInto(factor, n, weight);
  solveUpperInto(factor, n, weight);
  const cross = new Float64Array(n);
  const crossInto = (point: SetPoint) =>
    trials.points.forEach((x, k) => cross[k] = variance * kernel(point, x, options, length));
  return {
    trials,
    mean(point) {
      crossInto(point);
      let sum = prior(point);
      for (let k = 0; k < n; k++) sum += cross[k] * weight[k];
      return sum;
    },
    sd(point) {
      crossInto(point);
      solveLowerInto(factor, n, cross);
      let left = variance * kernel(point, point, options, length);
      for (let k = 0; k < n; k++) left -= cross[k] * cross[k];
      return Math.sqrt(Math.max(0, left));
    },
  };
}

function kernel(a: SetPoint, b: SetPoint, { shape, interactions }: SetProcessOptions, length: number): number {
  let sum = 0;
  let squares = 0;
  for (let v = 0; v < a.length; v++) {
    const [u, w] = [a[v], b[v]];
    if (u !== u || w !== w) continue;
    const distance = (u - w) / length;
    const term = CONSTANT + u * w + (shape === "bend" ? Math.exp(-0.5 * distance * distance) : 0);
    sum += term;
    squares += term * term;
  }
  return sum + interactions * 0.5 * (sum * sum - squares);
}

function gramOf(points: readonly SetPoint[], options: SetProcessOptions, length: number): Float64Array {
  const n = points.length;
  const gram = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) gram[i * n + j] = gram[j * n + i] = kernel(points[i], points[j], options, length);
  }
  return gram;
}

/** Log marginal likelihood but for a constant (Rasmussen & Williams 2006, equation 2.30). */
function evidenceOf(gram: Float64Array, residual: Float64Array, variance: number, noise: number): number {
  const n = residual.length;
  const factor = gram.map((x) => variance * x);
  for (let i = 0; i < n; i++) factor[i * n + i] += noise;
  if (!choleskyInto(factor, n)) return -Infinity;
  const white = residual.slice();
  solveLowerInto(factor, n, white);
  return -0.5 * white.reduce((sum, x) => sum + x * x, 0) - halfLogDeterminant(factor, n);
}

/** Ridge of the observational regression, in rows. */
const RIDGE = 2;

/**
 * The gain that regression of the target on what a set holds, over the observational rows, promises.
 * @param adjusted variables that the regression for a set adjusts for
 */
function observationalMean(
  { problems, statistics: s }: Observation,
  e: number,
  weight: number,
  adjusted: (held: readonly number[]) => readonly number[],
): (point: SetPoint) => number {
  const { width, targets, signs, low, high } = problems;
  const n = s.obsCount[e];
  const target = targets[e];
  const mean = (v: number) => s.obsSum[e * width + v] / Math.max(1, n);
  const covariance = (i: number, j: number) => {
    const spreads = s.spread[e * width + i] * s.spread[e * width + j];
    return (s.obsCross[(e * width + i) * width + j] - n * mean(i) * mean(j)) / spreads;
  };
  const slopes = new Map<string, Float64Array>();
  const slopesOf = (held: readonly number[]): Float64Array => {
    const key = held.join(" ");
    const known = slopes.get(key);
    if (known !== undefined) return known;
    const used = [...held, ...adjusted(held).filter((v) => !held.includes(v))];
    const size = used.length;
    const matrix = new Float64Array(size * size);
    const right = Float64Array.from(used, (v) => signs[e] * covariance(v, target));
    used.forEach((i, a) => used.forEach((j, b) => matrix[a * size + b] = covariance(i, j) + (i === j ? RIDGE : 0)));
    solvePositiveInto(matrix, size, right);
    slopes.set(key, right);
    return right;
  };
  return (point) => {
    const held = heldBy(point);
    const slope = slopesOf(held);
    let gain = 0;
    held.forEach((v, k) => {
      const at = e * width + v;
      const value = low[at] + 0.5 * (point[v] + 1) * (high[at] - low[at]);
      gain += slope[k] * (value - s.centre[at]) / s.spread[at];
    });
    return weight * warpedGain(gain);
  };
}
