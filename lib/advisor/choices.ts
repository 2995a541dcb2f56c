/** What to set next, among all that the policy would do and the problem's rules allow, and why. */

import type { Recommendation, Suggestion } from "./answer.ts";
import { type Choice, type Desk, indexOf } from "./desk.ts";
import type { PlannedSetting } from "./outcomes.ts";
import { isNear } from "./plan.ts";
import type { ExperimentProblem } from "./problem.ts";
import { recommendationOf } from "./recommendation.ts";
import type { EstimatedMean } from "./responses.ts";
import { type ExperimentRows, membersMade, toleranceOf } from "./rows.ts";

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
  const recommendation = recommendationOf(desk, kept);
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
