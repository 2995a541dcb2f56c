/** The tables of a comparison. */

import * as aq from "arquero";
import { type Comparison, METRIC_NAMES, type MetricName, METRICS } from "../../evaluation/mod.ts";
import type { Cell, Column, TableBlock } from "../html/blocks.ts";
import { estimateOf } from "./figures.ts";
import { pairFrame, verdictOf } from "./frames.ts";
import type { ComparisonReportData, ReportedMethod } from "./types.ts";

/** Metrics of the first table. */
export const HEADLINE: readonly MetricName[] = [
  "meanValue",
  "firstValue",
  "lastValue",
  "recommendation",
  "cumulativeRegret",
  "success",
  "converged",
  "bestVariableRate",
];

/** The name of a method with what a reader must know of it. */
export function methodLabel(
  { results, role, structure }: Pick<ReportedMethod, "results" | "role" | "structure">,
): string {
  const privileged = role === "bound" || role === "privileged" || structure?.privileged === true;
  return privileged ? `${results.method} (privileged)` : results.method;
}

/** What methods with a surrogate believe about the parents of the target; null where there is none. */
export function structureTable(methods: readonly ReportedMethod[]): TableBlock | null {
  const known = methods.flatMap((method) => method.structure === null ? [] : [{ method, structure: method.structure }]);
  if (known.length === 0) return null;
  const labels = { f1: "F1", shd: "SHD", precision: "Precision", recall: "Recall", auroc: "AUROC", auprc: "AUPRC" };
  return {
    kind: "table",
    columns: [
      { key: "method", label: "Method" },
      { key: "surrogate", label: "Surrogate" },
      ...Object.entries(labels).map(([key, label]): Column => ({
        key,
        label,
        better: key === "shd" ? "lower" : "higher",
      })),
      { key: "logLoss", label: "Log-loss", better: "lower" },
      { key: "calibration", label: "Calibration error", better: "lower" },
    ],
    rows: known.map(({ method, structure: { surrogate, metrics, calibrationError } }) => ({
      method: methodLabel(method),
      surrogate,
      ...Object.fromEntries([...Object.keys(labels), "logLoss"].map((name) => [
        name,
        estimateOf(metrics[name as keyof typeof metrics]),
      ])),
      calibration: calibrationError,
    })),
    caption:
      "The set of the target's parents after the last intervention, at probability 0.5. Brackets: 95 % intervals.",
  };
}

/** Methods × some metrics, the best first. */
export function metricsTable(
  { methods, primary }: Pick<ComparisonReportData, "methods" | "primary">,
  metrics: readonly MetricName[],
  timed = false,
): TableBlock {
  const sign = METRICS[primary.metric].better === "lower" ? -1 : 1;
  const order = methods.toSorted((a, b) =>
    sign * (b.summary[primary.metric].value - a.summary[primary.metric].value) || 0
  );
  return {
    kind: "table",
    columns: [
      { key: "method", label: "Method" },
      { key: "seeds", label: "Seeds", format: "integer" },
      ...metrics.map(metricColumn),
      ...(timed
        ? [{ key: "milliseconds", label: "Decision, ms", digits: 2, better: "lower" as const, align: "right" as const }]
        : []),
    ],
    rows: order.map((method) => ({
      method: methodLabel(method),
      seeds: method.results.seeds.length,
      milliseconds: Number.isFinite(method.secondsPerDecision) ? 1000 * method.secondsPerDecision : null,
      ...Object.fromEntries(metrics.map((name) => [name, estimateOf(method.summary[name])])),
    })),
    emphasised: order.flatMap(({ role }, i) => role === "model" ? [i] : []),
    ranked: order.flatMap(({ role }, i) => role === "bound" ? [] : [i]),
    caption:
      "Brackets: 95 % intervals over training seeds and problems (over problems alone for what is not trained). " +
      "Bold: the best that does not know the answer.",
  };
}

function metricColumn(name: MetricName): Column {
  const { label, better, share } = METRICS[name];
  return {
    key: name,
    label,
    align: "right",
    ...(better === null ? {} : { better }),
    ...(share ? { format: "percent" as const } : {}),
  };
}

/** rliable's aggregates over the environments. */
export function aggregatesTable({ models }: Comparison): TableBlock {
  return {
    kind: "table",
    columns: [
      { key: "method", label: "Method" },
      { key: "iqm", label: "Interquartile mean", better: "higher" },
      { key: "median", label: "Median", better: "higher" },
      { key: "mean", label: "Mean", better: "higher" },
      { key: "optimalityGap", label: "Optimality gap", better: "lower" },
    ],
    rows: models.map(({ method, aggregates }) => ({
      method,
      ...Object.fromEntries(Object.entries(aggregates).map(([name, estimate]) => [name, estimateOf(estimate)])),
    })),
    caption:
      "Over environments (kind of graph and number of variables; Agarwal et al. 2021). Brackets: 95 % bootstrap " +
      "intervals in which whole training seeds are drawn again.",
  };
}

/** Every pair by the primary metric, with every test. */
export function pairsTable({ metric, pairs, alpha }: Comparison): TableBlock {
  return {
    kind: "table",
    columns: [
      { key: "first", label: "First" },
      { key: "second", label: "Second" },
      { key: "difference", label: "Difference" },
      { key: "test", label: "Test" },
      { key: "p", label: "p", format: "p" },
      { key: "holm", label: "Holm", format: "p" },
      { key: "bh", label: "Benjamini–Hochberg", format: "p" },
      { key: "paired", label: "Paired t (problems)", format: "p" },
      { key: "wilcoxon", label: "Wilcoxon (problems)", format: "p" },
      { key: "effect", label: "Effect size", digits: 2 },
      { key: "kind", label: "Kind" },
      { key: "improvement", label: "P(first better)", digits: 2 },
      { key: "detectable", label: "Detectable", digits: 2, align: "right" },
      { key: "verdict", label: "First is" },
    ],
    rows: pairs.map((pair) => ({
      first: pair.first,
      second: pair.second,
      difference: estimateOf(pair.difference),
      test: pair.test.name,
      p: pair.test.pValue,
      holm: pair.holm,
      bh: pair.benjaminiHochberg,
      paired: pair.tests.paired?.pValue ?? null,
      wilcoxon: pair.tests.wilcoxon.pValue,
      effect: pair.effect === null ? null : estimateOf(pair.effect),
      kind: pair.effect === null
        ? null
        : { "hedges-g": "Hedges’ g", "cohen-d": "Cohen’s d", "cohen-dz": "Cohen’s d_z" }[pair.effect.kind],
      improvement: estimateOf(pair.improvement),
      detectable: pair.detectable,
      verdict: verdictOf(metric, pair.holm <= alpha, pair.difference.value),
    })),
    caption:
      `${METRICS[metric].label}. Claims rest on the test that is named, after Holm's correction over ${pairs.length} ` +
      "pairs; tests over problems say nothing about another training. Detectable: the effect that a single test of this " +
      "size finds with a chance of 80 %.",
  };
}

/** Tests that all methods are equal, by every metric. */
export function omnibusTable(comparisons: readonly Comparison[]): TableBlock {
  return {
    kind: "table",
    columns: [
      { key: "metric", label: "Metric" },
      { key: "anova", label: "F (ANOVA)", digits: 2 },
      { key: "anovaP", label: "p", format: "p" },
      { key: "kruskal", label: "H (Kruskal–Wallis)", digits: 2 },
      { key: "kruskalP", label: "p", format: "p" },
      { key: "friedman", label: "χ² (Friedman)", digits: 2 },
      { key: "friedmanP", label: "p", format: "p" },
    ],
    rows: comparisons.map(({ metric, omnibus: { anova, kruskalWallis, friedman } }) => ({
      metric: METRICS[metric].label,
      anova: anova?.statistic ?? null,
      anovaP: anova?.pValue ?? null,
      kruskal: kruskalWallis?.statistic ?? null,
      kruskalP: kruskalWallis?.pValue ?? null,
      friedman: friedman?.statistic ?? null,
      friedmanP: friedman?.pValue ?? null,
    })),
    caption: "ANOVA and Kruskal–Wallis: training seeds of the models with at least two. Friedman: all methods on the " +
      "problems, models by their means over training seeds.",
  };
}

/** How many pairs each metric tells apart, made from the long frame of pairs. */
export function verdictsTable(comparisons: readonly Comparison[]): TableBlock {
  const counts = pairFrame(comparisons)
    .groupby("metric")
    .pivot("verdict", { pairs: aq.op.count() })
    .objects() as Readonly<Record<string, string | number | undefined>>[];
  const verdicts = ["better", "worse", "higher", "lower", "undecided"];
  return {
    kind: "table",
    columns: [
      { key: "metric", label: "Metric" },
      ...verdicts.map((key) => ({
        key,
        label: `First is ${key}`,
        format: "integer" as const,
        align: "right" as const,
      })),
    ],
    rows: counts.map((row) => ({
      metric: METRICS[row.metric as MetricName].label,
      ...Object.fromEntries(verdicts.map((name): [string, Cell] => [name, row[name] ?? 0])),
    })),
    caption: "Pairs by what the test shows after Holm's correction within the metric.",
  };
}

/** Every metric with its meaning. */
export function meaningsTable(): TableBlock {
  return {
    kind: "table",
    columns: [{ key: "metric", label: "Metric" }, { key: "meaning", label: "Meaning" }, {
      key: "better",
      label: "Better",
    }],
    rows: METRIC_NAMES.map((name) => ({
      metric: METRICS[name].label,
      meaning: METRICS[name].meaning,
      better: METRICS[name].better,
    })),
  };
}
