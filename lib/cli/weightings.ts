/** `deno task weightings`: what each weighting of the reward teaches, in one table. */

import { Command } from "@commander-js/extra-typings";
import { compareWeightings, JUDGED_PROBLEMS, librarySubject, type Measured, WEIGHTINGS } from "../validation/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import { runCommand } from "./boundary.ts";
import { wholeNumber } from "./options.ts";
import { printError, printLine } from "./output.ts";
import { formatTable } from "./table.ts";

const program = new Command("weightings")
  .description("Compare what small policies learn from each weighting of the reward")
  .option("--seeds <n>", "training seeds of every weighting", wholeNumber(2), 3)
  .option("--updates <n>", "updates of a training", wholeNumber(1), 150)
  .option("--debug", "show the stack of an error");

const HEADINGS = ["reward", "opt/str/par/exp", "normalised value", "parent rate", "F1", "log-loss"];

async function main(args: readonly string[]): Promise<void> {
  program.parse(args, { from: "user" });
  const { seeds, updates } = program.opts();
  await useBackend("auto");
  const results = await compareWeightings(librarySubject(), { seeds, updates }, printError);
  const rows = results.map(({ name, normalisedValue, parentRate, f1, logLoss }) => [
    name,
    name in WEIGHTINGS ? Object.values(WEIGHTINGS[name]).join("/") : null,
    ...[normalisedValue, parentRate, f1, logLoss].map(show),
  ]);
  printLine(formatTable(HEADINGS.map((heading) => ({ heading, align: "left" })), rows));
  printLine(`\n${JUDGED_PROBLEMS} held-out SCMs, ${seeds} seeds; 95 % intervals over both`);
}

function show({ value, low, high }: Measured): string {
  return `${value.toFixed(3)} ± ${((high - low) / 2).toFixed(3)}`;
}

if (import.meta.main) await runCommand(main);
