/** From run folders to models: runs that differ in nothing but their seed are training seeds of one model. */

import { join, resolve } from "node:path";
import { type Config, isDictionary, loadConfig, parseConfigText, readConfigText } from "../../config/mod.ts";
import { ConfigError } from "../../input/mod.ts";
import { checkpointFolder, exists, findRuns, isLocked, placeOf, RUN_FILES, runState } from "../../runs/mod.ts";

/** One training of a model. */
export interface ModelRun {
  /** A run's folder, or a checkpoint's. */
  readonly path: string;
  readonly seed: number;
  /** Its config, then the configs of what it was started from (`policy.start_from`), the nearest first. */
  readonly lineage: readonly Config[];
  /** What it was started from and is not there any more, so that nobody knows what that was trained on. */
  readonly lost: string | null;
}

/** A model: one config, one run for every training seed. */
export interface Model {
  /** Short enough for a table. */
  readonly label: string;
  /** The overrides that a numbered label stands for; null where the label says them. */
  readonly words: string | null;
  readonly runs: readonly ModelRun[];
}

/** Finished runs, grouped by what was trained. */
export interface CollectedModels {
  readonly models: readonly Model[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

/** A run cannot be compared. */
export class ModelError extends Error {
  override readonly name = "ModelError";
}

/**
 * Groups runs into models.
 * @param paths policies, as `openPolicy` names them, or folders that runs lie in, of which the finished ones are taken
 * @throws ModelError for a path that is none of these, or a run named by itself that is not finished
 */
export function collectModels(paths: readonly string[]): CollectedModels {
  const notes: string[] = [];
  const runs = paths.flatMap((path) => runsAt(path, notes));
  const groups = new Map<string, Map<string, ModelRun>>();
  for (const run of runs) {
    const key = identity(run.lineage);
    const seeds = groups.get(key) ?? new Map<string, ModelRun>();
    const seed = run.lineage.map((config) => config.seed).join(" < ");
    const other = seeds.get(seed);
    if (other !== undefined && resolve(other.path) !== resolve(run.path)) {
      notes.push(`${other.path}: the same config and seed as ${run.path}, which stands for both`);
    }
    seeds.set(seed, run);
    groups.set(key, seeds);
  }
  const members = [...groups.values()].map((seeds) => [...seeds.values()].toSorted((a, b) => a.seed - b.seed));
  const labels = modelLabels(members.map(([{ lineage: [config] }]) => config));
  return { models: members.map((own, i) => ({ ...labels[i], runs: own })), notes };
}

function runsAt(name: string, notes: string[]): ModelRun[] {
  const path = placeOf(name, "policies");
  const found = findRuns(path);
  if (found.length === 0) {
    if (exists(path) && !exists(join(path, RUN_FILES.config))) {
      throw new ModelError(`${path}: neither a run nor a checkpoint, and no run lies in it`);
    }
    return [readModelRun(path)];
  }
  return found.flatMap((folder) => {
    const state = runState(folder, isLocked(folder));
    if (state !== "finished") {
      const message = `${folder}: ${state}, not finished`;
      if (folder === path) throw new ModelError(`${message}; deno task train --resume ${folder} brings it to its end`);
      notes.push(`${message}: left out`);
      return [];
    }
    if (folder === path) return [readModelRun(folder)];
    try {
      return [readModelRun(folder)];
    } catch (error) {
      if (error instanceof ModelError) notes.push(`${error.message}: left out`);
      else if (error instanceof ConfigError) notes.push(`${folder}: left out: ${error.problems[0].message}`);
      else throw error;
      return [];
    }
  });
}

/**
 * Reads the config of a policy, as `openPolicy` names it, and of everything that it was started from.
 * @throws ConfigError for a config that cannot be read
 * @throws NoCheckpointError if there is no such policy, naming the nearest
 */
export function readModelRun(name: string): ModelRun {
  const path = placeOf(name, "policies");
  const lineage: Config[] = [];
  const seen = new Set<string>();
  let lost: string | null = null;
  // A second stage that was saved in place of its first names itself as its start.
  for (
    let at: string | null = path;
    at !== null && !seen.has(resolve(placeOf(at, "policies")));
    at = lineage[lineage.length - 1].policy.start_from
  ) {
    const place = placeOf(at, "policies");
    const file = join(place, RUN_FILES.config);
    if (!exists(file)) {
      lost = at;
      break;
    }
    seen.add(resolve(place));
    refuseOtherRuns(at, file);
    lineage.push(loadConfig(file));
  }
  if (lineage.length === 0) {
    throw new ModelError(`${checkpointFolder(path, "policies")}: there is no ${RUN_FILES.config}`);
  }
  return { path, seed: lineage[0].seed, lineage, lost };
}

/** Runs that are no policies, by a key that only their configs have, and the command that evaluates them. */
const OTHER_RUNS: readonly (readonly [key: string, what: string, command: string])[] = [
  ["task", "a theory run", "deno task theory --eval-only --checkpoint"],
  ["training", "a run of a surrogate", "deno task train:surrogate --evaluate"],
];

/** @throws ModelError for a run that plays no problems, saying what it is */
function refuseOtherRuns(path: string, file: string): void {
  const { data } = parseConfigText(readConfigText(file), file);
  const found = OTHER_RUNS.find(([key]) => isDictionary(data) && Object.hasOwn(data, key));
  if (found === undefined) return;
  const [, what, command] = found;
  throw new ModelError(`${path}: ${what}, no policy that plays these problems; ${command} ${path} evaluates it`);
}

/** What makes two runs one model. */
function identity(lineage: readonly Config[]): string {
  return JSON.stringify(lineage.map(relevant));
}

/** A config without seeds, without what changes no result, and without its start, which the lineage knows better. */
function relevant(config: Config): unknown {
  const { seed: _seed, runtime: _runtime, logging: _logging, checkpoint, policy, evaluation, ...rest } = config;
  const { start_from: _start, ...network } = policy;
  const { every, validation_problems } = evaluation;
  return {
    ...rest,
    policy: network,
    checkpoint: { every: checkpoint.every },
    evaluation: { every, validation_problems },
  };
}

/** Longest label that says its overrides itself. */
const LONGEST_LABEL = 32;

/**
 * The name of each config; where several have one name, with the keys that tell them apart. If those would not fit into a
 * table, the models of that name are numbered instead, and `words` holds what each number stands for.
 */
export function modelLabels(configs: readonly Config[]): readonly Pick<Model, "label" | "words">[] {
  const words = configs.map((config) => {
    const others = configs.filter((other) => other !== config && other.name === config.name)
      .map((other) => flat(relevant(other)));
    const own = flat(relevant(config));
    const keys = [...own.keys()].filter((key) => others.some((other) => other.get(key) !== own.get(key)));
    return keys.map((key) => `${key}=${own.get(key)}`).join(" ");
  });
  const spelled = configs.map(({ name }, i) => `${name} ${words[i]}`.trimEnd());
  const tooLong = new Set(configs.flatMap(({ name }, i) => spelled[i].length > LONGEST_LABEL ? [name] : []));
  const namesakes = (name: string) => configs.filter((config) => config.name === name).length;
  return configs.map(({ name }, i) => {
    const before = (same: (k: number) => boolean) => configs.slice(0, i).filter((_, k) => same(k)).length;
    if (tooLong.has(name) && namesakes(name) > 1) {
      return { label: `${name} #${1 + before((k) => configs[k].name === name)}`, words: words[i] };
    }
    const twins = before((k) => spelled[k] === spelled[i]);
    return { label: twins === 0 ? spelled[i] : `${spelled[i]} (${twins + 1})`, words: null };
  });
}

/** Values by their dotted keys, as a command line writes them. */
function flat(value: unknown, path = ""): Map<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return new Map([[path, typeof value === "string" ? value : JSON.stringify(value)]]);
  }
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [...flat(inner, path === "" ? key : `${path}.${key}`)]),
  );
}
