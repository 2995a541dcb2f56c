/** The numbers of a comparison as long data frames: what its tables are made of and its CSV files hold. */

import * as aq from "arquero";
import { cohenD, type Comparison, estimateMean, METRIC_NAMES, metricMatrix, METRICS } from "../../evaluation/mod.ts";
import type { Played } from "../../contest/mod.ts";
import type { ComparisonReportData } from "./types.ts";

/** A data frame. */
export type Frame = aq.ColumnTable;

/** One row a method and metric: mean with its interval. */
export function summaryFrame(methods: readonly Played[]): Frame {
  return aq.from(methods.flatMap(({ results, summary, structure, role }) => {
    const own = { method: results.method, role, seeds: results.seeds.length };
    return [
      ...METRIC_NAMES.map((metric) => {
        const { value, low, high, problems, missing } = summary[metric];
        return { ...own, metric, value, low, high, problems, missing };
      }),
      ...Object.entries(structure?.metrics ?? {}).map(([name, { value, low, high, problems, missing }]) => (
        { ...own, metric: `structure/${name}`, value, low, high, problems, missing }
      )),
    ];
  }));
}

/** One row a method and environment: mean of the primary metric with its interval over seeds and problems. */
export function environmentFrame(methods: readonly Played[], { metric }: Comparison): Frame {
  return aq.from(methods.flatMap(({ results, role }) => {
    const matrix = metricMatrix(results, metric);
    const { family, sizes } = results.seeds[0];
    const members = Map.groupBy(family.map((_, p) => p), (p) => `${family[p]}\n${sizes[p]}`);
    return [...members.values()].map((own) => {
      const { value, low, high } = estimateMean(matrix.map((row) => Float64Array.from(own, (p) => row[p])), {
        bounds: METRICS[metric].bounds,
      });
      const [first] = own;
      return {
        environment: family[first],
        variables: sizes[first],
        method: results.method,
        role,
        problems: own.length,
        value,
        low,
        high,
      };
    });
  }));
}

/** One row a model, training seed and metric: the mean over the problems, which is what tests over seeds are made of. */
export function seedFrame(methods: readonly Played[]): Frame {
  return aq.from(
    methods.filter(({ role }) => role === "policy").flatMap(({ results }) =>
      results.metrics.flatMap((table, seed) =>
        METRIC_NAMES.map((metric) => {
          const known = table[metric].filter((value) => !Number.isNaN(value));
          const value = known.reduce((sum, x) => sum + x, 0) / known.length;
          return { method: results.method, run: seed, metric, value, problems: known.length };
        })
      )
    ),
  );
}

/** Cohen's d of the training seeds of two models; NaN where a side has one. */
function seedEffect({ models, alpha }: Comparison, { first, second }: Comparison["pairs"][number]) {
  const [a, b] = [first, second].map((name) => models.find(({ method }) => method === name)?.seedMeans ?? []);
  return a.length > 1 && b.length > 1 ? cohenD(a, b, 1 - alpha) : { value: NaN, low: NaN, high: NaN };
}

/** One row a pair and metric, with every test. */
export function pairFrame(comparisons: readonly Comparison[]): Frame {
  return aq.from(comparisons.flatMap((comparison) => {
    const { metric, pairs } = comparison;
    return pairs.map((pair) => ({
      metric,
      first: pair.first,
      second: pair.second,
      first_runs: pair.firstSeeds,
      second_runs: pair.secondSeeds,
      first_mean: pair.firstMean,
      second_mean: pair.secondMean,
      difference: pair.difference.value,
      low: pair.difference.low,
      high: pair.difference.high,
      test: pair.test.name,
      p: pair.test.pValue,
      planned: pair.judgement === null ? 0 : 1,
      holm: pair.judgement?.holm ?? NaN,
      benjamini_hochberg: pair.benjaminiHochberg,
      welch_p: pair.tests.welch?.pValue ?? NaN,
      paired_t_p: pair.tests.paired?.pValue ?? NaN,
      wilcoxon_p: pair.tests.wilcoxon.pValue,
      effect: pair.effect?.value ?? NaN,
      effect_low: pair.effect?.low ?? NaN,
      effect_high: pair.effect?.high ?? NaN,
      effect_kind: pair.effect?.kind ?? "",
      cohen_d: seedEffect(comparison, pair).value,
      cohen_d_low: seedEffect(comparison, pair).low,
      cohen_d_high: seedEffect(comparison, pair).high,
      improvement: pair.improvement.value,
      improvement_low: pair.improvement.low,
      improvement_high: pair.improvement.high,
      detectable_difference: pair.judgement?.detectable ?? NaN,
      verdict: pair.judgement?.verdict ?? "",
    }));
  }));
}

/** Significant digits of the numbers in CSV files. */
const DIGITS = 6;

/** The CSV files of a comparison by their names; a number that does not exist is an empty field. */
export function comparisonCsv(data: ComparisonReportData): Readonly<Record<string, string>> {
  return {
    "summary.csv": csvOf(summaryFrame(data.methods)),
    "environments.csv": csvOf(environmentFrame(data.methods, data.primary)),
    "seeds.csv": csvOf(seedFrame(data.methods)),
    "pairs.csv": csvOf(pairFrame([data.primary, ...data.others])),
  };
}

/** A frame as CSV with {@linkcode DIGITS} significant digits; a number that does not exist is an empty field. */
export function csvOf(frame: Frame): string {
  const cell = (value: unknown) =>
    typeof value !== "number" ? value : Number.isNaN(value) ? null : Number(value.toPrecision(DIGITS));
  return frame.toCSV({ format: Object.fromEntries(frame.columnNames().map((name) => [name, cell])) });
}
