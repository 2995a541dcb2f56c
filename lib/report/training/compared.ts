/** A comparison of policies with baselines as the plain data of its report's tables and figures. */

import type { PolicyComparison } from "../../contest/mod.ts";
import { type MetricName, METRICS, stepCurve, summariseBy } from "../../evaluation/mod.ts";
import { estimateOf } from "../comparison/figures.ts";
import type { Estimate } from "../html/blocks.ts";
import type { ComparisonTable, Difference, FamilyRow, StepCurve, TrainingReportData } from "./types.ts";

/** Columns of the comparison, the headline first. */
const COLUMNS: readonly MetricName[] = [
  "meanValue",
  "firstValue",
  "lastValue",
  "recommendation",
  "cumulativeRegret",
  "bestSoFarArea",
  "success",
  "parentRate",
  "bestVariableRate",
  "rightSignRate",
  "rangeUtilisation",
  "improvement",
];
/** Metrics whose paired differences are tested. */
const DIFFERENCES: readonly MetricName[] = ["meanValue", "firstValue", "lastValue", "recommendation"];
/** Baselines drawn along the episode, besides the policies and oracles: the best ones. */
const DRAWN_BASELINES = 5;

/** What a report shows of a comparison of policies with baselines. */
export interface ComparedData {
  readonly comparison: ComparisonTable;
  readonly differences: readonly Difference[];
  readonly stepCurves: NonNullable<TrainingReportData["stepCurves"]>;
  readonly families: readonly FamilyRow[];
}

/**
 * The tables and curves of a comparison as plain data.
 * @param track what the problems are, for the heading
 */
export function comparedData(comparison: PolicyComparison, track: string): ComparedData {
  const { methods, differences, problems } = comparison;
  const table: ComparisonTable = {
    columns: COLUMNS.map((key) => {
      const { label, better, share } = METRICS[key];
      return {
        key,
        label,
        ...(better === null ? {} : { better }),
        ...(share ? { format: "percent" as const } : {}),
      };
    }),
    rows: methods.map(({ name, summary, role }) => ({
      method: name,
      role,
      values: Object.fromEntries(COLUMNS.map((key) => [key, estimateOf(summary[key])])),
    })),
    scms: problems,
    track,
    ...(comparison.notes === undefined ? {} : { notes: comparison.notes }),
  };
  const policy = methods.find(({ role }) => role === "policy");
  const baselines = methods.filter(({ role }) => role === "baseline").slice(0, DRAWN_BASELINES);
  const drawn = methods.filter((method) => method.role !== "baseline" || baselines.includes(method));
  return {
    comparison: table,
    differences: policy === undefined
      ? []
      : differences.flatMap(({ opponent, difference, judgements }) =>
        DIFFERENCES.map((metric) => {
          const judgement = judgements?.[metric];
          return {
            policy: policy.name,
            baseline: opponent,
            metric,
            difference: estimateOf(difference[metric]) as Estimate,
            ...(judgement === undefined ? {} : { judgement }),
          };
        })
      ),
    stepCurves: [{
      quantity: "normalised value",
      kind: "normalisedValue",
      curves: drawn.map(({ name, results, role }): StepCurve => {
        const { value, low, high } = stepCurve(results, "value");
        return { method: name, role, mean: value, low, high };
      }),
    }],
    families: familyRows(drawn),
  };
}

function familyRows(methods: PolicyComparison["methods"]): FamilyRow[] {
  const rows = new Map<string, { scms: number; values: Record<string, Estimate> }>();
  for (const { results } of methods) {
    for (const { group, problems, summary } of summariseBy(results, "family")) {
      const row = rows.get(group) ?? { scms: problems, values: {} };
      const estimate = estimateOf(summary.meanValue);
      if (estimate !== null) row.values[results.method] = estimate;
      rows.set(group, row);
    }
  }
  return [...rows].map(([family, row]) => ({ family, ...row }));
}
