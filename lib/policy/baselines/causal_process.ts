/**
 * Causal Bayesian optimisation on the true graph (Aglietti, Lu, Paleyes & González 2020), with single variables as
 * exploration sets: averaged Gaussian processes with the causal prior for each cause of the target.
 */

import { type Observation, observedVariables, type Problem } from "../../environment/mod.ts";
import { ancestorsOf, backdoorSet } from "../../scm/mod.ts";
import {
  adjustedPrior,
  fitResponses,
  gatherTrials,
  NO_PRIOR,
  observedRows,
  RESPONSE_MODEL,
  type ResponsePrior,
} from "../../surrogate/mod.ts";
import { privilegedBaseline } from "./entry.ts";
import { responsePlays } from "./gaussian_process.ts";
import { type Believed, rememberedByRows, responsePolicy } from "./responses.ts";

/** What the graph says about one variable that can be set. */
interface KnownCause {
  /** Index among the observed variables. */
  readonly variable: number;
  /** Indices of the observed variables that are adjusted for; `null` where hidden causes forbid it. */
  readonly adjustment: readonly number[] | null;
}

/**
 * Reads the graphs of the problems, never their mechanisms. Variables that do not cause the target are left out (they are in
 * no minimal intervention set, Lee & Bareinboim 2018) unless no cause can be set. Around the causal prior the processes are
 * those of the other baselines; where no set of observed variables fulfils the back-door criterion there is no prior.
 * @param problems the problems of the batch that the policy will meet, in order
 * @throws RangeError if a problem has shift interventions, of which the prior says nothing
 */
export function causalBeliefs(
  name: string,
  problems: readonly Problem[],
): (observation: Observation, e: number) => Believed {
  const shifted = problems.find(({ intervention }) => intervention === "shift");
  if (shifted !== undefined) {
    throw new RangeError(`${name} cannot play ${shifted.scm.name}: its prior is that of perfect interventions`);
  }
  const known = problems.map(knownCauses);
  const priorsOf = rememberedByRows((observation, e): readonly ResponsePrior[] => {
    const rows = observedRows(observation, e);
    return known[e].map(({ variable, adjustment }) =>
      adjustment === null ? NO_PRIOR : adjustedPrior(rows, variable, adjustment)
    );
  });
  return (observation, e) => {
    if (observation.problems.episodes !== problems.length) {
      throw new RangeError(
        `${name} was made for ${problems.length} problems and cannot play ${observation.problems.episodes}`,
      );
    }
    const variables = known[e].map(({ variable }) => variable);
    const trials = gatherTrials(observation, e);
    const priors = priorsOf(observation, e);
    const fit = fitResponses(variables.map((v, i) => ({ trials: trials[v], priors: [priors[i]] })), RESPONSE_MODEL);
    return { fit, variables };
  };
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

export const CAUSAL_PROCESSES = responsePlays(true).map(({ suffix, describe, slow, tunables, acquisition }) => {
  const name = suffix === "ei" ? "causal-bo" : `causal-bo-${suffix}`;
  return privilegedBaseline({
    name,
    describe: `Averaged Gaussian processes with the causal prior of the known graph: ${describe}`,
    slow,
    bound: false,
    tunables,
    create: (problems, point) =>
      responsePolicy(name, point.values, acquisition(name, point), causalBeliefs(name, problems)),
  });
});
