/** What the scenarios are played with: training seeds of one method, guarded against what they were trained on. */

import { baselineGrid } from "../../evaluation/mod.ts";
import { BASELINES, PRIVILEGED_BASELINES } from "../../policy/mod.ts";
import { loadTrack, type OpenedPolicy, openPolicy, type Track, type TunedBaselines } from "../../training/mod.ts";
import { play } from "../play.ts";
import { checkHeldOut } from "../study/guard.ts";
import { readModelRun } from "../study/models.ts";
import { POLICY_NAME } from "../contestants.ts";
import type { Players } from "../threads/players.ts";
import type { Contestant } from "../types.ts";
import type { PlayedScenario, Scenario } from "./types.ts";

/** Training seeds of one method, and the track that they were trained on. */
export interface OpenedSeeds {
  readonly policies: readonly OpenedPolicy[];
  readonly track: Track;
  /** Names of the tracks that they were trained on. */
  readonly trainedOn: readonly string[];
}

/** Opens runs as training seeds of one method. */
export function openSeeds(paths: readonly string[]): OpenedSeeds {
  const policies = paths.map((path) => openPolicy(path));
  const { config } = policies[0];
  const track = loadTrack(config);
  return { policies, track, trainedOn: [track.name, ...config.also_train_on] };
}

/**
 * Refuses scenarios that share a stream or an SCM with the training of a policy.
 * @throws SeedOverlapError or SharedScmError naming what is shared
 */
export function guardScenarios(paths: readonly string[], track: Track, scenarios: readonly Scenario[]): void {
  const model = { label: POLICY_NAME, words: null, runs: paths.map(readModelRun) };
  checkHeldOut([model], { track, problems: scenarios.flatMap((scenario) => scenario.problems) });
}

/**
 * Plays every scenario.
 * @param done called after each with the number of those that were played and the name of the last
 */
export async function playScenarios<Kind extends Scenario>(
  scenarios: readonly Kind[],
  contestants: readonly Contestant[],
  players: Players,
  done: (count: number, last: string) => void = () => {},
): Promise<readonly PlayedScenario<Kind>[]> {
  const played: PlayedScenario<Kind>[] = [];
  for (const scenario of scenarios) {
    played.push({ scenario, methods: play(await players.ahead(contestants, scenario), scenario) });
    done(played.length, scenario.name);
  }
  return played;
}

/** Says on which numbers of variables the settings of those methods that are tuned were chosen, and which have none. */
export function tuningNote({ track, problems, sizes }: TunedBaselines, names: readonly string[]): string {
  const known = [BASELINES, PRIVILEGED_BASELINES].flatMap((registry) => Object.keys(registry));
  const groups = Map.groupBy(
    names.filter((name) => known.includes(name) && baselineGrid(name).length > 1),
    (name) => {
      const at = Object.keys(sizes).filter((size) => sizes[size][name] !== undefined).join(", ");
      return at === "" ? "with default settings" : `at ${at} variables on ${problems[name]} problems each`;
    },
  );
  if (Object.keys(sizes).length === 0) {
    return `Baselines play with their default settings: none is tuned on \`${track}\`.`;
  }
  const parts = [...groups].map(([how, own]) => `${own.map((name) => `\`${name}\``).join(", ")} ${how}`);
  return `Baselines have the settings tuned on validation problems of the \`${track}\` track for the nearest number of ` +
    `variables (${parts.join("; ")}).`;
}
