/**
 * A Gaussian process over sets of settings, averaged over its likeliest kernels. With linear terms it is Bayesian linear regression on
 * values, with products on their interactions too.
 */

import type { Observation } from "../../environment/mod.ts";
import { solveLowerInto } from "../../numeric/mod.ts";
import { type BesideBelief, besideOf, type Tables, tablesOf } from "./beside.ts";
import { type Fit, fitsOf, type SetProcessOptions, type Share } from "./fit.ts";
import { covariance } from "./kernel.ts";
import { observationalMean } from "./observed.ts";
import type { SetPoint } from "./point.ts";
import { type SetTrials, setTrials } from "./trials.ts";

/** What is believed of any set's gain. */
export interface SetBelief {
  mean(point: SetPoint): number;
  sd(point: SetPoint): number;
  /** The same of every set with one setting more; of variables that the set holds already, nothing of meaning. */
  beside(point: SetPoint, values: Float64Array): BesideBelief;
  readonly trials: SetTrials;
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
