/** Tables: numbers rounded and aligned, the best value of a column bold, every column sortable by the page's script. */

import { absent, cellNumber, formatBound, formatIn, isEstimate } from "../format.ts";
import type { Cell, Column, Estimate, TableBlock } from "./blocks.ts";
import { escapeHtml } from "./escape.ts";
import { inlineMarkdownHtml } from "./markdown.ts";

/** @throws RangeError if `emphasised` or `ranked` names a row that does not exist */
export function tableHtml(table: TableBlock): string {
  const { columns, rows } = table;
  for (const index of [...(table.emphasised ?? []), ...(table.ranked ?? [])]) {
    if (rows[index] === undefined) {
      throw new RangeError(`table row ${index} does not exist: the table has ${rows.length} rows, counted from 0`);
    }
  }
  const alignments = columnAlignments(columns, rows);
  const best = columns.map((column) => bestRows(column, rows, table.ranked));
  const compact = columns.filter((column) => rows.some((row) => hasInterval(row[column.key]))).length > 3;
  const head = columns.map((column, c) =>
    `<th scope="col" class="${alignments[c]}" aria-sort="none"><button type="button">${
      escapeHtml(column.label)
    }</button></th>`
  );
  const body = rows.map((row, r) => {
    const cells = columns.map((column, c) => {
      const tag = c === 0 ? 'th scope="row"' : "td";
      const bold = best[c]?.has(r) ? " best" : "";
      const cell = row[column.key] ?? null;
      const maths = column.format === "maths" ? " maths" : "";
      return `<${tag} class="${alignments[c]}${bold}${maths}"${sortKey(cell)}>${cellHtml(column, cell)}</${
        tag.slice(0, 2)
      }>`;
    });
    return `<tr${table.emphasised?.includes(r) ? ' class="emphasised"' : ""}>${cells.join("")}</tr>`;
  });
  const caption = table.caption === undefined ? "" : `<figcaption>${escapeHtml(table.caption)}</figcaption>`;
  return `<figure class="table"><div class="scroll" tabindex="0"><table class="sortable${
    compact ? " compact" : ""
  }"><thead><tr>${head.join("")}</tr></thead>` +
    `<tbody>\n${body.join("\n")}\n</tbody></table></div>${caption}</figure>`;
}

/** A cell's content: the interval of an estimate stands smaller beside it. */
export function cellHtml(column: Pick<Column, "format" | "digits">, cell: Cell): string {
  if (column.format === "maths" && typeof cell === "string") return inlineMarkdownHtml(`$${cell}$`);
  if (!isEstimate(cell)) return escapeHtml(cellText(column, cell));
  const interval = intervalText(column, cell);
  const value = escapeHtml(formatIn(column, cell.value));
  return interval === "" ? value : `${value} <span class="interval">${escapeHtml(interval)}</span>`;
}

/** A cell as plain text. */
export function cellText(column: Pick<Column, "format" | "digits">, cell: Cell): string {
  if (cell === null) return absent;
  if (typeof cell === "string") return cell;
  if (typeof cell === "number") return formatIn(column, cell);
  return `${formatIn(column, cell.value)} ${intervalText(column, cell)}`.trimEnd();
}

function intervalText(column: Pick<Column, "format" | "digits">, { low, high }: Estimate): string {
  if (low === undefined || high === undefined) return "";
  return `[${[low, high].map((bound) => boundText(column, bound)).join(", ")}]`;
}

function boundText(column: Pick<Column, "format" | "digits">, bound: number): string {
  return column.format === undefined || column.format === "number"
    ? formatBound(bound, column.digits)
    : formatIn(column, bound).replace(/ %$/, "");
}

function hasInterval(cell: Cell | undefined): boolean {
  return isEstimate(cell) && cell.low !== undefined && cell.high !== undefined;
}

function sortKey(cell: Cell): string {
  const value = cellNumber(cell);
  return Number.isNaN(value) ? "" : ` data-sort="${Number(value.toPrecision(12))}"`;
}

/** Where each column's text stands: numbers to the right unless the column says otherwise. */
export function columnAlignments(
  columns: readonly Column[],
  rows: TableBlock["rows"],
): ("left" | "right" | "center")[] {
  return columns.map((column) => {
    if (column.align !== undefined) return column.align;
    const first = rows.map((row) => row[column.key]).find((cell) => cell !== null && cell !== undefined);
    return typeof first === "number" || isEstimate(first) ? "right" : "left";
  });
}

function bestRows(column: Column, rows: TableBlock["rows"], ranked?: readonly number[]): ReadonlySet<number> {
  if (column.better === undefined) return new Set();
  const sign = column.better === "higher" ? 1 : -1;
  const scores = (ranked ?? rows.keys().toArray()).map((r) => ({ r, score: sign * cellNumber(rows[r]?.[column.key]) }))
    .filter(({ score }) => !Number.isNaN(score));
  const top = Math.max(...scores.map(({ score }) => score));
  return new Set(scores.filter(({ score }) => score === top).map(({ r }) => r));
}
