/** The track of a run, with the config's changes, and the stages of its curriculum. */

import type { EpisodeOptions, Problem } from "../environment/mod.ts";
import type { CurriculumRule } from "../grpo/mod.ts";
import type { Stream } from "../random/mod.ts";
import {
  checkDistribution,
  parseTrack,
  sampleProblem,
  type ScmDistribution,
  type Track,
  TRAINING_ACCURACY,
} from "../scm/mod.ts";
import { type Config, readConfigText } from "../config/mod.ts";
import { configError, isPath, shippedNames, shippedPath, suggestion } from "../input/mod.ts";

export type { Track };

/** What is trained on during one stage of the curriculum. */
export interface Stage extends CurriculumRule {
  readonly name: string;
  readonly distribution: ScmDistribution;
  readonly episode: EpisodeOptions;
}

/**
 * A track by its name in `configs/tracks`, or one of one's own by its path.
 * @param name a path holds a slash or ends in .yaml
 * @throws ConfigError for one that does not exist, naming the nearest
 */
export function readTrack(name: string): Track {
  if (isPath(name)) return parseTrack(readConfigText(name), name);
  try {
    return parseTrack(Deno.readTextFileSync(shippedPath("tracks", `${name}.yaml`)), `configs/tracks/${name}.yaml`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw configError("track", "", `no track is named ${name}${suggestion(name, shippedNames("tracks"))}`);
  }
}

/** The track that a config names, with the fields that the config replaces. */
export function loadTrack(config: Pick<Config, "track">): Track {
  if (typeof config.track === "string") return readTrack(config.track);
  const { base, ...changes } = config.track;
  const track = readTrack(base);
  const distribution: ScmDistribution = {
    ...track.distribution,
    ...(changes.families === undefined ? {} : { families: equalWeights(changes.families) }),
    ...(changes.mechanisms === undefined ? {} : { mechanisms: equalWeights(changes.mechanisms) }),
    ...given({
      sizes: changes.sizes,
      weights: changes.weights,
      noise: changes.noise,
      intercepts: changes.intercepts,
      reach: changes.reach,
      hidden: changes.hidden,
      setAtOnce: changes.set_at_once,
    }),
  };
  checkDistribution(distribution);
  const episode: EpisodeOptions = {
    ...track.episode,
    ...given({
      observationalRows: changes.observational_rows,
      interventionalRows: changes.interventional_rows,
      horizon: changes.horizon,
      rowsPerIntervention: changes.rows_per_intervention,
    }),
  };
  if (episode.observationalRows + episode.interventionalRows < 2) {
    throw configError(
      "track",
      "observational_rows",
      "an episode starts from at least 2 rows: one says nothing of scatter",
    );
  }
  return { ...track, distribution, episode };
}

/** The curriculum's stages; without a curriculum the one stage is the track itself. */
export function trackStages(config: Config, track: Track): readonly Stage[] {
  if (config.curriculum.stages.length === 0) {
    const { name, distribution, episode } = track;
    return [{ name, distribution, episode, threshold: 1, patience: 1 }];
  }
  return config.curriculum.stages.map((stage) => ({
    name: stage.name,
    distribution: { ...track.distribution, families: equalWeights(stage.families), sizes: stage.sizes },
    episode: stage.horizon === undefined ? track.episode : { ...track.episode, horizon: stage.horizon },
    threshold: stage.threshold,
    patience: stage.patience,
  }));
}

/** Fresh problems, each from a stream of its own. */
export function drawProblems(distribution: ScmDistribution, count: number, stream: Stream): Problem[] {
  return Array.from({ length: count }, (_, i) => sampleProblem(distribution, stream.child(i), TRAINING_ACCURACY));
}

function equalWeights<Name extends string>(names: readonly Name[]): Readonly<Partial<Record<Name, number>>> {
  return Object.fromEntries(names.map((name) => [name, 1])) as Partial<Record<Name, number>>;
}

/** Without the keys that are undefined. */
function given<T extends object>(fields: T): { readonly [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof T]?: NonNullable<T[K]>;
  };
}
