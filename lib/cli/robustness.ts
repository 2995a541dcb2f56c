/** `deno task robustness`: a trained policy and the tuned baselines on problems unlike those of its training. */

import {
  baselineContestants,
  baselineNames,
  guardScenarios,
  judgeScenarios,
  openSeeds,
  plannedOpponents,
  playScenarios,
  POLICY_NAME,
  robustnessScenarios,
  trainedContestant,
} from "../contest/mod.ts";
import { readTuned } from "../training/mod.ts";
import { robustnessPage, scenarioText, writeScenarios } from "../report/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import { defineCommand, runCommand } from "./boundary.ts";
import { A_POLICY, pathOption, RESULTS, SHIPPED, wholeNumber } from "./options.ts";
import { printLine } from "./output.ts";
import { startProgress } from "./progress.ts";
import { checkPublished, commandLine, PUBLISHED } from "./publish.ts";
import { join } from "node:path";

const program = defineCommand(
  "robustness",
  "Try a trained policy on other graphs, coefficients, noise, sizes, interventions and mechanisms",
  [
    "robustness --problems 64",
    "robustness --checkpoint configs/policies/nonlinear --opponents blr-obs-ucb blr-obs-greedy",
  ],
)
  .option("--checkpoint <runs...>", `${A_POLICY}; several are training seeds of one method`, [...SHIPPED])
  .option("--problems <n>", "problems of each kind", wholeNumber(2), 512)
  .option("--baselines <names...>", "baselines; all but the slow ones by default")
  .option(
    "--opponents <names...>",
    "baselines that the policy is planned to be compared with; the strong ones by default",
  )
  .option("--name <name>", "name of the files; that of the track by default")
  .addOption(pathOption("--out <folder>", "where they are written", join(RESULTS, "robustness")))
  .option("--publish", "write the table that the project keeps, in results/published", false);

async function main(args: readonly string[]): Promise<void> {
  program.parse([...args], { from: "user" });
  const { checkpoint, problems, baselines, opponents, name, out, publish } = program.opts();
  if (publish) checkPublished(program, ["checkpoint"]);
  const names = baselineNames(baselines ?? null, "--baselines");
  await useBackend("auto");
  const seeds = openSeeds(checkpoint);
  const { track } = seeds;
  const tuned = readTuned(track.name);
  const contestants = [
    trainedContestant(POLICY_NAME, seeds.policies, "annealed"),
    ...baselineContestants(names, tuned),
  ];
  const planned = plannedOpponents(contestants, opponents ?? null);
  const scenarios = robustnessScenarios(track, problems);
  guardScenarios(checkpoint, track, scenarios);
  using progress = startProgress("playing", scenarios.length);
  const played = playScenarios(scenarios, contestants, (count, last) => progress.update(count, { last }));
  const verdicts = judgeScenarios(played, {
    metric: "meanValue",
    opponents: planned,
    scenarios: scenarios.map((scenario) => scenario.name),
  });
  const page = robustnessPage(played, verdicts, { command: commandLine(program, args), seeds, tuned });
  printLine(scenarioText(page));
  const written = writeScenarios(
    publish ? PUBLISHED : out,
    name ?? `robustness-${track.name}`,
    page,
    played,
    verdicts,
  );
  printLine(`\nwrote ${written.join(" and ")}`);
}

if (import.meta.main) await runCommand(main);
