/** The track of a run, with the config's changes, and the stages of its curriculum. */

import { basename, extname, resolve } from "node:path";
import type { EpisodeOptions, Problem } from "../environment/mod.ts";
import type { CurriculumRule } from "../grpo/mod.ts";
import type { Stream } from "../random/mod.ts";
import {
  checkDistribution,
  parseTrack,
  type SampledProblem,
  sampleProblem,
  type ScmDistribution,
  ScmError,
  setOutcomeModel,
  type Track,
  TRAINING_ACCURACY,
} from "../scm/mod.ts";
import { type Config, readConfigText } from "../config/mod.ts";
import { configError, isPath, shippedNames, shippedPath, suggestion } from "../input/mod.ts";

import { openScm } from "./scms.ts";

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

/**
 * The track that a config names, with the fields that the config replaces.
 * @throws ConfigError or ScmError for a track, an SCM file or a combination that cannot be used
 */
export function loadTrack(config: Pick<Config, "track">): Track {
  if (typeof config.track === "string") return readTrack(config.track);
  const { base, scms, observational_rows, interventional_rows, horizon, rows_per_intervention, ...changes } =
    config.track;
  const track = readTrack(base);
  const random = changed(track.distribution, changes);
  const distribution: ScmDistribution = scms === undefined
    ? random
    : { ...random, given: scms.map((file) => ownProblem(file, random.setAtOnce)) };
  try {
    checkDistribution(distribution);
  } catch (error) {
    if (!(error instanceof ScmError)) throw error;
    throw configError("track", "", error.message);
  }
  const episode: EpisodeOptions = {
    ...track.episode,
    ...given({
      observationalRows: observational_rows,
      interventionalRows: interventional_rows,
      horizon,
      rowsPerIntervention: rows_per_intervention,
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

/** What a reader calls the track of a config: its name, and what is changed of it. */
export function trackTitle({ track }: Pick<Config, "track">): string {
  if (typeof track === "string") return trackName(track);
  const { base, scms, ...changes } = track;
  const words = Object.entries(changes).filter(([, value]) => value !== undefined).map(([key]) => key);
  const drawn = scms === undefined ? [] : [`SCMs ${scms.map((file) => basename(file, extname(file))).join(", ")}`];
  const all = [...drawn, ...(words.length === 0 ? [] : [`other ${words.join(", ")}`])];
  return all.length === 0 ? trackName(base) : `${trackName(base)} (${all.join("; ")})`;
}

const trackName = (nameOrPath: string) => isPath(nameOrPath) ? basename(nameOrPath, extname(nameOrPath)) : nameOrPath;

/** The fields of a config's track that change a distribution. */
type DistributionChanges = Omit<
  Exclude<Config["track"], string>,
  "base" | "scms" | "observational_rows" | "interventional_rows" | "horizon" | "rows_per_intervention"
>;

function changed(base: ScmDistribution, changes: DistributionChanges): ScmDistribution {
  const { sizes, weights, noise, intercepts, reach, hidden, objective, density, variety } = changes;
  if (variety !== undefined && base.variety === undefined) {
    throw configError("track", "variety", "the base track draws no such variety, so that nothing of it can be changed");
  }
  return {
    ...base,
    ...given({ sizes, weights, noise, intercepts, reach, hidden, objective }),
    ...given({
      families: weightsOf(changes.families),
      mechanisms: weightsOf(changes.mechanisms),
      noiseKinds: weightsOf(changes.noise_kinds),
      degreesOfFreedom: changes.degrees_of_freedom,
      minimumGain: changes.minimum_gain,
      setAtOnce: changes.set_at_once,
    }),
    density: {
      ...base.density,
      ...given({
        edgesPerVariable: density?.edges_per_variable,
        maximumProbability: density?.maximum_probability,
        attachments: density?.attachments,
      }),
    },
    ...(base.variety === undefined || variety === undefined ? {} : {
      variety: {
        ...base.variety,
        ...given({
          unconfounded: variety.unconfounded,
          signalToNoise: variety.signal_to_noise,
          noiseActions: weightsOf(variety.noise_actions),
          roots: weightsOf(variety.roots),
          domains: weightsOf(variety.domains),
          listed: variety.listed,
          fixed: variety.fixed,
        }),
      },
    }),
  };
}

/** One SCM of one's own as a problem. The named ones are what policies are tested on. */
function ownProblem(file: string, setAtOnce: ScmDistribution["setAtOnce"]): SampledProblem {
  const shipped = shippedPath("scms");
  if (!isPath(file) || resolve(file).startsWith(shipped)) {
    const own = isPath(file) ? "" : `; a file of your own is written with its path, e.g. ./${file}.yaml`;
    throw configError(
      "track",
      "scms",
      `${file}: the named SCMs are never trained on: policies are tested on them${own}`,
    );
  }
  const { scm } = openScm(file);
  const outcomes = setOutcomeModel(scm, setAtOnce ?? { min: 1, max: 1 });
  return { scm, outcomes, ...(setAtOnce === undefined ? {} : { setAtOnce }) };
}

/** Equal weights for a list of names. */
function weightsOf<Name extends string>(
  names: readonly Name[] | { readonly [N in Name]?: number | undefined } | undefined,
): Readonly<Partial<Record<Name, number>>> | undefined {
  if (names === undefined) return undefined;
  return Array.isArray(names) ? equalWeights(names as readonly Name[]) : given(names as Partial<Record<Name, number>>);
}

/** The curriculum's stages; without a curriculum the one stage is the track itself. */
export function trackStages(config: Config, track: Track): readonly Stage[] {
  if (config.curriculum.stages.length === 0) {
    const { name, distribution, episode } = track;
    return [{ name, distribution, episode, threshold: 1, patience: 1 }];
  }
  if (track.distribution.given !== undefined) {
    throw configError("curriculum", "stages", "stages draw random SCMs, and track.scms names the ones to train on");
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
