/** `deno task two-phase`: train a policy or take one, then let it intervene while a surrogate learns the structure from the rows. */

import { Option } from "@commander-js/extra-typings";
import { dirname, join } from "node:path";
import { loadConfig } from "../config/mod.ts";
import { instancesOf, playTwoPhase } from "../contest/mod.ts";
import { environmentProvenance, studyText, writeTwoPhase } from "../report/mod.ts";
import { describeEnvironment, endOnSignal, exitCodeOf, readOrigin, runState, shellCommand } from "../runs/mod.ts";
import { ACTIVE_DEFAULTS } from "../surrogate/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import { conclude, openPolicy, POLICY_TRAINING, resumeTraining, startTraining } from "../training/mod.ts";
import { defineCommand, runCommand, UsageError } from "./boundary.ts";
import { A_POLICY, configFile, CONFIGS, pathOption, RESULTS, sizeRange, wholeNumber } from "./options.ts";
import { printError, printLine } from "./output.ts";
import { startTalk } from "./progress.ts";
import { trainWithProgress } from "./training.ts";

const program = defineCommand(
  "two-phase",
  "Phase 1: a GRPO policy. Phase 2: it intervenes, and the active surrogate learns the parents from the rows",
  [
    "two-phase --scm-type medium --compare",
    "two-phase --grpo-checkpoint configs/policies/linear --n-interventions 30",
    "two-phase --resume results/two_phase/two_phase/RUN",
  ],
)
  .argument("[words...]", "overrides of phase 1's config in Hydra's grammar, e.g. grpo.updates=100")
  .option("--resume <run>", "go on with a run of phase 1 that was stopped, and with phase 2, as they were asked for")
  .option("--grpo-checkpoint <run>", `${A_POLICY}; without one, phase 1 is trained`)
  .option("--config <file>", "config of phase 1, or its name in configs/", "two_phase")
  .option("--scm-type <name>", "easy, medium, hard, another SCM or track of configs/, or an SCM file", "easy")
  .option("--sizes <n or min-max>", "number of variables of a track's SCMs; the track's by default")
  .option("--n-interventions <n>", "interventions of phase 2", wholeNumber(1), 50)
  .option("--n-observational <n>", "rows without intervention that phase 2 starts from", wholeNumber(2), 30)
  .option(
    "--learning-rate <rate>",
    "step of the active surrogate after each intervention; 1 is Bayes' rule",
    String(ACTIVE_DEFAULTS.learningRate),
  )
  .option("--compare", "run random and GRPO with every surrogate on the same instances", false)
  .option("--beliefs <kinds...>", "surrogates of --compare beside active", ["bootstrap", "exact", "neural"])
  .addOption(
    pathOption(
      "--neural <run>",
      "a name in configs/surrogates, a run or a checkpoint",
      join(CONFIGS, "surrogates", "neural"),
    ),
  )
  .option("--instances <n>", "episodes, each with initial rows and noise of its own", wholeNumber(2), 64)
  .option("--seed <n>", "seed of the instances", wholeNumber(0), 0)
  .addOption(pathOption("--out <folder>", "where results are written", join(RESULTS, "two_phase")))
  .addOption(
    new Option("--mode <how>", "how the trained policy acts").choices(["mode", "annealed", "sample"] as const)
      .default("annealed" as const),
  );

type Options = ReturnType<typeof program.opts>;

async function main(given: readonly string[]): Promise<number> {
  program.parse([...given], { from: "user" });
  const { resume } = program.opts();
  const args = resume === undefined ? given : wordsOf(resume, given);
  if (resume !== undefined) program.parse([...args], { from: "user" });
  const options = program.opts();
  const [words] = program.processedArgs;
  const learningRate = rateOf(options.learningRate);
  const sizes = options.sizes === undefined ? undefined : sizeRange(options.sizes);
  const instances = instancesOf(options.scmType, options.instances, options.seed, sizes);
  if (options.grpoCheckpoint !== undefined && words.length > 0) {
    throw new UsageError(`a trained policy is taken as it is: leave out ${words.join(" ")}`);
  }
  const backend = await useBackend("auto");
  const phase1 = options.grpoCheckpoint === undefined ? await trainPolicy(options, words, args, resume) : undefined;
  if (typeof phase1 === "number") return phase1;
  using _ = phase1 === undefined ? endOnSignal() : endOnSignal(`go on with: ${resumeCommand(phase1)}`);
  const { policy } = openPolicy(phase1 ?? String(options.grpoCheckpoint));
  using talk = startTalk("phase 2");
  const study = playTwoPhase({
    policy,
    instances,
    episode: {
      observationalRows: options.nObservational,
      interventionalRows: 0,
      horizon: options.nInterventions,
      rowsPerIntervention: 1,
    },
    mode: options.mode,
    learningRate,
    compared: options.compare ? { kinds: options.beliefs, neural: options.neural } : null,
  }, talk.say);
  talk[Symbol.dispose]();
  // A run that goes on writes beside itself, wherever it was moved to.
  const out = resume === undefined ? options.out : dirname(dirname(resume));
  const written = await writeTwoPhase(out, options.compare ? "-comparison" : "", study, {
    command: shellCommand(["deno", "task", "two-phase", ...args]),
    seed: options.seed,
    config: { ...options, out },
    ...environmentProvenance(describeEnvironment(backend)),
  });
  printLine(studyText(study));
  printLine(`\nresults ${written.json}\nreport  ${written.report}`);
  return 0;
}

/**
 * The words that a run of phase 1 was started with.
 * @throws UsageError if other words stand beside `--resume`, or `two-phase` did not start the run
 */
function wordsOf(run: string, given: readonly string[]): readonly string[] {
  const others = given.filter((word, at) =>
    word !== "--resume" && given[at - 1] !== "--resume" && !word.startsWith("--resume=") && word !== "--debug"
  );
  if (others.length > 0) {
    throw new UsageError(`--resume goes on with what was asked for: leave out ${others.join(" ")}`);
  }
  const { origin, problem } = readOrigin(run);
  if (origin?.command?.[2] === "two-phase") return origin.command.slice(3);
  throw new UsageError(`${run}: no run of deno task two-phase${problem === undefined ? "" : ` (${problem})`}`);
}

const resumeCommand = (run: string) => `deno task two-phase --resume ${run}`;

/** Phase 1, if it is not done yet; returns the run's folder, or the exit code if it was stopped. */
async function trainPolicy(
  options: Options,
  words: readonly string[],
  args: readonly string[],
  resume: string | undefined,
): Promise<string | number> {
  if (resume !== undefined && runState(resume, false) === "finished") return resume;
  using training = resume === undefined
    ? await startTraining(POLICY_TRAINING, loadConfig(configFile(options.config), words), { results: options.out }, [
      "deno",
      "task",
      "two-phase",
      ...args,
    ])
    : await resumeTraining(POLICY_TRAINING, resume, {});
  const { folder } = training.run;
  training.warnings.forEach((warning) => printError(`warning: ${warning}`));
  const describe = ({ normalised_value }: Readonly<Record<string, number>>) => ({ value: normalised_value.toFixed(3) });
  const { result, signal } = await trainWithProgress({ describe }, training, undefined);
  if (!result.finished || signal !== undefined) {
    printError(`stopped after update ${result.update} of phase 1; go on with: ${resumeCommand(folder)}`);
    return signal === undefined ? 0 : exitCodeOf(signal);
  }
  const { remarks } = await conclude(training, undefined, printError);
  for (const warning of [...result.warnings, ...remarks]) printError(`warning: phase 1: ${warning}`);
  return folder;
}

function rateOf(text: string): number {
  const rate = Number(text);
  if (text.trim() === "" || !(rate > 0 && Number.isFinite(rate))) {
    throw new UsageError(`--learning-rate ${text}: a finite number above 0 was expected`);
  }
  return rate;
}

if (import.meta.main) await runCommand(main);
