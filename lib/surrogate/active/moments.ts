/** Cross products of the standardised rows of one episode: of all rows, and apart for each intervened variable. */

import type { Observation } from "../../environment/mod.ts";

/** Everything that a linear regression among the variables of one episode needs to know of its rows. */
export interface Moments {
  /** Observed variables plus one: a leading 1 makes the intercept. */
  readonly dimension: number;
  /** `[dimension, dimension]` Σ zzᵀ over all rows seen. */
  readonly all: Float64Array;
  /** `[variables, dimension, dimension]` the same over the rows in which a variable was set. */
  readonly set: Float64Array;
  /** `[variables]` number of such rows. */
  readonly setRows: Int32Array;
  /** Rows seen. */
  rows: number;
}

/** Moments of no rows. */
export function createMoments(variables: number): Moments {
  const dimension = variables + 1;
  return {
    dimension,
    all: new Float64Array(dimension * dimension),
    set: new Float64Array(variables * dimension * dimension),
    setRows: new Int32Array(variables),
    rows: 0,
  };
}

/**
 * Adds the rows `moments.rows … end − 1` of one episode's history, in the fixed units of the rows that it started from.
 * O(variables²) for each row.
 */
export function addRowsInto(moments: Moments, observation: Observation, episode: number, end: number): void {
  const { history, statistics, problems } = observation;
  const { dimension, all, set } = moments;
  const z = new Float64Array(dimension);
  z[0] = 1;
  for (; moments.rows < end; moments.rows++) {
    const row = episode * history.capacity + moments.rows;
    for (let v = 0; v < dimension - 1; v++) {
      const cell = episode * problems.width + v;
      z[v + 1] = (history.values[row * problems.width + v] - statistics.centre[cell]) / statistics.spread[cell];
    }
    const variable = history.intervened[row];
    const own = variable * dimension * dimension;
    if (variable >= 0) moments.setRows[variable]++;
    for (let i = 0; i < dimension; i++) {
      for (let j = 0; j < dimension; j++) {
        const product = z[i] * z[j];
        all[i * dimension + j] += product;
        if (variable >= 0) set[own + i * dimension + j] += product;
      }
    }
  }
}

/** `[dimension, dimension]` Σ zzᵀ over the rows in which `variable` was not set, written into `out`. */
export function momentsWithoutInto(out: Float64Array, moments: Moments, variable: number): void {
  const own = variable * moments.dimension * moments.dimension;
  for (let k = 0; k < out.length; k++) out[k] = moments.all[k] - moments.set[own + k];
}
