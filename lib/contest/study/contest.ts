/** A study's contest from its collected runs to what they show. */

import type { Config } from "../../config/mod.ts";
import type { Say } from "../../runs/mod.ts";
import { configError } from "../../input/mod.ts";
import { loadTrack, readTrack, readTuned, type Track, type TunedBaselines } from "../../training/mod.ts";
import { baselineNames } from "../contestants.ts";
import { plannedPairs } from "../plan.ts";
import { play } from "../play.ts";
import { createPlayers } from "../threads/players.ts";
import { compareStudy, type StudyComparison } from "./compare.ts";
import { studyContestants } from "./contestants.ts";
import { testProblems } from "./environments.ts";
import { checkHeldOut } from "./guard.ts";
import type { CollectedModels, Model } from "./models.ts";
import type { ComparisonSettings } from "./settings.ts";

/** A study that was played. */
export interface StudyResult extends CollectedModels {
  readonly comparison: StudyComparison;
  readonly track: Track;
  readonly tuned: TunedBaselines;
  readonly settings: ComparisonSettings;
}

/** What happens while a study is played. */
export interface StudyHooks {
  /** Seconds of a steady clock, to time decisions with. */
  readonly clock: () => number;
  /** Called with a line about what is done next. */
  readonly say: Say;
  /** Threads that play, this one among them; 0, the default, takes one for each core. */
  readonly workers?: number;
}

/**
 * Plays and compares collected models on held-out problems. The backend must be chosen before.
 * @throws ConfigError for settings that the models do not fit
 * @throws SeedOverlapError or SharedScmError for a model that was trained on a test problem
 */
export async function playStudy(
  collected: CollectedModels,
  settings: ComparisonSettings,
  hooks: StudyHooks,
): Promise<StudyResult> {
  const { models } = collected;
  const track = comparisonTrack(settings, models.map(({ runs }) => runs[0].lineage[0]));
  const tuned = readTuned(track.name, hooks.say);
  const test = testProblems(track, settings);
  const contestants = studyContestants(models, settings, tuned);
  // What is planned is settled, and refused, before anything is played.
  plannedPairs(contestants, settings.opponents, settings.reference);
  checkHeldOut(models, test);
  const arena = { ...test, clock: hooks.clock };
  using players = createPlayers(hooks.workers ?? 0);
  const played = play(await players.ahead(contestants, arena, hooks.say), arena);
  hooks.say("comparing");
  return {
    models,
    notes: [...collected.notes, ...warnings(models)],
    comparison: compareStudy(played, settings),
    track,
    tuned,
    settings,
  };
}

/**
 * The track of a comparison.
 * @throws ConfigError if the models were trained on different ones and none is chosen
 */
function comparisonTrack(settings: ComparisonSettings, configs: readonly Config[]): Track {
  if (settings.track !== null) return readTrack(settings.track);
  const tracks = new Map(configs.map((config) => [JSON.stringify(config.track), config]));
  if (tracks.size > 1) {
    const names = [...tracks.keys()].join(", ");
    throw configError(
      "comparison.track",
      "",
      `the models were trained on ${tracks.size} tracks (${names}): choose one with --track`,
    );
  }
  const [config] = tracks.values();
  return loadTrack(config);
}

/**
 * Finds out before a long training what its comparison would stumble over.
 * @throws ConfigError
 */
export function checkStudy(settings: ComparisonSettings, configs: readonly Config[]): void {
  const track = comparisonTrack(settings, configs);
  baselineNames(settings.baselines, "comparison.baselines");
  testProblems(track, { ...settings, problems: 1, repetitions: 1 });
}

/** What a reader must know of the models. */
function warnings(models: readonly Model[]): string[] {
  const single = models.filter(({ runs }) => runs.length === 1).map(({ label }) => label);
  const lost = models.flatMap(({ label, runs }) =>
    runs.flatMap((run) =>
      run.lost === null ? [] : [
        `${label} was started from ${run.lost}, which is not there any more: ` +
        "whether that was trained on these problems is not known.",
      ]
    )
  );
  return [
    ...new Set(lost),
    ...(single.length === 0 ? [] : [
      `${single.join(", ")}: one training seed, so that nothing is known about another training of ${
        single.length === 1 ? "it" : "them"
      }.`,
    ]),
  ];
}
