/** `deno task workflow`: trains every model with several seeds, compares them and writes the report, resumable. */

import type { Command, CommandUnknownOpts } from "@commander-js/extra-typings";
import { dirname, join } from "node:path";
import { checkStudy, collectModels } from "../contest/mod.ts";
import { shippedPath } from "../input/mod.ts";
import { COMPARISON_FILES, isCompared, jobTable } from "../report/mod.ts";
import { sha256 } from "../runs/mod.ts";
import {
  freezeManifest,
  inPlannedOrder,
  manifestOf,
  planWorkflow,
  sweepStatus,
  trainingCommand,
  type Workflow,
} from "../sweep/mod.ts";
import { defineCommand, runCommand, UsageError } from "./boundary.ts";
import { runSweep } from "./launch.ts";
import { configFile, CONFIGS, namedFile, pathOption, RESULTS, SLURM_OPTIONS, wholeNumber } from "./options.ts";
import { printLine } from "./output.ts";
import { checkPublished, PUBLISHED } from "./publish.ts";
import { compareModels, comparisonOptions, settingsFrom } from "./study_options.ts";

const program = comparisonOptions(
  defineCommand(
    "workflow",
    "Train models with several seeds, compare them and write the report; the same command goes on after a stop",
    [
      "workflow --seeds 3",
      "workflow grpo.scale=none,group --seeds 5 --jobs 2",
      "workflow --study algorithms --dry-run",
    ],
  )
    .argument("[words...]", "overrides in Hydra's grammar; several values make several models: grpo.scale=none,group")
    .option("--config <file>", "config file, or its name in configs/; quick by default")
    .option("--study <file>", "study file, or its name in configs/studies/, instead of a config")
    .option("--seeds <n>", "training seeds of every model: 0, 1, …; 3 by default", wholeNumber(1))
    .option("--jobs <n>", "trainings at the same time", wholeNumber(1), 1)
    .option("--retries <n>", "times that a failed training is resumed", wholeNumber(0), 1)
    .addOption(pathOption("--results <folder>", "where runs and the comparison are written", RESULTS))
    .option("--out <folder>", "where the comparison is written; beside the runs by default")
    .option("--publish", "write the comparison of a study that the project keeps, in results/published", false)
    .option("--dry-run", "print the trainings and stop", false) as unknown as Command,
);

async function main(args: readonly string[]): Promise<number> {
  program.parse([...args], { from: "user" });
  const options = program.opts() as Readonly<Record<string, unknown>>;
  if (options.publish === true) {
    checkPublished(program as unknown as CommandUnknownOpts, ["study", "latex"]);
    if (options.study === undefined) {
      throw new UsageError("--publish is for a study of the project: name it with --study");
    }
  }
  const plan = planOf(options, program.args);
  const settings = settingsFrom(options, plan.comparison);
  const { manifest, path } = manifestOf(
    plan.jobs,
    [...trainingCommand("train"), "--no-evaluate"],
    String(options.results),
    plan.name,
  );
  if (options.dryRun === true) {
    printLine(jobTable(manifest));
    printLine(`\n${manifest.jobs.length} trainings would be frozen into ${path}`);
    return 0;
  }
  checkStudy(settings, plan.jobs.map(({ config }) => config));
  freezeManifest(path, manifest);
  printLine(`${manifest.jobs.length} trainings, frozen into ${path}`);
  const { jobs, retries } = options as { jobs: number; retries: number };
  const code = await runSweep(path, { jobs, retries, launcher: "local", slurm: SLURM_OPTIONS });
  const folders = sweepStatus(path).map(({ folder }) => folder);
  if (code !== 0) return code;
  const out = options.publish === true
    ? join(PUBLISHED, plan.name)
    : typeof options.out === "string"
    ? options.out
    : join(dirname(path), "comparison");
  const digest = sha256(JSON.stringify([settings, manifest.digest, options.latex === true]));
  if (isCompared(out, digest)) {
    printLine(`compared before\n\nreport  ${join(out, COMPARISON_FILES.report)}`);
    return 0;
  }
  const text = await compareModels(
    inPlannedOrder(collectModels(folders), plan.jobs),
    settings,
    out,
    { title: plan.name, command: `deno task workflow ${args.join(" ")}`.trimEnd(), digest },
    { latex: options.latex === true, workers: Number(options.workers) },
  );
  printLine(`\n${text}`);
  return 0;
}

/** @throws UsageError for options that do not go together */
function planOf(options: Readonly<Record<string, unknown>>, words: readonly string[]): Workflow {
  const seeded = words.find((word) => /^[+]*seed=/.test(word));
  if (seeded !== undefined) throw new UsageError(`${seeded}: a workflow chooses the seeds; say how many with --seeds`);
  const { study, config, seeds } = options;
  if (typeof study === "string" && config !== undefined) {
    throw new UsageError("--study names its config: leave out --config");
  }
  return planWorkflow({
    source: typeof study === "string"
      ? { study: namedFile(shippedPath("studies"), study) }
      : { config: String(config ?? "quick") },
    ...(seeds === undefined ? {} : { seeds: Number(seeds) }),
    words,
    configs: CONFIGS,
    configFile,
  });
}

if (import.meta.main) await runCommand(main);
