/** The tables of a comparison. */

import * as aq from "arquero";
import {
  type Comparison,
  isJudged,
  METRIC_NAMES,
  type MetricName,
  METRICS,
  type Verdict,
} from "../../evaluation/mod.ts";
import type { Cell, Column, TableBlock } from "../html/blocks.ts";
import { estimateOf } from "./figures.ts";
import { isPrivileged, type Played } from "../../contest/mod.ts";
import { pairFrame } from "./frames.ts";
import type { ComparisonReportData } from "./types.ts";

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
export function methodLabel(method: Pick<Played, "name" | "role" | "structure">): string {
  if (method.role === "untrained" && method.name !== "untrained") return `${method.name} (untrained)`;
  return isPrivileged(method) ? `${method.name} (privileged)` : method.name;
}

/** What methods with a surrogate believe about the parents of the target; null where there is none. */
export function structureTable(methods: readonly Played[]): TableBlock | null {
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
    ],
    rows: order.map((method) => ({
      method: methodLabel(method),
      seeds: method.results.seeds.length,
      ...Object.fromEntries(metrics.map((name) => [name, estimateOf(method.summary[name])])),
    })),
    emphasised: order.flatMap(({ role }, i) => role === "policy" ? [i] : []),
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

/** The planned comparisons by the primary metric: what may be claimed, and what could have been seen. */
export function plannedTable({ metric, pairs, planned, alpha }: Comparison): TableBlock {
  const judged = pairs.filter(isJudged);
  return {
    kind: "table",
    columns: [
      { key: "first", label: "First" },
      { key: "second", label: "Second" },
      { key: "difference", label: "Difference" },
      { key: "holm", label: "Adjusted p", format: "p" },
      { key: "verdict", label: "First is" },
      { key: "detectable", label: "Could have seen", align: "right" },
    ],
    rows: judged.map(({ first, second, difference, judgement }) => ({
      first,
      second,
      difference: estimateOf(difference),
      holm: judgement.holm,
      verdict: verdictWords(judgement.verdict),
      detectable: judgement.detectable,
    })),
    caption:
      `${METRICS[metric].label}, first less second. Brackets: ${
        100 * (1 - alpha)
      } % intervals; training seeds and problems are drawn and crossed. p-values are corrected over these ${planned} ` +
      "comparisons (Holm). Could have seen: the true difference that is found with a chance of 80 % at the variance that was " +
      "measured.",
  };
}

/** "better", …, or "not told apart". */
export function verdictWords(verdict: Verdict): string {
  return verdict === "undecided" ? "not told apart" : verdict;
}

/** Every pair by the primary metric, with every test, to be explored. */
export function pairsTable({ metric, pairs }: Comparison): TableBlock {
  return {
    kind: "table",
    columns: [
      { key: "first", label: "First" },
      { key: "second", label: "Second" },
      { key: "difference", label: "Difference" },
      { key: "p", label: "p", format: "p" },
      { key: "bh", label: "Benjamini–Hochberg", format: "p" },
      { key: "welch", label: "Welch (seeds)", format: "p" },
      { key: "paired", label: "Paired t (problems)", format: "p" },
      { key: "wilcoxon", label: "Wilcoxon (problems)", format: "p" },
      { key: "effect", label: "Effect size", digits: 2 },
      { key: "kind", label: "Kind" },
      { key: "improvement", label: "P(first better)", digits: 2 },
      { key: "planned", label: "Planned" },
    ],
    rows: pairs.map((pair) => ({
      first: pair.first,
      second: pair.second,
      difference: estimateOf(pair.difference),
      p: pair.test.pValue,
      bh: pair.benjaminiHochberg,
      welch: pair.tests.welch?.pValue ?? null,
      paired: pair.tests.paired?.pValue ?? null,
      wilcoxon: pair.tests.wilcoxon.pValue,
      effect: pair.effect === null ? null : estimateOf(pair.effect),
      kind: pair.effect === null
        ? null
        : { "hedges-g": "Hedges’ g", "cohen-d": "Cohen’s d", "cohen-dz": "Cohen’s d_z" }[pair.effect.kind],
      improvement: estimateOf(pair.improvement),
      planned: pair.judgement === null ? "no" : "yes",
    })),
    caption:
      `${
        METRICS[metric].label
      }. p: the test over seeds and problems, uncorrected; Benjamini–Hochberg: of all ${pairs.length} ` +
      "pairs. Nothing is claimed of a pair that was not planned, and tests over problems alone say nothing about another " +
      "training.",
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

/** How many planned comparisons each metric tells apart, made from the long frame of pairs. */
export function verdictsTable(comparisons: readonly Comparison[]): TableBlock {
  const counts = pairFrame(comparisons)
    .filter((pair: { readonly planned: number }) => pair.planned === 1)
    .groupby("metric")
    .pivot("verdict", { pairs: aq.op.count() })
    .objects() as Readonly<Record<string, string | number | undefined>>[];
  const verdicts: readonly Verdict[] = ["better", "worse", "higher", "lower", "undecided"];
  return {
    kind: "table",
    columns: [
      { key: "metric", label: "Metric" },
      ...verdicts.map((key) => ({
        key,
        label: `First is ${verdictWords(key)}`,
        format: "integer" as const,
        align: "right" as const,
      })),
    ],
    rows: counts.map((row) => ({
      metric: METRICS[row.metric as MetricName].label,
      ...Object.fromEntries(verdicts.map((name): [string, Cell] => [name, row[name] ?? 0])),
    })),
    caption: "The planned pairs by what the test shows after Holm's correction within the metric.",
  };
}

/** What the short names of models stand for; null where no name is short for something. */
export function legendTable(legend: ComparisonReportData["legend"]): TableBlock | null {
  if (legend.length === 0) return null;
  return {
    kind: "table",
    columns: [{ key: "model", label: "Model" }, { key: "words", label: "Overrides" }],
    rows: legend.map(({ model, words }) => ({ model, words })),
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
