/** The expected target under every single-variable intervention, its optimum, and values on the scale that it sets. */

import { domainEnds, settableVariables } from "./create.ts";
import { hasLinearTarget, summariseLinear } from "./effects.ts";
import { ScmError } from "./error.ts";
import { checkSetting, intervalBounds } from "./interventions.ts";
import { DEFAULT_ACCURACY, monteCarloOutcomes, type OutcomeAccuracy } from "./monte_carlo.ts";
import type { Objective, OutcomeModel, Scm, ValuedIntervention } from "./types.ts";

/**
 * The truth about an SCM: closed form where the target depends linearly on its causes, Monte Carlo otherwise.
 *
 * @param accuracy of the Monte Carlo tables; without effect where the closed form exists
 */
export function outcomeModel(scm: Scm, accuracy: OutcomeAccuracy = DEFAULT_ACCURACY): OutcomeModel {
  return hasLinearTarget(scm) ? linearOutcomes(scm) : monteCarloOutcomes(scm, accuracy);
}

/**
 * `E[Y | do(Xᵢ = v)] = μ_Y + τᵢ·(v − μᵢ)` with τᵢ the total effect. It is monotone in v, so that the optimum lies at an
 * end of a domain.
 */
function linearOutcomes(scm: Scm): OutcomeModel {
  const { means, effects } = summariseLinear(scm);
  const { low, high } = intervalBounds(scm);
  const observational = means[scm.target];
  const expected = (variable: number, value: number) => observational + effects[variable] * (value - means[variable]);
  const candidates = settableVariables(scm).flatMap((variable) => {
    const { domain } = scm.variables[variable];
    return domain === null
      ? []
      : domainEnds(domain).map((value) => ({ variable, value, outcome: expected(variable, value) }));
  });
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

/** The best, the worst and the best direct-parent intervention of a list that is not empty; the first of equals. */
export function extremes(
  scm: Scm,
  candidates: readonly ValuedIntervention[],
): Pick<OutcomeModel, "best" | "worst" | "bestParent"> {
  const sign = scm.objective === "maximize" ? 1 : -1;
  const parents = scm.variables[scm.target].parents;
  let best = candidates[0], worst = candidates[0];
  let bestParent: ValuedIntervention | null = null;
  for (const candidate of candidates) {
    const value = sign * candidate.outcome;
    if (value > sign * best.outcome) best = candidate;
    if (value < sign * worst.outcome) worst = candidate;
    if ((bestParent === null || value > sign * bestParent.outcome) && parents.includes(candidate.variable)) {
      bestParent = candidate;
    }
  }
  return { best, worst, bestParent };
}

/**
 * How much of the possible improvement an outcome is: `(E[Y] − outcome)/(E[Y] − best)`, the same for either objective. 0
 * is as good as doing nothing, 1 is optimal, negative is harmful. Normalised regret is 1 minus it.
 *
 * @param expected the expected target under the intervention
 * @throws ScmError if no intervention improves the target, so that there is no scale
 */
export function normalisedValue(outcomes: OutcomeModel, objective: Objective, expected: number): number {
  const { observational, best } = outcomes;
  const gain = objective === "maximize" ? best.outcome - observational : observational - best.outcome;
  if (!(gain > 0)) {
    throw new ScmError(
      `No intervention improves on observing: the best outcome is ${best.outcome}, observed are ${observational}, to ${objective}`,
    );
  }
  return (observational - expected) / (observational - best.outcome);
}
