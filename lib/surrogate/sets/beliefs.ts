/**
 * A Gaussian process over sets of settings. Its kernel adds, over the variables that two sets both hold, how alike their values
 * are, and may add the products of two such terms (additive kernels, Duvenaud, Nickisch & Rasmussen 2011): to leave a variable free is a level
 * that adds nothing. With linear terms it is Bayesian linear regression on values, with products on their interactions too.
 */

import { membersOf, NONE, type Observation, scale } from "../../environment/mod.ts";
import {
  choleskyInto,
  halfLogDeterminant,
  normalisedWeights,
  solveLowerInto,
  solveUpperInto,
} from "../../numeric/mod.ts";
import { warpedGain } from "../response/trials.ts";
import { observationalMean } from "./observed.ts";
import type { SetPoint } from "./point.ts";

/** The process and how it is fitted. */
export interface SetProcessOptions {
  /** How values of one variable are alike: on a line, or on a line and along smooth bends. */
  readonly shape: "line" | "bend";
  /** Kernels that are averaged by their marginal likelihood, the likeliest ones; 1 takes the likeliest alone. */
  readonly averaged: number;
}

/** Gains of the interventions of one episode. */
export interface SetTrials {
  readonly points: readonly SetPoint[];
  readonly gain: Float64Array;
}

/** Beliefs about one more setting beside those of a set, `[width, values]` each. */
export interface BesideBelief {
  /** Mean gain of the larger set less that of the set. */
  readonly mean: Float64Array;
  readonly sd: Float64Array;
}

/** What is believed of any set's gain. */
export interface SetBelief {
  mean(point: SetPoint): number;
  sd(point: SetPoint): number;
  /** The same of every set with one setting more; of variables that the set holds already, nothing of meaning. */
  beside(point: SetPoint, values: Float64Array): BesideBelief;
  readonly trials: SetTrials;
}

const CONSTANT = 0.25;
/** What the marginal likelihood chooses among: variance of the noise over that of a term, and the length of bends; below, what else is. */
const NOISES = [0.02, 0.1, 0.4, 2];
const LENGTHS = [0.4, 1];
/** Variance of a product of two terms over that of one. */
const INTERACTIONS = [0, 0.3, 1];
/** How much of the regression on the observational rows is believed beforehand. */
const OBSERVATIONAL = [0, 0.5, 1];
/** Inverse-gamma prior of the variance of a term: shape and scale. */
const VARIANCE_PRIOR = { shape: 1.5, scale: 0.75 };
/** The newest interventions count where there are more. */
const MOST_TRIALS = 200;
/** Kernels that weigh less than this share of the likeliest are left out. */
const LEAST_WEIGHT = 0.05;

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

/** How values of one variable are alike. */
interface TermShape {
  readonly bends: boolean;
  readonly length: number;
}

/** How two sets are alike. */
interface Kernel extends TermShape {
  readonly interactions: number;
}

/** A kernel with its noise, and the prior mean beside which it explains the gains. */
interface Candidate {
  readonly kernel: Kernel;
  /** Variance of the noise over that of a term. */
  readonly noise: number;
  readonly observational: number;
}

/** A candidate fitted to the trials. */
interface Fit extends Candidate {
  readonly evidence: number;
  /** Posterior mean of the variance of a term. */
  readonly variance: number;
  /** `[trials, trials]` Cholesky factor of the gains' covariance over that variance, and its inverse times the residuals. */
  readonly factor: Float64Array;
  readonly weight: Float64Array;
}

/** A fit with its share in the average. */
interface Share extends Fit {
  readonly share: number;
}

/**
 * Fits the process of episode `e`: O(trials³) for each kernel.
 * @param adjusted variables that the observational regression for a set adjusts for
 */
export function fitSetProcess(
  observation: Observation,
  e: number,
  options: SetProcessOptions,
  adjusted: (held: readonly number[]) => readonly number[] = () => [],
): SetBelief {
  const trials = setTrials(observation, e);
  const prior = observationalMean(observation, e, adjusted);
  return beliefOf(trials, prior, fitsOf(trials, prior, options));
}

/** The likeliest kernels. The variance of a term is integrated out, so that one factor serves every prior mean. */
function fitsOf(trials: SetTrials, prior: (point: SetPoint) => number, options: SetProcessOptions): Share[] {
  const n = trials.gain.length;
  const promised = Float64Array.from(trials.points, prior);
  const bends = options.shape === "bend";
  const kernels = (bends ? LENGTHS : [1]).flatMap((length) => {
    const { sums, products } = gramsOf(trials.points, { bends, length });
    return INTERACTIONS.map((interactions) => ({
      kernel: { bends, length, interactions },
      gram: sums.map((sum, at) => sum + interactions * products[at]),
    }));
  });
  const fits = kernels.flatMap(({ kernel, gram }) => {
    return (n < 2 ? [NOISES[2]] : NOISES).flatMap((noise) => {
      const factor = gram.slice();
      for (let i = 0; i < n; i++) factor[i * n + i] += noise;
      if (!choleskyInto(factor, n)) return [];
      const half = halfLogDeterminant(factor, n);
      return OBSERVATIONAL.map((observational): Fit => {
        const weight = trials.gain.map((gain, k) => gain - observational * promised[k]);
        solveLowerInto(factor, n, weight);
        const scale = VARIANCE_PRIOR.scale + 0.5 * weight.reduce((sum, x) => sum + x * x, 0);
        const shape = VARIANCE_PRIOR.shape + 0.5 * n;
        const variance = scale / (shape - 1);
        return { kernel, noise, observational, factor, weight, variance, evidence: -half - shape * Math.log(scale) };
      });
    });
  });
  const likeliest = fits.toSorted((a, b) => b.evidence - a.evidence).slice(0, options.averaged);
  const shares = normalisedWeights(Float64Array.from(likeliest, ({ evidence }) => evidence), LEAST_WEIGHT);
  return likeliest.flatMap((fit, rank) => {
    if (shares[rank] === 0) return [];
    solveUpperInto(fit.factor, n, fit.weight);
    return [{ ...fit, share: shares[rank] }];
  });
}

function beliefOf(trials: SetTrials, prior: (point: SetPoint) => number, fits: readonly Share[]): SetBelief {
  const n = trials.gain.length;
  const { points } = trials;
  const cross = new Float64Array(n);
  let tabled: (Share & { readonly tables: Tables })[] = [];
  const meanOf = (fit: Fit, point: SetPoint): number => {
    let sum = 0;
    for (let k = 0; k < n; k++) {
      cross[k] = covariance(point, points[k], fit.kernel);
      sum += cross[k] * fit.weight[k];
    }
    return sum;
  };
  const average = (point: SetPoint): { mean: number; sd: number } => {
    const promised = prior(point);
    let [mean, second] = [0, 0];
    for (const fit of fits) {
      const own = fit.observational * promised + meanOf(fit, point);
      solveLowerInto(fit.factor, n, cross);
      let left = covariance(point, point, fit.kernel);
      for (let k = 0; k < n; k++) left -= cross[k] * cross[k];
      mean += fit.share * own;
      second += fit.share * (fit.variance * Math.max(0, left) + own * own);
    }
    return { mean, sd: Math.sqrt(Math.max(0, second - mean * mean)) };
  };
  return {
    trials,
    mean(point) {
      const promised = prior(point);
      return fits.reduce((sum, fit) => sum + fit.share * (fit.observational * promised + meanOf(fit, point)), 0);
    },
    sd: (point) => average(point).sd,
    beside(point, values) {
      if (tabled[0]?.tables.values !== values) {
        tabled = fits.map((fit) => ({ ...fit, tables: tablesOf(trials, fit, point.length, values) }));
      }
      return besideOf(trials, prior, tabled, point);
    },
  };
}

/** What the sets with one setting more share, of one fit: the inverse of its covariance, and every term of a setting. */
interface Tables {
  readonly values: Float64Array;
  readonly inverse: Float64Array;
  /** `[width, values, trials]` how alike each value is to that of each trial; 0 where the trial leaves the variable free. */
  readonly terms: Float64Array;
  /** `[width]` the trials that set a variable. */
  readonly holders: readonly Int32Array[];
}

function tablesOf({ points }: SetTrials, { kernel, factor }: Fit, width: number, values: Float64Array): Tables {
  const n = points.length;
  const inverse = new Float64Array(n * n);
  const column = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    column.fill(0);
    column[k] = 1;
    solveLowerInto(factor, n, column);
    solveUpperInto(factor, n, column);
    inverse.set(column, k * n);
  }
  const terms = new Float64Array(width * values.length * n);
  const holders = Array.from(
    { length: width },
    (_, v) => Int32Array.from(points.keys().filter((k) => points[k][v] === points[k][v])),
  );
  for (let v = 0; v < width; v++) {
    for (let c = 0; c < values.length; c++) {
      const at = (v * values.length + c) * n;
      for (const k of holders[v]) terms[at + k] = term(values[c], points[k][v], kernel);
    }
  }
  return { values, inverse, terms, holders };
}

/**
 * Every set with one setting more than `point`. A setting changes the covariance with the trials that set its variable alone:
 * O(trials² + width · values · holders²) for each kernel.
 */
function besideOf(
  { points, gain: { length: n } }: SetTrials,
  prior: (point: SetPoint) => number,
  fits: readonly (Share & { readonly tables: Tables })[],
  point: SetPoint,
): BesideBelief {
  const width = point.length;
  const { values } = fits[0].tables;
  const mean = new Float64Array(width * values.length);
  const second = new Float64Array(mean.length);
  const promised = promisedBeside(prior, point, values);
  const [sums, cross, white, delta] = [0, 1, 2, 3].map(() => new Float64Array(n));
  for (const { kernel, variance, observational, share, weight, tables } of fits) {
    const { inverse, terms, holders } = tables;
    for (let k = 0; k < n; k++) {
      const { sum, products } = sharedTerms(point, points[k], kernel);
      sums[k] = 1 + kernel.interactions * sum;
      cross[k] = sum + kernel.interactions * products;
    }
    let explained = 0;
    for (let k = 0; k < n; k++) {
      let sum = 0;
      for (let j = 0, at = k * n; j < n; j++) sum += inverse[at + j] * cross[j];
      white[k] = sum;
      explained += sum * cross[k];
    }
    const alone = sharedTerms(point, point, kernel);
    const selfSum = 1 + kernel.interactions * alone.sum;
    const self = alone.sum + kernel.interactions * alone.products - explained;
    for (let v = 0; v < width; v++) {
      if (point[v] === point[v]) continue;
      const own = holders[v];
      for (let c = 0; c < values.length; c++) {
        const row = (v * values.length + c) * n;
        let more = observational * promised[v * values.length + c];
        let left = self + term(values[c], values[c], kernel) * selfSum;
        for (let a = 0; a < own.length; a++) {
          const k = own[a];
          const change = terms[row + k] * sums[k];
          delta[a] = change;
          more += change * weight[k];
          let sum = white[k] + 0.5 * inverse[k * n + k] * change;
          for (let b = 0, at = k * n; b < a; b++) sum += inverse[at + own[b]] * delta[b];
          left -= 2 * change * sum;
        }
        const at = v * values.length + c;
        mean[at] += share * more;
        second[at] += share * (variance * Math.max(0, left) + more * more);
      }
    }
  }
  return { mean, sd: second.map((x, at) => Math.sqrt(Math.max(0, x - mean[at] * mean[at]))) };
}

/** What observation promises of every set with one setting more, less what it promises of the set. */
function promisedBeside(prior: (point: SetPoint) => number, point: SetPoint, values: Float64Array): Float64Array {
  const promised = new Float64Array(point.length * values.length);
  const larger = point.slice();
  const own = prior(point);
  for (let v = 0; v < point.length; v++) {
    if (point[v] === point[v]) continue;
    for (let c = 0; c < values.length; c++) {
      larger[v] = values[c];
      promised[v * values.length + c] = prior(larger) - own;
    }
    larger[v] = NaN;
  }
  return promised;
}

/** How alike two values of one variable are. */
function term(u: number, w: number, { bends, length }: TermShape): number {
  const distance = (u - w) / length;
  return CONSTANT + u * w + (bends ? Math.exp(-0.5 * distance * distance) : 0);
}

function sharedTerms(a: SetPoint, b: SetPoint, shape: TermShape): { sum: number; products: number } {
  let sum = 0;
  let squares = 0;
  for (let v = 0; v < a.length; v++) {
    const [u, w] = [a[v], b[v]];
    if (u !== u || w !== w) continue;
    const own = term(u, w, shape);
    sum += own;
    squares += own * own;
  }
  return { sum, products: 0.5 * (sum * sum - squares) };
}

function covariance(a: SetPoint, b: SetPoint, kernel: Kernel): number {
  const { sum, products } = sharedTerms(a, b, kernel);
  return sum + kernel.interactions * products;
}

/** Of each two sets the sum of the terms that both have, and the sum of the products of two of them. */
function gramsOf(points: readonly SetPoint[], shape: TermShape): { sums: Float64Array; products: Float64Array } {
  const n = points.length;
  const sums = new Float64Array(n * n);
  const products = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const both = sharedTerms(points[i], points[j], shape);
      sums[i * n + j] = sums[j * n + i] = both.sum;
      products[i * n + j] = products[j * n + i] = both.products;
    }
  }
  return { sums, products };
}
