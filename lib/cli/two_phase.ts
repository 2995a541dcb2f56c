/** `deno task two-phase`: train a policy or take one, then let it intervene while a surrogate learns the structure from the rows. */

import { Option } from "@commander-js/extra-typings";
import { basename, join } from "node:path";
import {
  type Arm,
  beliefSources,
  comparisonArms,
  findings,
  instancesOf,
  runStudy,
  type StudySummary,
  summariseStudy,
} from "../contest/mod.ts";
import { describeEnvironment, formatJson, type Row, Run, trackersFor, writeFileAtomic } from "../runs/mod.ts";
import { loadConfig } from "../config/mod.ts";
import { openPolicy, SAFETENSORS, train } from "../training/mod.ts";
import type { EpisodeOptions } from "../environment/mod.ts";
import { twoPhaseReport } from "../report/mod.ts";
import { ACTIVE_DEFAULTS, createActiveSurrogate } from "../surrogate/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import { defineCommand, runCommand, UsageError } from "./boundary.ts";
import { A_POLICY, configFile, CONFIGS, pathOption, RESULTS, sizeRange, wholeNumber } from "./options.ts";
import { printError, printLine } from "./output.ts";
import { startProgress } from "./progress.ts";
import { environmentProvenance } from "../report/mod.ts";
import { studyText } from "../report/mod.ts";

const program = defineCommand(
  "two-phase",
  "Phase 1: a GRPO policy. Phase 2: it intervenes, and the active surrogate learns the parents from the rows",
  [
    "two-phase --scm-type medium --compare",
    "two-phase --grpo-checkpoint configs/policies/linear --n-interventions 30",
  ],
)
  .argument("[words...]", "overrides of phase 1's config in Hydra's grammar, e.g. grpo.updates=100")
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

async function main(args: readonly string[]): Promise<void> {
  program.parse([...args], { from: "user" });
  const options = program.opts();
  const words = program.processedArgs[0] as readonly string[];
  const learningRate = rateOf(options.learningRate);
  const sizes = options.sizes === undefined ? undefined : sizeRange(options.sizes);
  const instances = instancesOf(options.scmType, options.instances, options.seed, sizes);
  if (options.grpoCheckpoint !== undefined && words.length > 0) {
    throw new UsageError(`a trained policy is taken as it is: leave out ${words.join(" ")}`);
  }
  const backend = await useBackend("auto");
  const checkpoint = options.grpoCheckpoint ?? await trainPolicy(options, words, backend);
  const { policy } = openPolicy(checkpoint);
  const active = createActiveSurrogate({ learningRate });
  const { sources, missing } = options.compare
    ? beliefSources(options.beliefs, instances, options.neural)
    : { sources: {}, missing: [] };
  const arms: readonly Arm[] = options.compare
    ? comparisonArms(policy, active, sources)
    : [{ name: "GRPO + active", policy, beliefs: active }];
  const episode: EpisodeOptions = {
    observationalRows: options.nObservational,
    interventionalRows: 0,
    horizon: options.nInterventions,
    rowsPerIntervention: 1,
  };
  const played = runStudy(arms, instances, { episode, mode: options.mode, judge: active, say: printError });
  const study = summariseStudy(played, missing, instances, options.nObservational);
  const written = await writeStudy(options, study, args, backend);
  printLine(studyText(study));
  printLine(`\nresults ${written.json}\nreport  ${written.report}`);
}

/** Phase 1; returns the run's folder. */
async function trainPolicy(options: Options, words: readonly string[], backend: string): Promise<string> {
  const config = loadConfig(configFile(options.config), words);
  using run = Run.create(options.out, config, {
    format: SAFETENSORS,
    environment: describeEnvironment(backend),
  });
  const trackers = await trackersFor(run, 0, printError);
  using progress = startProgress("phase 1", config.grpo.updates);
  const result = await train(run, undefined, trackers, {
    clock: () => performance.now() / 1000,
    onUpdate: ({ update, normalisedValue }) => progress.update(update, { value: normalisedValue.toFixed(3) }),
    say: printError,
  });
  run.finish({ updates: result.update, interventions: result.interventions });
  return run.folder;
}

/** JSON and report of a study, named after its SCM. */
async function writeStudy(
  options: Options,
  study: StudySummary,
  args: readonly string[],
  backend: string,
): Promise<{ readonly json: string; readonly report: string }> {
  const stem = `${basename(study.scm).replace(/\.ya?ml$/, "")}${options.compare ? "-comparison" : ""}`;
  const json = join(options.out, `${stem}.json`);
  const report = join(options.out, `${stem}.html`);
  Deno.mkdirSync(options.out, { recursive: true });
  const sentences = findings(study);
  writeFileAtomic(json, formatJson({ ...study, findings: sentences } as unknown as Row));
  writeFileAtomic(
    report,
    await twoPhaseReport({
      study,
      findings: sentences,
      provenance: {
        command: `deno task two-phase ${args.join(" ")}`.trimEnd(),
        seed: options.seed,
        config: { ...options },
        ...environmentProvenance(describeEnvironment(backend)),
      },
    }),
  );
  return { json, report };
}

function rateOf(text: string): number {
  const rate = Number(text);
  if (text.trim() === "" || !(rate > 0 && Number.isFinite(rate))) {
    throw new UsageError(`--learning-rate ${text}: a finite number above 0 was expected`);
  }
  return rate;
}

if (import.meta.main) await runCommand(main);
