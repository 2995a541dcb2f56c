/** From a YAML file and the words of the command line to a checked config in which every key is set. */

import { resolve as resolvePath } from "node:path";
import { stringify } from "yaml";
import type { z } from "zod";
import { applyOverrides, overrideOrigin } from "./overrides/apply.ts";
import { parseOverride } from "./overrides/parse.ts";
import { type Override, OverrideError, type Value } from "./overrides/types.ts";
import { configError, isPath, type Locate, nearestPath, parseYaml, validate } from "../input/mod.ts";
import { interpolate } from "./interpolate.ts";
import { type Config, configSchema } from "./schema.ts";

/** The data of a YAML file and where each of its values stands. */
export interface ConfigSource {
  readonly data: Value;
  readonly locate: Locate;
}

/**
 * Reads YAML 1.2, in which `5e-4` is a number and `yes` is text. The top level must be a section.
 * @param file the name that errors show
 * @throws {ConfigError} with line and column of a syntax error or a repeated key
 */
export function parseConfigText(text: string, file: string): ConfigSource {
  const { data, locate } = parseYaml(text, file);
  return { data: data as Value, locate };
}

/**
 * Reads the words of the command line.
 * @throws {ConfigError} naming the word that cannot be read
 */
export function parseOverrides(words: readonly string[]): readonly Override[] {
  return words.map((word) => {
    try {
      return parseOverride(word);
    } catch (error) {
      if (error instanceof OverrideError) throw configError("command line", "", error.message);
      throw error;
    }
  });
}

/**
 * Checks a config against a schema after applying overrides, and fills in the defaults.
 * @param prepare reads what the config names before it is checked
 * @throws {ConfigError} with every problem, each with its file and line or its word
 */
export function resolveWith<Schema extends z.ZodType>(
  schema: Schema,
  source: ConfigSource,
  overrides: readonly Override[],
  prepare: (source: ConfigSource) => ConfigSource = (given) => given,
): z.output<Schema> {
  const data = applyOverrides(schema, source.data, overrides);
  const locate: Locate = (path) => {
    const word = overrides.findLast((override) =>
      override.operation !== "delete" &&
      override.path.every((step, index) => index >= path.length || step === String(path[index]))
    );
    return word === undefined ? source.locate(path) : overrideOrigin(word);
  };
  const prepared = prepare({ data, locate });
  return validate(schema, interpolate(schema, prepared.data, prepared.locate), prepared.locate);
}

/** How the configs of one kind are resolved: {@linkcode resolveWith} with its schema. */
export type Resolve<Resolved> = (source: ConfigSource, overrides: readonly Override[]) => Resolved;

/**
 * Reads, overrides, checks and completes a config file of any kind.
 * @param words `key=value` words in Hydra's grammar
 * @throws {ConfigError} if the file cannot be read or anything in it is wrong
 */
export function loadConfigWith<Resolved>(
  resolve: Resolve<Resolved>,
  file: string,
  words: readonly string[] = [],
): Resolved {
  return resolve(parseConfigText(readConfigText(file), file), parseOverrides(words));
}

/** {@linkcode resolveWith} for the schema of an experiment. Files of tracks and SCMs get their whole path. */
export function resolveConfig(source: ConfigSource, overrides: readonly Override[] = []): Config {
  const config = resolveWith(configSchema, source, overrides);
  const { track } = config;
  return {
    ...config,
    track: typeof track === "string" ? wholePath(track) : {
      ...track,
      base: wholePath(track.base),
      ...(track.scms === undefined ? {} : { scms: track.scms.map(wholePath) }),
    },
    also_train_on: config.also_train_on.map(wholePath),
  };
}

/** A run goes on, and a job of a sweep starts, in another folder than that in which its config was written. */
function wholePath(nameOrPath: string): string {
  return isPath(nameOrPath) ? resolvePath(nameOrPath) : nameOrPath;
}

/** {@linkcode loadConfigWith} for the schema of an experiment. */
export function loadConfig(file: string, words: readonly string[] = []): Config {
  return loadConfigWith(resolveConfig, file, words);
}

/**
 * The text of a file that someone named.
 * @throws {ConfigError} if there is no such file, naming the nearest, or it cannot be read
 */
export function readConfigText(file: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const missing = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
    if (missing) throw configError(file, "", `no such file${nearestPath(file)}`);
    const folder = error instanceof Deno.errors.IsADirectory;
    throw configError(file, "", folder ? "a folder, where a file was expected" : error.message);
  }
}

/** The resolved config as YAML, keys in the schema's order; reading it gives the same config. */
export function formatConfig(config: object): string {
  return stringify(config, { lineWidth: 0, aliasDuplicateObjects: false });
}
