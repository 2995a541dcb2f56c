/** What a session answers: interventions to make next, what they are expected to do, and what is not known yet. */

import { studentQuantile } from "../numeric/mod.ts";
import { nearestValue, type Observation, unscale } from "../environment/mod.ts";
import { type LinePosterior, linePosterior, rankedActions, type RegressionPrior } from "../policy/mod.ts";
import type { Domain } from "../scm/mod.ts";
import type { Surrogate } from "../surrogate/mod.ts";
import type { OpenedPolicy } from "../training/mod.ts";
import { beliefsOf, policyBeliefs } from "./beliefs.ts";
import { DataError } from "./error.ts";
import type { ExperimentProblem } from "./problem.ts";
import { type EstimatedMean, type Responses, responsesOf } from "./responses.ts";
import { type RankedSet, rankedSets, type SetSetting, settleAmong } from "./sets.ts";

/** An intervention that the policy would make; where several variables may be set at once, the first of its `settings`. */
export interface Suggestion {
  readonly variable: string;
  readonly value: number;
  readonly unit?: string;
  /** How often the policy would choose this variable and this value: a preference, not a confidence. */
  readonly probability: number;
  /** Mean of the target under this intervention, in the target's unit; the interval is that of the mean, not of one row. */
  readonly expected: EstimatedMean;
  /** Everything that it sets, in the order of choice; left out where one variable is set at a time. */
  readonly settings?: readonly SetSetting[];
}

/** What to settle for: the policy's answer, unless surely more is expected of another setting or of none. */
export interface Recommendation {
  /** `null`: setting nothing is expected to be best. */
  readonly variable: string | null;
  readonly value: number | null;
  readonly unit?: string;
  readonly expected: EstimatedMean;
  /** Why it is not the policy's first choice, or not what has the best expected value; `null`: it is both. */
  readonly reason: string | null;
  /** Everything that it sets; left out where one variable is set at a time. */
  readonly settings?: readonly SetSetting[];
}

/** What one variable does to the target when it is set. */
export interface EffectEstimate {
  readonly variable: string;
  /** Target units for each unit of the variable. */
  readonly slope: EstimatedMean;
  /** Change of the target from the low to the high end of the domain by that slope, and its posterior standard deviation. */
  readonly overDomain: { readonly value: number; readonly sd: number };
  /** Whether the data show that the response is no straight line, so that a slope is not its shape. */
  readonly bent: boolean;
}

/** What a session answers: what to set next, what to settle for, and what is known of causes and effects. */
export interface Advice {
  readonly problem: string;
  readonly target: { readonly name: string; readonly unit?: string; readonly objective: "minimize" | "maximize" };
  /** Mean of the target over the rows in which nothing was set, with the interval of the mean. */
  readonly observed: EstimatedMean;
  readonly rows: { readonly observational: number; readonly interventional: number };
  readonly interventions: { readonly made: number; readonly left: number };
  /** Whether the budget is used up: nothing is to be tried any more, and the recommendation counts. */
  readonly final: boolean;
  /** What the policy would set next, what it prefers first. */
  readonly suggestions: readonly Suggestion[];
  readonly recommendation: Recommendation;
  /** Probability that a variable is a direct cause of the target, the largest first. */
  readonly parents: readonly { readonly variable: string; readonly probability: number }[];
  /** The surrogate that the probabilities come from. */
  readonly parentsBy: string;
  /** What is to be known about those probabilities; `null`: nothing beside their assumptions. */
  readonly parentsCaution: string | null;
  /** Straight lines through what is known of every variable that can be set, the most uncertain first. */
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
  // A designed experiment may have set something in every row: then the mean is that of all rows.
  const counted = observationalRows > 1 ? observationalRows : history.rows;
  const half = studentQuantile(0.975, counted - 1) * statistics.spread[targetIndex] / Math.sqrt(counted);
  const observed = { value: mean, low: mean - half, high: mean + half };
  const asked = policyBeliefs(observation, opened);
  const believed = policy.responses?.(asked) ?? null;
  const responses = responsesOf(problem, observation, observed, believed);
  const effects = variables.flatMap(({ domain }, v) =>
    domain === null ? [] : [effectOf(problem, observation, lines, v, responses.bent.has(v))]
  )
    .sort((a, b) => b.overDomain.sd - a.overDomain.sd);
  const sets = observation.problems.sets === undefined || !config.policy.sets
    ? null
    : rankedSets(problem, asked, opened);
  const suggestions = sets?.slice(0, count).map(suggestionOf) ??
    rankedActions(policy, asked, levels, valueOf).slice(0, count)
      .map(({ variable, value, probability }) => ({
        variable: variables[variable].name,
        value,
        ...unitOf(variable),
        probability,
        expected: responses.expected(variable, [value])[0],
      }));
  const answer = () => {
    if (believed === null) return suggestions[0];
    const { variable: [variable], value: [value] } = policy.recommend(asked);
    return { variable: variables[variable].name, value: valueOf(variable, value) };
  };
  const advice: Advice = {
    problem: problem.name,
    target: { name: target, ...unitOf(targetIndex), objective: problem.objective },
    observed,
    rows: { observational: observationalRows, interventional: history.rows - observationalRows },
    interventions: { made: step, left: Math.max(0, horizon - step) },
    final: step >= horizon,
    suggestions,
    recommendation: sets === null
      ? recommend(problem, responses, answer(), step < horizon ? suggestions[0] : null, unitOf)
      : recommendSet(sets, observation.problems.signs[0]),
    parents: variables.flatMap(({ name }, v) => v === targetIndex ? [] : [{ variable: name, probability: parent[v] }])
      .sort((a, b) => b.probability - a.probability),
    parentsBy: surrogate.name,
    parentsCaution: parentsCaution(surrogate.name, variables.length, responses.bent.size),
    effects,
    mostUncertain: effects[0].variable,
  };
  checkFinite(advice, problem.name);
  return advice;
}

function suggestionOf({ settings, probability, expected }: RankedSet): Suggestion {
  return { ...settings[0], probability, expected, settings };
}

function recommendSet(sets: readonly RankedSet[], sign: number): Recommendation {
  const { settled: { settings, expected }, reason } = settleAmong(sets, sign);
  return { ...settings[0], expected, reason, settings };
}

/** A setting by name. */
type Setting = Pick<Suggestion, "variable" | "value">;

/**
 * What to settle for, and why, where the policy's choice or the expected values say something else.
 * @param answer what the policy would settle for
 * @param first what it would set next; null: nothing is set any more
 */
function recommend(
  { variables, objective }: ExperimentProblem,
  responses: Responses,
  answer: Setting,
  first: Setting | null,
  unitOf: (variable: number) => { readonly unit?: string },
): Recommendation {
  const sign = objective === "maximize" ? 1 : -1;
  const index = variables.findIndex(({ name }) => name === answer.variable);
  const { variable, value, expected } = responses.settle(index, answer.value);
  const named = (at: number | null, to: number | null) =>
    at === null ? "setting nothing" : `${variables[at].name} = ${Number((to ?? 0).toPrecision(4))}`;
  const { best } = responses;
  const reasons: string[] = [];
  if (variable !== index || value !== answer.value) {
    reasons.push(`the policy would set ${named(index, answer.value)}, of which surely less is expected`);
  } else if (first !== null && (answer.variable !== first.variable || answer.value !== first.value)) {
    const tried = variables.findIndex(({ name }) => name === first.variable);
    reasons.push(`the policy would try ${named(tried, first.value)} next, and settle for this`);
  }
  if (sign * (best.expected.value - expected.value) > 0) {
    reasons.push(`${named(best.variable, best.value)} is expected to be better still, but not surely`);
  }
  return {
    variable: variable === null ? null : variables[variable].name,
    value,
    ...(variable === null ? {} : unitOf(variable)),
    expected,
    reason: reasons.length === 0 ? null : reasons.join("; "),
  };
}

/** Variables beyond which the neural probabilities add up to parents that are none. */
const MANY_VARIABLES = 30;

function parentsCaution(by: string, variables: number, bent: number): string | null {
  if (variables > MANY_VARIABLES) {
    return `with more than ${MANY_VARIABLES} variables many small probabilities add up to direct causes that are none: ` +
      "read the order, not the sum";
  }
  if (bent === 0) return null;
  return by === "exact"
    ? "they come from straight lines, and a response bends: they can be sure and wrong, the more so the more rows there are"
    : "responses bend, and they were mostly learned on straight lines";
}

/** @throws {DataError} if a number came out that is none */
function checkFinite(value: unknown, problem: string): void {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new DataError(
      `${problem}: the numbers are too large or too small to be worked with; write them in units in which they are near 1`,
    );
  }
  if (typeof value === "object" && value !== null) Object.values(value).forEach((item) => checkFinite(item, problem));
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
  bent: boolean,
): EffectEstimate {
  const scale = statistics.spread[problems.targets[0]] / lines.unit[variable];
  const slope = problems.signs[0] * scale * lines.slope[variable];
  const sd = scale * Math.sqrt(lines.slopeVariance[variable]);
  const width = problems.high[variable] - problems.low[variable];
  return {
    variable: variables[variable].name,
    slope: { value: slope, low: slope - Z95 * sd, high: slope + Z95 * sd },
    overDomain: { value: slope * width, sd: sd * width },
    bent,
  };
}
