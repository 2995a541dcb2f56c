/** `deno task benchmarks`: a trained policy, zero-shot, on the public benchmark SCMs of causal Bayesian optimisation. */

import { baselineNames, PUBLIC_SCMS, publicScenarios } from "../contest/mod.ts";
import { readTuned } from "../training/mod.ts";
import { BENCHMARK_METRICS, benchmarksMarkdown, scenarioData } from "../report/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import { defineCommand, runCommand } from "./boundary.ts";
import { A_POLICY, pathOption, wholeNumber } from "./options.ts";
import {
  commandLine,
  guardScenarios,
  openSeeds,
  playAll,
  publish,
  PUBLISHED,
  SHIPPED,
  tuningNote,
} from "./scenario_options.ts";

/** Searches that know nothing, Gaussian processes without and with an observational prior, and causal BO. */
const BENCHMARK_COMPETITORS = [
  "random",
  "random-endpoint",
  "gp-ei",
  "gp-ucb",
  "gp-obs-ei",
  "gp-obs-ucb",
  "causal-bo",
  "causal-bo-ucb",
];

const program = defineCommand(
  "benchmarks",
  "Evaluate a trained policy, zero-shot, on the public benchmark SCMs beside BO and causal BO",
  [
    "benchmarks --repetitions 10 --out results/benchmarks",
    "benchmarks --checkpoint configs/policies/nonlinear --scms healthcare --trials 20",
  ],
)
  .option("--checkpoint <runs...>", `${A_POLICY}; several are training seeds of one method`, [...SHIPPED])
  .option("--scms <names...>", "SCMs of configs/scms, or files", [...PUBLIC_SCMS])
  .option("--trials <n...>", "budgets of interventions", ["20", "40"])
  .option("--repetitions <n>", "episodes on each SCM, with rows and noise of their own", wholeNumber(2), 50)
  .option("--baselines <names...>", "competitors", [...BENCHMARK_COMPETITORS])
  .option("--tuned <track>", "track that the baselines are tuned on", "nonlinear")
  .option("--name <name>", "name of the files; that of the track by default")
  .addOption(pathOption("--out <folder>", "where they are written", PUBLISHED));

async function main(args: readonly string[]): Promise<void> {
  program.parse([...args], { from: "user" });
  const options = program.opts();
  const { checkpoint, scms, trials, repetitions, baselines, name, out } = options;
  const competitors = baselineNames(baselines);
  await useBackend("auto");
  const { policies, track, trainedOn } = openSeeds(checkpoint);
  const scenarios = publicScenarios(track, scms, trials.map(wholeNumber(1)), repetitions);
  guardScenarios(checkpoint, track, scenarios);
  const tuned = readTuned(options.tuned);
  const played = playAll(scenarios, policies, competitors, tuned);
  const command = commandLine(program, args);
  const markdown = benchmarksMarkdown(played, {
    title: `Public benchmark SCMs, \`${track.name}\` policy`,
    command,
    notes: [
      `The policy (${policies.length} training seeds) was trained on problems of ${trainedOn} alone and has seen none of ` +
      `these SCMs; it knows no graph. ${repetitions} repetitions, ${track.episode.observationalRows} observational rows, ` +
      `one row for each single-variable intervention. ${tuningNote(tuned, competitors)} ` +
      "`causal-bo` and `causal-bo-ucb` are told the true graph, `oracle` the answer. All numbers are expectations E[Y | do], never a lucky " +
      "draw: GAP and PA-GAP too take the expected outcomes and the expected optimum, where the benchmarks publish sampled " +
      "ones. Intervals are 95 %, over repetitions and training seeds; verdicts are corrected by Holm's method over all " +
      "SCMs, budgets and competitors.",
    ],
  });
  const data = scenarioData(command, played, BENCHMARK_METRICS);
  publish(out, name ?? `benchmarks-${track.name}`, markdown, data);
}

if (import.meta.main) await runCommand(main);
