/** A comparison as a table for the terminal. */

import type { PolicyComparison } from "../contest/mod.ts";
import { formatTable } from "./table.ts";

const estimate = ({ value, low, high }: { value: number; low: number; high: number }, digits = 3): string => {
  const half = (high - low) / 2;
  return Number.isFinite(half) ? `${value.toFixed(digits)} ± ${half.toFixed(digits)}` : value.toFixed(digits);
};

/** Methods × metrics with 95 % intervals, and the policy's paired differences. */
export function comparisonText({ methods, differences, problems }: PolicyComparison): string {
  const rows = methods.map(({ results, summary, structure, role }) => [
    `${results.method}${role === "initial" ? " (untrained)" : ""}${
      role === "oracle" || structure?.privileged === true ? " (privileged)" : ""
    }`,
    estimate(summary.meanValue),
    estimate(summary.firstValue),
    estimate(summary.lastValue),
    estimate(summary.recommendation),
    estimate(summary.success, 2),
    summary.parentRate.value.toFixed(2),
    summary.bestVariableRate.value.toFixed(2),
    summary.rightSignRate.value.toFixed(2),
    Number.isFinite(summary.rangeUtilisation.value) ? summary.rangeUtilisation.value.toFixed(2) : "–",
    meanOutcome(results.seeds).toFixed(2),
  ]);
  const table = formatTable(
    [
      "method",
      "mean value",
      "first 5",
      "last 5",
      "recommendation",
      "success",
      "parent",
      "best var",
      "sign",
      "range",
      "E[Y|do]",
    ].map((
      heading,
      k,
    ) => ({
      heading,
      align: k === 0 ? "left" as const : "right" as const,
    })),
    rows,
  );
  const roles = new Map(methods.map(({ results, role }) => [results.method, role]));
  const best = differences.find(({ baseline }) => roles.get(baseline) === "baseline");
  const others = differences.filter(({ baseline }) => roles.get(baseline) === "policy");
  const lines = [...best === undefined ? [] : [best], ...others].flatMap((paired) => [
    "",
    `policy less ${paired.baseline}${paired === best ? " (the best baseline)" : ""}, paired: mean ${
      signed(paired.difference.meanValue)
    }, first 5 ${signed(paired.difference.firstValue)}, last 5 ${signed(paired.difference.lastValue)}`,
  ]);
  return [
    `normalised value on ${problems} held-out SCMs, 95 % intervals`,
    "",
    table,
    ...lines,
    ...structureLines(methods),
  ].join("\n");
}

/** What the methods with a surrogate believe about the target's parents after the last intervention; nothing without one. */
function structureLines(methods: PolicyComparison["methods"]): string[] {
  const rows = methods.flatMap(({ results, structure }) => {
    if (structure === null) return [];
    const { f1, shd, auroc, auprc, logLoss } = structure.metrics;
    return [[
      results.method,
      `${structure.surrogate}${structure.privileged ? " (privileged)" : ""}`,
      ...[f1, shd, auroc, auprc, logLoss].map((metric) => estimate(metric)),
      structure.calibrationError.toFixed(3),
    ]];
  });
  if (rows.length === 0) return [];
  const columns = ["method", "surrogate", "F1", "SHD", "AUROC", "AUPRC", "log-loss", "ECE"].map((heading, k) => ({
    heading,
    align: k < 2 ? "left" as const : "right" as const,
  }));
  return ["", "beliefs about the target's parents after the last intervention", "", formatTable(columns, rows)];
}

/** Mean expected target over all steps, problems and seeds, in the target's own unit. */
function meanOutcome(seeds: PolicyComparison["methods"][number]["results"]["seeds"]): number {
  const means = seeds.map(({ expected }) => expected.reduce((sum, y) => sum + y, 0) / expected.length);
  return means.reduce((sum, mean) => sum + mean, 0) / means.length;
}

function signed({ value, low, high }: { value: number; low: number; high: number }): string {
  const sign = (x: number) => `${x >= 0 ? "+" : "−"}${Math.abs(x).toFixed(4)}`;
  return `${sign(value)} [${sign(low)}, ${sign(high)}]`;
}
