/** Finds runs on the disk and sums them up. */

import { basename, dirname, join, relative } from "node:path";
import { parse } from "yaml";
import { exists, reason, statIfThere } from "../files/atomic.ts";
import { readJsonLines, type Row } from "../files/json_lines.ts";
import { isLocked } from "../files/lock.ts";
import { RUN_FILES } from "../folder.ts";
import { type RunState, runState } from "../run.ts";

/** A run as it is listed. */
export interface RunRecord {
  /** Path below the results folder, with forward slashes. */
  readonly path: string;
  /** The config's name. */
  readonly name: string;
  readonly id: string;
  readonly state: RunState;
  /** The last update that has metrics; −1 before the first. */
  readonly update: number;
  /** The resolved config as data. */
  readonly config: Row;
  /** The last value of every metric. */
  readonly metrics: Row;
  /** What the run came to, once it is finished. */
  readonly summary: Row | null;
  /** What is wrong with its files, or why it failed. */
  readonly problem: string | null;
}

/** Folders of all runs below a folder. A run is a folder with a resolved config and a record of sessions. */
export function findRuns(results: string): readonly string[] {
  const found: string[] = [];
  const visit = (folder: string) => {
    const entries = [...Deno.readDirSync(folder)].toSorted((a, b) => a.name < b.name ? -1 : 1);
    const names = new Set(entries.map((entry) => entry.name));
    if (names.has(RUN_FILES.config) && names.has(RUN_FILES.sessions)) {
      found.push(folder);
      return;
    }
    for (const entry of entries) {
      if (entry.isDirectory && !entry.name.startsWith(".")) visit(join(folder, entry.name));
    }
  };
  if (exists(results)) visit(results);
  return found;
}

/**
 * Changes whenever a file of the run that a record is made from changes: sizes, times and file numbers, compared for
 * equality only, so that a clock that was set back cannot hide a change.
 */
export function fingerprint(folder: string): string {
  const files = [RUN_FILES.config, RUN_FILES.metrics, RUN_FILES.summary, RUN_FILES.failure];
  return files.map((file) => {
    const info = statIfThere(join(folder, file));
    return info === undefined ? "-" : `${info.size}:${info.mtime?.getTime()}:${info.ino}`;
  }).join(" ");
}

/** Reads a run. What is damaged is said in `problem`; the rest is there. */
export function readRun(results: string, folder: string): RunRecord {
  const problems: string[] = [];
  const attempt = <T>(read: () => T, otherwise: T): T => {
    try {
      return read();
    } catch (error) {
      problems.push(reason(error));
      return otherwise;
    }
  };
  const json = (file: string): Row | null => {
    const path = join(folder, file);
    return exists(path) ? JSON.parse(Deno.readTextFileSync(path)) as Row : null;
  };
  const config = attempt(() => parse(Deno.readTextFileSync(join(folder, RUN_FILES.config))) as Row, {});
  const lines = attempt(() => readJsonLines(join(folder, RUN_FILES.metrics)).rows, []);
  const summary = attempt(() => json(RUN_FILES.summary), null);
  const failure = attempt(() => json(RUN_FILES.failure), null);
  if (typeof failure?.["message"] === "string") problems.push(failure["message"]);
  const { update = -1, ...metrics } = Object.assign({}, ...lines) as Row;
  return {
    path: relative(results, folder).replaceAll("\\", "/"),
    name: typeof config["name"] === "string" ? config["name"] : basename(dirname(folder)),
    id: basename(folder),
    state: runState(folder, isLocked(folder)),
    update: Number(update),
    config,
    metrics,
    summary,
    problem: problems.length > 0 ? problems.join("; ") : null,
  };
}
