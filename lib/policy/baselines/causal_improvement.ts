/**
 * Causal Bayesian optimisation on the true graph (Aglietti, Lu, Paleyes & González 2020), with single variables as
 * exploration sets: a Gaussian process with the causal prior for each cause of the target, and expected improvement.
 */

import { type Observation, observedVariables, type Problem, unscale } from "../../environment/mod.ts";
import { ancestorsOf, backdoorSet } from "../../scm/mod.ts";
import type { Policy } from "../types.ts";
import { adjustedEffect } from "./adjusted_effect.ts";
import {
  type ExpectedImprovementOptions,
  gatherObservations,
  improvementPolicy,
  predictCandidates,
} from "./expected_improvement.ts";
import { fitHyperparameters, hyperparameterGrid, type Observations, type PriorBelief } from "./gaussian_process.ts";

export interface CausalImprovementOptions extends ExpectedImprovementOptions {
  /** How far an effect may lie from its causal prior, beside the prior's own deviation, in standard deviations of the target: > 0. */
  readonly signal: number;
}

/** What the graph says about one variable that can be set. */
interface KnownCause {
  /** Index among the observed variables. */
  readonly variable: number;
  /** Indices of the observed variables that are adjusted for; `null` where hidden causes forbid it. */
  readonly adjustment: readonly number[] | null;
}

/** By observed variable; left out where observation says nothing of the effect. */
type Priors = ReadonlyMap<number, (value: number) => PriorBelief>;

/**
 * Reads the graphs of the problems, never their mechanisms. Variables that do not cause the target are left out (they are in
 * no minimal intervention set, Lee & Bareinboim 2018) unless no cause can be set. Where no set of observed variables
 * fulfils the back-door criterion the process has no prior, and hyper-parameters of its own.
 * @param problems the problems of the batch that the policy will meet, in order
 * @throws RangeError if an option is out of range, or a problem has shift interventions, of which the prior says nothing
 */
export function causalImprovementPolicy(problems: readonly Problem[], options: CausalImprovementOptions): Policy {
  const { signal } = options;
  if (!(signal > 0)) throw new RangeError(`causal-bo: cannot use a signal of ${signal}: it must be above 0`);
  const shifted = problems.find(({ intervention }) => intervention === "shift");
  if (shifted !== undefined) {
    throw new RangeError(`causal-bo cannot play ${shifted.scm.name}: its prior is that of perfect interventions`);
  }
  const known = problems.map(knownCauses);
  const grid = hyperparameterGrid([signal]);
  const priorsOf = memoised((observation, e) => causalPriors(observation, e, known[e]));
  return improvementPolicy("causal-bo", options, (observation, e, values) => {
    if (observation.problems.episodes !== problems.length) {
      throw new RangeError(
        `causal-bo was made for ${problems.length} problems and cannot play ${observation.problems.episodes}`,
      );
    }
    const { functions, scatter } = gatherObservations(observation, e);
    const priors = priorsOf(observation, e);
    const informed = functions.map((data, v): Observations => {
      const prior = priors.get(v);
      return prior === undefined ? data : { ...data, prior };
    });
    const fit = (kept: (v: number) => boolean, candidates?: typeof grid) => {
      const own = known[e].map(({ variable }) => variable).filter(kept);
      const total = own.reduce((sum, v) => sum + scatter[v], 0);
      return fitHyperparameters(own.map((v) => informed[v]), total, candidates);
    };
    const withPrior = fit((v) => priors.has(v), grid);
    const without = fit((v) => !priors.has(v));
    return predictCandidates(
      known[e].map(({ variable }) => variable),
      values,
      informed,
      (v) => priors.has(v) ? withPrior : without,
    );
  });
}

/** The causes of the target that can be set; all that can be set if there is none. */
function knownCauses(problem: Problem): readonly KnownCause[] {
  const { scm } = problem;
  const labels = observedVariables(problem);
  const causes = ancestorsOf(scm.variables.map(({ parents }) => parents), scm.target);
  const settable = [...labels].filter((index) => index !== scm.target && scm.variables[index].domain !== null);
  const some = settable.filter((index) => causes[index] === 1);
  return (some.length > 0 ? some : settable).map((index) => ({
    variable: labels.indexOf(index),
    adjustment: backdoorSet(scm, index)?.map((v) => labels.indexOf(v)) ?? null,
  }));
}

/** The causal prior of each cause from the observational rows of one episode, over scaled values, in standardised gains. */
function causalPriors(observation: Observation, e: number, causes: readonly KnownCause[]): Priors {
  const { problems, statistics, history } = observation;
  const { width, low, high, signs, targets } = problems;
  const rows = Array.from({ length: history.rows }, (_, r) => e * history.capacity + r)
    .filter((row) => history.intervened[row] < 0);
  if (rows.length === 0) return new Map();
  const standardised = (row: number, v: number) =>
    (history.values[row * width + v] - statistics.centre[e * width + v]) / statistics.spread[e * width + v];
  const outcome = Float64Array.from(rows, (row) => signs[e] * standardised(row, targets[e]));
  return new Map(causes.flatMap(({ variable, adjustment }) => {
    if (adjustment === null) return [];
    const columns = [variable, ...adjustment];
    const inputs = Float64Array.from(rows.flatMap((row) => columns.map((v) => standardised(row, v))));
    const effect = adjustedEffect({ outcome, inputs, width: columns.length });
    const index = e * width + variable;
    const known = new Map<number, PriorBelief>();
    return [[variable, (scaled: number): PriorBelief => {
      const seen = known.get(scaled);
      if (seen !== undefined) return seen;
      const value = unscale(scaled, low[index], high[index]);
      const belief = effect((value - statistics.centre[index]) / statistics.spread[index]);
      known.set(scaled, belief);
      return belief;
    }]];
  }));
}

/**
 * Keeps the last answer for each episode while its observational rows are the same: they are the only data that the priors
 * depend on.
 */
function memoised(compute: (observation: Observation, e: number) => Priors): typeof compute {
  const kept = new Map<number, { readonly cross: Float64Array; readonly priors: Priors }>();
  return (observation, e) => {
    const cells = observation.problems.width ** 2;
    const cross = observation.statistics.obsCross.slice(e * cells, (e + 1) * cells);
    const last = kept.get(e);
    if (last !== undefined && last.cross.every((value, k) => value === cross[k])) return last.priors;
    const priors = compute(observation, e);
    kept.set(e, { cross, priors });
    return priors;
  };
}
