/** What the interventions of an episode showed of each variable's response. */

import { type Observation, scale } from "../../environment/mod.ts";

/** The rows in which one variable was set, gathered at distinct scaled values. */
export interface Trials {
  /** `[points]` scaled values, in the order in which they were first tried. */
  readonly at: Float64Array;
  /** `[points]` rows at each point, and their mean gain. */
  readonly count: Float64Array;
  readonly mean: Float64Array;
  /** Σ of squared deviations of the rows from the mean of their point. */
  readonly scatter: number;
}

/** Gains farther from 0 count as being this far: what overflows outside of what was observed stays finite. */
const FARTHEST = 1e12;
/** Gains far beyond this many standard deviations of the target count by their logarithm. */
const BEND = 4;

/**
 * A gain as the response models see it: `4 asinh(gain / 4)`, nearly the gain itself within 4 standard deviations of the
 * target, and logarithmic beyond, so that one extreme outcome does not decide over the unit of a whole curve.
 */
export function warpedGain(gain: number): number {
  return BEND * Math.asinh(Math.max(-FARTHEST, Math.min(FARTHEST, gain)) / BEND);
}

/** The gain that {@linkcode warpedGain} makes this one of. */
export function unwarpedGain(warped: number): number {
  return BEND * Math.sinh(warped / BEND);
}

/**
 * The trials of every variable of episode `e`, `[width]`. Gains are the target's distance from its mean over the starting
 * rows in standard deviations, signed so that more is better.
 */
export function gatherTrials({ problems, statistics, history }: Observation, e: number): Trials[] {
  const { width } = problems;
  const target = problems.targets[e];
  const centre = statistics.centre[e * width + target];
  const unit = problems.signs[e] / statistics.spread[e * width + target];
  const points = Array.from({ length: width }, () => new Map<number, { count: number; mean: number }>());
  const scatter = new Float64Array(width);
  for (let r = 0; r < history.rows; r++) {
    const row = e * history.capacity + r;
    const variable = history.intervened[row];
    if (variable < 0) continue;
    const index = e * width + variable;
    const at = scale(history.values[row * width + variable], problems.low[index], problems.high[index]);
    const gain = warpedGain(unit * (history.values[row * width + target] - centre));
    const known = points[variable].get(at) ?? { count: 0, mean: 0 };
    const count = known.count + 1;
    const mean = known.mean + (gain - known.mean) / count;
    scatter[variable] += (gain - known.mean) * (gain - mean);
    points[variable].set(at, { count, mean });
  }
  return points.map((known, v) => ({
    at: Float64Array.from(known.keys()),
    count: Float64Array.from(known.values(), ({ count }) => count),
    mean: Float64Array.from(known.values(), ({ mean }) => mean),
    scatter: scatter[v],
  }));
}
