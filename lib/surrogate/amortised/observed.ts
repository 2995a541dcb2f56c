/** What the observational rows of an episode say of each variable's response: three curves, cheap enough for training. */

import { NONE, type Observation, unscale } from "../../environment/mod.ts";
import { warpedGain } from "../response/trials.ts";
import {
  basisAround,
  type BasisKernel,
  type BasisSums,
  curveOf,
  fitBasis,
  type ObservedCurve,
  sumRows,
  sumsOf,
} from "./basis.ts";

/** The sources, in the order of every list of them. */
export const SOURCES = ["line", "curve", "additive"] as const;

/** What is known of one variable before any trial. */
export interface ObservedResponse {
  /** `[sources][cells]` */
  readonly curves: readonly ObservedCurve[];
  /** `[cells]` rows whose value is near, as a kernel density times the number of rows. */
  readonly density: Float64Array;
  /** `[cells]` values in standard deviations from the mean of the starting rows. */
  readonly standardised: Float64Array;
}

const NOISES = [0.05, 0.2, 0.5, 1];
const STRAIGHT: readonly BasisKernel[] = NOISES.map((noise) => ({ smooth: 0, length: 1, noise }));
const CURVED: readonly BasisKernel[] = [
  ...STRAIGHT,
  ...[[0.5, 0.5], [0.5, 1], [1.5, 0.5], [1.5, 1], [1, 2.5]].flatMap(([smooth, length]) =>
    NOISES.map((noise) => ({ smooth, length, noise }))
  ),
];
const ADDITIVE: readonly BasisKernel[] = [0.1, 0.35, 1].flatMap((noise) =>
  [{ smooth: 0, length: 1 }, { smooth: 0.5, length: 0.6 }, { smooth: 1, length: 1.5 }].map((kernel) => ({
    ...kernel,
    noise,
  }))
);
/** Sines of a curve of one variable, and of each variable's part of an additive curve. */
const SINES = 14;
const ADDITIVE_SINES = 6;
/** Beyond so many variables the additive curve is a sum of straight lines. */
const MOST_CURVED = 14;
const FEWEST_ROWS = 3;
const MOST_ROWS = 400;
/** Bandwidth of the density, in standard deviations of the variable. */
const BANDWIDTH = 0.3;

/**
 * The responses of the settable variables of episode `e` on a grid, gains warped.
 * @param variables that can be set
 * @param grid scaled values in [−1, 1]
 */
export function observedResponses(
  observation: Observation,
  e: number,
  variables: readonly number[],
  grid: Float64Array,
): ObservedResponse[] {
  const { problems, statistics } = observation;
  const { width, sizes, targets, signs, low, high } = problems;
  const rows = observationalRows(observation, e);
  const standardised = (value: number, v: number) =>
    (value - statistics.centre[e * width + v]) / statistics.spread[e * width + v];
  /** A variable that overflows in some rows says nothing. */
  const columnOf = (v: number) => {
    const column = Float64Array.from(rows, (row) => standardised(observation.history.values[row * width + v], v));
    return column.every(Number.isFinite) ? column : column.fill(0);
  };
  const outcome = columnOf(targets[e]).map((gain) => warpedGain(signs[e] * gain));
  const inputs = Array.from({ length: sizes[e] }, (_, v) => v).filter((v) => v !== targets[e]);
  const curved = inputs.length <= MOST_CURVED;
  const columns = inputs.map(columnOf);
  const knots = (v: number) =>
    grid.map((u) => {
      const value = standardised(unscale(u, low[e * width + v], high[e * width + v]), v);
      return Number.isFinite(value) ? value : u;
    });
  const known = rows.length >= FEWEST_ROWS;
  const sums = known && curved ? sumRows(columns, columns.map((column) => basisAround(column, SINES)), outcome) : null;
  const additive = known
    ? fitBasis(
      sums === null
        ? sumRows(columns, columns.map((column) => basisAround(column, 0)), outcome)
        : sumsOf(sums, inputs.map((_, k) => k), ADDITIVE_SINES),
      sums === null ? STRAIGHT : ADDITIVE,
    )
    : null;
  return variables.map((v) => {
    const values = knots(v);
    const k = inputs.indexOf(v);
    const own = (): BasisSums =>
      sums === null ? sumRows([columns[k]], [basisAround(columns[k], SINES)], outcome) : sumsOf(sums, [k], SINES);
    const curves = additive === null ? SOURCES.map(() => nothing(grid.length)) : [
      curveOf(fitBasis(sumsOf(own(), [0], 0), STRAIGHT), 0, values),
      curveOf(fitBasis(own(), CURVED), 0, values),
      curveOf(additive, k, values),
    ];
    return { curves, density: densityAt(values, columns[k]), standardised: values };
  });
}

function nothing(cells: number): ObservedCurve {
  const covariance = new Float64Array(cells * cells);
  return { mean: new Float64Array(cells), sd: new Float64Array(cells).fill(1), covariance, noise: 1 };
}

/** Indices of the observational rows, evenly thinned to {@linkcode MOST_ROWS}. */
function observationalRows({ history }: Observation, e: number): number[] {
  const rows: number[] = [];
  for (let r = 0; r < history.rows; r++) {
    const row = e * history.capacity + r;
    if (history.intervened[row] === NONE) rows.push(row);
  }
  if (rows.length <= MOST_ROWS) return rows;
  return Array.from({ length: MOST_ROWS }, (_, k) => rows[Math.floor(k * rows.length / MOST_ROWS)]);
}

function densityAt(values: Float64Array, column: Float64Array): Float64Array {
  return values.map((value) => {
    let sum = 0;
    for (const x of column) {
      const z = (x - value) / BANDWIDTH;
      if (z * z < 40) sum += Math.exp(-0.5 * z * z);
    }
    return sum;
  });
}
