/** `deno task train:surrogate`: teach the neural surrogate who the target's parents are, and evaluate it. */

import { join } from "node:path";
import {
  type EvaluatedMethod,
  evaluateSurrogate,
  formatSurrogateConfig,
  openNeuralSurrogate,
  openSurrogateRun,
  type SurrogateConfig,
  surrogateConfigSchema,
} from "../training/mod.ts";
import { parseConfigText, parseOverrides, readConfigText, resolveWith } from "../config/mod.ts";
import { type Row, RUN_FILES } from "../runs/mod.ts";
import { createStream } from "../random/mod.ts";
import type { SurrogateForm } from "../surrogate/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import { defineCommand, runCommand, UsageError } from "./boundary.ts";
import { breathe, exitCodeOf, listenForInterrupt } from "./interrupt.ts";
import { configFile, pathOption, RESULTS } from "./options.ts";
import { printError, printLine } from "./output.ts";
import { startProgress } from "./progress.ts";
import { formatTable } from "../report/mod.ts";

const program = defineCommand(
  "train:surrogate",
  "Train the neural surrogate on simulated SCMs and evaluate it beside simple scores on held-out ones",
  [
    "train:surrogate training.updates=2000",
    "train:surrogate --resume results/surrogate/RUN",
  ],
)
  .argument("[words...]", "overrides of the config, e.g. training.updates=2000 network.width=32")
  .option("--config <file>", "config file, or its name in configs/", "surrogate")
  .option("--resume <run>", "go on with this run folder, exactly where it stopped")
  .option("--allow-older", "if the newest checkpoint is damaged, go back to the one before it", false)
  .option("--evaluate <path>", "evaluate the surrogate of this run or checkpoint on the config's episodes and stop")
  .addOption(pathOption("--results <folder>", "where runs are written", RESULTS))
  .option("--cfg", "print the resolved config and stop", false);

function configOf(words: readonly string[], options: ReturnType<typeof program.opts>): SurrogateConfig {
  if (options.resume !== undefined && words.length > 0) {
    throw new UsageError(`a run goes on with its own config: leave out ${words.join(" ")}`);
  }
  const file = options.resume === undefined ? configFile(options.config) : join(options.resume, RUN_FILES.config);
  return resolveWith(surrogateConfigSchema, parseConfigText(readConfigText(file), file), parseOverrides(words));
}

const COLUMNS = [
  ["f1", "F1"],
  ["precision", "precision"],
  ["recall", "recall"],
  ["shd", "SHD"],
  ["auroc", "AUROC"],
  ["logLoss", "log-loss"],
  ["calibrationError", "calibration error"],
] as const;

/** Evaluates on the test episodes, prints the table, and returns it as JSON. */
function report(form: SurrogateForm, config: SurrogateConfig): Row {
  const methods = evaluateSurrogate(form, config, createStream(config.seed).child("bootstrap"));
  const estimateOf = ({ probabilistic, metrics }: EvaluatedMethod, name: typeof COLUMNS[number][0]) =>
    probabilistic || (name !== "logLoss" && name !== "calibrationError") ? metrics[name] : null;
  const cell = (method: EvaluatedMethod, name: typeof COLUMNS[number][0]) => {
    const estimate = estimateOf(method, name);
    return estimate === null
      ? null
      : `${estimate.value.toFixed(3)} [${estimate.low.toFixed(3)}, ${estimate.high.toFixed(3)}]`;
  };
  printLine(formatTable(
    [{ heading: "method" }, ...COLUMNS.map(([, heading]) => ({ heading }))],
    methods.map((method) => [method.method, ...COLUMNS.map(([name]) => cell(method, name))]),
  ));
  return {
    episodes: config.evaluation.test,
    methods: methods.map((method) => ({
      method: method.method,
      ...Object.fromEntries(COLUMNS.map(([name]) => [name, estimateOf(method, name) as Row | null])),
    })),
  };
}

async function main(args: readonly string[]): Promise<number> {
  program.parse(args, { from: "user" });
  const options = program.opts();
  const config = configOf(program.processedArgs[0] as readonly string[], options);
  if (options.cfg) {
    printLine(formatSurrogateConfig(config).trimEnd());
    return 0;
  }
  const backend = await useBackend(config.runtime.backend);
  if (options.evaluate !== undefined) {
    report(openNeuralSurrogate(options.evaluate).form, config);
    return 0;
  }
  using run = openSurrogateRun(
    config,
    backend,
    options.resume === undefined
      ? { results: options.results }
      : { resume: options.resume, allowOlder: options.allowOlder },
  );
  printError(`run ${run.folder}  backend ${backend}  ${config.training.updates} updates`);
  using interrupt = listenForInterrupt("saving a checkpoint");
  const clock = () => performance.now() / 1000;
  const started = clock();
  let finished: boolean;
  {
    using progress = startProgress("surrogate", config.training.updates);
    let loss = 0;
    finished = await run.train({
      clock,
      onUpdate: (update, metrics) => {
        loss = loss === 0 ? metrics.parents_loss : 0.99 * loss + 0.01 * metrics.parents_loss;
        const f1 = metrics["validation/f1"];
        progress.update(update, { loss: loss.toFixed(3), ...(f1 === undefined ? {} : { f1: f1.toFixed(3) }) });
      },
      shouldStop: async () => {
        await breathe();
        return interrupt.signal !== undefined;
      },
    });
  }
  if (!finished) {
    printError(`stopped after update ${run.update}; go on with: deno task train:surrogate --resume ${run.folder}`);
    return interrupt.signal === undefined ? 1 : exitCodeOf(interrupt.signal);
  }
  printError(`trained for ${Math.round(clock() - started)} s`);
  const { form } = openNeuralSurrogate(run.folder);
  run.finish({ updates: run.update, evaluation: report(form, config) });
  printLine(`\nrun  ${run.folder}`);
  return 0;
}

if (import.meta.main) await runCommand(main);
