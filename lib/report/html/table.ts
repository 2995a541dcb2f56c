/** Tables: numbers rounded and aligned, the best value of a column bold, every column sortable by the page's script. */

import { absent, cellNumber, formatBound, formatIn, formatWithin, isEstimate } from "../format.ts";
import type { Cell, Column, Estimate, TableBlock } from "./blocks.ts";
import { escapeHtml } from "./escape.ts";
import { inlineMarkdownHtml } from "./markdown.ts";

/** Widest that a table may be, in CSS pixels: it fits a page 1280 wide, and in small type a sheet of A4. */
const WIDEST = 1180;
/** Rough widths of a character of a cell, of its interval and of a heading, and what stands around a cell. */
const CHARACTER = 7.2, INTERVAL_CHARACTER = 6.7, HEADING_CHARACTER = 7.8, AROUND = 26;
/** Bounds of a column's width: headings and long texts are wrapped. */
const NARROWEST = 88, LONGEST_TEXT = 420, NARROWEST_FIRST = 150, WIDEST_FIRST = 220;
/** Characters from which a text is wrapped. */
const LONG = 58;

/**
 * A table; one that is too wide stands in parts below each other, each with the first column, whose rows are sorted together.
 * @throws RangeError if `emphasised` or `ranked` names a row that does not exist
 */
export function tableHtml(table: TableBlock): string {
  const { columns, rows } = table;
  for (const index of [...(table.emphasised ?? []), ...(table.ranked ?? [])]) {
    if (rows[index] === undefined) {
      throw new RangeError(`table row ${index} does not exist: the table has ${rows.length} rows, counted from 0`);
    }
  }
  const compact = columns.filter((column) => rows.some((row) => hasInterval(row[column.key]))).length > 3;
  const looks = columnLooks(table);
  const parts = fittingParts(columns.map((column, c) => columnWidth(column, rows, c === 0, compact)));
  const caption = table.caption === undefined ? "" : `<figcaption>${escapeHtml(table.caption)}</figcaption>`;
  const kind = `sortable${compact ? " compact" : ""}${columns.length <= 4 && !compact ? " few" : ""}`;
  const html = parts.map((part) =>
    `<div class="scroll" tabindex="0"><table class="${kind}">${partHtml(table, part, looks)}</table></div>`
  );
  return `<figure class="table">${html.join("\n")}${caption}</figure>`;
}

/** How the cells of a column look: their class, and which rows are the best. */
interface ColumnLook {
  readonly classes: string;
  readonly best: ReadonlySet<number>;
}

function columnLooks({ columns, rows, ranked }: TableBlock): readonly ColumnLook[] {
  const alignments = columnAlignments(columns, rows);
  return columns.map((column, c) => {
    const maths = column.format === "maths" ? " maths" : "";
    const long = rows.some((row) => textOf(column, row[column.key]).length > LONG) ? " long" : "";
    return { classes: `${alignments[c]}${maths}${long}`, best: bestRows(column, rows, ranked) };
  });
}

/** Head and body of the columns at some places. */
function partHtml(
  { columns, rows, emphasised }: TableBlock,
  part: readonly number[],
  looks: readonly ColumnLook[],
): string {
  const head = part.map((c) =>
    `<th scope="col" class="${looks[c].classes.split(" ")[0]}" aria-sort="none"><button type="button">${
      escapeHtml(columns[c].label)
    }</button></th>`
  );
  const body = rows.map((row, r) => {
    const cells = part.map((c) => {
      const column = columns[c];
      const tag = c === 0 ? 'th scope="row"' : "td";
      const bold = looks[c].best.has(r) ? " best" : "";
      const cell = row[column.key] ?? null;
      return `<${tag} class="${looks[c].classes}${bold}"${sortKey(cell)}>${cellHtml(column, cell)}</${
        tag.slice(0, 2)
      }>`;
    });
    return `<tr${emphasised?.includes(r) ? ' class="emphasised"' : ""}>${cells.join("")}</tr>`;
  });
  return `<thead><tr>${head.join("")}</tr></thead><tbody>\n${body.join("\n")}\n</tbody>`;
}

/** About how wide a column is drawn. */
function columnWidth(column: Column, rows: TableBlock["rows"], isFirst: boolean, compact: boolean): number {
  const widths = rows.map((row) => {
    const cell = row[column.key] ?? null;
    if (!isEstimate(cell)) return Math.min(LONGEST_TEXT, CHARACTER * textOf(column, cell).length);
    const interval = INTERVAL_CHARACTER * intervalText(column, cell).length;
    const value = CHARACTER * formatIn(column, cell.value).length;
    return compact ? Math.max(value, interval) : value + interval + CHARACTER;
  });
  const words = column.label.split(/[\s-]+/).map((word) => HEADING_CHARACTER * word.length);
  const widest = AROUND + Math.max(...words, ...widths);
  return isFirst ? Math.min(WIDEST_FIRST, Math.max(NARROWEST_FIRST, widest)) : Math.max(NARROWEST, widest);
}

/** Places of the columns of each part: the first column, and others of about the same width in all. */
function fittingParts(widths: readonly number[]): readonly (readonly number[])[] {
  const [first = 0, ...others] = widths;
  const total = others.reduce((sum, width) => sum + width, 0);
  const count = Math.max(1, Math.ceil(total / (WIDEST - first)));
  const parts: number[][] = [[0]];
  let used = 0;
  others.forEach((width, c) => {
    const last = parts[parts.length - 1];
    const full = last.length > 1 &&
      (used + width / 2 > total / count && parts.length < count || first + used + width > WIDEST);
    if (full) {
      parts.push([0, c + 1]);
      used = width;
    } else {
      last.push(c + 1);
      used += width;
    }
  });
  return parts;
}

/** What a reader counts of a cell: a formula is about half as long as its source. */
function textOf(column: Column, cell: Cell | undefined): string {
  const text = cellText(column, cell ?? null);
  return column.format === "maths" ? text.slice(text.length / 2) : text;
}

/** A cell's content: the interval of an estimate stands smaller beside it. */
export function cellHtml(column: Pick<Column, "format" | "digits">, cell: Cell): string {
  if (column.format === "maths" && typeof cell === "string") return inlineMarkdownHtml(`$${cell}$`);
  if (!isEstimate(cell)) return escapeHtml(cellText(column, cell));
  const interval = intervalText(column, cell);
  const plain = column.format === undefined || column.format === "number";
  const value = escapeHtml(plain ? formatWithin(cell, column.digits) : formatIn(column, cell.value));
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
    if (column.format !== undefined && column.format !== "maths") return "right";
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
  // Where all are alike there is no best.
  if (scores.length > 1 && scores.every(({ score }) => score === top)) return new Set();
  return new Set(scores.filter(({ score }) => score === top).map(({ r }) => r));
}
