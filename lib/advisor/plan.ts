/** Experiments that run, or are proposed together, before any of them has a result. */

import { domainEnds } from "../scm/mod.ts";
import type { Expectation, PlannedSetting } from "./outcomes.ts";
import type { ExperimentProblem } from "./problem.ts";
import type { ExperimentRows } from "./rows.ts";
import { withTold } from "./told.ts";

/** Share of every domain within which two experiments count as the same one while neither has a result. */
const NEAR = 1 / 8;

/**
 * The rows with one more for each experiment that runs, in which everything came out as it is expected now: the fantasies of a
 * "Kriging believer" (Ginsbourger, Le Riche & Carraro 2010, section 4.3), so that what is asked of them is what is left to ask.
 */
export function withFantasies(
  problem: ExperimentProblem,
  rows: ExperimentRows,
  running: readonly (readonly PlannedSetting[])[],
  outcomes: (variable: string) => Expectation,
): ExperimentRows {
  const { variables } = problem;
  return running.reduce((known, settings) => {
    const set = new Map(settings.map(({ variable, value }) => [variable, value]));
    const values = Float64Array.from(variables, ({ name }) => set.get(name) ?? outcomes(name)(settings).value);
    const members = variables.flatMap(({ name }, v) => set.has(name) ? [v] : []);
    return withTold(known, { members, values });
  }, rows);
}

/**
 * Whether an experiment is nearly one that has no result yet: the same variables, each within an eighth of its domain. What is
 * near would come out alike, which is the idea of penalising it locally (González et al. 2016), here by leaving it out.
 */
export function isNear(
  { variables }: ExperimentProblem,
  settings: readonly PlannedSetting[],
  others: readonly (readonly PlannedSetting[])[],
): boolean {
  return others.some((other) =>
    other.length === settings.length && settings.every(({ variable, value }) => {
      const domain = variables.find(({ name }) => name === variable)?.domain ?? null;
      const twin = other.find((one) => one.variable === variable);
      if (domain === null || twin === undefined) return false;
      const [low, high] = domainEnds(domain);
      return Math.abs(twin.value - value) < NEAR * (high - low);
    })
  );
}
