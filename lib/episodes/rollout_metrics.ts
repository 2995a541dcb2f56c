/** What a rollout tells about the policy that played it. */

import { chosenOf, type Environment } from "../environment/mod.ts";
import { regionOf } from "../reward/mod.ts";
import { normalisedValue } from "../scm/mod.ts";
import { correlationOf, countsOf, meanMeasure, type Measure, type Measures, spreadOf } from "../grpo/mod.ts";

/** One lock-step of a batch of episodes, `[episodes]`; `[episodes, slots]` what was set. */
export interface RolloutTrace {
  readonly variable: Int32Array;
  readonly rawValue: Float64Array;
  readonly expected: Float64Array;
}

/** All decisions of a rollout, carried out or not; arrays are `[decisions]`, what is set `[decisions, slots]`. */
export interface DecisionTrace {
  readonly slots: number;
  readonly variable: Int32Array;
  /** Scaled to [−1, 1]; beyond them, the nearer end is meant. */
  readonly value: Float64Array;
  /** Normalised value of the expected outcome. */
  readonly decisionValue: Float64Array;
  /** Reward components before weighting. */
  readonly components: ReadonlyMap<string, readonly number[]>;
}

/** Means over the episodes: normalised value, regret, parent rate, range utilisation and improvement. */
export function rolloutMeasures(environment: Environment, trace: readonly RolloutTrace[]): Measures {
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
    parents += mean(trace.map((step) => {
      const chosen = chosenOf(step.variable, e, step.variable.length / episodes);
      return chosen.some((v) => environment.isParent(e, v)) ? 1 : 0;
    }));
    utilisation += rangeUtilisation(environment, trace, e);
  }
  const perEpisode = (sum: number): Measure => ({ kind: "mean", sum, weight: episodes });
  return {
    normalised_value: perEpisode(value),
    regret: perEpisode(episodes - value),
    parent_rate: perEpisode(parents),
    range_utilisation: perEpisode(utilisation),
    within_episode_improvement: perEpisode(improvement),
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
 * its domain among all that is set. Where sets are chosen, `variables_set` is their mean size.
 */
export function decisionMeasures({ slots, variable, value, decisionValue, components }: DecisionTrace): Measures {
  const actions = [...variable].flatMap((v, k) => v < 0 ? [] : [v * REGIONS + regionOf(value[k], REGIONS)]);
  const measures: Record<string, Measure> = {
    action_concentration: { kind: "largest share", counts: countsOf(actions) },
    ...(slots === 1 ? {} : { variables_set: { kind: "mean", sum: actions.length, weight: variable.length / slots } }),
  };
  for (const [name, values] of components) {
    measures[`rewards/${name}/mean`] = meanMeasure(values);
    measures[`rewards/${name}/std`] = { kind: "deviation", of: spreadOf(values) };
    measures[`rewards/${name}/value_correlation`] = correlationOf(values, decisionValue);
  }
  return measures;
}

/** Mean over the variables set at least twice of (max − min) / width of the domain; 0 if there is none. */
function rangeUtilisation(environment: Environment, trace: readonly RolloutTrace[], e: number): number {
  const { problems } = environment.observation;
  const ranges = new Map<number, { low: number; high: number; times: number }>();
  for (const step of trace) {
    const slots = step.variable.length / environment.episodes;
    chosenOf(step.variable, e, slots).forEach((variable, place) => {
      const v = step.rawValue[e * slots + place];
      const range = ranges.get(variable) ?? { low: v, high: v, times: 0 };
      ranges.set(variable, { low: Math.min(range.low, v), high: Math.max(range.high, v), times: range.times + 1 });
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
