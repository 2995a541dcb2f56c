/** Options that several commands share, and readers of their values. */

import { InvalidArgumentError } from "@commander-js/extra-typings";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The folder of the config files. */
export const CONFIGS = join(ROOT, "configs");

/** The folder that runs are written to unless another one is named. */
export const RESULTS = join(ROOT, "results");

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

/** A config by its path, or by its name in `configs/`. */
export function configFile(nameOrPath: string): string {
  return /[/\\]|\.ya?ml$/.test(nameOrPath) ? nameOrPath : join(CONFIGS, `${nameOrPath}.yaml`);
}
