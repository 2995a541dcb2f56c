/** Tables for a terminal. */

import { cellText, columnAlignments } from "./html/table.ts";
import { absent, formatIn, isEstimate } from "./format.ts";
import type { Cell, Column, TableBlock } from "./html/blocks.ts";

/** A cell: numbers and text; null and undefined are shown as a dash. */
export type TextCell = string | number | null | undefined;

/** A column: its heading, how its numbers are shown, and which side it is aligned to (numbers to the right by default). */
export interface TextColumn {
  readonly heading: string;
  readonly digits?: number;
  readonly align?: "left" | "right";
}

/** Characters of a terminal's line that a table keeps to. */
export const TEXT_WIDTH = 100;

/** Formats rows in aligned columns, two spaces apart, headings underlined. Wide characters count as one. */
export function formatTable(columns: readonly TextColumn[], rows: readonly (readonly TextCell[])[]): string {
  return alignedTable(columns, rows, Infinity);
}

/**
 * A report's table as text: an estimate as its value ± half its interval's width. A table that is wider than a terminal is
 * broken into several below one another, each with the first column.
 */
export function textTable({ columns, rows }: TableBlock, width = TEXT_WIDTH): string {
  const alignments = columnAlignments(columns, rows);
  return alignedTable(
    columns.map(({ label }, c) => ({ heading: label, align: alignments[c] === "left" ? "left" : "right" })),
    rows.map((row) => columns.map((column) => estimateText(column, row[column.key] ?? null))),
    width,
  );
}

function estimateText(column: Column, cell: Cell): string {
  if (!isEstimate(cell)) return cellText(column, cell);
  const value = formatIn(column, cell.value);
  if (cell.low === undefined || cell.high === undefined) return value;
  return `${value.replace(/ %$/, "")} ± ${formatIn(column, (cell.high - cell.low) / 2)}`;
}

function alignedTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly TextCell[])[],
  limit: number,
): string {
  const texts = rows.map((row) => columns.map((column, index) => formatCell(row[index], column)));
  const widths = columns.map((column, index) =>
    Math.max(length(column.heading), ...texts.map((row) => length(row[index] ?? "")))
  );
  const right = columns.map((column, index) =>
    column.align === "right" || (column.align === undefined && rows.some((row) => typeof row[index] === "number"))
  );
  const parts = fitting(widths, limit).map((chosen) => {
    const line = (cells: readonly string[]) =>
      chosen.map((index) => pad(cells[index] ?? "", widths[index] ?? 0, right[index] ?? false)).join("  ").trimEnd();
    const rule = chosen.map((index) => "─".repeat(widths[index] ?? 0)).join("  ");
    return [line(columns.map((column) => column.heading)), rule, ...texts.map(line)].join("\n");
  });
  return parts.join("\n\n");
}

/** Columns of each part: the first, and as many others in their order as fit beside it. */
function fitting(widths: readonly number[], limit: number): readonly (readonly number[])[] {
  const parts: number[][] = [[0]];
  let used = widths[0] ?? 0;
  for (let index = 1; index < widths.length; index++) {
    const own = (widths[index] ?? 0) + 2;
    const last = parts[parts.length - 1];
    if (used + own > limit && last !== undefined && last.length > 1) {
      parts.push([0]);
      used = widths[0] ?? 0;
    }
    parts[parts.length - 1]?.push(index);
    used += own;
  }
  return parts;
}

function formatCell(cell: TextCell, { digits }: TextColumn): string {
  if (cell === null || cell === undefined) return absent;
  if (typeof cell === "string") return cell;
  return digits === undefined ? String(cell) : cell.toFixed(digits);
}

function pad(text: string, width: number, right: boolean): string {
  const space = " ".repeat(Math.max(0, width - length(text)));
  return right ? space + text : text + space;
}

/** Number of characters as a reader counts them. */
function length(text: string): number {
  return [...text].length;
}
