/** What a rollout tells about the policy that played it. */

import type { Environment } from "../environment/mod.ts";
import { regionOf } from "../reward/mod.ts";
import { normalisedValue } from "../scm/mod.ts";

/** One lock-step of a batch of episodes, `[episodes]`. */
export interface RolloutTrace {
  readonly variable: Int32Array;
  readonly rawValue: Float64Array;
  readonly expected: Float64Array;
}

/** All decisions of a rollout, carried out or not; arrays are `[decisions]`. */
export interface DecisionTrace {
  readonly variable: Int32Array;
  /** Scaled to [−1, 1]; beyond them, the nearer end is meant. */
  readonly value: Float64Array;
  /** Normalised value of the expected outcome. */
  readonly decisionValue: Float64Array;
  /** Reward components before weighting. */
  readonly components: ReadonlyMap<string, readonly number[]>;
}

/** Means over the episodes: normalised value, regret, parent rate, range utilisation and improvement. */
export function rolloutMetrics(environment: Environment, trace: readonly RolloutTrace[]): Record<string, number> {
  const episodes = environment.episodes;
  let value = 0;
  let parents = 0;
  let improvement = 0;
  let utilisation = 0;
  const window = Math.min(3, trace.length);
  for (let e = 0; e < episodes; e++) {
    const { scm, outcomes } = environment.problemOf(e);
    const values = trace.map((step) => normalisedValue(outcomes, scm.objective, step.expected[e]));
    value += mean(values);
    improvement += mean(values.slice(-window)) - mean(values.slice(0, window));
    parents += mean(trace.map((step) => environment.isParent(e, step.variable[e]) ? 1 : 0));
    utilisation += rangeUtilisation(environment, trace, e);
  }
  return {
    normalised_value: value / episodes,
    regret: 1 - value / episodes,
    parent_rate: parents / episodes,
    range_utilisation: utilisation / episodes,
    within_episode_improvement: improvement / episodes,
  };
}

/** `[decisions]` normalised value of each expected outcome; `owners[k]` is the episode of decision k. */
export function decisionValues(environment: Environment, owners: Int32Array, expected: Float64Array): Float64Array {
  return expected.map((y, k) => {
    const { scm, outcomes } = environment.problemOf(owners[k]);
    return normalisedValue(outcomes, scm.objective, y);
  });
}

/** Parts of a domain that count as one value when actions are compared. */
const REGIONS = 3;

/**
 * What the reward's audit looks at: mean and standard deviation of every component and its correlation with the normalised
 * value (0 where either does not vary), and `action_concentration`, the share of the most frequent variable and third of
 * its domain among all decisions.
 */
export function decisionMetrics({ variable, value, decisionValue, components }: DecisionTrace): Record<string, number> {
  const times = new Map<number, number>();
  variable.forEach((v, k) => {
    const action = v * REGIONS + regionOf(value[k], REGIONS);
    times.set(action, (times.get(action) ?? 0) + 1);
  });
  const metrics: Record<string, number> = { action_concentration: Math.max(...times.values()) / variable.length };
  for (const [name, values] of components) {
    metrics[`rewards/${name}/mean`] = mean(values);
    metrics[`rewards/${name}/std`] = Math.sqrt(products(values, values) / Math.max(1, values.length - 1));
    metrics[`rewards/${name}/value_correlation`] = correlation(values, decisionValue);
  }
  return metrics;
}

/** Pearson's r; 0 where either does not vary. */
function correlation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const scale = Math.sqrt(products(x, x)) * Math.sqrt(products(y, y));
  return scale > 0 ? products(x, y) / scale : 0;
}

/** Σ (x − mean x)(y − mean y) */
function products(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const [xMean, yMean] = [mean(x), mean(y)];
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] - xMean) * (y[i] - yMean);
  return sum;
}

/** Mean over the variables set at least twice of (max − min) / width of the domain; 0 if there is none. */
function rangeUtilisation(environment: Environment, trace: readonly RolloutTrace[], e: number): number {
  const { problems } = environment.observation;
  const ranges = new Map<number, { low: number; high: number; times: number }>();
  for (const step of trace) {
    const v = step.rawValue[e];
    const range = ranges.get(step.variable[e]) ?? { low: v, high: v, times: 0 };
    ranges.set(step.variable[e], {
      low: Math.min(range.low, v),
      high: Math.max(range.high, v),
      times: range.times + 1,
    });
  }
  const shares = [...ranges].filter(([, { times }]) => times >= 2).map(([variable, { low, high }]) => {
    const index = e * problems.width + variable;
    return (high - low) / (problems.high[index] - problems.low[index]);
  });
  return shares.length > 0 ? mean(shares) : 0;
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
