/** Gaussian processes that know nothing of the graph, with and without what the observational rows say. */

import type { Observation } from "../../environment/mod.ts";
import {
  fitResponses,
  gatherTrials,
  NO_PRIOR,
  observationalPriors,
  RESPONSE_MODEL,
  type ResponsePrior,
} from "../../surrogate/mod.ts";
import { type Baseline, baseline, type ParameterPoint, type Tunables } from "./entry.ts";
import {
  type Acquisition,
  type Believed,
  expectedImprovement,
  rememberedByRows,
  responsePolicy,
  thompsonSampling,
  upperBound,
} from "./responses.ts";

/**
 * What the processes take from the observational rows: `units` alone, so that every prior mean is 0; the `curve` that
 * Gaussian-process regression on the variable alone draws; or, `hedged`, the average by evidence over that curve, a straight
 * line, the variable's part of an additive regression on all variables, and nothing.
 */
export type ObservationalPrior = "units" | "curve" | "hedged";

/** The beliefs of averaged Gaussian processes about every variable that can be set. */
export function processBeliefs(prior: ObservationalPrior): (observation: Observation, e: number) => Believed {
  const priorsOf = rememberedByRows((observation, e): readonly (readonly ResponsePrior[])[] => {
    const settable = settableVariables(observation, e);
    return prior === "units" ? settable.map(() => [NO_PRIOR]) : observationalPriors(observation, e, settable, prior);
  });
  return (observation, e) => {
    const variables = settableVariables(observation, e);
    const trials = gatherTrials(observation, e);
    const priors = priorsOf(observation, e);
    const fit = fitResponses(variables.map((v, i) => ({ trials: trials[v], priors: priors[i] })), RESPONSE_MODEL);
    return { fit, variables };
  };
}

function settableVariables({ problems: { width, settable } }: Observation, e: number): number[] {
  return Array.from({ length: width }, (_, v) => v).filter((v) => settable[e * width + v] === 1);
}

/** One way to act on a family of processes: its suffix, its own parameter with the values that it is tuned over. */
interface Play {
  readonly suffix: string;
  readonly describe: string;
  readonly slow: boolean;
  readonly tunables: Tunables;
  readonly acquisition: (name: string, point: ParameterPoint) => Acquisition;
}

/**
 * Expected improvement, upper confidence bounds and Thompson sampling; `values` are those tried for each variable.
 * @param informed whether there is a prior, which leaves less to explore
 */
export function responsePlays(informed: boolean): readonly Play[] {
  const values = [33, 2];
  return [
    {
      suffix: "ei",
      describe: "log expected improvement",
      slow: false,
      tunables: { values, margin: [0, 0.1] },
      acquisition: (name, { margin }) => expectedImprovement(name, margin),
    },
    {
      suffix: "ucb",
      describe: "posterior mean + c standard deviations",
      slow: false,
      tunables: { values, c: informed ? [0.3, 0.1, 0.6] : [1, 0.3, 0.6, 2] },
      acquisition: (name, { c }) => upperBound(name, c),
    },
    {
      suffix: "thompson",
      describe: "Thompson sampling",
      slow: true,
      tunables: { values, temperature: informed ? [0.25, 0.1, 0.5] : [0.5, 0.25, 1] },
      acquisition: (name, { temperature }) => thompsonSampling(name, temperature),
    },
  ];
}

function family(
  stem: string,
  model: string,
  plays: readonly Play[],
  prior: (point: ParameterPoint) => ObservationalPrior,
): Baseline[] {
  return plays.map(({ suffix, describe, slow, tunables, acquisition }) => {
    const name = `${stem}-${suffix}`;
    return baseline({
      name,
      describe: `${model}: ${describe}`,
      slow,
      tunables,
      create: (point) => responsePolicy(name, point.values, acquisition(name, point), processBeliefs(prior(point))),
    });
  });
}

export const GAUSSIAN_PROCESSES = [
  ...family(
    "gp",
    "Averaged Gaussian processes for each variable, without an observational prior",
    responsePlays(false),
    () => "units",
  ),
  ...family(
    "gp-obs",
    "Averaged Gaussian processes for each variable around the observational regression",
    responsePlays(true).map((play) => ({ ...play, tunables: { ...play.tunables, hedged: [1, 0] } })),
    ({ hedged }) => hedged === 0 ? "curve" : "hedged",
  ),
];
