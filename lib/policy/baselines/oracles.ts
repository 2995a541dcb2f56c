/** Oracles, which know what no policy may know: bounds, never competitors. */

import { observedVariables, type Problem, scale } from "../../environment/mod.ts";
import type { ValuedIntervention } from "../../scm/mod.ts";
import type { Policy } from "../types.ts";
import { privilegedBaseline } from "./entry.ts";

/**
 * The best of all single interventions, every time.
 * @param problems the problems of the batch that the policy will meet, in order
 */
export function oraclePolicy(problems: readonly Problem[]): Policy {
  return fixedPolicy("oracle", problems, ({ outcomes }) => outcomes.best);
}

/**
 * The best intervention on a direct parent of the target, every time.
 * @throws RangeError if no parent of a problem's target can be set
 */
export function parentOraclePolicy(problems: readonly Problem[]): Policy {
  return fixedPolicy("oracle-parent", problems, ({ scm, outcomes }) => {
    if (outcomes.bestParent !== null) return outcomes.bestParent;
    throw new RangeError(`oracle-parent cannot play ${scm.name}: no parent of its target can be set`);
  });
}

function fixedPolicy(
  name: string,
  problems: readonly Problem[],
  pick: (problem: Problem) => ValuedIntervention,
): Policy {
  const variable = new Int32Array(problems.length);
  const value = new Float64Array(problems.length);
  problems.forEach((problem, e) => {
    const chosen = pick(problem);
    const domain = problem.scm.variables[chosen.variable].domain;
    if (domain === null) throw new RangeError(`${name}: ${problem.scm.name} has its optimum where it cannot be set`);
    const [low, high] = domain.kind === "interval"
      ? [domain.low, domain.high]
      : [Math.min(...domain.values), Math.max(...domain.values)];
    variable[e] = observedVariables(problem).indexOf(chosen.variable);
    value[e] = scale(chosen.value, low, high);
  });
  const actions = (episodes: number) => {
    if (episodes === problems.length) return { variable, value };
    throw new RangeError(`${name} was made for ${problems.length} problems and cannot play ${episodes}`);
  };
  return {
    name,
    act: (observation) => ({
      ...actions(observation.problems.episodes),
      logProb: new Float64Array(problems.length),
    }),
    recommend: (observation) => actions(observation.problems.episodes),
  };
}

export const ORACLES = [
  privilegedBaseline({
    name: "oracle-parent",
    describe: "The best intervention on a direct parent of the target",
    bound: true,
    create: parentOraclePolicy,
  }),
  privilegedBaseline({ name: "oracle", describe: "The best intervention", bound: true, create: oraclePolicy }),
];
