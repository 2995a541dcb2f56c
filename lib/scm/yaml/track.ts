/** Tracks: named distributions of problems with the episodes that are played on them (DESIGN section 10). */

import { z } from "zod";
import { createStream, type Stream } from "../../random/mod.ts";
import { ScmError } from "../error.ts";
import {
  checkDistribution,
  DOMAIN_SHAPES,
  NOISE_ACTIONS,
  type Range,
  ROOT_LAWS,
  type ScmDistribution,
  type Variety,
} from "../random/distribution.ts";
import { familyNames } from "../random/families.ts";
import { ConfigError, parseYaml, validate } from "../../input/mod.ts";
import { drawnKinds } from "../mechanisms/registry.ts";
import { DRAWN_NOISE } from "../noise_kinds.ts";

/** What a problem is used for. */
export type Split = "train" | "validation" | "test";

/** How an episode of a track starts and runs. */
export interface TrackEpisode {
  readonly observationalRows: number;
  readonly interventionalRows: number;
  readonly horizon: number;
  readonly rowsPerIntervention: number;
}

/** Ranges that the episodes of a training on a track are drawn from, whole numbers with a uniform logarithm. */
export interface EpisodeRanges {
  readonly observationalRows: Range;
  readonly horizon: Range;
  readonly rowsPerIntervention: Range;
}

/** A distribution of SCMs, the episodes played on them, and where the problems of each split come from. */
export interface Track {
  readonly name: string;
  readonly distribution: ScmDistribution;
  readonly episode: TrackEpisode;
  /** Episodes that a policy for any budget is trained on; left out: those of `episode`. Held-out problems are played as it says. */
  readonly training?: EpisodeRanges;
  /** Names of the random streams of the splits: different ones, so that the splits never share a problem. */
  readonly seeds: Readonly<Record<Split, string>>;
}

const range = z.strictObject({ min: z.number(), max: z.number() });
const weight = z.number().optional();
const weighted = (names: readonly string[]) => z.strictObject(Object.fromEntries(names.map((name) => [name, weight])));

const trackSchema = () =>
  z.strictObject({
    name: z.string().min(1),
    families: weighted(familyNames()),
    density: z.strictObject({
      edges_per_variable: z.number(),
      maximum_probability: z.number(),
      attachments: z.number(),
    }),
    sizes: range,
    mechanisms: weighted(drawnKinds()),
    weights: range,
    intercepts: range,
    noise: range,
    noise_kinds: weighted(DRAWN_NOISE),
    degrees_of_freedom: range,
    reach: range,
    hidden: range,
    objective: z.enum(["minimize", "maximize"]),
    minimum_gain: z.number(),
    variety: z.strictObject({
      unconfounded: z.number(),
      signal_to_noise: range,
      noise_actions: weighted(NOISE_ACTIONS),
      roots: weighted(ROOT_LAWS),
      domains: weighted(DOMAIN_SHAPES),
      listed: z.number(),
      fixed: z.number(),
    }).optional(),
    training: z.strictObject({
      observational_rows: range,
      horizon: range,
      rows_per_intervention: range,
    }).optional(),
    set_at_once: range.optional(),
    episode: z.strictObject({
      observational_rows: z.int().min(0),
      interventional_rows: z.int().min(0),
      horizon: z.int().min(1),
      rows_per_intervention: z.int().min(1),
    }),
    seeds: z.strictObject({ train: z.string().min(1), validation: z.string().min(1), test: z.string().min(1) }),
  });

/**
 * Reads a track. Every key must be there, but `set_at_once` where one variable is set at a time: a track is a definition, not a
 * change of one.
 *
 * @param text YAML
 * @param file name of the file, for messages
 * @throws ScmError with the file, the path and the nearest known key, or for splits that share a stream
 */
export function parseTrack(text: string, file: string): Track {
  const entry = readEntry(text, file);
  const { density, episode, seeds } = entry;
  const distribution: ScmDistribution = {
    families: given(entry.families),
    density: {
      edgesPerVariable: density.edges_per_variable,
      maximumProbability: density.maximum_probability,
      attachments: density.attachments,
    },
    sizes: entry.sizes,
    mechanisms: given(entry.mechanisms),
    weights: entry.weights,
    intercepts: entry.intercepts,
    noise: entry.noise,
    noiseKinds: given(entry.noise_kinds),
    degreesOfFreedom: entry.degrees_of_freedom,
    reach: entry.reach,
    hidden: entry.hidden,
    objective: entry.objective,
    minimumGain: entry.minimum_gain,
    ...(entry.variety === undefined ? {} : { variety: readVariety(entry.variety) }),
    ...(entry.set_at_once === undefined ? {} : { setAtOnce: entry.set_at_once }),
  };
  try {
    checkDistribution(distribution);
  } catch (error) {
    throw error instanceof ScmError ? new ScmError(`${file}: ${error.message}`) : error;
  }
  if (new Set(Object.values(seeds)).size < 3) {
    throw new ScmError(`${file}: seeds: two splits share a stream: ${Object.values(seeds).join(", ")}`);
  }
  return {
    name: entry.name,
    distribution,
    episode: {
      observationalRows: episode.observational_rows,
      interventionalRows: episode.interventional_rows,
      horizon: episode.horizon,
      rowsPerIntervention: episode.rows_per_intervention,
    },
    ...(entry.training === undefined ? {} : { training: readRanges(entry.training, file) }),
    seeds,
  };
}

type TrackEntry = z.output<ReturnType<typeof trackSchema>>;

function readVariety(entry: NonNullable<TrackEntry["variety"]>): Variety {
  const { unconfounded, signal_to_noise, noise_actions, roots, domains, listed, fixed } = entry;
  return {
    unconfounded,
    signalToNoise: signal_to_noise,
    noiseActions: given(noise_actions),
    roots: given(roots),
    domains: given(domains),
    listed,
    fixed,
  };
}

function readRanges(entry: NonNullable<TrackEntry["training"]>, file: string): EpisodeRanges {
  const least = { observational_rows: 2, horizon: 1, rows_per_intervention: 1 } as const;
  for (const name of Object.keys(least) as (keyof typeof least)[]) {
    const { min, max } = entry[name];
    if (!(Number.isInteger(min) && Number.isInteger(max) && min >= least[name] && max >= min)) {
      throw new ScmError(
        `${file}: training.${name}: [${min}, ${max}] must be a range of whole numbers from ${least[name]} on`,
      );
    }
  }
  return {
    observationalRows: entry.observational_rows,
    horizon: entry.horizon,
    rowsPerIntervention: entry.rows_per_intervention,
  };
}

function readEntry(text: string, file: string): TrackEntry {
  try {
    const source = parseYaml(text, file);
    return validate(trackSchema(), source.data, source.locate);
  } catch (error) {
    throw error instanceof ConfigError ? new ScmError(error.message) : error;
  }
}

/** Leaves out the keys that are undefined. */
function given<T extends object>(weighted: T): { readonly [K in keyof T]?: number } {
  return Object.fromEntries(Object.entries(weighted).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof T]?: number;
  };
}

/**
 * The stream of a split: problem i is `sampleProblem(track.distribution, trackStream(track, split).child(i))`.
 *
 * @param seed of the run for training; 0 for validation and test problems, which are the same for everybody
 */
export function trackStream(track: Track, split: Split, seed = 0): Stream {
  return createStream(seed).child("track").child(track.seeds[split]);
}
