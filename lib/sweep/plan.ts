/** From the words of a command line to the jobs of a manifest. */

import { join } from "node:path";
import { createStream } from "../random/mod.ts";
import {
  type Config,
  type Draw,
  expandGrid,
  type ExpandOptions,
  expandRandom,
  formatConfig,
  type JobOverrides,
  loadConfigWith,
  type Override,
  OverrideError,
  parseOverrides,
  type Resolve,
  resolveConfig,
} from "../config/mod.ts";
import { configError, yamlNames } from "../input/mod.ts";
import { exists } from "../runs/mod.ts";
import { createManifest, type Manifest, nameJob } from "./manifest.ts";

/** How the values of a sweep are chosen. */
export type Sampler =
  | { readonly kind: "grid" }
  | { readonly kind: "random"; readonly trials: number; readonly seed: number };

/** What a sweep is made from. */
export interface SweepRequest {
  /** Folder of the config files; `track` names files in its folder `tracks`. */
  readonly configs: string;
  /** The config file; a sweep over the word `config` takes the files in `configs` instead. */
  readonly file: string;
  readonly words: readonly string[];
  readonly sampler: Sampler;
}

/** One job with its resolved config: of a policy's training unless another kind is named. */
export interface PlannedJob<Resolved = Config> {
  readonly overrides: JobOverrides;
  readonly config: Resolved;
  readonly yaml: string;
}

/**
 * Expands and resolves every training of a policy. Nothing is written.
 * @throws {ConfigError} naming the word, or the job whose config is wrong
 */
export function planSweep(request: SweepRequest): readonly PlannedJob[] {
  return planJobs(request, resolveConfig);
}

/** `planSweep` for configs of any kind. */
export function planJobs<Resolved extends object>(
  request: SweepRequest,
  resolve: Resolve<Resolved>,
): readonly PlannedJob<Resolved>[] {
  const overrides = parseOverrides(request.words);
  const options: ExpandOptions = {
    group: (key) => configGroup(request.configs, key),
    draw: drawFrom(request.sampler.kind === "random" ? request.sampler.seed : 0),
  };
  return expand(overrides, request.sampler, options).map((words) => {
    const { file, rest } = takeConfigWord(words, request);
    const config = loadConfigWith(resolve, file, rest);
    return { overrides: words, config, yaml: formatConfig(config) };
  });
}

function expand(overrides: readonly Override[], sampler: Sampler, options: ExpandOptions): readonly JobOverrides[] {
  try {
    return sampler.kind === "grid" ? expandGrid(overrides, options) : expandRandom(overrides, sampler.trials, options);
  } catch (error) {
    if (error instanceof OverrideError) throw configError("command line", "", error.message);
    throw error;
  }
}

/** The word `config=NAME` chooses the file; it is no key of a config. */
function takeConfigWord(words: JobOverrides, request: SweepRequest): { file: string; rest: JobOverrides } {
  const chosen = words.find((word) => word.startsWith("config="));
  return {
    file: chosen === undefined ? request.file : join(request.configs, `${chosen.slice("config=".length)}.yaml`),
    rest: words.filter((word) => word !== chosen),
  };
}

function configGroup(configs: string, key: string): readonly string[] | undefined {
  const folder = key === "config" ? configs : key === "track" ? join(configs, "tracks") : undefined;
  return folder !== undefined && exists(folder) ? yamlNames(folder) : undefined;
}

/** Draws that depend on the seed, the trial and the key, and on nothing else. */
function drawFrom(seed: number): Draw {
  const root = createStream(seed).child("sweep");
  return (trial, name) => root.child(trial).child(name).uniform();
}

/** The manifest of planned jobs and the path that it belongs at: the same jobs and name, the same path. */
export function manifestOf(
  jobs: readonly PlannedJob<{ readonly name: string }>[],
  command: readonly string[],
  results: string,
  name: string = jobs[0]?.config.name ?? "sweep",
): { readonly manifest: Manifest; readonly path: string } {
  const manifest = createManifest(
    name,
    command,
    jobs.map(({ overrides, yaml }, index) => ({ ...nameJob(index, yaml), overrides, config: yaml, values: {} })),
  );
  return { manifest, path: join(results, name, `sweep-${manifest.digest.slice(0, 8)}`, "manifest.json") };
}
