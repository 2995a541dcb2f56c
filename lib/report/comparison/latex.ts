/** Tables of a comparison for a paper in LaTeX. */

import { type MetricName, METRICS } from "../../evaluation/mod.ts";
import type { Cell } from "../html/blocks.ts";
import { HEADLINE, metricsTable } from "./tables.ts";
import type { ComparisonReportData } from "./types.ts";

/** The headline as a table of a LaTeX paper (needs `booktabs`): metrics × methods, the best competitor bold. */
export function latexTable(data: Pick<ComparisonReportData, "methods" | "primary">, metrics = HEADLINE): string {
  const { columns, rows, ranked } = metricsTable(data, metrics);
  const competing = data.methods.filter(({ role }) => role !== "bound");
  const best = new Map(metrics.map((name) => {
    const values = competing.map(({ summary }) => summary[name].value).filter(Number.isFinite);
    const { better } = METRICS[name];
    return [name, better === null ? NaN : better === "higher" ? Math.max(...values) : Math.min(...values)];
  }));
  const cell = (row: Readonly<Record<string, Cell>>, name: MetricName, competes: boolean): string => {
    const estimate = row[name];
    if (typeof estimate !== "object" || estimate === null) return "--";
    const { value, low, high } = estimate;
    const digits = METRICS[name].share ? 2 : 3;
    const number = competes && value === best.get(name) ? `\\mathbf{${value.toFixed(digits)}}` : value.toFixed(digits);
    return low === undefined || high === undefined
      ? `$${number}$`
      : `$${number}$ {\\scriptsize $[${low.toFixed(digits)}, ${high.toFixed(digits)}]$}`;
  };
  const lines = rows.map((row, r) =>
    `${escapeLatex(String(row.method))} & ${row.seeds} & ${
      metrics.map((name) => cell(row, name, ranked?.includes(r) ?? true)).join(" & ")
    } \\\\`
  );
  return [
    `\\begin{tabular}{lr${"r".repeat(metrics.length)}}`,
    "\\toprule",
    `${columns.map(({ label }) => escapeLatex(label)).join(" & ")} \\\\`,
    "\\midrule",
    ...lines,
    "\\bottomrule",
    "\\end{tabular}",
    "",
  ].join("\n");
}

function escapeLatex(text: string): string {
  return text.replace(/[&%$#_{}]/g, "\\$&");
}
