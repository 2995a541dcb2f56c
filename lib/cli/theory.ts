/** `deno task theory`: teach the language model to write consistent theories, evaluate it, compare it with searches. */

import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { loadConfigWith, resolveTheoryConfig, type TheoryConfig } from "../config/mod.ts";
import { theoryText, writeRunReport } from "../report/mod.ts";
import { endTheoryRun, evaluateTheoryRun, THEORY_TRAINING, theoryConfigFrom, theoryResults } from "../training/mod.ts";
import { defineCommand, runCommand } from "./boundary.ts";
import { configFile, wholeNumber } from "./options.ts";
import { printLine } from "./output.ts";
import { startTalk } from "./progress.ts";
import { addTrainingOptions, runTraining, type TrainingFlags, trainingFlags } from "./training.ts";

const program = defineCommand(
  "theory",
  "Train the theory-writing language model with GRPO, evaluate it, and compare it with searches",
  [
    "theory task=T2 grpo.updates=800",
    "theory --task configs/theories/dark_u1.yaml",
    "theory --multirun --seed 0,1,2 task=T0,T4 --jobs 2",
    "theory --resume results/theory/RUN",
  ],
).argument("[words...]", "overrides of the config, e.g. task=T2 grpo.updates=800 network.width=512")
  .option("--task <name>", "T0 … T6, or a YAML file of your own (task)")
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
  .option(
    "--eval-only",
    "evaluate the policy of --checkpoint (with its run's config) or fresh weights, and stop",
    false,
  )
  .option("--held-out", "evaluate on the prompts that training never sees as well (evaluation.held_out)");

addTrainingOptions(program as unknown as CommandUnknownOpts, "theory");

/** The options of this command alone, and the config that is named. */
type Options = ReturnType<typeof program.opts> & Pick<TrainingFlags, "config">;

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
  ["heldOut", ["evaluation.held_out"]],
];

/** The words of a command line, its flags among them. */
function overridesOf(words: readonly string[], options: Partial<Options>): readonly string[] {
  const flags = KEYS.flatMap(([option, keys]) =>
    options[option] === undefined ? [] : keys.map((key) => `${key}=${options[option]}`)
  );
  return [...flags, ...words];
}

/** The config of a command line. */
export function theoryConfig(file: string, words: readonly string[], options: Partial<Options>): TheoryConfig {
  const { checkpoint, evalOnly, config } = options;
  const overrides = overridesOf(words, options);
  return checkpoint === undefined
    ? loadConfigWith(resolveTheoryConfig, file, overrides)
    : theoryConfigFrom(checkpoint, evalOnly === true && config === undefined ? null : file, overrides);
}

async function main(args: readonly string[]): Promise<number> {
  // The founding document writes --group_size; both spellings are the same option.
  const spelled = args.map((arg) =>
    /^--[a-z_]+(=|$)/.test(arg) ? arg.replace(/^--[a-z_]+/, (name) => name.replaceAll("_", "-")) : arg
  );
  program.parse(spelled, { from: "user" });
  const options = { ...program.opts(), ...trainingFlags(program as unknown as CommandUnknownOpts) };
  const [words] = program.processedArgs;
  const load = (file: string) => theoryConfig(file, words, options);
  if (options.evalOnly && !options.cfg) {
    const config = load(configFile(options.config ?? "theory"));
    const { end, folder } = await evaluateTheoryRun(config, options.results);
    printLine(`${theoryText(end, config.evaluation.held_out)}\n\nrun  ${folder}`);
    return 0;
  }
  const { checkpoint, logInterval } = options;
  return await runTraining({
    kind: THEORY_TRAINING,
    config: "theory",
    words: overridesOf(words, options),
    ...(checkpoint === undefined ? {} : { again: ["--checkpoint", checkpoint] }),
    load,
    describe: ({ success, theory_reward, loss, legal_entropy, kl }) => ({
      success: success.toFixed(3),
      reward: theory_reward.toFixed(3),
      loss: loss.toFixed(4),
      entropy: legal_entropy.toFixed(3),
      kl: kl.toFixed(4),
    }),
    lineEvery: logInterval,
    async evaluate({ run, learner }) {
      using talk = startTalk("searching");
      const end = await endTheoryRun(run, learner, talk.say);
      talk[Symbol.dispose]();
      printLine(theoryText(end, run.config.evaluation.held_out));
      return theoryResults(end);
    },
    report: writeRunReport,
  }, options);
}

if (import.meta.main) await runCommand(main);
