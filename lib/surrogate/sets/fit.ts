/** The likeliest kernels of a process over sets, fitted to an episode's trials. */

import {
  choleskyInto,
  halfLogDeterminant,
  normalisedWeights,
  solveLowerInto,
  solveUpperInto,
} from "../../numeric/mod.ts";
import { gramsOf, type Kernel } from "./kernel.ts";
import type { SetPoint } from "./point.ts";
import type { SetTrials } from "./trials.ts";

/** The process and how it is fitted. */
export interface SetProcessOptions {
  /** How values of one variable are alike: on a line, or on a line and along smooth bends. */
  readonly shape: "line" | "bend";
  /** Kernels that are averaged by their marginal likelihood, the likeliest ones; 1 takes the likeliest alone. */
  readonly averaged: number;
}

/** What the marginal likelihood chooses among: variance of the noise over that of a term, and the length of bends; below, what else is. */
const NOISES = [0.02, 0.1, 0.4, 2];
const LENGTHS = [0.4, 1];
/** Variance of a product of two terms over that of one. */
const INTERACTIONS = [0, 0.3, 1];
/** How much of the regression on the observational rows is believed beforehand. */
const OBSERVATIONAL = [0, 0.5, 1];
/** Inverse-gamma prior of the variance of a term: shape and scale. */
const VARIANCE_PRIOR = { shape: 1.5, scale: 0.75 };
/** Kernels that weigh less than this share of the likeliest are left out. */
const LEAST_WEIGHT = 0.05;

/** A kernel with its noise, and the prior mean beside which it explains the gains. */
export interface Candidate {
  readonly kernel: Kernel;
  /** Variance of the noise over that of a term. */
  readonly noise: number;
  readonly observational: number;
}

/** A candidate fitted to the trials. */
export interface Fit extends Candidate {
  readonly evidence: number;
  /** Posterior mean of the variance of a term. */
  readonly variance: number;
  /** `[trials, trials]` Cholesky factor of the gains' covariance over that variance, and its inverse times the residuals. */
  readonly factor: Float64Array;
  readonly weight: Float64Array;
}

/** A fit with its share in the average. */
export interface Share extends Fit {
  readonly share: number;
}

/** The likeliest kernels. The variance of a term is integrated out, so that one factor serves every prior mean. */
export function fitsOf(trials: SetTrials, prior: (point: SetPoint) => number, options: SetProcessOptions): Share[] {
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
