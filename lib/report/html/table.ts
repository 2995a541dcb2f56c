/** Tables: numbers rounded and aligned, the best value of a column bold, every column sortable by the page's script. */

import { absent, cellNumber, formatIn, isEstimate } from "../format.ts";
import type { Cell, Column, TableBlock } from "./blocks.ts";
import { escapeHtml } from "./escape.ts";

/** @throws RangeError if `emphasised` or `ranked` names a row that does not exist */
export function tableHtml(table: TableBlock): string {
  const { columns, rows } = table;
  for (const index of [...(table.emphasised ?? []), ...(table.ranked ?? [])]) {
    if (rows[index] === undefined) {
      throw new RangeError(`table row ${index} does not exist: the table has ${rows.length} rows, counted from 0`);
    }
  }
  const alignments = columns.map((column) => alignment(column, rows));
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
      return `<${tag} class="${alignments[c]}${bold}"${sortKey(cell)}>${cellHtml(column, cell)}</${tag.slice(0, 2)}>`;
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
  if (cell === null) return absent;
  if (typeof cell === "string") return escapeHtml(cell);
  if (typeof cell === "number") return escapeHtml(formatIn(column, cell));
  const value = escapeHtml(formatIn(column, cell.value));
  if (cell.low === undefined || cell.high === undefined) return value;
  const bounds = [cell.low, cell.high].map((bound) => formatIn(column, bound).replace(/ %$/, ""));
  return `${value} <span class="interval">[${escapeHtml(bounds.join(", "))}]</span>`;
}

function hasInterval(cell: Cell | undefined): boolean {
  return isEstimate(cell) && cell.low !== undefined && cell.high !== undefined;
}

function sortKey(cell: Cell): string {
  const value = cellNumber(cell);
  return Number.isNaN(value) ? "" : ` data-sort="${Number(value.toPrecision(12))}"`;
}

function alignment(column: Column, rows: TableBlock["rows"]): string {
  if (column.align !== undefined) return column.align;
  const first = rows.map((row) => row[column.key]).find((cell) => cell !== null && cell !== undefined);
  return typeof first === "number" || isEstimate(first) ? "right" : "left";
}

function bestRows(column: Column, rows: TableBlock["rows"], ranked?: readonly number[]): ReadonlySet<number> {
  if (column.better === undefined) return new Set();
  const sign = column.better === "higher" ? 1 : -1;
  const scores = (ranked ?? rows.keys().toArray()).map((r) => ({ r, score: sign * cellNumber(rows[r]?.[column.key]) }))
    .filter(({ score }) => !Number.isNaN(score));
  const top = Math.max(...scores.map(({ score }) => score));
  return new Set(scores.filter(({ score }) => score === top).map(({ r }) => r));
}
