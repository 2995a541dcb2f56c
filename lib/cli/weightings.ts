/** `deno task weightings`: what each weighting of the reward teaches, in one table. */

import { compareWeightings, JUDGED_PROBLEMS, librarySubject, type Measured, WEIGHTINGS } from "../validation/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import { defineCommand, runCommand } from "./boundary.ts";
import { wholeNumber } from "./options.ts";
import { printLine } from "./output.ts";
import { startTalk } from "./progress.ts";
import { formatTable } from "../report/mod.ts";

const program = defineCommand("weightings", "Compare what small policies learn from each weighting of the reward", [
  "weightings",
  "weightings --seeds 5 --updates 300",
])
  .option("--seeds <n>", "training seeds of every weighting", wholeNumber(2), 3)
  .option("--updates <n>", "updates of a training", wholeNumber(1), 150);

const HEADINGS = ["reward", "opt/str/par/exp", "normalised value", "parent rate", "F1", "log-loss"];

async function main(args: readonly string[]): Promise<void> {
  program.parse(args, { from: "user" });
  const { seeds, updates } = program.opts();
  await useBackend("auto");
  using talk = startTalk("weightings");
  const results = await compareWeightings(librarySubject(), { seeds, updates }, talk.say);
  talk[Symbol.dispose]();
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
