/** `deno task benchmarks`: a trained policy, zero-shot, on the public benchmark SCMs of causal Bayesian optimisation. */

import { join } from "node:path";
import { PUBLIC_BASELINES, PUBLIC_OPPONENTS, PUBLIC_SCMS, publicScenarios } from "../contest/mod.ts";
import { benchmarksPage } from "../report/mod.ts";
import { defineCommand, runCommand } from "./boundary.ts";
import { A_POLICY, pathOption, RESULTS, SHIPPED, wholeNumber, workersOption } from "./options.ts";
import { runScenarios } from "./scenarios.ts";

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
  .addOption(workersOption())
  .option("--publish", "write the table that the project keeps, in results/published", false);

async function main(args: readonly string[]): Promise<void> {
  program.parse([...args], { from: "user" });
  const { checkpoint, scms, repetitions, baselines, opponents, tuned, ...flags } = program.opts();
  const trials = flags.trials.map(wholeNumber(1));
  await runScenarios({
    program,
    args,
    request: {
      policies: checkpoint,
      baselines,
      opponents: opponents ?? null,
      usual: PUBLIC_OPPONENTS,
      tunedOn: tuned,
      metric: "recommendation",
      scenarios: (track) => publicScenarios(track, scms, trials, repetitions),
      planned: (scenario) => scenario.trials === Math.max(...trials),
    },
    page: benchmarksPage,
    flags,
  });
}

if (import.meta.main) await runCommand(main);
