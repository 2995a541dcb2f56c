/** The expected target under interventions, its optimum, and values on the scale that it sets. */

import { domainEnds, settableVariables } from "./create.ts";
import { hasLinearTarget, linearMeans, summariseLinear } from "./effects.ts";
import { describeIntervention } from "./describe/equations.ts";
import { ScmError, UndefinedTruthError } from "./error.ts";
import { attainable, extremes } from "./extremes.ts";
import { checkSetting, intervalBounds } from "./interventions.ts";
import { DEFAULT_ACCURACY, monteCarloOutcomes, simulateFor } from "./monte_carlo.ts";
import type { Assignment, Intervention, Objective, OutcomeAccuracy, OutcomeModel, Scm } from "./types.ts";

/**
 * The truth about an SCM: closed form where the target depends linearly on its causes, Monte Carlo otherwise.
 *
 * @param accuracy of the Monte Carlo tables; without effect where the closed form exists
 * @param kind `shift` for the outcomes of shift interventions, whose δ lies in the variable's domain
 * @throws UndefinedTruthError for an expectation that is not a finite number, naming variable, intervention and formula
 */
export function outcomeModel(
  scm: Scm,
  accuracy: OutcomeAccuracy = DEFAULT_ACCURACY,
  kind: Assignment["kind"] = "perfect",
): OutcomeModel {
  const outcomes = hasLinearTarget(scm) ? linearOutcomes(scm, kind) : monteCarloOutcomes(scm, accuracy, kind);
  return { ...outcomes, recipe: { accuracy, kind } };
}

/**
 * `E[Y | do(Xᵢ = v)] = μ_Y + τᵢ·(v − μᵢ)` with τᵢ the total effect, and `μ_Y + τᵢ·δ` under a shift. Both are monotone in
 * the value, so that the optimum lies at an end of a domain.
 */
function linearOutcomes(scm: Scm, kind: Assignment["kind"]): OutcomeModel {
  const { means, effects } = summariseLinear(scm);
  const { low, high } = intervalBounds(scm);
  const observational = means[scm.target];
  const origins = kind === "perfect" ? means : new Float64Array(means.length);
  const expected = (variable: number, value: number) => observational + effects[variable] * (value - origins[variable]);
  const candidates = settableVariables(scm).flatMap((variable) => {
    const { domain } = scm.variables[variable];
    if (domain === null) return [];
    return domainEnds(domain).map((value) => ({ variable, value, outcome: expected(variable, value) }));
  });
  const overflow = candidates.find(({ outcome }) => !Number.isFinite(outcome));
  if (overflow !== undefined || !Number.isFinite(observational)) {
    const intervention = overflow === undefined ? [] : [{ ...overflow, kind }];
    throw new UndefinedTruthError(
      `SCM "${scm.name}": the mean of ${scm.variables[scm.target].name} ${
        describeIntervention(scm, intervention)
      } is ` +
        "too large for a number",
    );
  }
  return {
    observational,
    expected(variable, value) {
      if (!(value >= low[variable] && value <= high[variable])) checkSetting(scm, variable, value);
      return expected(variable, value);
    },
    standardError: 0,
    ...extremes(scm, candidates),
  };
}

/** An expectation and its standard error, 0 where it is exact. */
export interface Expectation {
  readonly mean: number;
  readonly standardError: number;
}

/**
 * The expected target under any intervention, on several variables too.
 *
 * @throws ScmError for an intervention that the SCM does not allow
 */
export function expectedOutcome(
  scm: Scm,
  intervention: Intervention,
  accuracy: OutcomeAccuracy = DEFAULT_ACCURACY,
): Expectation {
  if (hasLinearTarget(scm)) return { mean: linearMeans(scm, intervention)[scm.target], standardError: 0 };
  const simulation = simulateFor(scm, accuracy);
  return { mean: simulation.mean(intervention), standardError: simulation.standardError() };
}

/**
 * How much of the possible improvement an outcome is: `(E[Y] − outcome)/(E[Y] − best)`, the same for either objective. 0
 * is as good as doing nothing, 1 is optimal (of all sets that are allowed), negative is harmful. Normalised regret is 1 minus it.
 *
 * @param expected the expected target under the intervention
 * @throws ScmError if no intervention improves the target, so that there is no scale
 */
export function normalisedValue(outcomes: OutcomeModel, objective: Objective, expected: number): number {
  const { observational } = outcomes;
  const { best } = attainable(outcomes);
  const gain = objective === "maximize" ? best - observational : observational - best;
  if (!(gain > 0)) {
    throw new ScmError(
      `No intervention improves on observing: the best outcome is ${best}, observed are ${observational}, to ${objective}`,
    );
  }
  return (observational - expected) / (observational - best);
}
