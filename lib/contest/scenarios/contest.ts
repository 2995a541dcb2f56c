/** A policy's seeds and the baselines on a list of scenarios, from what was asked for to what it showed. */

import type { MetricName } from "../../evaluation/mod.ts";
import { readTuned, type Track, type TunedBaselines } from "../../training/mod.ts";
import { baselineContestants, baselineNames, POLICY_NAME, trainedContestant } from "../contestants.ts";
import { plannedOpponents } from "../plan.ts";
import type { Players } from "../threads/players.ts";
import { guardScenarios, type OpenedSeeds, openSeeds, playScenarios } from "./seeds.ts";
import type { PlayedScenario, Scenario } from "./types.ts";
import { judgeScenarios, type ScenarioVerdicts } from "./verdicts.ts";

/** What is to be played and compared. */
export interface ScenarioRequest<Kind extends Scenario> {
  /** Policies by their names or paths: training seeds of one method. */
  readonly policies: readonly string[];
  /** Names of the baselines; null takes all but the slow ones. */
  readonly baselines: readonly string[] | null;
  /** Names of those that the policy is planned to be compared with; null takes the usual ones that play. */
  readonly opponents: readonly string[] | null;
  /** Opponents by default; the strong baselines where it is left out. */
  readonly usual?: readonly string[];
  /** The track that the baselines are tuned on; the policies' own by default. */
  readonly tunedOn?: string;
  readonly metric: MetricName;
  /** The scenarios for policies of a track. */
  scenarios(track: Track): readonly Kind[];
  /** Whether comparisons are planned in a scenario. */
  planned(scenario: Kind): boolean;
}

/** Scenarios that are ready to be played. */
export interface ScenarioContest<Kind extends Scenario> {
  readonly seeds: OpenedSeeds;
  readonly tuned: TunedBaselines;
  readonly scenarios: readonly Kind[];
  /** @param done called after each scenario with the number of those that were played and the name of the last */
  play(
    players: Players,
    done: (count: number, last: string) => void,
  ): Promise<{ readonly played: readonly PlayedScenario<Kind>[]; readonly verdicts: ScenarioVerdicts }>;
}

/**
 * Opens what plays and checks it. Nothing is played yet.
 * @throws ConfigError for a method that does not exist, or an opponent that does not play
 * @throws SeedOverlapError or SharedScmError if a scenario shares a stream or an SCM with the training of a policy
 */
export function openScenarios<Kind extends Scenario>(request: ScenarioRequest<Kind>): ScenarioContest<Kind> {
  const { policies, metric } = request;
  const names = baselineNames(request.baselines, "--baselines");
  const seeds = openSeeds(policies);
  const tuned = readTuned(request.tunedOn ?? seeds.track.name);
  const contestants = [
    trainedContestant(POLICY_NAME, seeds.policies, "annealed"),
    ...baselineContestants(names, tuned),
  ];
  const opponents = plannedOpponents(contestants, request.opponents, request.usual);
  const scenarios = request.scenarios(seeds.track);
  guardScenarios(policies, seeds.track, scenarios);
  return {
    seeds,
    tuned,
    scenarios,
    async play(players, done) {
      const played = await playScenarios(scenarios, contestants, players, done);
      const planned = scenarios.filter(request.planned).map(({ name }) => name);
      return { played, verdicts: judgeScenarios(played, { metric, opponents, scenarios: planned }) };
    },
  };
}
