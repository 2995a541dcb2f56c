/** What to set next and what to settle for, among all that the policy would do and the problem's rules allow. */

import { nearestValue, type Observation, unscale } from "../environment/mod.ts";
import { rankedActions } from "../policy/mod.ts";
import { type Domain, domainEnds } from "../scm/mod.ts";
import type { OpenedPolicy } from "../training/mod.ts";
import type { Recommendation, Suggestion } from "./advice.ts";
import { policyBeliefs } from "./beliefs.ts";
import { observationOf, observedMean } from "./observe.ts";
import { type Expectation, outcomesOf, type PlannedSetting } from "./outcomes.ts";
import { isNear, withFantasies } from "./plan.ts";
import type { ExperimentProblem } from "./problem.ts";
import { type EstimatedMean, type Responses, responsesOf } from "./responses.ts";
import { type ExperimentRows, membersMade, toleranceOf } from "./rows.ts";
import { hasRules, type Judgement, judgeOf, type Spending, spendingOf } from "./rules/judge.ts";
import { type Candidate, type Stopping, stoppingOf } from "./rules/stop.ts";
import { type RankedSet, rankedSets, setExpectations, type SetSetting, setText, settleAmong } from "./sets.ts";

/** Parts of an interval domain that a continuous policy's values are counted in. */
const PARTS = 10;
/** Values of a domain that stopping looks at. */
const STOP_VALUES = 17;

/** Something that the policy would do, and what the rules say of it. */
interface Choice {
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

const indexOf = ({ variables }: ExperimentProblem, name: string) =>
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

const isKept = ({ judgement }: Choice) => judgement === null || judgement.refused === null;

/** What is listed, what to settle for, and what is to be known about both. */
export interface Chosen {
  readonly suggestions: readonly Suggestion[];
  readonly recommendation: Recommendation;
  readonly cautions: readonly string[];
}

/**
 * The experiments that the policy prefers and the rules allow, and what to settle for now.
 * @param count most suggestions
 */
export function choose(desk: Desk, count: number): Chosen {
  const ranked = desk.rank(desk.running);
  const kept = ranked.filter(isKept);
  const recommendation = neverWorse(
    desk,
    desk.responses === null ? recommendSet(desk, kept) : recommend(desk, desk.responses, kept),
  );
  // Where nothing keeps the limits, what comes nearest to it is shown, and why it is refused.
  const least = ({ judgement }: Choice) => Math.min(...(judgement?.limits ?? []).map(({ chance }) => chance));
  const nearest = ranked.filter(({ judgement }) => (judgement?.limits.length ?? 0) > 0)
    .toSorted((a, b) => least(b) - least(a));
  const shown = kept.length > 0 ? kept : nearest;
  const refusals = [
    ...new Set(ranked.filter((choice) => !isKept(choice)).map(({ judgement }) => judgement?.refused ?? "")),
  ];
  return {
    suggestions: shown.slice(0, count).map((choice) => suggestionOf(desk, choice, recommendation)),
    recommendation,
    cautions: kept.length > 0 || ranked.length === 0
      ? []
      : [`nothing that can be set keeps every rule of the problem: ${refusals.slice(0, 3).join("; ")}`],
  };
}

/** Experiments to make together, the first first; fewer than asked for where the rules allow no more. */
export function planned(desk: Desk, experiments: number, recommendation: Recommendation): Suggestion[] {
  const plan: Suggestion[] = [];
  const busy = [...desk.running];
  let left = desk.spending === null ? Infinity : desk.spending.budget - desk.spending.spent;
  for (let k = 0; k < experiments; k++) {
    const kept = desk.rank(busy).filter((choice) => isKept(choice) && (choice.judgement?.cost ?? 0) <= left);
    const next = kept.find(({ settings }) => !isNear(desk.problem, settings, busy)) ?? kept[0];
    if (next === undefined) break;
    left -= next.judgement?.cost ?? 0;
    busy.push(next.settings);
    plan.push(suggestionOf(desk, next, recommendation));
  }
  return plan;
}

function suggestionOf(
  desk: Desk,
  { settings, probability, judgement }: Choice,
  recommendation: Recommendation,
): Suggestion {
  const expected = desk.expected(settings);
  const isSets = desk.responses === null;
  return {
    ...settings[0],
    probability,
    expected,
    ...(isSets ? { settings } : {}),
    reason: reasonFor(desk, settings, expected, recommendation),
    ...(judgement === null || judgement.limits.length === 0 ? {} : { limits: judgement.limits }),
    ...(judgement === null || desk.spending === null ? {} : { cost: judgement.cost }),
    ...(judgement === null || judgement.refused === null ? {} : { refused: judgement.refused }),
  };
}

/** Why an experiment is made: to repeat what counts, to exploit what is expected, or to learn what is not known. */
function reasonFor(
  { problem, rows }: Desk,
  settings: readonly PlannedSetting[],
  expected: EstimatedMean,
  recommendation: Recommendation,
): string {
  const { target, objective } = problem;
  const sign = objective === "maximize" ? 1 : -1;
  const made = rows.interventions.filter((one) => isSame(problem, one, settings)).length;
  if (made > 0) {
    return `repeat: it was made ${made === 1 ? "once" : `${made} times`} before, and its interval becomes narrower`;
  }
  const now = recommendation.expected;
  if (sign * (expected.value - now.value) >= 0) {
    return `exploit: at least as much is expected of it as of what is recommended now`;
  }
  const most = sign > 0 ? expected.high : expected.low;
  const short = (value: number) => String(Number(value.toPrecision(4)));
  return sign * (most - now.value) > 0
    ? `learn: less is expected of it, but ${target} may be ${short(most)}, and ${
      short(now.value)
    } is expected of what is recommended now`
    : `learn: it is worth less than what is recommended now, and the policy expects to know more after it`;
}

function isSame(
  problem: ExperimentProblem,
  made: ExperimentRows["interventions"][number],
  settings: readonly PlannedSetting[],
): boolean {
  const members = membersMade(made);
  return members.length === settings.length && settings.every(({ variable, value }) => {
    const v = indexOf(problem, variable);
    return members.includes(v) && Math.abs(made.values[v] - value) <= toleranceOf(problem, problem.variables[v]);
  });
}

/** A recommendation that is expected to be worse than setting nothing says so. */
function neverWorse({ observed, problem }: Desk, recommendation: Recommendation): Recommendation {
  const sign = problem.objective === "maximize" ? 1 : -1;
  const { variable, expected, reason } = recommendation;
  if (variable === null || sign * (expected.value - observed.value) >= 0) return recommendation;
  const caution = "setting nothing is expected to be better, but not surely: repeat it before it is acted on";
  return { ...recommendation, reason: reason === null ? caution : `${reason}; ${caution}` };
}

function recommendSet({ expected, problem, observed }: Desk, kept: readonly Choice[]): Recommendation {
  if (kept.length === 0) return { ...NOTHING, expected: observed, reason: "no set keeps the rules of the problem" };
  const sets = kept.map(({ settings, probability }): RankedSet => ({
    settings,
    probability,
    expected: expected(settings),
  }));
  const { settled, reason } = settleAmong(sets, problem.objective === "maximize" ? 1 : -1);
  return { ...settled.settings[0], expected: settled.expected, reason, settings: settled.settings };
}

const NOTHING = { variable: null, value: null } as const;

/** What to settle for, and why, where the policy's choice, the rules or the expected values say something else. */
function recommend(desk: Desk, responses: Responses, kept: readonly Choice[]): Recommendation {
  const { problem, observed } = desk;
  const { variables, objective } = problem;
  const sign = objective === "maximize" ? 1 : -1;
  const wish = desk.answer ?? kept[0]?.settings[0] ?? null;
  const refused = wish === null ? null : desk.judge([wish])?.refused ?? null;
  const reasons = wish === null || refused === null
    ? []
    : [`the policy would settle for ${setText([wish])}: ${refused}`];
  const answer = refused === null ? wish : bestOf(problem, responses) ?? kept[0]?.settings[0] ?? null;
  if (answer === null) {
    return {
      ...NOTHING,
      expected: observed,
      reason: [...reasons, "nothing keeps the rules of the problem"].join("; "),
    };
  }
  const index = indexOf(problem, answer.variable);
  const { variable, value, expected } = responses.settle(index, answer.value);
  const named = (at: number | null, to: number | null) =>
    at === null ? "setting nothing" : `${variables[at].name} = ${Number((to ?? 0).toPrecision(4))}`;
  const { best } = responses;
  const next = isOver(desk) ? undefined : kept[0]?.settings[0];
  if (variable !== index || value !== answer.value) {
    reasons.push(`the policy would set ${named(index, answer.value)}, of which surely less is expected`);
  } else if (next !== undefined && (answer.variable !== next.variable || answer.value !== next.value)) {
    reasons.push(
      `the policy would try ${named(indexOf(problem, next.variable), next.value)} next, and settle for this`,
    );
  }
  if (sign * (best.expected.value - expected.value) > 0) {
    reasons.push(`${named(best.variable, best.value)} is expected to be better still, but not surely`);
  }
  return {
    variable: variable === null ? null : variables[variable].name,
    value,
    ...(variable === null ? {} : unitOf(problem, variable)),
    expected,
    reason: reasons.length === 0 ? null : reasons.join("; "),
  };
}

/** Whether all interventions are made. */
const isOver = ({ problem, rows }: Desk) => rows.interventions.length >= problem.interventions;

/** What is allowed and expected to be best; null: to set nothing. */
function bestOf({ variables }: ExperimentProblem, { best: { variable, value } }: Responses): PlannedSetting | null {
  return variable === null || value === null ? null : { variable: variables[variable].name, value };
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
