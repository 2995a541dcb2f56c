/** What to settle for now, and why. */

import type { Recommendation } from "./answer.ts";
import { type Choice, type Desk, indexOf, unitOf } from "./desk.ts";
import type { PlannedSetting } from "./outcomes.ts";
import type { ExperimentProblem } from "./problem.ts";
import type { Responses } from "./responses.ts";
import { type RankedSet, setText, settleAmong } from "./sets.ts";

/** What to settle for among what the rules allow. */
export function recommendationOf(desk: Desk, kept: readonly Choice[]): Recommendation {
  return neverWorse(desk, desk.responses === null ? recommendSet(desk, kept) : recommend(desk, desk.responses, kept));
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
