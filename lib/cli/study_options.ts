/** What `compare` and `workflow` share: the options of a comparison, and the way from runs to its files. */

import type { Command } from "@commander-js/extra-typings";
import { join } from "node:path";
import { resolveWith } from "../config/mod.ts";
import { type CollectedModels, comparisonSchema, type ComparisonSettings, playStudy } from "../contest/mod.ts";
import {
  COMPARISON_FILES,
  comparisonSummary,
  type ComparisonWords,
  studyReportData,
  writeComparison,
} from "../report/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import { workersOption } from "./options.ts";
import { startTalk } from "./progress.ts";

/** The options of a comparison; they go before what a study's file says. */
export function comparisonOptions(command: Command): Command {
  command
    .option("--track <name>", "track of the problems and the tuned baselines; the models' own by default")
    .option("--graphs <kinds...>", "kinds of graphs: chain, star, fork, sparse; all by default")
    .option("--sizes <n...>", "numbers of variables; 4 8 12 20 by default")
    .option("--problems <n>", "held-out problems of each kind and size")
    .option("--scms <names...>", "named SCMs: files, or names in configs/scms")
    .option("--repetitions <n>", "episodes on each named SCM")
    .option("--baselines <names...>", "methods to compare with; all but the slow ones by default")
    .option("--reference <model>", "model that the others are compared with; the first by default")
    .option("--opponents <names...>", "baselines that every model is compared with; the strong ones by default")
    .option("--mode <how>", "how trained policies act: mode, annealed (default) or sample")
    .option("--metric <name>", "metric that the claims are about; meanValue by default")
    .option("--alpha <level>", "significance level; 0.05 by default")
    .option("--bootstrap-seed <n>", "seed of the bootstrap")
    .addOption(workersOption() as never)
    .option("--latex", "write the headline as a LaTeX table too", false);
  return command;
}

/** Options whose values are numbers. */
const NUMERIC = ["problems", "repetitions", "alpha", "seed", "sizes"];

/**
 * The settings of a comparison: what the command line gives, then what the study says, then the defaults.
 * @throws ConfigError naming the option
 */
export function settingsFrom(
  options: Readonly<Record<string, unknown>>,
  study: Partial<ComparisonSettings> = {},
): ComparisonSettings {
  const given = Object.keys(comparisonSchema.shape).flatMap((key) => {
    const value = options[key === "seed" ? "bootstrapSeed" : key];
    if (value === undefined) return [];
    const read = (text: unknown) => NUMERIC.includes(key) && String(text).trim() !== "" ? Number(text) : text;
    const checked = (text: unknown) => Number.isNaN(read(text)) ? text : read(text);
    return [[key, Array.isArray(value) ? value.map(checked) : checked(value)] as const];
  });
  const data = { ...study, ...Object.fromEntries(given) };
  return resolveWith(comparisonSchema, { data: data as never, locate: () => "comparison" }, []);
}

/** Plays, tests and writes; returns what the terminal shows. */
export async function compareModels(
  collected: CollectedModels,
  settings: ComparisonSettings,
  out: string,
  words: ComparisonWords,
  { latex, workers }: { readonly latex: boolean; readonly workers: number },
): Promise<string> {
  const backend = await useBackend("auto");
  using talk = startTalk("comparing");
  const clock = () => performance.now() / 1000;
  const study = await playStudy(collected, settings, { clock, say: talk.say, workers });
  const data = studyReportData(study, words, backend);
  await writeComparison(out, study, data, words, latex);
  return `${comparisonSummary(data)}\n\nreport  ${join(out, COMPARISON_FILES.report)}`;
}
