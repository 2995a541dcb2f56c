/** Where results are written: `results/` by default, and the tracked tables of the project only when they are asked for. */

import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { join } from "node:path";
import { UsageError } from "./boundary.ts";
import { RESULTS } from "./options.ts";

/** Where published tables are kept. */
export const PUBLISHED = join(RESULTS, "published");

/** Options that change what is written but not how it was made. */
const HARMLESS = ["publish", "debug", "jobs", "retries", "results", "workers"];

/**
 * Refuses to publish what was made with other settings than the published ones.
 * @param free options that a published table may be made with, e.g. the policies that it is about
 * @param freeWords whether the words after the options only choose what is published
 * @throws UsageError naming the options that must go
 */
export function checkPublished(command: CommandUnknownOpts, free: readonly string[], freeWords = false): void {
  const changed = command.options.filter((option) => {
    const name = option.attributeName();
    return command.getOptionValueSource(name) === "cli" && ![...HARMLESS, ...free].includes(name);
  });
  const refused = freeWords ? [] : command.args;
  if (changed.length === 0 && refused.length === 0) return;
  const words = [...changed.map(({ long }) => long ?? ""), ...refused].join(" ");
  const settings = command.options.filter((option) => changed.includes(option) && option.defaultValue !== undefined)
    .map((option) => `${option.long} ${[option.defaultValue].flat().join(" ")}`).join(", ");
  throw new UsageError(
    `--publish writes the table that the project keeps, which is made with its own settings${
      settings === "" ? "" : ` (${settings})`
    }: leave out ${words}, or leave out --publish and find the results in results/`,
  );
}

/** The command line that repeats a run of a command. */
export function commandLine(command: CommandUnknownOpts, args: readonly string[]): string {
  return [command.name(), ...args].join(" ");
}
