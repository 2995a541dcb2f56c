/** `deno task train`: train a policy, evaluate it on held-out problems against every baseline, write the run and its report. */

import { checkComparison, compareRun, finishRun } from "../contest/mod.ts";
import { checkReward, rewardKnowledge, SAFETENSORS, train } from "../training/mod.ts";
import { type Config, formatConfig, loadConfig } from "../config/mod.ts";
import { describeEnvironment, type Resumed, Run, runState, trackersFor } from "../runs/mod.ts";
import { planSweep } from "../sweep/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import { defineCommand, runCommand, UsageError } from "./boundary.ts";
import { breathe, endOnSignal, exitCodeOf, listenForInterrupt } from "./interrupt.ts";
import { launchSweep, TRAIN_COMMAND } from "./launch.ts";
import { configFile, CONFIGS, pathOption, RESULTS, SLURM_OPTIONS, wholeNumber } from "./options.ts";
import { printError, printLine } from "./output.ts";
import { startProgress } from "./progress.ts";
import { writeRunReport } from "../report/mod.ts";
import { comparisonText } from "../report/mod.ts";

const program = defineCommand("train", "Train a policy with GRPO and compare it with every baseline on held-out SCMs", [
  "train",
  "train --config linear grpo.updates=200 seed=1",
  "train --multirun seed=0,1,2 --jobs 2",
  "train --resume results/quick/RUN",
])
  .argument("[words...]", "overrides in Hydra's grammar, e.g. grpo.updates=500 track=scarce")
  .option("--config <file>", "config file, or its name in configs/", "quick")
  .option("--resume <run>", "go on with a run that was stopped")
  .option("--out <folder>", "run in this folder: start there, or go on with what is there")
  .addOption(pathOption("--results <folder>", "where the run is written", RESULTS))
  .option("--allow-older", "if the newest checkpoint is damaged, go back to the newest whole one", false)
  .option("--stop-at <n>", "save after this update and leave the rest for later (used by searches)", wholeNumber(1))
  .option("--multirun", "run every combination of the words' values: deno task sweep has more to offer", false)
  .option("--jobs <n>", "jobs of --multirun at the same time", wholeNumber(1), 1)
  .option("--dry-run", "print the jobs of --multirun and stop", false)
  .option("--no-evaluate", "train only: no comparison and no report")
  .option("--cfg", "print the resolved config and stop", false);

const clock = () => performance.now() / 1000;

async function main(args: readonly string[]): Promise<number> {
  program.parse(args, { from: "user" });
  const options = program.opts();
  const words = program.processedArgs[0] as readonly string[];
  if (options.multirun) {
    const request = { configs: CONFIGS, file: configFile(options.config), words, sampler: { kind: "grid" } } as const;
    const { results, jobs, dryRun } = options;
    const launch = { results, jobs, dryRun, retries: 0, launcher: "local", slurm: SLURM_OPTIONS } as const;
    return await launchSweep(planSweep(request), { ...launch, command: TRAIN_COMMAND, cfg: options.cfg });
  }
  if (options.cfg) {
    printLine(formatConfig(loadConfig(configFile(options.config), words)).trimEnd());
    return 0;
  }
  if (options.out !== undefined && runState(options.out, false) === "finished") {
    printLine(`${options.out}: finished before`);
    return 0;
  }
  const { run, checkpoint, backend } = await open(options, words);
  using _ = run;
  const { config } = run;
  const trackers = await trackersFor(run, checkpoint?.update ?? 0, printError);
  printError(`run ${run.folder}  backend ${backend}  ${config.grpo.updates} updates`);
  const knowledge = Object.entries(rewardKnowledge(config)).map(([name, what]) => `${name} (${what})`);
  if (knowledge.length > 0) {
    printError(`privileged rewards, for training on simulated SCMs alone: ${knowledge.join("; ")}`);
  }
  let done = checkpoint?.update ?? 0;
  const stopAt = options.stopAt ?? Infinity;
  let result;
  let signal: Deno.Signal | undefined;
  {
    using interrupt = listenForInterrupt("saving a checkpoint");
    using progress = startProgress("training", config.grpo.updates);
    try {
      result = await train(run, checkpoint, trackers, {
        clock,
        onUpdate: ({ update, normalisedValue, interventionsPerSecond }) => {
          done = update;
          progress.update(update, {
            value: normalisedValue.toFixed(3),
            rate: `${Math.round(interventionsPerSecond)} interventions/s`,
          });
        },
        shouldStop: async () => {
          await breathe();
          return interrupt.signal !== undefined || done >= stopAt;
        },
        say: printError,
      });
    } catch (error) {
      run.fail(error instanceof Error ? error.message : String(error));
      throw error;
    }
    signal = interrupt.signal;
  }
  const resume = `go on with: deno task train --resume ${run.folder}`;
  if (!result.finished || signal !== undefined) {
    printError(`stopped after update ${result.update}; ${resume}`);
    return signal === undefined ? 0 : exitCodeOf(signal);
  }
  using _ending = endOnSignal(resume);
  const command = `deno task train --config ${options.config}${words.map((word) => ` ${word}`).join("")}`;
  const comparison = options.evaluate ? compareRun(run, clock, printError) : null;
  finishRun(run, result, comparison);
  const report = await writeRunReport(run.folder, comparison, command);
  if (comparison !== null) printLine(comparisonText(comparison));
  printLine(`\nrun     ${run.folder}\nreport  ${report}`);
  return 0;
}

/** Starts a run or opens one that was stopped, with its backend running. */
async function open(
  options: ReturnType<typeof program.opts>,
  words: readonly string[],
): Promise<{ run: Run; checkpoint: Resumed["checkpoint"]; backend: string }> {
  const resume = options.resume ??
    (options.out !== undefined && holdsRun(options.out) ? options.out : undefined);
  if (resume !== undefined) {
    if (words.length > 0) throw new UsageError(`a run goes on with its own config: leave out ${words.join(" ")}`);
    const config = loadConfig(`${resume}/config.yaml`);
    const backend = await useBackend(config.runtime.backend);
    const { run, checkpoint, warnings } = Run.resume(resume, {
      format: SAFETENSORS,
      environment: describeEnvironment(backend),
      allowOlder: options.allowOlder,
    });
    warnings.forEach((warning) => printError(`warning: ${warning}`));
    return { run, checkpoint, backend };
  }
  const config: Config = loadConfig(configFile(options.config), words);
  checkReward(config);
  if (options.evaluate) checkComparison(config);
  const backend = await useBackend(config.runtime.backend);
  const runOptions = { format: SAFETENSORS, environment: describeEnvironment(backend) };
  const run = options.out === undefined
    ? Run.create(options.results, config, runOptions)
    : Run.createIn(options.out, config, runOptions);
  return { run, checkpoint: undefined, backend };
}

function holdsRun(folder: string): boolean {
  try {
    return Deno.statSync(`${folder}/config.yaml`).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

if (import.meta.main) await runCommand(main);
