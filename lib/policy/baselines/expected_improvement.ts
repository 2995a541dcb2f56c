/** Expected improvement on Gaussian processes that know nothing of the graph and nothing of the observational rows but units. */

import { type Observation, scale } from "../../environment/mod.ts";
import type { Stream } from "../../random/mod.ts";
import type { Policy } from "../types.ts";
import { decide } from "./arms.ts";
import {
  expectedImprovement,
  fitHyperparameters,
  type Hyperparameters,
  type Observations,
  predict,
} from "./gaussian_process.ts";

export interface ExpectedImprovementOptions {
  /** Values tried for each variable, equally spaced from one end of the domain to the other: ≥ 2. */
  readonly values: number;
  /** Smallest improvement that counts, in standard deviations of the target: ≥ 0. */
  readonly margin: number;
}

/** Beliefs about the gain of every candidate of one episode. */
export interface Candidates {
  readonly variable: readonly number[];
  readonly value: readonly number[];
  readonly mean: readonly number[];
  readonly sd: readonly number[];
  /** The best posterior mean at a point already tried, or doing nothing (0). */
  readonly incumbent: number;
}

/**
 * Plays the candidate of greatest expected improvement over the best posterior mean at a tried point; recommends the
 * candidate of greatest posterior mean.
 * @throws RangeError if an option is out of range
 */
export function expectedImprovementPolicy(options: ExpectedImprovementOptions): Policy {
  return improvementPolicy("gp-ei", options, candidates);
}

/**
 * A policy that plays the greatest expected improvement under some beliefs about the candidates of an episode, and
 * recommends the greatest mean.
 * @param believe the beliefs about episode `e` at the scaled values `grid` of each variable
 * @throws RangeError if an option is out of range
 */
export function improvementPolicy(
  name: string,
  { values, margin }: ExpectedImprovementOptions,
  believe: (observation: Observation, e: number, grid: readonly number[]) => Candidates,
): Policy {
  if (!Number.isInteger(values) || values < 2) {
    throw new RangeError(`${name}: cannot use ${values} values for each variable: it must be a whole number ≥ 2`);
  }
  if (!(margin >= 0)) throw new RangeError(`${name}: cannot use a margin of ${margin}: it must be ≥ 0`);
  const grid = Array.from({ length: values }, (_, k) => -1 + 2 * k / (values - 1));
  return {
    name,
    act: (observation, streams) =>
      decide(observation.problems, (e) => {
        const beliefs = believe(observation, e, grid);
        const improvement = beliefs.mean.map((mean, k) =>
          expectedImprovement(mean, beliefs.sd[k], beliefs.incumbent, margin)
        );
        return choose(name, beliefs, improvement, streams[e]);
      }),
    recommend: (observation) =>
      decide(observation.problems, (e) => {
        const beliefs = believe(observation, e, grid);
        return choose(name, beliefs, beliefs.mean, null);
      }),
  };
}

function candidates(observation: Observation, e: number, grid: readonly number[]): Candidates {
  const { width, settable } = observation.problems;
  const { functions, scatter } = gatherObservations(observation, e);
  const hyper = fitHyperparameters(functions, scatter.reduce((sum, own) => sum + own, 0));
  const variables = functions.flatMap((_, v) => settable[e * width + v] === 1 ? [v] : []);
  return predictCandidates(variables, grid, functions, () => hyper);
}

/** Beliefs about every value of the grid for each of the given variables. */
export function predictCandidates(
  variables: readonly number[],
  grid: readonly number[],
  functions: readonly Observations[],
  hyperOf: (variable: number) => Hyperparameters,
): Candidates {
  const variable: number[] = [];
  const value: number[] = [];
  const mean: number[] = [];
  const sd: number[] = [];
  let incumbent = 0;
  for (const v of variables) {
    const hyper = hyperOf(v);
    const beliefs = predict(functions[v], hyper, grid);
    grid.forEach((candidate, k) => {
      variable.push(v);
      value.push(candidate);
      mean.push(beliefs.mean[k]);
      sd.push(beliefs.sd[k]);
    });
    if (functions[v].at.length > 0) {
      incumbent = Math.max(incumbent, ...predict(functions[v], hyper, functions[v].at).mean);
    }
  }
  return { variable, value, mean, sd, incumbent };
}

/**
 * The interventional rows of one episode for each variable, `[width]`, gathered at distinct scaled values; gains in standard
 * deviations of the target. `scatter` is Σ of squared deviations of the rows from the mean of their point.
 */
export function gatherObservations({ problems, statistics, history }: Observation, e: number) {
  const { width } = problems;
  const y = e * width + problems.targets[e];
  const points = Array.from({ length: width }, () => new Map<number, { count: number; mean: number }>());
  const scatter = new Float64Array(width);
  for (let r = 0; r < history.rows; r++) {
    const row = e * history.capacity + r;
    const variable = history.intervened[row];
    if (variable < 0) continue;
    const index = e * width + variable;
    const at = scale(history.values[row * width + variable], problems.low[index], problems.high[index]);
    const gain = problems.signs[e] * (history.values[row * width + problems.targets[e]] - statistics.centre[y]) /
      statistics.spread[y];
    const known = points[variable].get(at) ?? { count: 0, mean: 0 };
    const count = known.count + 1;
    const mean = known.mean + (gain - known.mean) / count;
    scatter[variable] += (gain - known.mean) * (gain - mean);
    points[variable].set(at, { count, mean });
  }
  const functions: Observations[] = points.map((known) => ({
    at: [...known.keys()],
    count: [...known.values()].map(({ count }) => count),
    mean: [...known.values()].map(({ mean }) => mean),
  }));
  return { functions, scatter };
}

/** The candidate with the greatest score; ties are broken uniformly by `stream`, without one by order. */
function choose(name: string, { variable, value }: Candidates, score: readonly number[], stream: Stream | null) {
  const greatest = score.reduce((best, s) => Math.max(best, s), -Infinity);
  const best = score.flatMap((s, k) => s === greatest ? [k] : []);
  if (best.length === 0) throw new RangeError(`${name}: no variable may be set, or a score is not a number`);
  const k = best.length === 1 || stream === null ? best[0] : stream.choice(best);
  return { variable: variable[k], value: value[k], logProb: -Math.log(best.length) };
}
