/** The joint distribution of a learned policy over what can really be done: variables and values of their domains. */

import type { Observation } from "../environment/mod.ts";
import { computeNow } from "../tensor/mod.ts";
import type { LearnedPolicy } from "./learned_policy.ts";

/** One intervention and the probability that the policy chooses it. */
export interface RankedAction {
  readonly variable: number;
  /** In the variable's own unit. */
  readonly value: number;
  /** Joint probability of variable and value, untempered. */
  readonly probability: number;
}

/** Reach and number of the points at which a continuous density is summed; the domain is [−1, 1]. */
const GRID = { reach: 4, points: 801 };

/**
 * Every intervention with positive probability, the most probable first. Values that the domain maps to the same one count
 * together: a list of allowed values takes the nearest of them.
 *
 * @param observation of one episode
 * @param levels number of values of a policy with discrete ones
 * @param valueOf the domain's value for a variable and a scaled value; of a continuous policy it should take few values, which
 * stand for what lies nearest to them
 */
export function rankedActions<Views>(
  policy: LearnedPolicy<Views>,
  observation: Observation,
  levels: number,
  valueOf: (variable: number, scaled: number) => number,
): RankedAction[] {
  const { settable } = observation.problems;
  const variables = [...settable.keys()].filter((v) => settable[v] === 1);
  const points = policy.discrete ? levels : GRID.points;
  const reach = policy.discrete ? 1 : GRID.reach;
  const scaled = Float64Array.from({ length: points }, (_, k) => reach * (2 * k / (points - 1) - 1));
  const variable = Int32Array.from({ length: variables.length * points }, (_, a) => variables[Math.floor(a / points)]);
  const value = Float64Array.from(variable, (_, a) => scaled[a % points]);
  const actions = { perView: variable.length, variable, value };
  const logMasses = computeNow(() => policy.score(policy.viewsOf(observation), actions).logProb);
  const cell = policy.discrete ? 1 : 2 * reach / (points - 1);
  const found = new Map<string, { variable: number; value: number; probability: number }>();
  logMasses.forEach((logMass, a) => {
    const own = valueOf(variable[a], Math.max(-1, Math.min(1, value[a])));
    const key = `${variable[a]} ${own}`;
    const action = found.get(key) ?? { variable: variable[a], value: own, probability: 0 };
    action.probability += cell * Math.exp(logMass);
    found.set(key, action);
  });
  return [...found.values()].filter(({ probability }) => probability > 0)
    .sort((a, b) => b.probability - a.probability || a.variable - b.variable || a.value - b.value);
}
