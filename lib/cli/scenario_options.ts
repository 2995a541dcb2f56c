/** What the commands about scenarios share: policies, their guard, and where pages are written. */

import { join } from "node:path";
import type { Command } from "@commander-js/extra-typings";
import { checkHeldOut, type PlayedScenario, playScenario, readModelRun, type Scenario } from "../contest/mod.ts";
import { loadTrack, type OpenedPolicy, openPolicy, type Track, type TunedBaselines } from "../training/mod.ts";
import { type Row, writeFileAtomic } from "../runs/mod.ts";
import { baselineGrid } from "../evaluation/mod.ts";
import { printLine } from "./output.ts";
import { RESULTS } from "./options.ts";
import { startProgress } from "./progress.ts";

/** The shipped policies of the linear track, three training seeds. */
export const SHIPPED: readonly string[] = ["linear", "linear-1", "linear-2"];

/** Where published tables are kept. */
export const PUBLISHED = join(RESULTS, "published");

/** Training seeds of one method, and the track that they were trained on. */
export interface OpenedSeeds {
  readonly policies: readonly OpenedPolicy[];
  readonly track: Track;
  /** Names of the tracks that they were trained on, as Markdown. */
  readonly trainedOn: string;
}

/** Opens runs as training seeds of one method. */
export function openSeeds(paths: readonly string[]): OpenedSeeds {
  const policies = paths.map((path) => openPolicy(path));
  const { config } = policies[0];
  const track = loadTrack(config);
  const trainedOn = [track.name, ...config.also_train_on].map((name) => `\`${name}\``).join(", ");
  return { policies, track, trainedOn };
}

/**
 * Refuses scenarios that share a stream or an SCM with the training of a policy.
 * @throws SeedOverlapError or SharedScmError naming what is shared
 */
export function guardScenarios(paths: readonly string[], track: Track, scenarios: readonly Scenario[]): void {
  const model = { label: "grpo", runs: paths.map(readModelRun) };
  const problems = scenarios.flatMap((scenario) => scenario.problems);
  checkHeldOut([model], { track, problems, stream: scenarios[0].stream });
}

/** Plays scenarios with annealed policies, the competitors and the oracle. */
export function playAll<Kind extends Scenario>(
  scenarios: readonly Kind[],
  policies: readonly OpenedPolicy[],
  competitors: readonly string[],
  tuned: TunedBaselines,
): readonly (PlayedScenario & { readonly scenario: Kind })[] {
  using progress = startProgress("playing", scenarios.length);
  const options = { policies, mode: "annealed" as const, baselines: [...competitors, "oracle"], tuned };
  return scenarios.map((scenario, i) => {
    const { methods } = playScenario(scenario, options);
    progress.update(i + 1, { last: scenario.name });
    return { scenario, methods };
  });
}

/** Says on which numbers of variables the settings of some baselines were tuned, and which have none. */
export function tuningNote({ track, sizes, problems }: TunedBaselines, names: readonly string[]): string {
  const groups = Map.groupBy(
    names.filter((name) => baselineGrid(name).length > 1),
    (name) => {
      const at = Object.keys(sizes).filter((size) => sizes[size][name] !== undefined).join(", ");
      return at === "" ? "with default settings" : `at ${at} variables on ${problems[name]} problems each`;
    },
  );
  const parts = [...groups].map(([how, own]) => `${own.map((name) => `\`${name}\``).join(", ")} ${how}`);
  return `Baselines have the settings tuned on validation problems of the \`${track}\` track for the nearest number of ` +
    `variables (${parts.join("; ")}).`;
}

/** Writes a page and its data, and says where. */
export function publish(folder: string, name: string, markdown: string, data: Row): void {
  Deno.mkdirSync(folder, { recursive: true });
  const page = join(folder, `${name}.md`);
  const json = join(folder, `${name}.json`);
  writeFileAtomic(page, markdown);
  writeFileAtomic(json, `${JSON.stringify(data)}\n`);
  printLine(`${markdown}\nwrote ${page} and ${json}`);
}

/** The command line that repeats a run of a command. */
export function commandLine(command: Pick<Command, "name">, args: readonly string[]): string {
  return [command.name(), ...args].join(" ");
}
