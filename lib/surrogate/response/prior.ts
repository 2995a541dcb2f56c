/** What the observational rows of an episode say of each variable's response. */

import { NONE, type Observation, unscale } from "../../environment/mod.ts";
import { KNOTS, NO_PRIOR, type ResponsePrior } from "./knots.ts";
import { CURVED_KERNELS, effectCurve, fitRegression, type RegressionKernel, STRAIGHT_KERNELS } from "./regression.ts";
import type { RegressionRows } from "./shapes.ts";
import { warpedGain } from "./trials.ts";

/** The observational rows of an episode, standardised by the starting rows. */
export interface ObservedRows {
  /** `[rows]` gains. */
  readonly outcome: Float64Array;
  /** `[width][rows]` */
  readonly columns: readonly Float64Array[];
  /** `[width][knots]` the knots of each domain, standardised. */
  readonly knots: readonly Float64Array[];
}

/** The observational rows of episode `e`. */
export function observedRows({ problems, statistics, history }: Observation, e: number): ObservedRows {
  const { width, targets, signs, low, high } = problems;
  const rows = Array.from({ length: history.rows }, (_, r) => e * history.capacity + r)
    .filter((row) => history.intervened[row] === NONE);
  const standardised = (value: number, v: number) =>
    (value - statistics.centre[e * width + v]) / statistics.spread[e * width + v];
  const column = (v: number) => Float64Array.from(rows, (row) => standardised(history.values[row * width + v], v));
  return {
    outcome: column(targets[e]).map((gain) => warpedGain(signs[e] * gain)),
    columns: Array.from({ length: width }, (_, v) => column(v)),
    knots: Array.from(
      { length: width },
      (_, v) => KNOTS.map((knot) => standardised(unscale(knot, low[e * width + v], high[e * width + v]), v)),
    ),
  };
}

/** Fewest rows that a regression is made of; with fewer nothing is known. */
const FEWEST_ROWS = 3;
/** Log weight of knowing nothing beside three regressions. */
const LOG_IGNORANCE = -2;

/** What regression on a variable and on what is adjusted for says of its response: `E_Z[Y | x, Z]`. */
export function adjustedPrior(
  rows: ObservedRows,
  variable: number,
  adjustment: readonly number[],
  kernels: readonly RegressionKernel[] = CURVED_KERNELS,
): ResponsePrior {
  if (rows.outcome.length < FEWEST_ROWS) return NO_PRIOR;
  const regression = fitRegression(chosen(rows, [variable, ...adjustment]), "joint", kernels);
  return { curve: effectCurve(regression, 0, rows.knots[variable]), logPrior: 0 };
}

/**
 * What observation says of the responses to some variables when the graph is not known, `[variables][sources]`.
 * @param form `curve`: Gaussian-process regression on the variable alone; `hedged`: beside it nothing, a straight line, and
 * the variable's part of an additive regression on all variables
 */
export function observationalPriors(
  observation: Observation,
  e: number,
  variables: readonly number[],
  form: "curve" | "hedged",
): ResponsePrior[][] {
  const { sizes, targets } = observation.problems;
  const rows = observedRows(observation, e);
  const curves = variables.map((v) => adjustedPrior(rows, v, []));
  if (form === "curve" || rows.outcome.length < FEWEST_ROWS) return curves.map((curve) => [curve]);
  const inputs = Array.from({ length: sizes[e] }, (_, v) => v).filter((v) => v !== targets[e]);
  const additive = fitRegression(chosen(rows, inputs), "additive", CURVED_KERNELS);
  return variables.map((v, i) => [
    { curve: null, logPrior: LOG_IGNORANCE },
    adjustedPrior(rows, v, [], STRAIGHT_KERNELS),
    curves[i],
    { curve: effectCurve(additive, inputs.indexOf(v), rows.knots[v]), logPrior: 0 },
  ]);
}

function chosen({ outcome, columns }: ObservedRows, used: readonly number[]): RegressionRows {
  const inputs = new Float64Array(outcome.length * used.length);
  used.forEach((v, k) => columns[v].forEach((value, r) => inputs[r * used.length + k] = value));
  return { outcome, inputs, width: used.length };
}
