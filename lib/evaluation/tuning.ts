/** Tuning of the baselines, so that what is beaten is strong: on validation problems, never on those that are reported. */

import { BASELINES, type ParameterPoint } from "../policy/mod.ts";
import { evaluate, type EvaluationOptions, type EvaluationProblem } from "./protocol.ts";

/** Share of the problems that every point of a grid is tried on, and of the points that are then tried on all problems. */
const SCREENING_PROBLEMS = 1 / 4;
const SCREENED_POINTS = 1 / 8;
/** Points that are tried on all problems at least. */
const FEWEST_POINTS = 8;

/** One point of a baseline's grid and how well it did. */
export interface TunedPoint {
  readonly parameters: ParameterPoint;
  /** Mean normalised value over all steps of all problems. */
  readonly meanValue: number;
}

/** The outcome of {@linkcode tuneBaseline}. */
export interface Tuning {
  readonly baseline: string;
  /** The points that were tried on all problems, best first; the first one is the answer. */
  readonly points: readonly TunedPoint[];
  /** Number of points in the grid. */
  readonly tried: number;
}

/**
 * Finds the point of a baseline's grid with the greatest mean normalised value. Every point is tried on the first quarter of
 * the problems, the best eighth (8 at least) on all of them; of equal points the first in the grid wins.
 * @param problems validation problems
 * @throws RangeError for an unknown baseline, naming those that exist, or without problems
 */
export function tuneBaseline(
  name: string,
  problems: readonly EvaluationProblem[],
  options: Pick<EvaluationOptions, "episode" | "stream">,
): Tuning {
  const baseline = Object.hasOwn(BASELINES, name) ? BASELINES[name] : undefined;
  if (baseline === undefined) {
    throw new RangeError(`Cannot tune "${name}": the baselines are ${Object.keys(BASELINES).join(", ")}`);
  }
  const rank = (points: readonly ParameterPoint[], on: readonly EvaluationProblem[]): TunedPoint[] =>
    points.map((parameters) => {
      const { normalised } = evaluate(baseline.create(parameters), on, { ...options, method: name, mode: "sample" });
      return { parameters, meanValue: normalised.reduce((sum, value) => sum + value, 0) / normalised.length };
    }).sort((a, b) => b.meanValue - a.meanValue);
  const { grid } = baseline;
  const kept = Math.max(FEWEST_POINTS, Math.ceil(SCREENED_POINTS * grid.length));
  if (grid.length <= kept) return { baseline: name, points: rank(grid, problems), tried: grid.length };
  const screened = rank(grid, problems.slice(0, Math.ceil(SCREENING_PROBLEMS * problems.length))).slice(0, kept);
  const finalists = new Set(screened.map(({ parameters }) => parameters));
  return { baseline: name, points: rank(grid.filter((point) => finalists.has(point)), problems), tried: grid.length };
}
