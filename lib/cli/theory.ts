/** `deno task theory`: teach the language model to write consistent theories, evaluate it, compare it with searches. */

import { join } from "node:path";
import { type Json, openCheckpoint, type Row, RUN_FILES, runState } from "../runs/mod.ts";
import { parseConfigText, parseOverrides, readConfigText, resolveWith, type Value } from "../config/mod.ts";
import { planJobs } from "../sweep/mod.ts";
import { SAFETENSORS } from "../training/mod.ts";
import type { TheoryComparison } from "../report/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import { successfulContents, TheoryScorer } from "../theory/mod.ts";
import { defineCommand, runCommand, UsageError } from "./boundary.ts";
import { breathe, exitCodeOf, listenForInterrupt } from "./interrupt.ts";
import { launchSweep } from "./launch.ts";
import { configFile, CONFIGS, launcherOption, pathOption, RESULTS, SLURM_OPTIONS, wholeNumber } from "./options.ts";
import { printLine } from "./output.ts";
import { startProgress } from "./progress.ts";
import { formatTable } from "../report/mod.ts";
import {
  compareBaselines,
  COMPARISON_COLUMNS,
  comparisonCells,
  foundTheories,
  recordRow,
} from "./theory/comparison.ts";
import { formatTheoryConfig, type TheoryConfig, theoryConfigSchema } from "./theory/config.ts";
import { contentsText, evaluationRow, type Evaluations, evaluationText } from "./theory/evaluation.ts";
import { reportRows, writeTheoryReport } from "./theory/report.ts";
import { openTheoryRun, startFrom, type TheoryRun } from "./theory/session.ts";

const program = defineCommand(
  "theory",
  "Train the theory-writing language model with GRPO, evaluate it, and compare it with searches",
  [
    "theory task=T2 grpo.updates=800",
    "theory --multirun --seed 0,1,2 task=T0,T4 --jobs 2",
    "theory --resume results/theory/RUN",
  ],
)
  .argument("[words...]", "overrides of the config, e.g. task=T2 grpo.updates=800 network.width=512")
  .option("--config <file>", "config file, or its name in configs/; theory if none is named")
  .option("--task <name>", "T0 … T6 (task)")
  .option("--seed <n>", "seed of every random number (seed)")
  .option("--num-episodes <n>", "updates (grpo.updates)")
  .option("--group-size <n>", "strings a group (grpo.group_size)")
  .option("--learning-rate <x>", "learning rate (optimizer.learning_rate)")
  .option("--temperature <x>", "sampling temperature (temperature)")
  .option("--kl-coef <x>", "weight of the KL to the reference (grpo.kl.coefficient)")
  .option("--clip-range <x>", "clipping on both sides (grpo.clip_low, grpo.clip_high)")
  .option("--entropy-coef <x>", "entropy coefficient at the first update (grpo.entropy.start)")
  .option("--entropy-final <x>", "entropy coefficient at the last update (grpo.entropy.end)")
  .option("--entropy-decay <kind>", "constant, linear, exponential or cosine (grpo.entropy.schedule)")
  .option("--use-curriculum", "train the stages of the curriculum instead of one task (curriculum.enabled)")
  .option("--replay-buffer-size <n>", "successes that are kept for replay (replay.capacity)")
  .option("--save-interval <n>", "updates between two checkpoints (checkpoint.every)")
  .option("--log-interval <n>", "updates between two printed lines", wholeNumber(1))
  .option("--checkpoint <path>", "start from (or evaluate) the policy of this checkpoint or run, network included")
  .option("--resume <run>", "go on with this run folder, exactly where it stopped")
  .option("--out <folder>", "run in this folder: start there, or go on with what is there")
  .option("--allow-older", "if the newest checkpoint is damaged, go back to the one before it", false)
  .option(
    "--eval-only",
    "evaluate the policy of --checkpoint (with its run's config) or fresh weights, and stop",
    false,
  )
  .option("--held-out", "evaluate on the prompts that training never sees as well", false)
  .addOption(pathOption("--results <folder>", "where runs are written", RESULTS))
  .option("--multirun", "run every combination of the values, e.g. --seed 0,1,2 task=T0,T4", false)
  .option("--jobs <n>", "jobs of --multirun at the same time", wholeNumber(1), 1)
  .option("--retries <n>", "times that a failed job is resumed", wholeNumber(0), 1)
  .addOption(launcherOption())
  .addOption(pathOption("--slurm <file>", "what a task of --launcher slurm asks of the cluster", SLURM_OPTIONS))
  .option("--dry-run", "print the jobs of --multirun and stop", false)
  .option("--cfg", "print the resolved config and stop", false);

type Options = ReturnType<typeof program.opts>;

/** Options that stand for config keys. */
const KEYS: readonly (readonly [keyof Options, readonly string[]])[] = [
  ["task", ["task"]],
  ["seed", ["seed"]],
  ["numEpisodes", ["grpo.updates"]],
  ["groupSize", ["grpo.group_size"]],
  ["learningRate", ["optimizer.learning_rate"]],
  ["temperature", ["temperature"]],
  ["klCoef", ["grpo.kl.coefficient"]],
  ["clipRange", ["grpo.clip_low", "grpo.clip_high"]],
  ["entropyCoef", ["grpo.entropy.start"]],
  ["entropyFinal", ["grpo.entropy.end"]],
  ["entropyDecay", ["grpo.entropy.schedule"]],
  ["useCurriculum", ["curriculum.enabled"]],
  ["replayBufferSize", ["replay.capacity"]],
  ["saveInterval", ["checkpoint.every"]],
];

/** Starts a theory run in a folder, or goes on with it: the command of a sweep's jobs. */
const THEORY_COMMAND = [
  "{deno}",
  "run",
  "-A",
  "{root}/lib/cli/theory.ts",
  "--out",
  "{folder}",
  "--config",
  "{config}",
] as const;

/** The words of a command line, its flags among them. */
function overridesOf(words: readonly string[], options: Options): readonly string[] {
  const flags = KEYS.flatMap(([option, keys]) =>
    options[option] === undefined ? [] : keys.map((key) => `${key}=${options[option]}`)
  );
  return [...flags, ...words];
}

/** The config of a command line. */
export function theoryConfig(words: readonly string[], options: Options): TheoryConfig {
  const overrides = overridesOf(words, options);
  const { resume, checkpoint, evalOnly } = options;
  if (resume !== undefined && overrides.length > 0) {
    throw new UsageError(`--resume goes on with the run's own config; leave out ${overrides.join(" ")}`);
  }
  const file = resume === undefined ? configFile(options.config ?? "theory") : join(resume, RUN_FILES.config);
  if (checkpoint === undefined) return resolveWith(theoryConfigSchema, configSource(file), parseOverrides(overrides));
  const own = openCheckpoint(checkpoint, SAFETENSORS);
  const trained = parseConfigText(own.config, join(own.folder, RUN_FILES.config));
  if (evalOnly && options.config === undefined) {
    return resolveWith(theoryConfigSchema, trained, parseOverrides(overrides));
  }
  const { data, locate } = configSource(file);
  const { network } = resolveWith(theoryConfigSchema, trained, []);
  const source = { data: { ...data as Readonly<Record<string, Value>>, network }, locate };
  return resolveWith(theoryConfigSchema, source, parseOverrides(overrides));
}

const configSource = (file: string) => parseConfigText(readConfigText(file), file);

/** Runs every combination of the values of a command line. Returns the exit code. */
async function multirun(words: readonly string[], options: Options): Promise<number> {
  const single = ["resume", "checkpoint", "out", "evalOnly", "heldOut", "allowOlder", "logInterval"] as const;
  const given = single.find((option) => options[option] !== undefined && options[option] !== false);
  if (given !== undefined) {
    throw new UsageError(`--${given.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)} is for one run, not --multirun`);
  }
  const jobs = planJobs({
    configs: CONFIGS,
    file: configFile(options.config ?? "theory"),
    words: overridesOf(words, options),
    sampler: { kind: "grid" },
  }, {
    resolve: (source, overrides) => resolveWith(theoryConfigSchema, source, overrides),
    format: formatTheoryConfig,
  });
  return await launchSweep(jobs, { ...options, command: THEORY_COMMAND });
}

function report(run: TheoryRun, heldOut: boolean) {
  const evaluations = run.evaluate(false);
  printLine(evaluationText("training prompts", evaluations));
  const unseen: Evaluations = heldOut ? run.evaluate(true) : new Map();
  if (heldOut) {
    printLine(unseen.size > 0 ? `\n${evaluationText("held-out prompts", unseen)}` : "\nthe task holds no prompts out");
  }
  for (const [title, each] of [["training prompts", evaluations], ["held-out prompts", unseen]] as const) {
    const contents = contentsText(each);
    if (contents !== "") printLine(`\nsuccessful contents, ${title}\n${contents}`);
  }
  return {
    evaluations,
    unseen,
    row: { evaluation: evaluationRow(evaluations), held_out: evaluationRow(unseen) } satisfies Row,
  };
}

/** The summary of a finished run: evaluation, comparison at equal score calls, proofs of what was found, the report. */
async function finish(run: TheoryRun, heldOut: boolean, command: string): Promise<void> {
  const { config, training } = run;
  const { evaluations, unseen, row } = report(run, heldOut);
  const summary: Record<string, Json> = { update: training.update, score_calls: training.scoreCalls, ...row };
  let comparison: TheoryComparison | null = null;
  const tasks = [...new Set(training.options.stages.flatMap((stage) => stage.tasks.map(({ task }) => task)))];
  const proofs = tasks.map((name) => training.scorer(name).task)
    .map((task) => [task.name, foundTheories(task, training.found, config.evaluation.proofs)] as const);
  if (config.evaluation.baselines && tasks.length === 1) {
    const { task } = training.scorer(tasks[0]);
    comparison = {
      training: recordRow("GRPO (all of training)", training.found),
      after: recordRow("GRPO (samples at the end)", evaluations.get(task.name)!.found),
      searches: compareBaselines(task, training.scoreCalls, config),
    };
    const rows = [comparison.training, comparison.after, ...comparison.searches];
    printLine(`\n${task.name} at equal score calls\n${formatTable(COMPARISON_COLUMNS, rows.map(comparisonCells))}`);
    summary.comparison = rows.map((each) => ({ ...each }));
    const possible = successfulContents(new TheoryScorer(task), task.prompts);
    if (possible !== undefined) {
      printLine(`successful contents that exist for the training prompts (exact solver): ${possible.size}`);
      summary.possible_contents = possible.size;
    }
  }
  run.finish(summary, Object.fromEntries(proofs) as unknown as Json);
  await writeTheoryReport(run, {
    evaluations: [...reportRows(evaluations, "training"), ...reportRows(unseen, "held out")],
    comparison,
    proofs: proofs.flatMap(([task, all]) => all.map((proof) => ({ task, proof }))),
    command,
  });
  printLine(`\nwrote ${run.folder}`);
}

async function main(args: readonly string[]): Promise<number> {
  // The founding document writes --group_size; both spellings are the same option.
  const spelled = args.map((arg) =>
    /^--[a-z_]+(=|$)/.test(arg) ? arg.replace(/^--[a-z_]+/, (name) => name.replaceAll("_", "-")) : arg
  );
  program.parse(spelled, { from: "user" });
  const options = program.opts();
  if (options.multirun) return await multirun(program.args, options);
  const { out: folder } = options;
  if (folder !== undefined && options.resume !== undefined) {
    throw new UsageError("--out goes on with a run by itself; leave out --resume");
  }
  if (folder !== undefined && runState(folder, false) === "finished") {
    printLine(`${folder}: finished before`);
    return 0;
  }
  const config = theoryConfig(program.args, options);
  if (options.cfg) {
    printLine(formatTheoryConfig(config).trimEnd());
    return 0;
  }
  const backend = await useBackend(config.backend);
  using run = openTheoryRun(
    options.evalOnly ? { ...config, name: `${config.name}-evaluation` } : config,
    backend,
    options.resume === undefined
      ? folder === undefined ? { results: options.results } : { folder, allowOlder: options.allowOlder }
      : { resume: options.resume, allowOlder: options.allowOlder },
  );
  if (options.checkpoint !== undefined) startFrom(run, options.checkpoint);
  if (options.evalOnly) {
    run.finish(report(run, options.heldOut).row, {});
    return 0;
  }
  using interrupt = listenForInterrupt("saving a checkpoint");
  const interval = options.logInterval ?? Math.max(1, Math.ceil(config.grpo.updates / 20));
  using progress = startProgress("theory", config.grpo.updates, {
    lineShare: interval / Math.max(1, config.grpo.updates),
  });
  const finished = await run.train({
    clock: () => performance.now() / 1000,
    say: printLine,
    onUpdate: (update, metrics) =>
      progress.update(update, {
        success: metrics.success.toFixed(3),
        reward: metrics.theory_reward.toFixed(3),
        loss: metrics.loss.toFixed(4),
        entropy: metrics.legal_entropy.toFixed(3),
        kl: metrics.kl.toFixed(4),
      }),
    shouldStop: async () => {
      await breathe();
      return interrupt.signal !== undefined;
    },
  });
  if (!finished) {
    printLine(`stopped at update ${run.training.update}; go on with --resume ${run.folder}`);
    return interrupt.signal === undefined ? 1 : exitCodeOf(interrupt.signal);
  }
  await finish(run, options.heldOut, `deno task theory ${args.join(" ")}`.trimEnd());
  return 0;
}

if (import.meta.main) await runCommand(main);
