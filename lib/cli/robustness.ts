/** `deno task robustness`: a trained policy and the tuned baselines on problems unlike those of its training. */

import { baselineNames, robustnessScenarios } from "../contest/mod.ts";
import { readTuned } from "../training/mod.ts";
import { robustnessMarkdown, scenarioData } from "../report/mod.ts";
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

const program = defineCommand(
  "robustness",
  "Try a trained policy on other graphs, coefficients, noise, sizes, interventions and mechanisms",
  [
    "robustness --problems 64 --out results/robustness",
    "robustness --checkpoint configs/policies/nonlinear",
  ],
)
  .option("--checkpoint <runs...>", `${A_POLICY}; several are training seeds of one method`, [...SHIPPED])
  .option("--problems <n>", "problems of each kind", wholeNumber(2), 512)
  .option("--baselines <names...>", "baselines; all but the slow ones by default")
  .option("--name <name>", "name of the files; that of the track by default")
  .addOption(pathOption("--out <folder>", "where they are written", PUBLISHED));

async function main(args: readonly string[]): Promise<void> {
  program.parse([...args], { from: "user" });
  const { checkpoint, problems, baselines, name, out } = program.opts();
  const competitors = baselineNames(baselines ?? []);
  await useBackend("auto");
  const { policies, track, trainedOn } = openSeeds(checkpoint);
  const scenarios = robustnessScenarios(track, problems);
  guardScenarios(checkpoint, track, scenarios);
  const tuned = readTuned(track.name);
  const played = playAll(scenarios, policies, competitors, tuned);
  const { min, max } = track.distribution.sizes;
  const command = commandLine(program, args);
  const markdown = robustnessMarkdown(played, {
    title: `Robustness of the \`${track.name}\` policy`,
    command,
    notes: [
      `The policy (${policies.length} training seeds) was trained on problems of ${trainedOn} alone, with ${min} to ` +
      `${max} variables of every graph family, and is used as it is. ${
        tuningNote(tuned, competitors)
      } ${problems} problems ` +
      `of each kind, ${track.episode.horizon} interventions, the same problems, initial rows and noise for every method. ` +
      "Values are normalised: 0 is doing nothing, 1 the best single intervention. " +
      "Intervals are 95 %, over problems and training seeds; p-values are corrected by Holm's method over all kinds of " +
      "problems and baselines. The strongest baseline of a row is chosen on the row itself, which favours the baselines.",
    ],
  });
  publish(out, name ?? `robustness-${track.name}`, markdown, scenarioData(command, played, ["meanValue"]));
}

if (import.meta.main) await runCommand(main);
