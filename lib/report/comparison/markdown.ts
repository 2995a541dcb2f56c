/** The findings and small tables of a comparison as Markdown, for a page that shows no HTML. */

import { METRICS } from "../../evaluation/mod.ts";
import type { TableBlock } from "../html/blocks.ts";
import { cellText, columnAlignments } from "../html/table.ts";
import { environmentTable } from "./environments.ts";
import { claimsAgainstBest, claimsAmong, modelNames, standings } from "./sentences.ts";
import { aggregatesTable, HEADLINE, metricsTable, omnibusTable } from "./tables.ts";
import type { ComparisonReportData } from "./types.ts";

/** A comparison in a few sentences and tables. Everything that is claimed follows from the corrected tests. */
export function comparisonMarkdown(data: ComparisonReportData): string {
  const { primary, methods, notes } = data;
  const models = modelNames(methods);
  const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join("\n");
  const shown = claimsAmong(primary, models, true);
  return [
    `# ${data.title}`,
    ...(data.subtitle === undefined ? [] : [data.subtitle]),
    ...(data.provenance.command === undefined ? [] : ["```sh\n" + data.provenance.command + "\n```"]),
    ...(notes.length === 0 ? [] : [list(notes)]),
    `By ${METRICS[primary.metric].label.toLowerCase()}, at ${
      100 * primary.alpha
    } % after Holm's correction for ${primary.pairs.length} comparisons:`,
    list(standings(primary, models)),
    list([...claimsAgainstBest(primary, methods), ...shown]),
    "## Performance",
    markdownTable(metricsTable(data, HEADLINE, true)),
    "## Aggregates over environments",
    markdownTable(aggregatesTable(primary)),
    "## By environment",
    markdownTable(environmentTable(methods, primary)),
    "## Tests that all are equal",
    markdownTable(omnibusTable([primary])),
  ].filter((part) => part !== "").join("\n\n") + "\n";
}

/** A table block as Markdown; its caption stands below. */
export function markdownTable({ columns, rows, caption }: TableBlock): string {
  const alignments = columnAlignments(columns, rows);
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replace(/\|/g, "\\|")).join(" | ")} |`;
  const body = [
    line(columns.map(({ label }) => label)),
    line(alignments.map((side) => side === "right" ? "--:" : "---")),
    ...rows.map((row) => line(columns.map((column) => cellText(column, row[column.key] ?? null)))),
  ].join("\n");
  return caption === undefined ? body : `${body}\n\n${caption}`;
}
