/** Everything that choices are made from: what the policy would do, what is expected of it, and what the rules say of it. */

import { nearestValue, type Observation, unscale } from "../environment/mod.ts";
import { rankedActions } from "../policy/mod.ts";
import { type Domain, domainEnds } from "../scm/mod.ts";
import type { OpenedPolicy } from "../training/mod.ts";
import type { Recommendation } from "./answer.ts";
import { policyBeliefs } from "./beliefs.ts";
import { observationOf, observedMean } from "./observe.ts";
import { type Expectation, outcomesOf, type PlannedSetting } from "./outcomes.ts";
import { withFantasies } from "./plan.ts";
import type { ExperimentProblem } from "./problem.ts";
import { type EstimatedMean, type Responses, responsesOf } from "./responses.ts";
import type { ExperimentRows } from "./rows.ts";
import { hasRules, type Judgement, judgeOf, type Spending, spendingOf } from "./rules/judge.ts";
import { type Candidate, type Stopping, stoppingOf } from "./rules/stop.ts";
import { rankedSets, setExpectations, type SetSetting } from "./sets.ts";

/** Parts of an interval domain that a continuous policy's values are counted in. */
const PARTS = 10;
/** Values of a domain that stopping looks at. */
const STOP_VALUES = 17;

/** Something that the policy would do, and what the rules say of it. */
export interface Choice {
  readonly settings: readonly SetSetting[];
  /** How often the policy would do it. */
  readonly probability: number;
  /** Null: the problem has no rules. */
  readonly judgement: Judgement | null;
}

/** Everything that choices are made from. */
export interface Desk {
  readonly problem: ExperimentProblem;
  readonly rows: ExperimentRows;
  readonly opened: OpenedPolicy;
  readonly observed: EstimatedMean;
  readonly spending: Spending | null;
  /** Variables whose response is no straight line. */
  readonly bent: ReadonlySet<number>;
  readonly running: readonly (readonly PlannedSetting[])[];
  /** Responses where one variable is set at a time; null: sets are chosen. */
  readonly responses: Responses | null;
  readonly expected: (settings: readonly PlannedSetting[]) => EstimatedMean;
  /** All that the policy would do after rows, what it prefers first; rows of what runs are imagined. */
  rank(running: readonly (readonly PlannedSetting[])[]): readonly Choice[];
  /** What the policy would settle for; null: its first choice. */
  readonly answer: PlannedSetting | null;
  judge(settings: readonly PlannedSetting[]): Judgement | null;
  stopping(recommendation: Recommendation, worth: number): Stopping;
}

/** The unit of a variable, if it has one. */
export function unitOf({ variables }: ExperimentProblem, variable: number): { readonly unit?: string } {
  const { unit } = variables[variable];
  return unit === undefined ? {} : { unit };
}

/**
 * @param observation of all rows
 * @param running experiments without a result
 */
export function openDesk(
  problem: ExperimentProblem,
  rows: ExperimentRows,
  observation: Observation,
  opened: OpenedPolicy,
  running: readonly (readonly PlannedSetting[])[],
): Desk {
  const observed = observedMean(observation);
  const asked = policyBeliefs(observation, opened);
  const outcomes = outcomesOf(problem, rows, opened);
  const spending = spendingOf(problem, rows, running);
  const rules = hasRules(problem) ? judgeOf(problem, observation, outcomes, spending) : null;
  const judge = (settings: readonly PlannedSetting[]) => rules?.(settings) ?? null;
  const named = (variable: number, value: number) => [{ variable: problem.variables[variable].name, value }];
  const responses = responsesOf(
    problem,
    observation,
    observed,
    opened.policy.responses?.(asked) ?? null,
    rules === null ? undefined : (variable, value) => rules(named(variable, value)).refused === null,
  );
  const isSets = observation.problems.sets !== undefined && opened.config.policy.sets;
  const expected: Expectation = isSets
    ? setExpectations(problem, observation)
    : ([{ variable, value }]) => responses.expected(indexOf(problem, variable), [value])[0];
  const rank = (runs: readonly (readonly PlannedSetting[])[]): readonly Choice[] => {
    const seen = runs.length === 0
      ? asked
      : policyBeliefs(observationOf(problem, withFantasies(problem, rows, runs, outcomes)), opened);
    const choices = isSets ? rankedSets(problem, seen, opened) : rankedSettings(problem, seen, opened);
    return affordable(
      choices.map(({ settings, probability }) => ({ settings, probability, judgement: judge(settings) })),
    );
  };
  const desk = { problem, rows, opened, observed, spending, bent: responses.bent, running, expected, rank, judge };
  return {
    ...desk,
    responses: isSets ? null : responses,
    answer: isSets || opened.policy.responses === undefined ? null : policyAnswer(problem, asked, opened),
    stopping: (recommendation, worth) => {
      const candidates = (isSets ? rank([]).map(({ settings }) => settings) : gridOf(problem))
        .filter((settings) => (judge(settings)?.refused ?? null) === null)
        .map((settings): Candidate => ({ group: groupOf(settings), expected: expected(settings) }));
      const settled = { group: groupOf(settingsIn(recommendation)), expected: recommendation.expected };
      return stoppingOf(candidates, settled, worth, observation.problems.signs[0]);
    },
  };
}

/** Place of a variable. */
export const indexOf = ({ variables }: ExperimentProblem, name: string) =>
  variables.findIndex((variable) => variable.name === name);
const groupOf = (settings: readonly PlannedSetting[]) => settings.map(({ variable }) => variable).sort().join("\n");

function settingsIn({ variable, value, settings }: Recommendation): readonly PlannedSetting[] {
  return settings ?? (variable === null || value === null ? [] : [{ variable, value }]);
}

/** Evenly spread values of every domain. */
function gridOf({ variables }: ExperimentProblem): PlannedSetting[][] {
  return variables.flatMap(({ name, domain }) => {
    if (domain === null) return [];
    const [low, high] = domainEnds(domain);
    const values = domain.kind === "values"
      ? domain.values
      : Array.from({ length: STOP_VALUES }, (_, k) => low + k / (STOP_VALUES - 1) * (high - low));
    return values.map((value) => [{ variable: name, value }]);
  });
}

/** How a policy's scaled values are read. */
function readerOf({ variables }: ExperimentProblem, { policy }: OpenedPolicy) {
  return (variable: number, scaled: number) =>
    domainValue(variables[variable].domain, policy.discrete ? scaled : Math.round(scaled * PARTS / 2) / (PARTS / 2));
}

/** One variable at a time, what the policy prefers first. */
function rankedSettings(
  problem: ExperimentProblem,
  asked: Observation,
  opened: OpenedPolicy,
): Omit<Choice, "judgement">[] {
  const { policy, config: { policy: { value_head } } } = opened;
  const levels = value_head.kind === "categorical" ? value_head.levels : 0;
  return rankedActions(policy, asked, levels, readerOf(problem, opened)).map(({ variable, value, probability }) => ({
    settings: [{ variable: problem.variables[variable].name, value, ...unitOf(problem, variable) }],
    probability,
  }));
}

/** With costs, what the policy prefers for each unit of cost comes first: the same preference is worth more where it is cheap. */
function affordable(choices: readonly Choice[]): readonly Choice[] {
  const costs = new Set(choices.map(({ judgement }) => judgement?.cost ?? 1));
  if (costs.size < 2) return choices;
  const least = Math.min(...[...costs].filter((cost) => cost > 0));
  const share = ({ probability, judgement }: Choice) => probability / Math.max(judgement?.cost ?? 1, least);
  return choices.toSorted((a, b) => share(b) - share(a));
}

function policyAnswer(problem: ExperimentProblem, asked: Observation, opened: OpenedPolicy): PlannedSetting {
  const { variable: [variable], value: [value] } = opened.policy.recommend(asked);
  return { variable: problem.variables[variable].name, value: readerOf(problem, opened)(variable, value) };
}

/** The value in the domain's own unit that a scaled one stands for. */
function domainValue(domain: Domain | null, scaled: number): number {
  if (domain === null) throw new RangeError("a variable without a domain cannot be set");
  if (domain.kind === "interval") return unscale(scaled, domain.low, domain.high);
  const { values } = domain;
  return nearestValue(unscale(scaled, values[0], values[values.length - 1]), values);
}
