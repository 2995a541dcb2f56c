/** Tables for a terminal. */

/** A cell: numbers and text; null and undefined are shown as a dash. */
export type Cell = string | number | null | undefined;

/** A column: its heading, how its numbers are shown, and which side it is aligned to (numbers to the right by default). */
export interface Column {
  readonly heading: string;
  readonly digits?: number;
  readonly align?: "left" | "right";
}

/** Formats rows in aligned columns, two spaces apart, headings underlined. Wide characters count as one. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => columns.map((column, index) => formatCell(row[index], column)));
  const widths = columns.map((column, index) =>
    Math.max(length(column.heading), ...texts.map((row) => length(row[index] ?? "")))
  );
  const right = columns.map((column, index) =>
    column.align === "right" || (column.align === undefined && rows.some((row) => typeof row[index] === "number"))
  );
  const line = (cells: readonly string[]) =>
    cells.map((cell, index) => pad(cell, widths[index] ?? 0, right[index] ?? false)).join("  ").trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [line(columns.map((column) => column.heading)), rule, ...texts.map(line)].join("\n");
}

function formatCell(cell: Cell, { digits }: Column): string {
  if (cell === null || cell === undefined) return "–";
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
