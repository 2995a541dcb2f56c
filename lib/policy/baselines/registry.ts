/** Every policy that learns nothing from other problems, by name, with the parameters that it is tuned over. */

import type { Problem } from "../../environment/mod.ts";
import type { Policy } from "../types.ts";
import { epsilonGreedyPolicy, ucb1Policy } from "./bandits.ts";
import { believedThompsonPolicy, believedUcbPolicy } from "./believed.ts";
import { expectedImprovementPolicy } from "./expected_improvement.ts";
import { oraclePolicy, parentOraclePolicy } from "./oracles.ts";
import type { RegressionPrior } from "./regression.ts";
import { regressionGreedyPolicy, regressionThompsonPolicy, regressionUcbPolicy } from "./regression_policies.ts";
import { randomEndpointPolicy, randomPolicy, roundRobinPolicy } from "./undirected.ts";

/** One setting of a baseline's parameters, by name. */
export type ParameterPoint = Readonly<Record<string, number>>;

/** A policy that can be made without knowing the problems. */
export interface Baseline {
  /** One line for a table's legend. */
  readonly describe: string;
  /** The settings that it is tuned over; the first is the default. All have the same names. */
  readonly grid: readonly ParameterPoint[];
  /** @throws RangeError for a missing, unknown or bad parameter */
  create(parameters: ParameterPoint): Policy;
}

/** A policy that is made from the truth about the problems of one batch. Marks every result that it touches. */
export interface PrivilegedBaseline {
  readonly describe: string;
  readonly privileged: true;
  /** @param problems the problems of the batch that it will meet, in order */
  create(problems: readonly Problem[]): Policy;
}

/** All settings with one value of each list, the first of each list first. */
function product(lists: Readonly<Record<string, readonly number[]>>): ParameterPoint[] {
  return Object.entries(lists).reduce<ParameterPoint[]>(
    (points, [name, values]) => points.flatMap((point) => values.map((value) => ({ ...point, [name]: value }))),
    [{}],
  );
}

function baseline(
  name: string,
  describe: string,
  lists: Readonly<Record<string, readonly number[]>>,
  create: (parameters: ParameterPoint) => Policy,
): Baseline {
  return {
    describe,
    grid: product(lists),
    create(parameters) {
      const names = Object.keys(lists);
      const unknown = Object.keys(parameters).find((key) => !names.includes(key));
      const missing = names.find((key) => parameters[key] === undefined);
      if (unknown !== undefined || missing !== undefined) {
        const problem = unknown === undefined ? `${missing} is missing` : `${unknown} is no parameter of it`;
        throw new RangeError(`Cannot make ${name}: ${problem}; it takes ${names.join(", ") || "none"}`);
      }
      return create(parameters);
    },
  };
}

const SLOPE_SDS = [0.5, 0.25, 1, 1.5, 2];

/** The prior of a regression baseline from its parameters. */
function prior(observational: boolean, parameters: ParameterPoint): RegressionPrior {
  return {
    observational,
    slopeSd: parameters.slopeSd,
    shrinkage: observational ? parameters.shrinkage : 0,
    noise: parameters.noise,
  };
}

/** The baselines by name. */
export const BASELINES: Readonly<Record<string, Baseline>> = {
  "random": baseline("random", "Random variable, random value", {}, randomPolicy),
  "random-endpoint": baseline(
    "random-endpoint",
    "Random variable, random end of its domain",
    {},
    randomEndpointPolicy,
  ),
  "round-robin": baseline("round-robin", "Every end of every domain in turn", {}, roundRobinPolicy),
  "epsilon-greedy": baseline(
    "epsilon-greedy",
    "ε-greedy on the means of the arms (the ends of the domains)",
    { epsilon: [0.1, 0, 0.05, 0.2], optimistic: [0, 1] },
    ({ epsilon, optimistic }) => epsilonGreedyPolicy(epsilon, optimistic !== 0),
  ),
  "ucb1": baseline(
    "ucb1",
    "UCB1 on the means of the arms (the ends of the domains)",
    { c: [1, 0, 0.1, 0.3, 2] },
    ({ c }) => ucb1Policy(c),
  ),
  ...regressionBaselines(false),
  ...regressionBaselines(true),
  "gp-ei": baseline(
    "gp-ei",
    "Expected improvement on a Gaussian process for each variable",
    { values: [9, 2], margin: [0, 0.1] },
    ({ values, margin }) => expectedImprovementPolicy({ values, margin }),
  ),
};

/** Greedy, Thompson and UCB play on one kind of regression. */
function regressionBaselines(observational: boolean): Record<string, Baseline> {
  const stem = observational ? "blr-obs" : "blr";
  const model = `Bayesian regression for each variable, ${observational ? "with" : "without"} the observational prior`;
  const shared = {
    slopeSd: SLOPE_SDS,
    noise: [1, 0.5, 2],
    ...(observational ? { shrinkage: [0, 0.3, 1, 3] } : {}),
  };
  const greedy = `${stem}-greedy`;
  const thompson = `${stem}-thompson`;
  const ucb = `${stem}-ucb`;
  return {
    [greedy]: baseline(
      greedy,
      `${model}: best posterior mean`,
      shared,
      (parameters) => regressionGreedyPolicy(greedy, prior(observational, parameters)),
    ),
    [thompson]: baseline(
      thompson,
      `${model}: Thompson sampling`,
      { ...shared, temperature: [1, 0.25, 0.5] },
      (parameters) => regressionThompsonPolicy(thompson, prior(observational, parameters), parameters.temperature),
    ),
    [ucb]: baseline(
      ucb,
      `${model}: best posterior mean + c standard deviations`,
      { ...shared, c: [0.3, 0.1, 0.6, 1] },
      (parameters) => regressionUcbPolicy(ucb, prior(observational, parameters), parameters.c),
    ),
  };
}

/** A baseline that plays on beliefs about total effects: it needs a surrogate beside it. */
export interface BelievingBaseline extends Baseline {
  /** Whether it needs a draw from the posterior at each step. */
  readonly draws: boolean;
}

/** Play on the exact posterior over DAGs, by name. Its c was best on validation problems of the linear track. */
export const BELIEVING_BASELINES: Readonly<Record<string, BelievingBaseline>> = {
  "exact-greedy": {
    ...baseline(
      "exact-greedy",
      "Exact posterior over DAGs: best posterior mean",
      {},
      () => believedUcbPolicy("exact-greedy", 0),
    ),
    draws: false,
  },
  "exact-ucb": {
    ...baseline(
      "exact-ucb",
      "Exact posterior over DAGs: best posterior mean + c standard deviations",
      { c: [0.6, 0.3, 1] },
      ({ c }) => believedUcbPolicy("exact-ucb", c),
    ),
    draws: false,
  },
  "exact-thompson": {
    ...baseline(
      "exact-thompson",
      "Exact posterior over DAGs: Thompson sampling",
      {},
      () => believedThompsonPolicy("exact-thompson"),
    ),
    draws: true,
  },
};

/** The oracles by name: bounds, never competitors. */
export const PRIVILEGED_BASELINES: Readonly<Record<string, PrivilegedBaseline>> = {
  "oracle-parent": {
    describe: "The best intervention on a direct parent of the target",
    privileged: true,
    create: parentOraclePolicy,
  },
  "oracle": { describe: "The best intervention", privileged: true, create: oraclePolicy },
};
