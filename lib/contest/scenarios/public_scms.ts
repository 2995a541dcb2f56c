/** The public benchmark SCMs of causal Bayesian optimisation as scenarios. */

import { namedProblem, repeatedProblem } from "../../evaluation/mod.ts";
import { DEFAULT_ACCURACY, outcomeModel, type Scm, type Track, type TrackEpisode, trackStream } from "../../scm/mod.ts";
import { openScm } from "../../training/mod.ts";
import type { Scenario } from "./types.ts";

/** Files in `configs/scms` whose equations others publish results on; each names its source. */
export const PUBLIC_SCMS: readonly string[] = [
  "toy_graph",
  "toy_graph_tmlr",
  "complete_graph",
  "chain_tmlr",
  "healthcare_psa",
];

/** Competitors: searches that know nothing, Gaussian processes without and with an observational prior, and causal BO. */
export const PUBLIC_BASELINES: readonly string[] = [
  "random",
  "random-endpoint",
  "gp-ei",
  "gp-ucb",
  "gp-obs-ei",
  "gp-obs-ucb",
  "causal-bo",
  "causal-bo-ucb",
];
/** Those that the policy is planned to be compared with. */
export const PUBLIC_OPPONENTS: readonly string[] = ["gp-obs-ucb", "causal-bo-ucb"];

/** Rows of noise behind every expectation: they are few SCMs, and their numbers are compared with published ones. */
const OUTCOME_ROWS = 65536;

/** A public SCM at one budget. */
export interface PublicScenario extends Scenario {
  readonly scm: Scm;
  readonly trials: number;
}

/**
 * Every SCM at every budget, with a track's initial rows. An SCM's repetitions differ in their initial rows and noise.
 * @param names files in `configs/scms`, or paths
 * @param budgets numbers of interventions
 */
export function publicScenarios(
  track: Track,
  names: readonly string[],
  budgets: readonly number[],
  repetitions: number,
): readonly PublicScenario[] {
  const root = trackStream(track, "test").child("public");
  return names.flatMap((name) => {
    const { scm } = openScm(name);
    const problem = { ...namedProblem(scm), outcomes: outcomeModel(scm, { ...DEFAULT_ACCURACY, rows: OUTCOME_ROWS }) };
    const problems = repeatedProblem(problem, repetitions);
    return budgets.map((trials) => {
      const episode: TrackEpisode = { ...track.episode, horizon: trials };
      return {
        name: `${scm.name}, ${trials} trials`,
        description: `${scm.variables.filter(({ observed }) => observed).length} observed variables`,
        scm,
        trials,
        problems,
        episode,
        stream: root.child("episodes"),
      };
    });
  });
}
