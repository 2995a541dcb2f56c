/** `deno task train`: train a policy, evaluate it on held-out problems against every baseline, write the run and its report. */

import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { loadConfig } from "../config/mod.ts";
import { checkComparison, compareRun, writeComparison } from "../contest/mod.ts";
import { comparisonText, policyResults, writeRunReport } from "../report/mod.ts";
import { POLICY_TRAINING, rewardKnowledge } from "../training/mod.ts";
import { defineCommand, runCommand } from "./boundary.ts";
import { printError, printLine } from "./output.ts";
import { startTalk } from "./progress.ts";
import { addTrainingOptions, runTraining, trainingFlags } from "./training.ts";

const program = defineCommand("train", "Train a policy with GRPO and compare it with every baseline on held-out SCMs", [
  "train",
  "train --config linear grpo.updates=200 seed=1",
  "train --multirun seed=0,1,2 --jobs 2",
  "train --resume results/quick/RUN",
]).argument("[words...]", "overrides in Hydra's grammar, e.g. grpo.updates=500 track=scarce");
addTrainingOptions(program as unknown as CommandUnknownOpts, "quick");

async function main(args: readonly string[]): Promise<number> {
  program.parse(args, { from: "user" });
  const flags = trainingFlags(program as unknown as CommandUnknownOpts);
  const [words] = program.processedArgs;
  return await runTraining({
    kind: POLICY_TRAINING,
    config: "quick",
    words,
    load: (file) => loadConfig(file, words),
    before(config) {
      if (flags.evaluate) checkComparison(config);
      if (config.supervision.updates > 0) return;
      const knowledge = Object.entries(rewardKnowledge(config)).map(([name, what]) => `${name} (${what})`);
      if (knowledge.length > 0) {
        printError(`privileged rewards, for training on simulated SCMs alone: ${knowledge.join("; ")}`);
      }
    },
    describe: ({ normalised_value, interventions, answer }, seconds) =>
      normalised_value === undefined ? { answer: answer.toFixed(3) } : {
        value: normalised_value.toFixed(3),
        ...(seconds > 0 ? { rate: `${Math.round(interventions / seconds)} interventions/s` } : {}),
      },
    async evaluate({ run }) {
      using talk = startTalk("evaluating");
      const comparison = await compareRun(run, () => performance.now() / 1000, talk.say);
      talk[Symbol.dispose]();
      writeComparison(run.folder, comparison);
      printLine(comparisonText(comparison));
      return policyResults(run.config, comparison);
    },
    report: writeRunReport,
  }, flags);
}

if (import.meta.main) await runCommand(main);
