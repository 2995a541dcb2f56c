/** `deno task benchmarks`: a trained policy, zero-shot, on the public benchmark SCMs of causal Bayesian optimisation. */

import { join } from "node:path";
import {
  baselineContestants,
  baselineNames,
  guardScenarios,
  judgeScenarios,
  openSeeds,
  plannedOpponents,
  playScenarios,
  POLICY_NAME,
  PUBLIC_BASELINES,
  PUBLIC_OPPONENTS,
  PUBLIC_SCMS,
  publicScenarios,
  trainedContestant,
} from "../contest/mod.ts";
import { readTuned } from "../training/mod.ts";
import { benchmarksPage, scenarioText, writeScenarios } from "../report/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import { defineCommand, runCommand } from "./boundary.ts";
import { A_POLICY, pathOption, RESULTS, SHIPPED, wholeNumber } from "./options.ts";
import { printLine } from "./output.ts";
import { startProgress } from "./progress.ts";
import { checkPublished, commandLine, PUBLISHED } from "./publish.ts";

const program = defineCommand(
  "benchmarks",
  "Evaluate a trained policy, zero-shot, on the public benchmark SCMs beside BO and causal BO",
  [
    "benchmarks --repetitions 10",
    "benchmarks --checkpoint configs/policies/nonlinear --scms healthcare_psa --trials 20",
  ],
)
  .option("--checkpoint <runs...>", `${A_POLICY}; several are training seeds of one method`, [...SHIPPED])
  .option("--scms <names...>", "SCMs of configs/scms, or files", [...PUBLIC_SCMS])
  .option("--trials <n...>", "budgets of interventions; comparisons are planned at the largest", ["20", "40"])
  .option("--repetitions <n>", "episodes on each SCM, with rows and noise of their own", wholeNumber(2), 50)
  .option("--baselines <names...>", "competitors", [...PUBLIC_BASELINES])
  .option(
    "--opponents <names...>",
    `competitors that the policy is planned to be compared with; ${PUBLIC_OPPONENTS.join(" ")}`,
  )
  .option("--tuned <track>", "track that the baselines are tuned on", "nonlinear")
  .option("--name <name>", "name of the files; that of the track by default")
  .addOption(pathOption("--out <folder>", "where they are written", join(RESULTS, "benchmarks")))
  .option("--publish", "write the table that the project keeps, in results/published", false);

async function main(args: readonly string[]): Promise<void> {
  program.parse([...args], { from: "user" });
  const options = program.opts();
  const { checkpoint, scms, repetitions, baselines, opponents, name, out, publish } = options;
  if (publish) checkPublished(program, ["checkpoint"]);
  const trials = options.trials.map(wholeNumber(1));
  const names = baselineNames(baselines, "--baselines");
  await useBackend("auto");
  const seeds = openSeeds(checkpoint);
  const { track } = seeds;
  const tuned = readTuned(options.tuned);
  const contestants = [
    trainedContestant(POLICY_NAME, seeds.policies, "annealed"),
    ...baselineContestants(names, tuned),
  ];
  const planned = plannedOpponents(contestants, opponents ?? null, PUBLIC_OPPONENTS);
  const scenarios = publicScenarios(track, scms, trials, repetitions);
  guardScenarios(checkpoint, track, scenarios);
  using progress = startProgress("playing", scenarios.length);
  const played = playScenarios(scenarios, contestants, (count, last) => progress.update(count, { last }));
  const verdicts = judgeScenarios(played, {
    metric: "recommendation",
    opponents: planned,
    scenarios: scenarios.filter((scenario) => scenario.trials === Math.max(...trials)).map((scenario) => scenario.name),
  });
  const page = benchmarksPage(played, verdicts, { command: commandLine(program, args), seeds, tuned });
  printLine(scenarioText(page));
  const written = writeScenarios(publish ? PUBLISHED : out, name ?? `benchmarks-${track.name}`, page, played, verdicts);
  printLine(`\nwrote ${written.join(" and ")}`);
}

if (import.meta.main) await runCommand(main);
