/** Studies: several models, several training seeds of each, and what they are compared on. */

import { z } from "zod";
import { count, parseConfigText, readConfigText, resolveWith, section } from "../config/mod.ts";
import { ConfigError } from "../input/mod.ts";
import { type PlannedJob, planSweep } from "./plan.ts";
import { comparisonSchema } from "../contest/mod.ts";

const word = z.string().min(3);

/** Schema of a file in `configs/studies/`. */
export const studySchema = section({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, {
    error: "expected letters, digits, '.', '_' and '-', starting with a letter or digit (it names a folder)",
  }).describe("name of the study, and of its folder under results/"),
  config: z.string().min(1).describe("config in configs/ that every model changes"),
  words: z.array(word).default([]).describe("overrides that hold for every model"),
  seeds: count(1).default(3).describe("training seeds of every model: 0, 1, …"),
  models: z.array(section({
    name: z.string().min(1).describe("name of the model in tables and figures"),
    words: z.array(word).default([]).describe("what it changes"),
  })).min(1).describe("the models"),
  comparison: comparisonSchema.prefault({}),
});

/** A study as its file defines it. */
export type Study = z.output<typeof studySchema>;

/**
 * Reads a study.
 * @throws {ConfigError} naming the file, the key and the nearest one
 */
export function readStudy(file: string): Study {
  return resolveWith(studySchema, parseConfigText(readConfigText(file), file), []);
}

/**
 * The trainings of a study, seed by seed, so that a study that was stopped has whole seeds of every model. A model's name
 * becomes the name of its config.
 * @param configs folder of the config files
 * @param configFile finds the file of a config by its name
 * @param words overrides of the command line, which come last
 * @throws {ConfigError} naming the model whose config is wrong
 */
export function planStudy(
  study: Study,
  configs: string,
  configFile: (name: string) => string,
  words: readonly string[] = [],
): readonly PlannedJob[] {
  const seeds = Array.from({ length: study.seeds }, (_, seed) => seed);
  return seeds.flatMap((seed) =>
    study.models.flatMap((model) => {
      try {
        return planSweep({
          configs,
          file: configFile(study.config),
          words: [`name=${model.name}`, ...study.words, ...model.words, ...words, `seed=${seed}`],
          sampler: { kind: "grid" },
        });
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        throw new ConfigError(
          error.problems.map((problem) => ({ ...problem, message: `${problem.message} (model ${model.name})` })),
        );
      }
    })
  );
}
