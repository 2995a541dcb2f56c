/** Every policy that learns nothing from other problems, by name, with the parameters that it is tuned over. */

import type { Problem } from "../../environment/mod.ts";
import type { Policy } from "../types.ts";
import { epsilonGreedyPolicy, ucb1Policy } from "./bandits.ts";
import { believedThompsonPolicy, believedUcbPolicy } from "./believed.ts";
import { causalImprovementPolicy } from "./causal_improvement.ts";
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
  /** Whether it knows the best intervention, so that it is no competitor. */
  readonly bound: boolean;
  /** The settings that it is tuned over; the first is the default. All have the same names. */
  readonly grid: readonly ParameterPoint[];
  /**
   * @param problems the problems of the batch that it will meet, in order
   * @param parameters one of {@linkcode grid}, or another with the same names; the first by default
   * @throws RangeError for a missing, unknown or bad parameter
   */
  create(problems: readonly Problem[], parameters?: ParameterPoint): Policy;
}

/** All settings with one value of each list, the first of each list first. */
function product(lists: Readonly<Record<string, readonly number[]>>): ParameterPoint[] {
  return Object.entries(lists).reduce<ParameterPoint[]>(
    (points, [name, values]) => points.flatMap((point) => values.map((value) => ({ ...point, [name]: value }))),
    [{}],
  );
}

/** @throws RangeError unless the parameters have just the names of the lists */
function checkNames(name: string, lists: Readonly<Record<string, unknown>>, parameters: ParameterPoint): void {
  const names = Object.keys(lists);
  const unknown = Object.keys(parameters).find((key) => !names.includes(key));
  const missing = names.find((key) => parameters[key] === undefined);
  if (unknown === undefined && missing === undefined) return;
  const problem = unknown === undefined ? `${missing} is missing` : `${unknown} is no parameter of it`;
  throw new RangeError(`Cannot make ${name}: ${problem}; it takes ${names.join(", ") || "none"}`);
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
      checkNames(name, lists, parameters);
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
    { values: [33, 9, 2], margin: [0, 0.1] },
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

const CAUSAL_GRID = { values: [33, 9, 2], margin: [0, 0.1], signal: [0.3, 0.1, 1, 3] };

/** The baselines that know some of the truth, by name: the graph alone (causal-bo), or the best intervention. */
export const PRIVILEGED_BASELINES: Readonly<Record<string, PrivilegedBaseline>> = {
  "causal-bo": {
    describe: "Expected improvement on Gaussian processes with the causal prior of the known graph",
    privileged: true,
    bound: false,
    grid: product(CAUSAL_GRID),
    create(problems, parameters = product(CAUSAL_GRID)[0]) {
      checkNames("causal-bo", CAUSAL_GRID, parameters);
      const { values, margin, signal } = parameters;
      return causalImprovementPolicy(problems, { values, margin, signal });
    },
  },
  "oracle-parent": oracle(
    "oracle-parent",
    "The best intervention on a direct parent of the target",
    parentOraclePolicy,
  ),
  "oracle": oracle("oracle", "The best intervention", oraclePolicy),
};

function oracle(
  name: string,
  describe: string,
  create: (problems: readonly Problem[]) => Policy,
): PrivilegedBaseline {
  return {
    describe,
    privileged: true,
    bound: true,
    grid: [{}],
    create(problems, parameters = {}) {
      checkNames(name, {}, parameters);
      return create(problems);
    },
  };
}
