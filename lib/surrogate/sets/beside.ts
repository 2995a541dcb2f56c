/** Beliefs about all sets that hold one setting more than a given one, at once. */

import { solveLowerInto, solveUpperInto } from "../../numeric/mod.ts";
import type { Fit, Share } from "./fit.ts";
import { sharedTerms, term } from "./kernel.ts";
import type { SetPoint } from "./point.ts";
import type { SetTrials } from "./trials.ts";

/** Beliefs about one more setting beside those of a set, `[width, values]` each. */
export interface BesideBelief {
  /** Mean gain of the larger set less that of the set. */
  readonly mean: Float64Array;
  readonly sd: Float64Array;
}

/** What the sets with one setting more share, of one fit: the inverse of its covariance, and every term of a setting. */
export interface Tables {
  readonly values: Float64Array;
  readonly inverse: Float64Array;
  /** `[width, values, trials]` how alike each value is to that of each trial; 0 where the trial leaves the variable free. */
  readonly terms: Float64Array;
  /** `[width]` the trials that set a variable. */
  readonly holders: readonly Int32Array[];
}

/** The tables of one fit. @param values of every variable, scaled */
export function tablesOf({ points }: SetTrials, { kernel, factor }: Fit, width: number, values: Float64Array): Tables {
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
export function besideOf(
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
