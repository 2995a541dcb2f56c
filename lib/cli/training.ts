/** What the commands that train have in common: their options, and how a run is opened, trained, ended and told of. */

import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { join } from "node:path";
import { formatConfig } from "../config/mod.ts";
import {
  endOnSignal,
  exists,
  exitCodeOf,
  listenForInterrupt,
  RUN_FILES,
  type RunConfig,
  runState,
} from "../runs/mod.ts";
import { planJobs, trainingCommand } from "../sweep/mod.ts";
import {
  conclude,
  type Ending,
  type Learner,
  type LoopResult,
  type Metrics,
  resumeTraining,
  startTraining,
  train,
  type Training,
  type TrainingKind,
} from "../training/mod.ts";
import { UsageError } from "./boundary.ts";
import { launchSweep } from "./launch.ts";
import { configFile, CONFIGS, launcherOption, pathOption, RESULTS, SLURM_OPTIONS, wholeNumber } from "./options.ts";
import { printError, printLine } from "./output.ts";
import { startProgress } from "./progress.ts";

/**
 * Gives a command the options of every training; {@linkcode trainingFlags} reads them.
 * @param config the name of its config where none is named
 */
export function addTrainingOptions(program: CommandUnknownOpts, config: string): void {
  program
    .option("--config <file>", `config file, or its name in configs/; ${config} if none is named`)
    .option("--resume <run>", "go on with this run folder, exactly where it stopped")
    .option("--out <folder>", "run in this folder: start there, or go on with what is there")
    .addOption(pathOption("--results <folder>", "where the run is written", RESULTS))
    .option("--allow-older", "if the newest checkpoint is damaged, go back to the newest whole one", false)
    .option("--allow-missing-metrics", "go on although metrics.jsonl has lost lines from before the checkpoint", false)
    .option("--stop-at <n>", "save after this update and leave the rest for later (used by searches)", wholeNumber(1))
    .option("--no-evaluate", "train only: no evaluation and no report")
    .option("--multirun", "run every combination of the words' values: deno task sweep has more to offer", false)
    .option("--jobs <n>", "jobs of --multirun at the same time", wholeNumber(1), 1)
    .option("--retries <n>", "times that a failed job of --multirun is resumed", wholeNumber(0), 1)
    .addOption(launcherOption())
    .addOption(pathOption("--slurm <file>", "what a task of --launcher slurm asks of the cluster", SLURM_OPTIONS))
    .option("--dry-run", "print the jobs of --multirun and stop", false)
    .option("--cfg", "print the resolved config and stop", false);
}

/** The values of {@linkcode addTrainingOptions}. */
export interface TrainingFlags {
  readonly config?: string | undefined;
  readonly resume?: string | undefined;
  readonly out?: string | undefined;
  readonly results: string;
  readonly allowOlder: boolean;
  readonly allowMissingMetrics: boolean;
  readonly stopAt?: number | undefined;
  readonly evaluate: boolean;
  readonly multirun: boolean;
  readonly jobs: number;
  readonly retries: number;
  readonly launcher: "local" | "slurm" | "none";
  readonly slurm: string;
  readonly dryRun: boolean;
  readonly cfg: boolean;
}

/** The values of {@linkcode addTrainingOptions} on a command that has parsed its words. */
export function trainingFlags(program: CommandUnknownOpts): TrainingFlags {
  return program.opts() as unknown as TrainingFlags;
}

/** What tells one command that trains from another. */
export interface TrainingCommand<Config extends RunConfig, Learned extends Learner> {
  readonly kind: TrainingKind<Config, Learned>;
  /** Name of the config that is used where none is named. */
  readonly config: string;
  /** The overrides, those that options stand for among them. */
  readonly words: readonly string[];
  /** Words that the command needs besides `--config` and the overrides to do the same again. */
  readonly again?: readonly string[];
  /** @throws ConfigError */
  load(file: string): Config;
  /** Says and checks what is to be known before a new run is made. */
  before?(config: Config): void;
  /** What stands beside the progress. */
  describe(metrics: Metrics, seconds: number): Readonly<Record<string, string>>;
  /** Updates between two lines where there is no terminal; a tenth of them by default. */
  readonly lineEvery?: number | undefined;
  /** Evaluates what was learned, prints it, and returns what is kept. */
  evaluate(training: Training<Config, Learned>): ReturnType<Ending["evaluate"]>;
  /** Writes the report of a run folder; returns its path. */
  report(folder: string): Promise<string>;
}

const clock = () => performance.now() / 1000;

/** Runs a command that trains. Returns the exit code: 0 done, that of the signal if it was stopped and can go on. */
export async function runTraining<Config extends RunConfig, Learned extends Learner>(
  command: TrainingCommand<Config, Learned>,
  flags: TrainingFlags,
): Promise<number> {
  if (flags.multirun) return await runMany(command, flags);
  if (flags.resume !== undefined && flags.out !== undefined) {
    throw new UsageError("--out goes on with a run by itself; leave out --resume");
  }
  if (flags.cfg) {
    const file = flags.resume === undefined ? fileOf(command, flags) : join(flags.resume, RUN_FILES.config);
    printLine(formatConfig(command.load(file)).trimEnd());
    return 0;
  }
  if (flags.out !== undefined && runState(flags.out, false) === "finished") {
    printLine(`${flags.out}: finished before`);
    return 0;
  }
  using training = await open(command, flags);
  const { run, learner, backend, kind } = training;
  printError(`run ${run.folder}  backend ${backend}  ${learner.updates} updates`);
  const { result, signal } = await trainWithProgress(command, training, flags.stopAt);
  const resume = `go on with: deno task ${kind.task} --resume ${run.folder}`;
  if (!result.finished || signal !== undefined) {
    printError(`stopped after update ${result.update}; ${resume}`);
    return signal === undefined ? 0 : exitCodeOf(signal);
  }
  using _ = endOnSignal(resume);
  const ending = { evaluate: () => command.evaluate(training), report: command.report };
  const { remarks, report } = await conclude(training, flags.evaluate ? ending : undefined, printError);
  for (const warning of [...result.warnings, ...remarks]) printError(`warning: ${warning}`);
  printLine(`\nrun     ${run.folder}${report === undefined ? "" : `\nreport  ${report}`}`);
  return 0;
}

/** Starts a run or opens one that was stopped. */
async function open<Config extends RunConfig, Learned extends Learner>(
  command: TrainingCommand<Config, Learned>,
  flags: TrainingFlags,
): Promise<Training<Config, Learned>> {
  const { kind, words } = command;
  const { out, allowOlder, allowMissingMetrics } = flags;
  const resume = flags.resume ?? (out !== undefined && exists(join(out, RUN_FILES.config)) ? out : undefined);
  if (resume === undefined) {
    const config = command.load(fileOf(command, flags));
    command.before?.(config);
    const place = out === undefined ? { results: flags.results } : { folder: out };
    return await startTraining(kind, config, place, originalCommand(command, flags));
  }
  if (words.length > 0) throw new UsageError(`a run goes on with its own config: leave out ${words.join(" ")}`);
  const given = flags.config === undefined ? undefined : command.load(fileOf(command, flags));
  const training = await resumeTraining(kind, resume, { allowOlder, allowMissingMetrics }, given);
  training.warnings.forEach((warning) => printError(`warning: ${warning}`));
  return training;
}

function fileOf({ config }: { readonly config: string }, flags: TrainingFlags): string {
  return configFile(flags.config ?? config);
}

/** What starts the same run again, wherever it is written. */
function originalCommand<Config extends RunConfig, Learned extends Learner>(
  { kind, config, words, again = [] }: TrainingCommand<Config, Learned>,
  flags: TrainingFlags,
): readonly string[] {
  return ["deno", "task", kind.task, "--config", flags.config ?? config, ...again, ...words];
}

/** Trains with a line or a bar of progress; a signal saves a checkpoint. */
export async function trainWithProgress<Config extends RunConfig, Learned extends Learner>(
  { describe, lineEvery }: Pick<TrainingCommand<Config, Learned>, "describe" | "lineEvery">,
  training: Training<Config, Learned>,
  stopAt: number | undefined,
): Promise<{ readonly result: LoopResult; readonly signal: Deno.Signal | undefined }> {
  using interrupt = listenForInterrupt("saving a checkpoint");
  const { updates } = training.learner;
  using progress = startProgress(
    "training",
    updates,
    lineEvery === undefined ? {} : { lineShare: lineEvery / updates },
  );
  const result = await train(training, {
    clock,
    stop: {
      get aborted() {
        return interrupt.signal !== undefined;
      },
    },
    ...(stopAt === undefined ? {} : { stopAt }),
    onUpdate: ({ update, metrics, seconds }) => progress.update(update, describe(metrics, seconds)),
    say: printError,
  });
  return { result, signal: interrupt.signal };
}

/** Runs every combination of the values of a command line. Returns the exit code. */
async function runMany<Config extends RunConfig, Learned extends Learner>(
  command: TrainingCommand<Config, Learned>,
  flags: TrainingFlags,
): Promise<number> {
  const single: readonly (readonly [string, boolean])[] = [
    ["--resume", flags.resume !== undefined],
    ["--out", flags.out !== undefined],
    ["--allow-older", flags.allowOlder],
    ["--allow-missing-metrics", flags.allowMissingMetrics],
    ["--stop-at", flags.stopAt !== undefined],
    ...(command.again ?? []).filter((word) => word.startsWith("--")).map((word) => [word, true] as const),
  ];
  const given = single.find(([, isGiven]) => isGiven);
  if (given !== undefined) throw new UsageError(`${given[0]} is for one run, not --multirun`);
  const request = {
    configs: CONFIGS,
    file: fileOf(command, flags),
    words: command.words,
    sampler: { kind: "grid" },
  } as const;
  const job = [...trainingCommand(command.kind.task), ...(flags.evaluate ? [] : ["--no-evaluate"])];
  return await launchSweep(planJobs(request, command.kind.resolve), { ...flags, command: job });
}
