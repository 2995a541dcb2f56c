/** `deno task sweep`: many runs from one command, on this machine or handed to a scheduler. */

import { Argument, Option } from "@commander-js/extra-typings";
import { statusTable } from "../report/mod.ts";
import {
  knownTasks,
  kubernetesTemplate,
  parallelTemplate,
  planJobs,
  runJob,
  type Sampler,
  sweepStatus,
  trainingCommand,
} from "../sweep/mod.ts";
import { TRAINING_KINDS } from "../training/mod.ts";
import { exitCodeOf, listenForInterrupt } from "../runs/mod.ts";
import { defineCommand, runCommand, UsageError } from "./boundary.ts";
import { launchSweep, runSweep, searchSweep } from "./launch.ts";
import { configFile, CONFIGS, launcherOption, pathOption, RESULTS, SLURM_OPTIONS, wholeNumber } from "./options.ts";
import { printError, printLine } from "./output.ts";

const program = defineCommand("sweep", "Run many trainings: hyper-parameters, seeds, configs", [
  "sweep run seed=1,2,3 grpo.group_size=8,16 --jobs 2",
  "sweep search 'optimizer.learning_rate=tag(log,interval(1e-4,1e-2))' --trials 9 --first 20",
  "sweep status results/quick/sweep-1a2b3c4d/manifest.json",
]);
let exitCode = 0;

/** What is trained. */
const kindOption = () =>
  new Option("--kind <kind>", "what is trained").choices(["policy", "surrogate", "theory"] as const)
    .default("policy" as const);
/** A config of each kind that is used where none is named. */
const CONFIG_OF = { policy: "quick", surrogate: "surrogate", theory: "theory" } as const;
const CONFIG_WORDS = "config file, or its name in configs/; quick, surrogate or theory by default";

program.command("run").description("expand the words into jobs, freeze them, and run those that are not done")
  .argument("[words...]", "overrides; a=1,2  a=range(0,3)  a=choice(x,y)  a=interval(0,1)  track=glob(*)")
  .addOption(kindOption())
  .option("--config <file>", CONFIG_WORDS)
  .addOption(new Option("--sampler <kind>", "how values are chosen").choices(["grid", "random"]).default("grid"))
  .option("--trials <n>", "random draws", wholeNumber(1))
  .option("--sampler-seed <n>", "seed of the draws", wholeNumber(0), 0)
  .option("--jobs <n>", "jobs at the same time", wholeNumber(1), 1)
  .option("--retries <n>", "times that a failed job is resumed", wholeNumber(0), 1)
  .addOption(launcherOption())
  .addOption(pathOption("--slurm <file>", "what a task asks of the cluster", SLURM_OPTIONS))
  .addOption(pathOption("--results <folder>", "where runs are written", RESULTS))
  .option("--dry-run", "print the table of jobs and stop", false)
  .option("--cfg", "print the resolved config of every job and stop", false)
  .action(async (words, { kind, config, sampler, trials, samplerSeed, ...launch }) => {
    const request = {
      configs: CONFIGS,
      file: configFile(config ?? CONFIG_OF[kind]),
      words,
      sampler: samplerOf(sampler, trials, samplerSeed),
    };
    const { resolve, task } = TRAINING_KINDS[kind];
    exitCode = await launchSweep(planJobs(request, resolve), { ...launch, command: trainingCommand(task) });
  });

program.command("search").description("successive halving: many trials train a little, the best go on to the end")
  .argument("[words...]", "overrides with ranges to draw from; a=tag(log,interval(1e-4,1e-2))  b=1,2,4")
  .addOption(kindOption())
  .option("--config <file>", CONFIG_WORDS)
  .requiredOption("--trials <n>", "random draws", wholeNumber(1))
  .option("--sampler-seed <n>", "seed of the draws", wholeNumber(0), 0)
  .option(
    "--metric <name>",
    "what trials are judged by, higher is better; validation/normalised_value, validation/f1 or success by default",
  )
  .option("--reduction <n>", "one of so many trials goes on, with so many times the updates", wholeNumber(2), 3)
  .requiredOption("--first <n>", "updates of the first rung", wholeNumber(1))
  .option("--jobs <n>", "jobs at the same time", wholeNumber(1), 1)
  .option("--retries <n>", "times that a failed job is resumed", wholeNumber(0), 1)
  .addOption(pathOption("--results <folder>", "where runs are written", RESULTS))
  .option("--dry-run", "print the trials and stop", false)
  .action(async (words, { kind, config, metric, trials, samplerSeed, first, ...options }) => {
    const sampler = { kind: "random", trials, seed: samplerSeed } as const;
    const request = { configs: CONFIGS, file: configFile(config ?? CONFIG_OF[kind]), words, sampler };
    const training = TRAINING_KINDS[kind];
    exitCode = await searchSweep(request, training, {
      ...options,
      metric: metric ?? training.metrics[0],
      firstBudget: first,
      command: trainingCommand(training.task),
    });
  });

program.command("resume").description("run the jobs of a frozen manifest that are not done")
  .argument("<manifest>", "path of a manifest.json")
  .option("--jobs <n>", "jobs at the same time", wholeNumber(1), 1)
  .option("--retries <n>", "times that a failed job is resumed", wholeNumber(0), 1)
  .addOption(launcherOption())
  .addOption(pathOption("--slurm <file>", "what a task asks of the cluster", SLURM_OPTIONS))
  .action(async (manifest, options) => {
    exitCode = await runSweep(manifest, options);
  });

program.command("job").description(
  "bring one job to its end: at once if it is done, from its checkpoint if it is half done",
)
  .requiredOption("--manifest <file>", "path of a manifest.json")
  .requiredOption("--index <i>", "index of the job", wholeNumber(0))
  .action(async ({ manifest, index }) => {
    const stop = new AbortController();
    using interrupt = listenForInterrupt("the job saves and stops; the same command goes on later", () => stop.abort());
    const outcome = await runJob(manifest, index, { stop: stop.signal });
    printLine(
      `job ${index}: ${outcome.kind.replace("-", " ")}${outcome.kind === "failed" ? `: ${outcome.reason}` : ""}`,
    );
    if (outcome.kind === "failed" || outcome.kind === "busy") {
      exitCode = interrupt.signal === undefined ? 1 : exitCodeOf(interrupt.signal);
    }
  });

program.command("status").description("how far the jobs of a manifest are, read from their files")
  .argument("<manifest>", "path of a manifest.json")
  .action(async (manifest) => {
    const tasks = await knownTasks(manifest, (note) => printError(`note: ${note}`));
    printLine(statusTable(sweepStatus(manifest), tasks));
  });

program.command("template").description("print what another engine needs to run a manifest")
  .addArgument(new Argument("<engine>").choices(["kubernetes", "parallel"]))
  .argument("<manifest>", "path of a manifest.json")
  .option("--jobs <n>", "jobs at the same time", wholeNumber(1), 4)
  .option("--image <name>", "image with Deno and this project in its working directory", "causal-grpo:latest")
  .option("--claim <name>", "volume claim that holds the results", "results")
  .option("--mount <path>", "where the volume is mounted", "/results")
  .action((engine, manifest, { jobs, ...kubernetes }) => {
    printLine(
      engine === "parallel"
        ? parallelTemplate(manifest, jobs)
        : kubernetesTemplate(manifest, { ...kubernetes, parallelism: jobs }),
    );
  });

function samplerOf(kind: "grid" | "random", trials: number | undefined, seed: number): Sampler {
  if (kind === "grid") {
    if (trials !== undefined) throw new UsageError("--trials belongs to --sampler random");
    return { kind };
  }
  if (trials === undefined) throw new UsageError("--sampler random needs --trials N");
  return { kind, trials, seed };
}

if (import.meta.main) {
  await runCommand(async (args) => {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  });
}
