/** What a rollout tells about the policy that played it. */

import type { Environment } from "../environment/mod.ts";
import { normalisedValue } from "../scm/mod.ts";

/** One lock-step of a batch of episodes, `[episodes]`. */
export interface RolloutTrace {
  readonly variable: Int32Array;
  readonly rawValue: Float64Array;
  readonly expected: Float64Array;
}

/** Means over the episodes: normalised value, regret, parent rate, range utilisation, improvement, and every component. */
export function rolloutMetrics(
  environment: Environment,
  trace: readonly RolloutTrace[],
  components: ReadonlyMap<string, readonly number[]>,
): Record<string, number> {
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
  const metrics: Record<string, number> = {
    normalised_value: value / episodes,
    regret: 1 - value / episodes,
    parent_rate: parents / episodes,
    range_utilisation: utilisation / episodes,
    within_episode_improvement: improvement / episodes,
  };
  for (const [name, values] of components) {
    const m = mean(values);
    metrics[`rewards/${name}/mean`] = m;
    metrics[`rewards/${name}/std`] = Math.sqrt(
      values.reduce((sum, x) => sum + (x - m) ** 2, 0) / Math.max(1, values.length - 1),
    );
  }
  return metrics;
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

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
