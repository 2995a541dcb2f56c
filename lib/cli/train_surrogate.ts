/** `deno task train:surrogate`: teach the neural surrogate who the target's parents are, and evaluate it. */

import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { loadConfigWith, type SurrogateConfig } from "../config/mod.ts";
import { surrogateText, writeRunReport } from "../report/mod.ts";
import type { SurrogateForm } from "../surrogate/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import {
  endSurrogateTraining,
  openNeuralSurrogate,
  SURROGATE_TRAINING,
  type SurrogateReportResults,
  surrogateResults,
} from "../training/mod.ts";
import { defineCommand, runCommand } from "./boundary.ts";
import { configFile } from "./options.ts";
import { printLine } from "./output.ts";
import { startTalk } from "./progress.ts";
import { addTrainingOptions, runTraining, trainingFlags } from "./training.ts";

const program = defineCommand(
  "train:surrogate",
  "Train the neural surrogate on simulated SCMs and evaluate it beside simple scores on held-out ones",
  [
    "train:surrogate training.updates=2000",
    "train:surrogate --multirun network.width=32,64 --jobs 2",
    "train:surrogate --resume results/surrogate/RUN",
  ],
).argument("[words...]", "overrides of the config, e.g. training.updates=2000 network.width=32");
addTrainingOptions(program as unknown as CommandUnknownOpts, "surrogate");
program.option(
  "--evaluate <path>",
  "evaluate the surrogate of this run or checkpoint on the config's episodes and stop",
);

/** Evaluates on the test episodes and prints the table. */
function evaluate(form: SurrogateForm, config: SurrogateConfig): SurrogateReportResults {
  using talk = startTalk("evaluating");
  const end = endSurrogateTraining(form, config, talk.say);
  talk[Symbol.dispose]();
  printLine(surrogateText(end));
  return end;
}

async function main(args: readonly string[]): Promise<number> {
  program.parse(args, { from: "user" });
  const options = trainingFlags(program as unknown as CommandUnknownOpts);
  // One option with two forms: `--evaluate PATH`, and `--no-evaluate` as in every training.
  const evaluated: unknown = options.evaluate;
  const flags = { ...options, evaluate: evaluated !== false };
  const [words] = program.processedArgs;
  const load = (file: string) => loadConfigWith(SURROGATE_TRAINING.resolve, file, words);
  if (typeof evaluated === "string") {
    const config = load(configFile(flags.config ?? "surrogate"));
    await useBackend(config.runtime.backend);
    evaluate(openNeuralSurrogate(evaluated).form, config);
    return 0;
  }
  let loss: number | undefined;
  return await runTraining({
    kind: SURROGATE_TRAINING,
    config: "surrogate",
    words,
    load,
    describe(metrics) {
      loss = loss === undefined ? metrics.parents_loss : 0.99 * loss + 0.01 * metrics.parents_loss;
      const f1 = metrics["validation/f1"];
      return { loss: loss.toFixed(3), ...(f1 === undefined ? {} : { f1: f1.toFixed(3) }) };
    },
    evaluate: ({ run }) => surrogateResults(evaluate(openNeuralSurrogate(run.folder).form, run.config)),
    report: writeRunReport,
  }, flags);
}

if (import.meta.main) await runCommand(main);
