/** Options that several commands share, and readers of their values. */

import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { join, relative, resolve } from "node:path";
import { isPath, nearestPath, projectPath, suggestion, yamlNames } from "../input/mod.ts";
import { statIfThere } from "../runs/mod.ts";
import { UsageError } from "./boundary.ts";

/** The project's folder. */
export const ROOT = projectPath();

/** The folder of the config files. */
export const CONFIGS = join(ROOT, "configs");

/** The folder that runs are written to unless another one is named. */
export const RESULTS = join(ROOT, "results");

/** What names a policy, in every option that does. */
export const A_POLICY = "a policy: a name in configs/policies, a run's folder, or a checkpoint's";

/** The shipped policies of the linear track, three training seeds. */
export const SHIPPED: readonly string[] = ["linear", "linear-1", "linear-2"];

/** Cluster options unless another file is named. */
export const SLURM_OPTIONS = join(CONFIGS, "launchers", "slurm.yaml");

/** Reads a whole number ≥ `min` from an option. */
export function wholeNumber(min: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (text.trim() === "" || !Number.isSafeInteger(number) || number < min) {
      throw new InvalidArgumentError(`Expected a whole number of at least ${min}.`);
    }
    return number;
  };
}

/** How many threads a command computes on. */
export function workersOption() {
  return new Option(
    "--workers <n>",
    "threads that share the problems; 0 takes one for each core. The result is the same",
  )
    .argParser(wholeNumber(0)).default(0);
}

/** An option whose value is a path; the help shows a default of the project as it lies in it. */
export function pathOption<const Flags extends string>(flags: Flags, what: string, path: string) {
  return new Option(flags, what).default(path, relative(ROOT, path));
}

/**
 * The folder of the runs to look at. The project's own may be missing, which means that there is no run yet.
 * @throws UsageError if another one is missing, naming the nearest
 */
export function checkResults(folder: string): string {
  const info = statIfThere(folder);
  if (info?.isFile === true) throw new UsageError(`${folder}: a file, where the folder of the runs was expected`);
  if (info === undefined && resolve(folder) !== resolve(RESULTS)) {
    throw new UsageError(`${folder}: no such folder${nearestPath(folder)}`);
  }
  return folder;
}

/** Where the jobs of a sweep run. */
export function launcherOption() {
  return new Option("--launcher <name>", "local: processes here; slurm: an array job; none: freeze only")
    .choices(["local", "slurm", "none"]).default("local" as const);
}

/**
 * A YAML file by its path, or by its name in a folder.
 * @throws UsageError for a name that is not there, naming the nearest
 */
export function namedFile(folder: string, nameOrPath: string): string {
  if (isPath(nameOrPath)) return nameOrPath;
  const names = yamlNames(folder);
  if (names.includes(nameOrPath)) return join(folder, `${nameOrPath}.yaml`);
  throw new UsageError(
    `${nameOrPath}: no file of ${relative(ROOT, folder)}/ has this name${suggestion(nameOrPath, names)}`,
  );
}

/** A config by its path, or by its name in `configs/`. */
export function configFile(nameOrPath: string): string {
  return namedFile(CONFIGS, nameOrPath);
}

/**
 * Reads a number of variables, e.g. 10, or a range, e.g. 3-8.
 * @throws UsageError unless it lies within 2 and 200
 */
export function sizeRange(text: string): { readonly min: number; readonly max: number } {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (match === null) {
    throw new UsageError(`--sizes ${text}: expected a number of variables, e.g. 10, or a range, e.g. 3-8`);
  }
  const min = Number(match[1]);
  const max = Number(match[2] ?? match[1]);
  if (min < 2 || max > 200 || min > max) throw new UsageError(`--sizes ${text}: a range within 2-200 was expected`);
  return { min, max };
}
