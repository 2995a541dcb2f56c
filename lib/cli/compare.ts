/** `deno task compare`: trained models against each other and against baselines, with tests over training seeds. */

import { Command } from "@commander-js/extra-typings";
import { join } from "node:path";
import { collectModels } from "../contest/mod.ts";
import { shortPath } from "../report/mod.ts";
import { sha256 } from "../runs/mod.ts";
import { defineCommand, runCommand, UsageError } from "./boundary.ts";
import { compareModels, comparisonOptions, settingsFrom } from "./study_options.ts";
import { pathOption, RESULTS } from "./options.ts";
import { printError, printLine } from "./output.ts";

const program = comparisonOptions(
  defineCommand("compare", "Compare trained models with each other and with baselines on the same held-out SCMs", [
    "compare",
    "compare results/linear results/quick --problems 256",
    "compare --baselines random blr-obs-ucb --metric recommendation --latex",
  ])
    .argument(
      "[runs...]",
      "policies (names in configs/policies, runs, checkpoints) or folders of runs; every finished run in results/ by default",
    )
    .option("--all", "every finished run in results/", false)
    .addOption(pathOption("--results <folder>", "where runs are", RESULTS))
    .option("--out <folder>", "where the comparison is written")
    .option("--title <text>", "title of the report", "Comparison of models") as unknown as Command,
);

async function main(args: readonly string[]): Promise<void> {
  program.parse([...args], { from: "user" });
  const options = program.opts() as Readonly<Record<string, unknown>>;
  const named = program.args;
  if (named.length > 0 && options.all === true) throw new UsageError("name runs, or give --all, not both");
  const results = String(options.results);
  const settings = settingsFrom(options);
  const collected = collectModels(named.length > 0 ? named : [results]);
  collected.notes.forEach((note) => printError(`note: ${note}`));
  if (collected.models.length === 0) {
    throw new UsageError(`${results}: no finished run; deno task train makes one, deno task workflow several`);
  }
  const paths = collected.models.map(({ runs }) => runs.map(({ path }) => shortPath(path)));
  const digest = sha256(JSON.stringify([settings, paths]));
  const out = typeof options.out === "string" ? options.out : join(results, "comparisons", digest.slice(0, 8));
  const text = await compareModels(collected, settings, out, {
    title: String(options.title),
    command: `deno task compare ${args.join(" ")}`.trimEnd(),
    digest,
  }, { latex: options.latex === true, workers: Number(options.workers) });
  printLine(text);
}

if (import.meta.main) await runCommand(main);
