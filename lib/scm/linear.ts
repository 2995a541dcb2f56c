/** Linear mechanisms as flat arrays, and sampling through them row by row. */

import { FREE, PERFECT, type Settings } from "./interventions.ts";
import { noiseMean } from "./noise.ts";
import type { Scm } from "./types.ts";

/** The edges into variable v are `starts[v] … starts[v + 1] − 1`, in the order of its parents. */
export interface LinearArrays {
  /** `[variables]` topological order. */
  readonly order: Int32Array;
  /** `[variables + 1]` */
  readonly starts: Int32Array;
  /** `[edges]` */
  readonly sources: Int32Array;
  /** `[edges]` */
  readonly weights: Float64Array;
  /** `[variables]` */
  readonly intercepts: Float64Array;
}

/** Whether every mechanism is linear. */
export function isLinear(scm: Scm): boolean {
  return scm.variables.every(({ mechanism }) => mechanism.kind === "linear");
}

/** The mechanisms of the linear variables; other variables appear without edges. */
export function linearArrays(scm: Scm): LinearArrays {
  const n = scm.variables.length;
  const starts = new Int32Array(n + 1);
  for (let v = 0; v < n; v++) starts[v + 1] = starts[v] + scm.variables[v].parents.length;
  const sources = new Int32Array(starts[n]);
  const weights = new Float64Array(starts[n]);
  const intercepts = new Float64Array(n);
  for (let v = 0; v < n; v++) {
    const { mechanism, parents } = scm.variables[v];
    if (mechanism.kind !== "linear") continue;
    intercepts[v] = mechanism.intercept;
    for (let k = 0; k < parents.length; k++) {
      sources[starts[v] + k] = parents[k];
      weights[starts[v] + k] = mechanism.weights[k];
    }
  }
  return { order: Int32Array.from(scm.order), starts, sources, weights, intercepts };
}

/**
 * The linear mechanisms of the variables' means: what the noise adds on average is part of the intercept, or, where it
 * multiplies, of everything.
 */
export function meanArrays(scm: Scm): LinearArrays {
  const arrays = linearArrays(scm);
  scm.variables.forEach(({ noise }, v) => {
    const mean = noiseMean(noise);
    if (mean === 0) return;
    if (noise.combination === "additive") {
      arrays.intercepts[v] += mean;
      return;
    }
    arrays.intercepts[v] *= 1 + mean;
    for (let e = arrays.starts[v]; e < arrays.starts[v + 1]; e++) arrays.weights[e] *= 1 + mean;
  });
  return arrays;
}

/** Turns rows of noise into rows of values, in place: `cells[base … base + rows·variables − 1]`. */
export type RowsKernel = (cells: Float64Array, base: number, rows: number, settings: Settings) => void;

/** The kernel of an SCM whose mechanisms are all linear. */
export function compileLinear(scm: Scm): RowsKernel {
  const { order, starts, sources, weights, intercepts } = linearArrays(scm);
  const n = order.length;
  const scales = Float64Array.from(scm.variables, ({ noise }) => noise.scale);
  const multiplicative = Uint8Array.from(scm.variables, ({ noise }) => noise.combination === "multiplicative" ? 1 : 0);
  return (cells, base, rows, { kinds, values }) => {
    for (let row = base, end = base + rows * n; row < end; row += n) {
      for (let k = 0; k < n; k++) {
        const v = order[k];
        if (kinds[v] === PERFECT) {
          cells[row + v] = values[v];
          continue;
        }
        let x = intercepts[v];
        for (let e = starts[v]; e < starts[v + 1]; e++) x += weights[e] * cells[row + sources[e]];
        const noise = scales[v] * cells[row + v];
        x = multiplicative[v] === 0 ? x + noise : x * (1 + noise);
        cells[row + v] = kinds[v] === FREE ? x : x + values[v];
      }
    }
  };
}
