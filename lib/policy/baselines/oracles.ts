/** Oracles, which know what no policy may know: bounds, never competitors. */

import { observedVariables, type Problem, scale } from "../../environment/mod.ts";
import type { Intervention } from "../../scm/mod.ts";
import type { Policy } from "../types.ts";
import { privilegedBaseline } from "./entry.ts";

/**
 * The best of all interventions that are allowed, every time.
 * @param problems the problems of the batch that the policy will meet, in order
 */
export function oraclePolicy(problems: readonly Problem[]): Policy {
  return fixedPolicy(
    "oracle",
    problems,
    ({ outcomes: { sets, best } }) => sets?.best.intervention ?? [{ ...best, kind: "perfect" }],
  );
}

/**
 * The best intervention on one direct parent of the target, every time.
 * @throws RangeError if no parent of a problem's target can be set
 */
export function parentOraclePolicy(problems: readonly Problem[]): Policy {
  return fixedPolicy("oracle-parent", problems, ({ scm, outcomes }) => {
    if (outcomes.bestParent !== null) return [{ ...outcomes.bestParent, kind: "perfect" }];
    throw new RangeError(`oracle-parent cannot play ${scm.name}: no parent of its target can be set`);
  });
}

function fixedPolicy(
  name: string,
  problems: readonly Problem[],
  pick: (problem: Problem) => Intervention,
): Policy {
  const picked = problems.map(pick);
  const slots = Math.max(...picked.map((set) => set.length));
  const variable = new Int32Array(problems.length * slots).fill(-1);
  const value = new Float64Array(problems.length * slots);
  problems.forEach((problem, e) =>
    picked[e].forEach((chosen, place) => {
      const domain = problem.scm.variables[chosen.variable].domain;
      if (domain === null) throw new RangeError(`${name}: ${problem.scm.name} has its optimum where it cannot be set`);
      const [low, high] = domain.kind === "interval"
        ? [domain.low, domain.high]
        : [Math.min(...domain.values), Math.max(...domain.values)];
      variable[e * slots + place] = observedVariables(problem).indexOf(chosen.variable);
      value[e * slots + place] = scale(chosen.value, low, high);
    })
  );
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
