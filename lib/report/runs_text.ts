/** Runs for the terminal: a list of them, and what differs between some. */

import { type ComparedKey, type Comparison, type Field, type Json, type RunRecord, valueOf } from "../runs/mod.ts";
import { formatTable, type TextCell } from "./text_table.ts";

/** One line a run. */
export function runTable(runs: readonly RunRecord[], fields: readonly (readonly [heading: string, Field])[]): string {
  if (runs.length === 0) return "no runs";
  const own = fields.map(([heading]) => heading);
  const headings = ["run", "state", "update", "score", "track", "started", "trained", ...own, "what is wrong"];
  const rows = runs.map((run) => [
    run.path,
    run.state,
    run.update,
    cell(run.score ?? undefined),
    run.track,
    run.started === null ? null : new Date(run.started).toLocaleString("sv").slice(0, 16),
    durationText(run.seconds),
    ...fields.map(([, field]) => cell(valueOf(run, field))),
    run.problem === null ? "" : run.problem.slice(0, 80),
  ]);
  return formatTable(headings.map((heading) => ({ heading })), rows);
}

/** The settings in which runs differ, and their last metrics. */
export function runDifferences(runs: readonly RunRecord[], { settings, metrics }: Comparison): string {
  const columns = [{ heading: "key" }, ...runs.map((run) => ({ heading: run.path, align: "right" as const }))];
  const section = (title: string, keys: readonly ComparedKey[]) =>
    `${title}\n${formatTable(columns, keys.map(({ key, values }) => [key, ...values.map(cell)]))}\n`;
  return `${section("settings that differ", settings)}\n${section("last metrics", metrics)}`;
}

function cell(value: Json | undefined): TextCell {
  if (typeof value === "number") return Number.isInteger(value) ? value : Number(value.toPrecision(4));
  return value === undefined || value === null ? null : typeof value === "string" ? value : JSON.stringify(value);
}

/** A duration for a reader, e.g. `45s`, `2m00s`, `1h05m`: rounded to multiples of `step` seconds first, so that no 60 s is left. */
export function durationText(seconds: number, step = 1): string {
  const rounded = Math.round(seconds / step) * step;
  const [hours, minutes] = [Math.floor(rounded / 3600), Math.floor(rounded / 60) % 60];
  const padded = (part: number) => String(part).padStart(2, "0");
  if (hours > 0) return `${hours}h${padded(minutes)}m`;
  return minutes > 0 ? `${minutes}m${padded(rounded % 60)}s` : `${rounded}s`;
}
