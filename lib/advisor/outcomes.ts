/** What setting variables is expected to do to any measured variable, the target or not. */

import type { OpenedPolicy } from "../training/mod.ts";
import { policyBeliefs } from "./beliefs.ts";
import { observationOf, observedMean } from "./observe.ts";
import { EVERY_KNOB, type ExperimentProblem, knobs } from "./problem.ts";
import { type EstimatedMean, responsesOf } from "./responses.ts";
import { type ExperimentRows, membersMade } from "./rows.ts";
import { setExpectations } from "./sets.ts";

/** One variable and the value that it is set to, in its own unit. */
export interface PlannedSetting {
  readonly variable: string;
  readonly value: number;
}

/** Mean of a measured variable when others are set. */
export type Expectation = (settings: readonly PlannedSetting[]) => EstimatedMean;

/**
 * What is expected of every measured variable: the same beliefs that are asked about the target, with that variable in its
 * place. Rows in which it was set itself say nothing about it.
 */
export function outcomesOf(
  problem: ExperimentProblem,
  rows: ExperimentRows,
  opened: OpenedPolicy,
): (variable: string) => Expectation {
  const known = new Map<string, Expectation>();
  return (variable) => {
    const expectation = known.get(variable) ?? expectationOf(problem, rows, opened, variable);
    known.set(variable, expectation);
    return expectation;
  };
}

function expectationOf(
  problem: ExperimentProblem,
  { observational, interventions }: ExperimentRows,
  opened: OpenedPolicy,
  name: string,
): Expectation {
  const place = problem.variables.findIndex((variable) => variable.name === name);
  const asked = withTarget(problem, name);
  const observation = observationOf(asked, {
    observational,
    interventions: interventions.filter((made) => !membersMade(made).includes(place)),
  });
  if (observation.problems.sets !== undefined) return setExpectations(asked, observation);
  const believed = opened.policy.responses?.(policyBeliefs(observation, opened)) ?? null;
  const responses = responsesOf(asked, observation, observedMean(observation), believed);
  return ([{ variable, value }]) =>
    responses.expected(problem.variables.findIndex((one) => one.name === variable), [value])[0];
}

/** The problem with another target. */
function withTarget(problem: ExperimentProblem, target: string): ExperimentProblem {
  const { setAtOnce, exclusive = [], settingColumn } = problem;
  const narrowed = {
    ...problem,
    target,
    objective: "maximize" as const,
    settingColumn: settingColumn === EVERY_KNOB ? null : settingColumn,
    variables: problem.variables.map((variable) => variable.name === target ? { ...variable, domain: null } : variable),
    exclusive: exclusive.filter((pair) => !pair.includes(target)),
  };
  if (setAtOnce === undefined) return narrowed;
  const most = knobs(narrowed).length;
  return { ...narrowed, setAtOnce: { min: Math.min(setAtOnce.min, most), max: Math.min(setAtOnce.max, most) } };
}
