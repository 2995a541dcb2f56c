/** Features of each ordered pair of variables, and the regressions of one episode that they and other features are made of. */

import { bounded } from "./bounded.ts";
import { offsetsOf } from "./offsets.ts";
import { columnWithoutRowsInto, createRidgeScratch, joinRowsInto, mostExcluded } from "./ridge.ts";
import { wasSet } from "./sets.ts";
import { standardisedRowInto } from "./standardise.ts";
import { inverseOf } from "./statistics.ts";
import type { Observation } from "./types.ts";

/** Names of the features of an ordered pair i → j, in order. */
export const PAIR_FEATURES = [
  "correlation",
  "effect of i on j",
  "evidence of an effect of i on j",
  "direct coefficient of i for j",
  "direct coefficient of j for i",
  "evidence of an effect of j on i",
  "effect of j on i",
  "j has been set",
] as const;

const PAIRS = PAIR_FEATURES.length;
const AT = offsetsOf(PAIR_FEATURES);
/** Prior precision of a standardised slope around the observational one (a standard deviation of 0.7 spreads a spread). */
const PRIOR_PRECISION = 2;

/** Per-episode intermediate results, `[width, width]` unless said. */
export interface PairWork {
  /** Posterior slope of j on i, standardised, and its standard deviation. */
  readonly slope: Float64Array;
  readonly slopeSd: Float64Array;
  readonly evidence: Float64Array;
  readonly correlation: Float64Array;
  /** Slope of j on i from interventions on i alone. */
  readonly interventional: Float64Array;
  /** Ridge coefficient of i in the regression of j, standardised. */
  readonly direct: Float64Array;
  readonly column: Float64Array;
  /** Standardised rows in which one variable was set. */
  readonly excluded: Float64Array;
  readonly excludedRow: Float64Array;
  readonly joined: Float64Array;
  readonly ridge: ReturnType<typeof createRidgeScratch>;
}

/** Room for the regressions of any episode of a batch. */
export function createPairWork(observation: Observation): PairWork {
  const { width } = observation.problems;
  const square = () => new Float64Array(width * width);
  const { doCount, severalCount } = observation.statistics;
  const mostTried = doCount.reduce((most, count, i) => Math.max(most, count + severalCount[i]), 0);
  return {
    slope: square(),
    slopeSd: square(),
    evidence: square(),
    correlation: square(),
    interventional: square(),
    direct: square(),
    column: new Float64Array(width + 1),
    excluded: new Float64Array(mostTried * (width + 1)),
    excludedRow: new Float64Array(width + 1),
    joined: new Float64Array((width + 1) ** 2),
    ridge: createRidgeScratch(mostExcluded(mostTried, width + 1), width + 1),
  };
}

/** Slopes, evidence and direct coefficients of every ordered pair of one episode, in `work` and as features. */
export function pairFeaturesInto(out: Float32Array, observation: Observation, e: number, work: PairWork): void {
  const { problems, statistics: s } = observation;
  const { width } = problems;
  const size = problems.sizes[e];
  const vector = e * width;
  const matrix = vector * width;
  const target = problems.targets[e];
  const n = s.obsCount[e];
  for (let i = 0; i < size; i++) {
    const mi = s.centre[vector + i];
    const si = s.spread[vector + i];
    const tried = s.doCount[vector + i];
    // Σ(v − mᵢ)² and Σ(v − mᵢ)(x_j − m_j) over the rows in which i was set, in standardised units.
    const own = matrix + i * width + i;
    const sv = s.doSum[own];
    const svv = (s.doCross[own] - 2 * mi * sv + tried * mi * mi) / (si * si);
    for (let j = 0; j < size; j++) {
      const at = matrix + i * width + j;
      const mj = s.centre[vector + j];
      const sj = s.spread[vector + j];
      const meanI = n > 0 ? s.obsSum[vector + i] / n : 0;
      const meanJ = n > 0 ? s.obsSum[vector + j] / n : 0;
      const covariance = n > 1 ? (s.obsCross[at] - n * meanI * meanJ) / (n - 1) : 0;
      const correlation = covariance / (si * sj);
      const svx = (s.doCross[at] - mi * s.doSum[at] - mj * sv + tried * mi * mj) / (si * sj);
      const precision = PRIOR_PRECISION + svv;
      const cell = i * width + j;
      work.correlation[cell] = correlation;
      work.slope[cell] = (correlation * PRIOR_PRECISION + svx) / precision;
      work.slopeSd[cell] = 1 / Math.sqrt(precision);
      work.evidence[cell] = tried > 0 ? Math.asinh(svx / Math.sqrt(Math.max(svv, 1e-9))) : 0;
      work.interventional[cell] = svx / (svv + 0.25);
    }
  }
  directInto(observation, e, work);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (i === j) continue;
      const forth = i * width + j;
      const back = j * width + i;
      const at = ((vector + i) * width + j) * PAIRS;
      // To maximise Y is to minimise −Y: whatever relates the target to another variable changes its sign.
      const turn = i === target || j === target ? -problems.signs[e] : 1;
      out[at + AT["correlation"]] = bounded(turn * work.correlation[forth]);
      out[at + AT["effect of i on j"]] = bounded(turn * work.slope[forth]);
      out[at + AT["evidence of an effect of i on j"]] = bounded(turn * work.evidence[forth]);
      out[at + AT["direct coefficient of i for j"]] = bounded(turn * work.direct[forth]);
      out[at + AT["direct coefficient of j for i"]] = bounded(turn * work.direct[back]);
      out[at + AT["evidence of an effect of j on i"]] = bounded(turn * work.evidence[back]);
      out[at + AT["effect of j on i"]] = bounded(turn * work.slope[back]);
      out[at + AT["j has been set"]] = s.doCount[vector + j] + s.severalCount[vector + j] > 0 ? 1 : 0;
    }
  }
}

/** Ridge coefficients of i for j from the rows in which j was not set. */
function directInto(observation: Observation, e: number, work: PairWork): void {
  const { problems, statistics: s, history } = observation;
  const { width } = problems;
  const size = problems.sizes[e];
  const dimension = width + 1;
  const inverse = inverseOf(s, { episode: e, width, size });
  for (let j = 0; j < size; j++) {
    let excluded = 0;
    const tried = s.doCount[e * width + j] + s.severalCount[e * width + j];
    for (let r = 0; tried > 0 && r < history.rows; r++) {
      if (!wasSet(history, e * history.capacity + r, j, width)) continue;
      standardisedRowInto(work.excludedRow, observation, e, r);
      work.excluded.set(work.excludedRow, excluded++ * dimension);
    }
    const rows = joinRowsInto(work.excluded, excluded, dimension, size + 1, work.joined);
    columnWithoutRowsInto(work.column, inverse, j + 1, { rows: work.excluded, count: rows }, work.ridge);
    const own = work.column[j + 1];
    for (let i = 0; i < size; i++) {
      // Rows at the limit of the ridge can leave nothing of j's precision but rounding: then no coefficient is known.
      work.direct[i * width + j] = i !== j && own > 0 ? -work.column[i + 1] / own : 0;
    }
  }
}
