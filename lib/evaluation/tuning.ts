/** Tuning of the baselines, so that what is beaten is strong: on validation problems, never on those that are reported. */

import { BASELINES, type ParameterPoint, type Policy, PRIVILEGED_BASELINES } from "../policy/mod.ts";
import type { BatchPolicy } from "./protocol.ts";

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

/** The outcome of {@linkcode tuningRounds}. */
export interface Tuning {
  readonly baseline: string;
  /** The points that were tried on all problems, best first; the first one is the answer. */
  readonly points: readonly TunedPoint[];
  /** Number of points in the grid. */
  readonly tried: number;
}

/**
 * A baseline of either kind with given parameters.
 * @throws RangeError for an unknown baseline, naming those that exist, or bad parameters
 */
export function baselinePolicy(name: string, parameters: ParameterPoint): Policy | BatchPolicy {
  if (Object.hasOwn(BASELINES, name)) return BASELINES[name].create(parameters);
  const privileged = privilegedBaseline(name);
  return { create: (problems) => privileged.create(problems, parameters) };
}

/**
 * The settings that a baseline of either kind is tuned over, the default first.
 * @throws RangeError for an unknown baseline, naming those that exist
 */
export function baselineGrid(name: string): readonly ParameterPoint[] {
  return Object.hasOwn(BASELINES, name) ? BASELINES[name].grid : privilegedBaseline(name).grid;
}

function privilegedBaseline(name: string) {
  if (Object.hasOwn(PRIVILEGED_BASELINES, name)) return PRIVILEGED_BASELINES[name];
  const known = [...Object.keys(BASELINES), ...Object.keys(PRIVILEGED_BASELINES)];
  throw new RangeError(`No baseline is named "${name}": the baselines are ${known.join(", ")}`);
}

/** Points that are to be tried on the first `problems` problems. */
export interface TuningRound {
  readonly points: readonly ParameterPoint[];
  readonly problems: number;
}

/**
 * Finds the point of a baseline's grid with the greatest mean normalised value. Every point is tried on the first quarter of
 * the problems, the best eighth (8 at least) on all of them; of equal points the first in the grid wins. Whoever runs this plays
 * each round and hands back the mean normalised value of each of its points.
 * @param problems number of validation problems
 * @param values that parameters of these names have; only the others are tuned
 * @throws RangeError for an unknown baseline, naming those that exist, or where no point has the fixed values
 */
export function* tuningRounds(
  name: string,
  problems: number,
  values: ParameterPoint = {},
): Generator<TuningRound, Tuning, readonly number[]> {
  function* rank(
    points: readonly ParameterPoint[],
    on: number,
  ): Generator<TuningRound, TunedPoint[], readonly number[]> {
    const means = yield { points, problems: on };
    return points.map((parameters, p) => ({ parameters, meanValue: means[p] }))
      .sort((a, b) => b.meanValue - a.meanValue);
  }
  const fixed = Object.entries(values);
  const grid = baselineGrid(name).filter((point) =>
    fixed.every(([key, value]) => [undefined, value].includes(point[key]))
  );
  if (grid.length === 0) throw new RangeError(`${name} is not tuned over ${JSON.stringify(values)}`);
  const kept = Math.max(FEWEST_POINTS, Math.ceil(SCREENED_POINTS * grid.length));
  if (grid.length <= kept) return { baseline: name, points: yield* rank(grid, problems), tried: grid.length };
  const screened = (yield* rank(grid, Math.ceil(SCREENING_PROBLEMS * problems))).slice(0, kept);
  const finalists = new Set(screened.map(({ parameters }) => parameters));
  const points = yield* rank(grid.filter((point) => finalists.has(point)), problems);
  return { baseline: name, points, tried: grid.length };
}
