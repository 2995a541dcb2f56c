/** A comparison as a table for the terminal. */

import type { PolicyComparison } from "../experiment/mod.ts";
import { formatTable } from "./table.ts";

const estimate = ({ value, low, high }: { value: number; low: number; high: number }, digits = 3): string => {
  const half = (high - low) / 2;
  return Number.isFinite(half) ? `${value.toFixed(digits)} ± ${half.toFixed(digits)}` : value.toFixed(digits);
};

/** Methods × metrics with 95 % intervals, and the policy's paired differences. */
export function comparisonText({ methods, differences, problems }: PolicyComparison): string {
  const rows = methods.map(({ results, summary, role }) => [
    `${results.method}${role === "oracle" ? " (privileged)" : role === "initial" ? " (untrained)" : ""}`,
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
  const best = differences[0];
  const lines = best === undefined ? [] : [
    "",
    `policy less ${best.baseline} (the best baseline), paired: mean ${signed(best.difference.meanValue)}, first 5 ${
      signed(best.difference.firstValue)
    }, last 5 ${signed(best.difference.lastValue)}`,
  ];
  return [`normalised value on ${problems} held-out SCMs, 95 % intervals`, "", table, ...lines].join("\n");
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
