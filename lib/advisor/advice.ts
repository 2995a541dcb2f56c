/** What a session answers: interventions to make next, what they are expected to do, and what is not known yet. */

import tQuantile from "@stdlib/stats-base-dists-t-quantile";
import { nearestValue, type Observation, unscale } from "../environment/mod.ts";
import { type LinePosterior, linePosterior, rankedActions, type RegressionPrior } from "../policy/mod.ts";
import type { Domain } from "../scm/mod.ts";
import type { Surrogate } from "../surrogate/mod.ts";
import type { OpenedPolicy } from "../training/mod.ts";
import { beliefsOf, policyBeliefs } from "./beliefs.ts";
import type { ExperimentProblem } from "./problem.ts";

/** A mean and the ends of its 95 % interval. */
export interface EstimatedMean {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** An intervention that the policy would make. */
export interface Suggestion {
  readonly variable: string;
  readonly value: number;
  readonly unit?: string;
  /** The policy's joint probability of this variable and this value. */
  readonly probability: number;
  /** Mean of the target under this intervention, in the target's unit; the interval is that of the mean, not of one row. */
  readonly expected: EstimatedMean;
}

/** What one variable does to the target when it is set. */
export interface EffectEstimate {
  readonly variable: string;
  /** Target units for each unit of the variable. */
  readonly slope: EstimatedMean;
  /** Change of the target from the low to the high end of the domain, and its posterior standard deviation. */
  readonly overDomain: { readonly value: number; readonly sd: number };
}

export interface Advice {
  readonly problem: string;
  readonly target: { readonly name: string; readonly unit?: string; readonly objective: "minimize" | "maximize" };
  /** Mean of the target over the rows in which nothing was set, with the interval of the mean. */
  readonly observed: EstimatedMean;
  readonly rows: { readonly observational: number; readonly interventional: number };
  readonly interventions: { readonly made: number; readonly left: number };
  /** Whether the budget is used up: the first suggestion is then the final recommendation. */
  readonly final: boolean;
  /** The most probable first. */
  readonly suggestions: readonly Suggestion[];
  /** Probability that a variable is a direct cause of the target, the largest first. */
  readonly parents: readonly { readonly variable: string; readonly probability: number }[];
  /** The surrogate that the probabilities come from. */
  readonly parentsBy: string;
  /** Of every variable that can be set, the most uncertain first. */
  readonly effects: readonly EffectEstimate[];
  /** The variable whose effect over its domain has the largest posterior standard deviation, in the target's unit. */
  readonly mostUncertain: string;
}

/** Of 12 priors, the one with the best log score on validation problems of the tracks `linear` and `scarce` together. */
export const EFFECT_PRIOR: RegressionPrior = { observational: true, slopeSd: 0.5, shrinkage: 0, noise: 1 };

/** Parts of an interval domain that a continuous policy's values are counted in. */
const PARTS = 10;
const Z95 = 1.959963984540054;

/**
 * @param surrogate says how probable each variable is a direct cause of the target
 * @param count most suggestions
 */
export function adviceOn(
  problem: ExperimentProblem,
  observation: Observation,
  opened: OpenedPolicy,
  surrogate: Surrogate,
  count: number,
): Advice {
  const { variables, target } = problem;
  const { policy, config } = opened;
  const { parent } = beliefsOf(surrogate, observation);
  const lines = linePosterior(observation, EFFECT_PRIOR);
  const levels = config.policy.value_head.kind === "categorical" ? config.policy.value_head.levels : 0;
  const valueOf = (variable: number, scaled: number) =>
    domainValue(variables[variable].domain, policy.discrete ? scaled : Math.round(scaled * PARTS / 2) / (PARTS / 2));
  const unitOf = (variable: number) => variables[variable].unit === undefined ? {} : { unit: variables[variable].unit };
  const { statistics, history, step, horizon } = observation;
  const targetIndex = observation.problems.targets[0];
  const observationalRows = statistics.obsCount[0];
  const mean = statistics.centre[targetIndex];
  const half = tQuantile(0.975, observationalRows - 1) * statistics.spread[targetIndex] / Math.sqrt(observationalRows);
  const effects = variables.flatMap(({ domain }, v) =>
    domain === null ? [] : [effectOf(problem, observation, lines, v)]
  )
    .sort((a, b) => b.overDomain.sd - a.overDomain.sd);
  return {
    problem: problem.name,
    target: { name: target, ...unitOf(targetIndex), objective: problem.objective },
    observed: { value: mean, low: mean - half, high: mean + half },
    rows: { observational: observationalRows, interventional: history.rows - observationalRows },
    interventions: { made: step, left: Math.max(0, horizon - step) },
    final: step >= horizon,
    suggestions: rankedActions(policy, policyBeliefs(observation, opened), levels, valueOf).slice(0, count)
      .map(({ variable, value, probability }) => ({
        variable: variables[variable].name,
        value,
        ...unitOf(variable),
        probability,
        expected: expectedTarget(observation, lines, 0, variable, value),
      })),
    parents: variables.flatMap(({ name }, v) => v === targetIndex ? [] : [{ variable: name, probability: parent[v] }])
      .sort((a, b) => b.probability - a.probability),
    parentsBy: surrogate.name,
    effects,
    mostUncertain: effects[0].variable,
  };
}

/** The value in the domain's own unit that a scaled one stands for. */
function domainValue(domain: Domain | null, scaled: number): number {
  if (domain === null) throw new RangeError("a variable without a domain cannot be set");
  if (domain.kind === "interval") return unscale(scaled, domain.low, domain.high);
  const { values } = domain;
  return nearestValue(unscale(scaled, values[0], values[values.length - 1]), values);
}

/** Posterior mean of the target's mean under an intervention in one episode of a batch, with its 95 % interval. */
export function expectedTarget(
  { problems, statistics }: Observation,
  lines: LinePosterior,
  episode: number,
  variable: number,
  value: number,
): EstimatedMean {
  const target = episode * problems.width + problems.targets[episode];
  const i = episode * problems.width + variable;
  const x = (value - lines.origin[i]) / lines.unit[i];
  const gain = lines.intercept[i] + lines.slope[i] * x;
  const variance = lines.interceptVariance[i] + x * (2 * lines.covariance[i] + x * lines.slopeVariance[i]);
  const mean = statistics.centre[target] + problems.signs[episode] * statistics.spread[target] * gain;
  const half = Z95 * statistics.spread[target] * Math.sqrt(Math.max(0, variance));
  return { value: mean, low: mean - half, high: mean + half };
}

function effectOf(
  { variables }: ExperimentProblem,
  { problems, statistics }: Observation,
  lines: LinePosterior,
  variable: number,
): EffectEstimate {
  const scale = statistics.spread[problems.targets[0]] / lines.unit[variable];
  const slope = problems.signs[0] * scale * lines.slope[variable];
  const sd = scale * Math.sqrt(lines.slopeVariance[variable]);
  const width = problems.high[variable] - problems.low[variable];
  return {
    variable: variables[variable].name,
    slope: { value: slope, low: slope - Z95 * sd, high: slope + Z95 * sd },
    overDomain: { value: slope * width, sd: sd * width },
  };
}
