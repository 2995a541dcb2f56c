/** No model is judged on what it was trained on, or chosen by, in any of its stages. */

import { checkSeedsDisjoint, findSharedScms, type ProblemSource } from "../../evaluation/mod.ts";
import { shardStream } from "../../grpo/mod.ts";
import { type Scm, type Split, type Track, trackStream } from "../../scm/mod.ts";
import type { Config } from "../../config/mod.ts";
import { drawProblems, loadTrack, readTrack, trackStages } from "../../training/mod.ts";
import type { TestProblems } from "./environments.ts";
import type { Model } from "./models.ts";

/** Training problems of each stage and model that are held against the test SCMs one by one. */
const DRAWN = 256;

/** A model was trained on an SCM that it would be judged on. */
export class SharedScmError extends Error {
  override readonly name = "SharedScmError";
}

/**
 * Refuses a comparison in which a model, or what it was started from, was trained or chosen on the streams that the test
 * problems come from, or met one of the test SCMs among its first training problems (a track without any freedom can draw
 * nothing else).
 * @param trackOf the track that a config names
 * @throws SeedOverlapError or SharedScmError naming the model and what is shared
 */
export function checkHeldOut(
  models: readonly Model[],
  test: Pick<TestProblems, "track" | "problems">,
  trackOf: (config: Config) => Track = loadTrack,
): void {
  const sources = [sourceOf(test.track, "test", 0, test.problems.length)];
  const scms = test.problems.map(({ scm }) => scm);
  for (const { label, runs } of models) {
    for (const { lineage } of runs) {
      for (const config of lineage) checkSeedsDisjoint(label, sourcesOf(config, trackOf(config)), sources);
    }
    for (const config of runs[0].lineage) {
      const [shared] = findSharedScms(trainingScms(config, trackOf(config)), scms);
      if (shared === undefined) continue;
      throw new SharedScmError(
        `${label} was trained on the SCM of test problem ${
          test.problems[shared].key
        }. Leave that problem out, or the model`,
      );
    }
  }
}

/** A run draws without end from its training stream, and is chosen by the validation problems. */
function sourcesOf(config: Config, track: Track): readonly ProblemSource[] {
  return [
    sourceOf(track, "train", config.seed, Infinity),
    sourceOf(track, "validation", 0, config.evaluation.validation_problems),
  ];
}

/** The root stream of a split, as {@linkcode trackStream} makes it. */
function sourceOf(track: Track, split: Split, seed: number, count: number): ProblemSource {
  return { seed, path: ["track", track.seeds[split]], first: 0, count };
}

/** The first problems of a run, drawn as in its training: of the first updates in every stage of its curriculum and on every track. */
function* trainingScms(config: Config, track: Track): Generator<Scm> {
  const root = trackStream(track, "train", config.seed);
  const tracks = [track, ...config.also_train_on.map(readTrack)];
  for (const { distribution } of tracks.flatMap((each) => trackStages(config, each))) {
    for (let drawn = 0, update = 0; drawn < DRAWN && update < config.grpo.updates; update++) {
      const stream = shardStream(root, update, 0).child("rollout").child("problems");
      const count = Math.min(DRAWN - drawn, Math.ceil(config.grpo.problems_per_update / config.grpo.shards));
      for (const { scm } of drawProblems(distribution, count, stream)) yield scm;
      drawn += count;
    }
  }
}
