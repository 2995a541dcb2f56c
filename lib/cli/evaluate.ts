/** `deno task evaluate`: trained runs, and every baseline, on held-out SCMs or on SCMs of one's own. */

import { Option } from "@commander-js/extra-typings";
import { basename } from "node:path";
import { heldOutProblems, namedProblem, repeatedProblem } from "../evaluation/mod.ts";
import {
  baselineContestants,
  baselineNames,
  comparePoliciesOn,
  comparisonRow,
  createPlayers,
  POLICY_NAME,
  seedsContestant,
  tuningNote,
} from "../contest/mod.ts";
import type { Config } from "../config/mod.ts";
import { loadTrack, openPolicy, openScm, readTrack, readTuned, type Track } from "../training/mod.ts";
import type { EpisodeOptions } from "../environment/mod.ts";
import { alterDistribution, trackStream } from "../scm/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import { defineCommand, runCommand, UsageError } from "./boundary.ts";
import { comparisonText, environmentProvenance, writeEvaluation } from "../report/mod.ts";
import { describeEnvironment, shellCommand } from "../runs/mod.ts";
import { A_POLICY, sizeRange, wholeNumber, workersOption } from "./options.ts";
import { printError, printLine } from "./output.ts";
import { startTalk } from "./progress.ts";

const program = defineCommand("evaluate", "Evaluate trained runs and every baseline on the same held-out SCMs", [
  "evaluate --checkpoint linear",
  "evaluate --track scarce --baselines random blr-obs-ucb --problems 128",
  "evaluate --checkpoint linear --scms chain_3 --repetitions 50 --out results/chain",
])
  .option("--checkpoint <runs...>", `${A_POLICY}; several are training seeds of one method`)
  .option("--against <runs...>", "policies of another method, which the first is compared with in pairs")
  .option("--track <name>", "track of the problems, by name or file; the first run's by default")
  .option("--sizes <n or min-max>", "number of variables; the track's by default")
  .option("--scms <files...>", "SCMs to evaluate on instead of a track: files, or names in configs/scms")
  .option("--repetitions <n>", "episodes on each SCM file, with noise of their own", wholeNumber(1), 100)
  .option("--problems <n>", "held-out problems", wholeNumber(2), 512)
  .addOption(
    new Option("--split <name>", "problems to choose settings with, or to report on").choices(
      ["validation", "test"] as const,
    )
      .default("test" as const),
  )
  .option("--horizon <n>", "interventions in an episode; the track's by default", wholeNumber(1))
  .option("--observational-rows <n>", "rows without intervention at the start; the track's by default", wholeNumber(2))
  .option("--baselines <names...>", "baselines; all but the slow ones by default")
  .option(
    "--opponents <names...>",
    "baselines that the policy is planned to be compared with; the strong ones by default",
  )
  .addOption(
    new Option("--mode <how>", "how trained policies act").choices(["mode", "annealed", "sample"] as const).default(
      "annealed" as const,
    ),
  )
  .option("--anneal-from <temperature>", "temperature of the first step in mode annealed; the run's by default")
  .addOption(workersOption())
  .option("--json", "print every metric with its interval as JSON", false)
  .option("--out <folder>", "write a report, every metric as JSON, and tables as CSV into this folder");

async function main(args: readonly string[]): Promise<void> {
  program.parse([...args], { from: "user" });
  const options = program.opts();
  const backend = await useBackend("auto");
  const open = (paths: readonly string[] | undefined) =>
    (paths ?? []).map((path) => openPolicy(path, temperatureOf(options.annealFrom)));
  const opened = open(options.checkpoint);
  if (opened.length === 0 && options.against !== undefined) {
    throw new UsageError("--against compares with the runs of --checkpoint: name those too");
  }
  const track = trackOf(options.track, opened[0]?.config);
  const episode: EpisodeOptions = {
    ...track.episode,
    ...(options.horizon === undefined ? {} : { horizon: options.horizon }),
    ...(options.observationalRows === undefined ? {} : { observationalRows: options.observationalRows }),
  };
  const stream = trackStream(track, options.split);
  const problems = options.scms === undefined
    ? heldOutProblems(withSizes(track, options.sizes).distribution, options.split, options.problems, stream)
    : options.scms.flatMap((file) => repeatedProblem(namedProblem(openScm(file).scm), options.repetitions));
  const tuned = readTuned(track.name, printNote);
  const contestants = [
    ...seedsContestant(POLICY_NAME, opened, options.mode),
    ...seedsContestant("against", open(options.against), options.mode),
    ...baselineContestants(baselineNames(options.baselines ?? null, "--baselines"), tuned),
  ];
  const arena = { problems, episode, stream: stream.child("episodes"), clock: () => performance.now() / 1000 };
  using talk = startTalk("evaluating");
  using players = createPlayers(options.workers);
  const played = await comparePoliciesOn(players, contestants, arena, options.opponents ?? null, talk.say);
  talk[Symbol.dispose]();
  const comparison = { ...played, notes: [tuningNote(tuned, played.methods.map(({ name }) => name))] };
  printLine(options.json ? JSON.stringify(comparisonRow(comparison)) : comparisonText(comparison));
  if (options.out === undefined) return;
  const report = await writeEvaluation(options.out, comparison, {
    title: `Evaluation of ${(options.checkpoint ?? ["baselines"]).map((path) => basename(path)).join(", ")}`,
    problems: problemWords(options, track.name),
    provenance: {
      command: shellCommand(["deno", "task", "evaluate", ...args]),
      ...environmentProvenance(describeEnvironment(backend)),
    },
  });
  if (!options.json) printLine(`\nreport  ${report}`);
}

/** What was played, for a heading. */
function problemWords(
  { scms, sizes, split }: { readonly scms?: string[]; readonly sizes?: string; readonly split: string },
  track: string,
): string {
  if (scms !== undefined) return scms.map((file) => basename(file).replace(/\.ya?ml$/, "")).join(", ");
  const range = sizes === undefined ? "" : `, ${sizes.replace("-", "–")} variables`;
  return `${track}${range}${split === "test" ? "" : `, ${split}`}`;
}

function printNote(note: string): void {
  printError(`note: ${note}`);
}

function temperatureOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const temperature = Number(text);
  if (!(temperature > 0)) throw new UsageError(`--anneal-from ${text}: a temperature above 0 was expected`);
  return temperature;
}

function trackOf(name: string | undefined, config: Config | undefined): Track {
  if (name !== undefined) return readTrack(name);
  if (config === undefined) throw new UsageError("name a run with --checkpoint, or a track with --track");
  return loadTrack(config);
}

function withSizes(track: Track, text: string | undefined): Track {
  return text === undefined
    ? track
    : { ...track, distribution: alterDistribution(track.distribution, { sizes: sizeRange(text) }) };
}

if (import.meta.main) await runCommand(main);
