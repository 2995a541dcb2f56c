/** The optimum of a list of interventions. */

import type { OutcomeModel, Scm, SetOutcomes, ValuedIntervention } from "./types.ts";

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

/** The extremes that an outcome is measured between: those of sets where several variables may be set at once. */
export function attainable(outcomes: OutcomeModel): { readonly best: number; readonly worst: number } {
  const { best, worst }: Pick<SetOutcomes | OutcomeModel, "best" | "worst"> = outcomes.sets ?? outcomes;
  return { best: best.outcome, worst: worst.outcome };
}
