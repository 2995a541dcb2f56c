/** What `compare` and `workflow` share: their options, and the comparison from runs to its files. */

import { Command } from "@commander-js/extra-typings";
import { join, relative } from "node:path";
import { type Comparison, type Estimate, type MetricName, METRICS } from "../evaluation/mod.ts";
import {
  checkHeldOut,
  type CollectedModels,
  comparedBaselines,
  compareStudy,
  comparisonSchema,
  type ComparisonSettings,
  learningCurve,
  type Model,
  playAll,
  type StudyComparison,
  testProblems,
} from "../contest/mod.ts";
import { type Config, resolveWith } from "../config/mod.ts";
import { describeEnvironment, writeFileAtomic } from "../runs/mod.ts";
import { loadTrack, readTrack, readTuned, type Track } from "../training/mod.ts";
import { createStream } from "../random/mod.ts";
import {
  claimsAgainstBest,
  comparisonCsv,
  comparisonMarkdown,
  comparisonReport,
  type ComparisonReportData,
  latexTable,
  modelNames,
  standings,
} from "../report/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import { UsageError } from "./boundary.ts";
import { ROOT } from "./options.ts";
import { printError } from "./output.ts";
import { environmentProvenance } from "./provenance.ts";
import { formatTable } from "./table.ts";

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
    .option("--mode <how>", "how trained policies act: mode, annealed (default) or sample")
    .option("--metric <name>", "metric that the claims are about; meanValue by default")
    .option("--alpha <level>", "significance level; 0.05 by default")
    .option("--bootstrap-seed <n>", "seed of the bootstrap")
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

/**
 * The track of a comparison.
 * @throws UsageError if the models were trained on different ones and none is chosen
 */
export function comparisonTrack(settings: ComparisonSettings, configs: readonly Config[]): Track {
  if (settings.track !== null) return readTrack(settings.track);
  const tracks = new Map(configs.map((config) => [JSON.stringify(config.track), config]));
  if (tracks.size > 1) {
    throw new UsageError(
      `the models were trained on ${tracks.size} tracks (${[...tracks.keys()].join(", ")}): choose one with --track`,
    );
  }
  const [config] = tracks.values();
  return loadTrack(config);
}

/** Finds out before a long training what its comparison would stumble over. */
export function checkSettings(settings: ComparisonSettings, configs: readonly Config[]): void {
  const track = comparisonTrack(settings, configs);
  comparedBaselines(settings.baselines);
  readTuned(track.name);
  testProblems(track, { ...settings, problems: 1, repetitions: 1 });
}

/** What a comparison is called and how it is repeated. */
export interface ComparisonWords {
  readonly title: string;
  readonly command: string;
  /** Covers everything that the comparison depends on. */
  readonly digest: string;
}

/** Plays, tests and writes: `comparison.json` (last), `report.html`, `tables.md`, CSV files and, if asked for, `table.tex`. */
export async function compareModels(
  { models, notes }: CollectedModels,
  settings: ComparisonSettings,
  out: string,
  words: ComparisonWords,
  latex: boolean,
): Promise<string> {
  const baselines = comparedBaselines(settings.baselines);
  const track = comparisonTrack(settings, models.map(({ runs }) => runs[0].lineage[0]));
  const tuned = readTuned(track.name);
  const test = testProblems(track, settings);
  checkHeldOut(models, test);
  const backend = await useBackend("auto");
  const played = playAll(models, test, {
    mode: settings.mode,
    baselines,
    tuned,
    clock: () => performance.now() / 1000,
    say: printError,
  });
  printError("comparing");
  const comparison = compareStudy(played, settings);
  const data = reportData(
    models,
    comparison,
    track,
    [...notes, ...warnings(models)].map((note) => note.replaceAll(ROOT, "")),
    settings,
    words,
    backend,
  );
  Deno.mkdirSync(out, { recursive: true });
  const write = (name: string, text: string) => writeFileAtomic(join(out, name), text);
  for (const [name, text] of Object.entries(comparisonCsv(data))) write(name, text);
  write("tables.md", comparisonMarkdown(data));
  if (latex) write("table.tex", latexTable(data));
  write("report.html", await comparisonReport(data));
  write("comparison.json", `${JSON.stringify(comparisonJson(models, data, settings, words), null, 1)}\n`);
  return comparisonText(data);
}

function reportData(
  models: readonly Model[],
  comparison: StudyComparison,
  track: Track,
  notes: readonly string[],
  settings: ComparisonSettings,
  { title, command }: ComparisonWords,
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
    notes,
    provenance: {
      command,
      config: { comparison: settings, models: Object.fromEntries(models.map((model) => [model.label, runsOf(model)])) },
      ...environmentProvenance(describeEnvironment(backend)),
    },
  };
}

/** What a reader must know of the models. */
function warnings(models: readonly Model[]): string[] {
  const single = models.filter(({ runs }) => runs.length === 1).map(({ label }) => label);
  const lost = models.flatMap(({ label, runs }) =>
    runs.flatMap((run) =>
      run.lost === null ? [] : [
        `${label} was started from ${run.lost}, which is not there any more: ` +
        "whether that was trained on these problems is not known.",
      ]
    )
  );
  return [
    ...new Set(lost),
    ...(single.length === 0 ? [] : [
      `${single.join(", ")}: one training seed, so that nothing is known about another training of ${
        single.length === 1 ? "it" : "them"
      }.`,
    ]),
  ];
}

function runsOf({ runs }: Model): readonly { readonly seed: number; readonly path: string }[] {
  return runs.map(({ seed, path }) => ({ seed, path: shortPath(path) }));
}

/** Relative to the project where it lies in it. */
export function shortPath(path: string): string {
  const short = relative(ROOT, path);
  return short.startsWith("..") ? path : short;
}

/** Everything but the episodes, and the pairs by the other metrics, which `pairs.csv` holds; what is no number becomes null. */
function comparisonJson(
  models: readonly Model[],
  { methods, primary, others, incomparable, notes }: ComparisonReportData,
  settings: ComparisonSettings,
  { command, digest }: ComparisonWords,
): unknown {
  const estimates = (summary: Readonly<Record<string, Estimate>>) =>
    Object.fromEntries(Object.entries(summary).map(([name, { value, low, high }]) => [name, { value, low, high }]));
  return {
    version: 1,
    digest,
    command,
    settings,
    models: models.map((model) => ({ model: model.label, runs: runsOf(model) })),
    methods: methods.map(({ results, role, summary, structure, secondsPerDecision }) => ({
      method: results.method,
      role,
      runs: results.seeds.length,
      seconds_per_decision: secondsPerDecision,
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

const TEXT_METRICS: readonly MetricName[] = ["meanValue", "firstValue", "lastValue", "recommendation", "success"];

/** The comparison for the terminal: the headline table, and what may be said. */
function comparisonText(data: ComparisonReportData): string {
  const { methods, primary } = data;
  const order = new Map(primary.ranking.map(({ method }, place) => [method, place]));
  const rows = methods.toSorted((a, b) => (order.get(a.results.method) ?? -1) - (order.get(b.results.method) ?? -1))
    .map(({ results, role, summary }) => [
      `${results.method}${role === "bound" || role === "privileged" ? " (privileged)" : ""}`,
      results.seeds.length,
      ...TEXT_METRICS.map((name) => {
        const { value, low, high } = summary[name];
        const half = (high - low) / 2;
        return Number.isFinite(half) ? `${value.toFixed(3)} ± ${half.toFixed(3)}` : value.toFixed(3);
      }),
    ]);
  const columns = [
    { heading: "method" },
    { heading: "seeds" },
    ...TEXT_METRICS.map((name) => ({ heading: METRICS[name].label.toLowerCase(), align: "right" as const })),
  ];
  return [
    `${primary.problems} held-out problems, 95 % intervals over training seeds and problems`,
    "",
    formatTable(columns, rows),
    "",
    ...standings(primary, modelNames(methods)).map((line) => line.replaceAll("**", "")),
    "",
    ...claimsAgainstBest(primary, methods),
    ...(data.notes.length > 0 ? ["", ...data.notes.map((note) => `note: ${note}`)] : []),
  ].join("\n");
}
