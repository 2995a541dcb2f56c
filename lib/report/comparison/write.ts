/** The files of a comparison. Two comparisons of the same runs give the same bytes: what a clock said has a file of its own. */

import { isAbsolute, join, relative, sep } from "node:path";
import { learningCurve, type Model, type Played, type StudyResult, tuningNote } from "../../contest/mod.ts";
import type { Comparison, Estimate } from "../../evaluation/mod.ts";
import { projectPath } from "../../input/mod.ts";
import { createStream } from "../../random/mod.ts";
import { describeEnvironment, writeFileAtomic } from "../../runs/mod.ts";
import { environmentProvenance } from "../provenance.ts";
import { comparisonCsv } from "./frames.ts";
import { latexTable } from "./latex.ts";
import { comparisonMarkdown } from "./markdown.ts";
import { comparisonReport } from "./report.ts";
import type { ComparisonReportData } from "./types.ts";

/** What a comparison is called and how it is repeated. */
export interface ComparisonWords {
  readonly title: string;
  readonly command: string;
  /** Covers everything that the comparison depends on. */
  readonly digest: string;
}

/** Names of the files; `comparison` is written last. */
export const COMPARISON_FILES = {
  comparison: "comparison.json",
  report: "report.html",
  tables: "tables.md",
  latex: "table.tex",
  timings: "timings.json",
} as const;

/** Everything that the report of a played study shows. */
export function studyReportData(
  { models, notes, comparison, track, tuned, settings }: StudyResult,
  { title, command }: Omit<ComparisonWords, "digest">,
  backend: string,
): ComparisonReportData {
  const stream = createStream(settings.seed).child("learning");
  return {
    title,
    subtitle:
      `${models.length} ${models.length === 1 ? "model" : "models"} on ${comparison.primary.problems} problems of ` +
      `the ${track.name} track`,
    ...comparison,
    learning: models.flatMap((model) => learningCurve(model, stream) ?? []),
    legend: models.flatMap(({ label, words }) => words === null ? [] : [{ model: label, words }]),
    tuning: tuningNote(tuned, comparison.methods.map(({ name }) => name)),
    notes: notes.map((note) => note.replaceAll(`${projectPath()}${sep}`, "")),
    provenance: {
      command,
      config: { comparison: settings, models: Object.fromEntries(models.map((model) => [model.label, runsOf(model)])) },
      ...environmentProvenance(describeEnvironment(backend)),
    },
  };
}

/** Whether the comparison with this digest is in a folder; its JSON file is written last. */
export function isCompared(folder: string, digest: string): boolean {
  try {
    const text = Deno.readTextFileSync(join(folder, COMPARISON_FILES.comparison));
    return (JSON.parse(text) as { readonly digest?: string }).digest === digest;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return false;
    throw error;
  }
}

/** Writes all files of a comparison into a folder. */
export async function writeComparison(
  folder: string,
  study: StudyResult,
  data: ComparisonReportData,
  words: ComparisonWords,
  latex: boolean,
): Promise<void> {
  Deno.mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => writeFileAtomic(join(folder, name), text);
  for (const [name, text] of Object.entries(comparisonCsv(data))) write(name, text);
  write(COMPARISON_FILES.tables, comparisonMarkdown(data));
  if (latex) write(COMPARISON_FILES.latex, latexTable(data));
  write(COMPARISON_FILES.report, await comparisonReport(data));
  write(COMPARISON_FILES.timings, `${JSON.stringify(timings(data.methods), null, 1)}\n`);
  write(COMPARISON_FILES.comparison, `${JSON.stringify(comparisonJson(study, data, words), null, 1)}\n`);
}

/** Wall-clock milliseconds of one decision of each method. */
function timings(methods: readonly Played[]): unknown {
  return {
    milliseconds_per_decision: Object.fromEntries(
      methods.map(({ name, secondsPerDecision }) => [name, Number((1000 * secondsPerDecision).toPrecision(4))]),
    ),
  };
}

function runsOf({ runs }: Model): readonly { readonly seed: number; readonly path: string }[] {
  return runs.map(({ seed, path }) => ({ seed, path: shortPath(path) }));
}

/** Relative to the project where it lies in it. */
export function shortPath(path: string): string {
  const short = relative(projectPath(), path);
  return short.startsWith("..") || isAbsolute(short) ? path : short;
}

/** Everything but the episodes, and the pairs by the other metrics, which `pairs.csv` holds; what is no number becomes null. */
function comparisonJson(
  { models, settings, tuned }: StudyResult,
  { methods, primary, others, incomparable, notes }: ComparisonReportData,
  { command, digest }: ComparisonWords,
): unknown {
  const estimates = (summary: Readonly<Record<string, Estimate>>) =>
    Object.fromEntries(Object.entries(summary).map(([name, { value, low, high }]) => [name, { value, low, high }]));
  return {
    version: 2,
    digest,
    command,
    settings,
    tuned: { track: tuned.track, problems: tuned.problems, sizes: Object.keys(tuned.sizes).map(Number) },
    models: models.map((model) => ({ model: model.label, words: model.words, runs: runsOf(model) })),
    methods: methods.map(({ name, role, records, summary, structure }) => ({
      method: name,
      role,
      runs: records.length,
      metrics: estimates(summary),
      ...(structure === null ? {} : { structure: { ...structure, metrics: estimates(structure.metrics) } }),
    })),
    comparison: withoutProfiles(primary),
    other_metrics: others.map(({ metric, problems, missing, omnibus: { anova, kruskalWallis } }) => ({
      metric,
      problems,
      missing,
      anova,
      kruskalWallis,
    })),
    incomparable,
    notes,
  };
}

/** Profiles are drawn in the report; as numbers they would be most of the file. */
function withoutProfiles({ models, ...rest }: Comparison): unknown {
  return { ...rest, models: models.map(({ profile: _, ...model }) => model) };
}
