/** What `benchmarks` and `robustness` share: a policy's seeds on a list of scenarios, shown and written. */

import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import {
  createPlayers,
  openScenarios,
  type PlayedScenario,
  type Scenario,
  type ScenarioRequest,
  type ScenarioVerdicts,
} from "../contest/mod.ts";
import { type ScenarioHead, type ScenarioPage, scenarioText, writeScenarios } from "../report/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import { printLine } from "./output.ts";
import { startProgress } from "./progress.ts";
import { checkPublished, commandLine, PUBLISHED } from "./publish.ts";

/** A command about scenarios: what it plays, and how its page is made. */
export interface ScenarioCommand<Kind extends Scenario> {
  readonly program: CommandUnknownOpts;
  readonly args: readonly string[];
  readonly request: ScenarioRequest<Kind>;
  page(
    played: readonly PlayedScenario<Kind>[],
    verdicts: ScenarioVerdicts,
    head: ScenarioHead,
  ): ScenarioPage;
  readonly flags: {
    readonly out: string;
    readonly name?: string | undefined;
    readonly publish: boolean;
    readonly workers: number;
  };
}

/** Plays the scenarios with a bar of progress, prints the page and writes it with its data. */
export async function runScenarios<Kind extends Scenario>(command: ScenarioCommand<Kind>): Promise<void> {
  const { program, args, request, flags: { out, name, publish, workers } } = command;
  if (publish) checkPublished(program, ["checkpoint"]);
  await useBackend("auto");
  const contest = openScenarios(request);
  using progress = startProgress("playing", contest.scenarios.length);
  using players = createPlayers(workers);
  const { played, verdicts } = await contest.play(players, (count, last) => progress.update(count, { last }));
  const page = command.page(played, verdicts, { command: commandLine(program, args), ...contest });
  printLine(scenarioText(page));
  const stem = name ?? `${program.name().split(" ").at(-1)}-${contest.seeds.track.name}`;
  const files = { folder: publish ? PUBLISHED : out, name: stem, html: !publish };
  const written = await writeScenarios(files, page, played, verdicts);
  printLine(`\nwrote ${written.join(", ")}`);
}
