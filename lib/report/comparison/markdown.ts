/** The findings and small tables of a comparison as Markdown, for a page that shows no HTML. */

import type { TableBlock } from "../html/blocks.ts";
import { cellText, columnAlignments } from "../html/table.ts";
import { environmentTable } from "./environments.ts";
import { leadSentence, verdictSentences } from "./sentences.ts";
import { aggregatesTable, HEADLINE, legendTable, metricsTable, omnibusTable, plannedTable } from "./tables.ts";
import type { ComparisonReportData } from "./types.ts";

/** A comparison in a few sentences and tables, the verdict first. Everything that is claimed follows from the planned tests. */
export function comparisonMarkdown(data: ComparisonReportData): string {
  const { primary, methods, notes } = data;
  const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join("\n");
  const legend = legendTable(data.legend);
  return [
    `# ${data.title}`,
    ...(data.subtitle === undefined ? [] : [data.subtitle]),
    ...(data.provenance.command === undefined ? [] : ["```sh\n" + data.provenance.command + "\n```"]),
    ...(notes.length === 0 ? [] : [list(notes)]),
    leadSentence(primary),
    list(verdictSentences(primary)),
    ...(legend === null ? [] : [markdownTable(legend)]),
    "## Planned comparisons",
    markdownTable(plannedTable(primary)),
    "## Performance",
    markdownTable(metricsTable(data, HEADLINE)),
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
