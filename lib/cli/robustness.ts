/** `deno task robustness`: a trained policy and the tuned baselines on problems unlike those of its training. */

import { join } from "node:path";
import { robustnessScenarios } from "../contest/mod.ts";
import { robustnessPage } from "../report/mod.ts";
import { defineCommand, runCommand } from "./boundary.ts";
import { A_POLICY, pathOption, RESULTS, SHIPPED, wholeNumber, workersOption } from "./options.ts";
import { runScenarios } from "./scenarios.ts";

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
  .addOption(workersOption())
  .option("--publish", "write the table that the project keeps, in results/published", false);

async function main(args: readonly string[]): Promise<void> {
  program.parse([...args], { from: "user" });
  const { checkpoint, problems, baselines, opponents, ...flags } = program.opts();
  await runScenarios({
    program,
    args,
    request: {
      policies: checkpoint,
      baselines: baselines ?? null,
      opponents: opponents ?? null,
      metric: "meanValue",
      scenarios: (track) => robustnessScenarios(track, problems),
      planned: () => true,
    },
    page: robustnessPage,
    flags,
  });
}

if (import.meta.main) await runCommand(main);
