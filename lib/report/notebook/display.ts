/**
 * What a cell can show: figures, tables and progress in a form for every front end. A report made of the notebook takes the
 * richest.
 */

import { blockMime, type Cell, type Column, type FigureBlock, type TableBlock } from "../html/blocks.ts";
import { escapeHtml } from "../html/escape.ts";
import { cellText, columnAlignments } from "../html/table.ts";
import { figureForms } from "./figure.ts";

/** The method that Deno's kernel asks a value for its forms by. */
const display: unique symbol = Symbol.for("Jupyter.display");

/** Something that Deno's kernel shows when it is the value of a cell. */
export interface Displayable {
  [display](): Record<string, unknown>;
}

/** A display that can be replaced by a later one in the same place. */
export interface LiveDisplay {
  update(next: Displayable): Promise<void>;
}

/** A figure as a cell's value: interactive where the front end draws Plotly, a picture everywhere else. */
export function showFigure(figure: FigureBlock): Displayable {
  return { [display]: () => figureForms(figure) };
}

/** A table as a cell's value: rounded, numbers to the right; in a report its columns can be sorted. */
export function showTable(table: Omit<TableBlock, "kind">): Displayable {
  const block: TableBlock = { kind: "table", ...table };
  return { [display]: () => ({ [blockMime]: block, "text/html": htmlTable(block), "text/plain": textTable(block) }) };
}

/** The part of an arquero table that is read. */
export interface Columnar {
  columnNames(): string[];
  objects(): object[];
}

/**
 * An arquero table as a cell's value.
 * @param columns how columns are shown, by name; the others as they come
 */
export function showRows(
  table: Columnar,
  columns: Readonly<Record<string, Omit<Column, "key" | "label"> & { label?: string }>> = {},
): Displayable {
  const names = table.columnNames();
  return showTable({
    columns: names.map((key) => ({ label: key, ...columns[key], key })),
    rows: table.objects().map((row) =>
      Object.fromEntries(Object.entries(row).map(([key, value]): [string, Cell] => [key, cellOf(value)]))
    ),
  });
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  return typeof value === "number" || typeof value === "string" ? value : String(value);
}

function htmlTable({ columns, rows, caption }: TableBlock): string {
  const alignments = columnAlignments(columns, rows);
  const style = (c: number) => ` style="text-align:${alignments[c]}"`;
  const head = columns.map((column, c) => `<th${style(c)}>${escapeHtml(column.label)}</th>`).join("");
  const body = rows.map((row) =>
    `<tr>${
      columns.map((column, c) =>
        `<td${style(c)}>${unbroken(escapeHtml(cellText(column, row[column.key] ?? null)))}</td>`
      )
        .join("")
    }</tr>`
  );
  const below = caption === undefined ? "" : `<p>${escapeHtml(caption)}</p>`;
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table>${below}`;
}

/** An interval stays on one line. */
function unbroken(text: string): string {
  return text.replace(/\[[^\]]*\]$/, (interval) => interval.replaceAll(" ", "\u00a0"));
}

function textTable({ columns, rows }: TableBlock): string {
  const alignments = columnAlignments(columns, rows);
  const lines = [
    columns.map((column) => column.label),
    ...rows.map((row) => columns.map((column) => cellText(column, row[column.key] ?? null))),
  ];
  const widths = columns.map((_, c) => Math.max(...lines.map((line) => line[c]?.length ?? 0)));
  return lines.map((line) =>
    line.map((text, c) => alignments[c] === "right" ? text.padStart(widths[c] ?? 0) : text.padEnd(widths[c] ?? 0)).join(
      "  ",
    ).trimEnd()
  ).join("\n");
}

let liveDisplays = 0;

/**
 * Deno's kernel says that a cell is done before its queue of messages is empty (2.9.5), and front ends put what comes later
 * below another cell or drop it. A pause this long empties the queue.
 */
const SETTLING_MS = 20;

/**
 * Shows something that later calls replace in place, live in a front end; a stored notebook keeps the last state.
 * @throws Error outside a Jupyter kernel
 */
export async function showLive(first: Displayable): Promise<LiveDisplay> {
  // Counted, not random: two runs of a notebook give the same file.
  const displayId = `live-${++liveDisplays}`;
  const show = async (next: Displayable, update: boolean) => {
    await Deno.jupyter.display(next[display](), { raw: true, display_id: displayId, update });
    await new Promise((resume) => setTimeout(resume, SETTLING_MS));
  };
  await show(first, false);
  return { update: (next) => show(next, true) };
}

/** Progress as a bar with a line of text; for {@linkcode showLive}. */
export function showProgress(done: number, total: number, note = ""): Displayable {
  const text = `${done}/${total}${note === "" ? "" : ` ${note}`}`;
  return {
    [display]: () => ({
      "text/html": `<progress value="${done}" max="${total}" style="width:20em"></progress> ${escapeHtml(text)}`,
      "text/plain": text,
    }),
  };
}

/**
 * A signal that the front end's stop button aborts. Without it that button ends the whole kernel, because it sends SIGINT;
 * a loop that never awaits cannot be stopped either way.
 */
export function stopSignal(): AbortSignal & Disposable {
  const controller = new AbortController();
  const stop = () => controller.abort(new DOMException("stopped by the stop button", "AbortError"));
  Deno.addSignalListener("SIGINT", stop);
  return Object.assign(controller.signal, { [Symbol.dispose]: () => Deno.removeSignalListener("SIGINT", stop) });
}
