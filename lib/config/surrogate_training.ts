/** The config of a surrogate's training: every key, its default and its meaning. */

import { z } from "zod";
import { checkpointSchema } from "./checkpoint.ts";
import { count, countRange, fraction, numberRange, positive, section } from "./fields.ts";
import { loggingSchema } from "./logging.ts";
import { networkSchema } from "./network.ts";
import { optimizerSchema } from "./optimizer.ts";
import { runtimeSchema } from "./runtime.ts";
import { trackSchema } from "./track.ts";

const rowsSchema = section({
  rows: countRange(2).prefault({ min: 10, max: 1000 }).describe("rows of an episode, drawn log-uniformly"),
  interventional: numberRange(0).prefault({ min: 0, max: 0.8 }).describe(
    "share of the rows in which a variable was set, drawn uniformly for each episode",
  ),
  observational: fraction().default(0.1).describe("chance that an episode has no interventions at all"),
  focused: fraction().default(0.3).describe(
    "chance that interventions are like a policy's: some variables much more often, values at the ends of the domains",
  ),
});

/** Schema of a surrogate config. */
export const surrogateConfigSchema = section({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/).default("surrogate").describe(
    "name of the run's folder under results/",
  ),
  seed: count(0).default(0).describe("seed of every random number"),
  runtime: runtimeSchema.omit({ workers: true }).prefault({}),
  network: networkSchema.prefault({ kind: "statistics" }).describe(
    "statistics: messages over sufficient statistics; attention: alternating attention over raw rows",
  ),
  training: section({
    updates: count(0).default(8000).describe("batches"),
    sources: z.array(section({
      track: trackSchema.describe("distribution of SCMs: a name in configs/tracks, or {base, …}"),
      weight: positive().default(1).describe("how often a batch is drawn from it"),
    })).min(1).prefault([{ track: "linear" }]).describe("what batches are drawn from"),
    episodes: rowsSchema.prefault({}).describe("rows of the training episodes"),
    cells: count(1).default(6400).describe("pairs of variables in a batch: episodes × variables²"),
    most: count(1).default(128).describe("episodes of a batch at most"),
  }).prefault({}),
  optimizer: optimizerSchema.prefault({}),
  evaluation: section({
    track: trackSchema.prefault("linear").describe("distribution of the held-out SCMs"),
    episodes: rowsSchema.prefault({}).describe("rows of the held-out episodes"),
    every: count(0).default(1000).describe("updates between two validations; 0 never"),
    validation: count(2).default(256).describe("episodes of a validation, and of the tuning of the baselines"),
    test: count(2).default(1000).describe("episodes of the final evaluation"),
    exact: z.boolean().default(true).describe(
      "compare with the exact posterior over linear Gaussian DAGs where no episode is too large for it",
    ),
    resamples: count(1).default(500).describe("bootstrap resamples of the intervals"),
  }).prefault({}),
  checkpoint: checkpointSchema.prefault({}),
  logging: loggingSchema.prefault({}),
});

/** A resolved surrogate config. */
export type SurrogateConfig = z.output<typeof surrogateConfigSchema>;
