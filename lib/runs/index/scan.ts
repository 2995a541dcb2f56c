/** Finds runs on the disk and sums them up. */

import { basename, dirname, join, relative } from "node:path";
import { isDictionary } from "../../config/mod.ts";
import { configError, parseYaml } from "../../input/mod.ts";
import { exists, reason, statIfThere } from "../files/atomic.ts";
import { type Json, readJsonLines, type Row } from "../files/json_lines.ts";
import { isLocked } from "../files/lock.ts";
import { RUN_FILES } from "../folder.ts";
import { type RunState, runState } from "../run.ts";

/** A run's state, or that its config cannot be read, so that nothing goes on with it. */
export type ListedState = RunState | "unreadable";

/** A run as it is listed. */
export interface RunRecord {
  /** Path below the results folder, with forward slashes. */
  readonly path: string;
  /** The config's name. */
  readonly name: string;
  readonly id: string;
  readonly state: ListedState;
  /** The last update that has metrics; −1 before the first. */
  readonly update: number;
  /** What it trains on: tracks or tasks; null if its config does not say. */
  readonly track: string | null;
  /** The best validation so far, by which its best checkpoint is chosen; null before the first. */
  readonly score: number | null;
  /** When its first session began, as ISO 8601. */
  readonly started: string | null;
  /** Seconds spent in updates, over all sessions. */
  readonly seconds: number;
  /** The resolved config as data. */
  readonly config: Row;
  /** The last value of every metric. */
  readonly metrics: Row;
  /** What the run came to, once it is finished. */
  readonly summary: Row | null;
  /** What is wrong with its files, or why it failed. */
  readonly problem: string | null;
}

/** Where the newest checkpoint keeps its score. */
const STATE = join(RUN_FILES.checkpoints, "latest", "state.json");

/**
 * Folders of all runs below a folder. A run is a folder with a resolved config and a record of sessions; a folder that cannot be
 * looked into is listed too, so that nothing is hidden.
 * @param state only those in it, e.g. `finished`
 */
export function findRuns(results: string, state?: RunState): readonly string[] {
  const found: string[] = [];
  const visit = (folder: string) => {
    let entries: Deno.DirEntry[];
    try {
      entries = [...Deno.readDirSync(folder)].toSorted((a, b) => a.name < b.name ? -1 : 1);
    } catch (error) {
      // A folder that was deleted meanwhile is none.
      if (!(error instanceof Deno.errors.NotFound)) found.push(folder);
      return;
    }
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
  return state === undefined ? found : found.filter((folder) => listedState(folder) === state);
}

/**
 * Changes whenever a file of the run that a record is made from changes: sizes, times and file numbers, compared for
 * equality only, so that a clock that was set back cannot hide a change.
 */
export function fingerprint(folder: string): string {
  const { config, metrics, sessions, timings, summary, failure } = RUN_FILES;
  return [config, metrics, sessions, timings, summary, failure, STATE].map((file) => {
    try {
      const info = statIfThere(join(folder, file));
      return info === undefined ? "-" : `${info.size}:${info.mtime?.getTime()}:${info.ino}`;
    } catch (error) {
      return reason(error);
    }
  }).join(" ");
}

/** The state of a run for a list. */
export function listedState(folder: string): RunState {
  return runState(folder, isLocked(folder));
}

/** Reads a run. What is damaged is said in `problem`; the rest is there. */
export function readRun(results: string, folder: string): RunRecord {
  const problems: string[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push(reason(error));
      return undefined;
    }
  };
  const text = (file: string) => Deno.readTextFileSync(join(folder, file));
  const json = (file: string) =>
    exists(join(folder, file)) ? dictionaryOf(JSON.parse(text(file)) as Json, join(folder, file)) : null;
  const lines = (file: string) => attempt(() => readJsonLines(join(folder, file)).rows) ?? [];
  const config = attempt(() => configIn(text(RUN_FILES.config), join(folder, RUN_FILES.config)));
  const { update, ...metrics } = Object.assign({}, ...lines(RUN_FILES.metrics)) as Row;
  const summary = attempt(() => json(RUN_FILES.summary)) ?? null;
  const failure = attempt(() => json(RUN_FILES.failure));
  const message = failure?.["message"];
  if (typeof message === "string") problems.push(message);
  const best = attempt(() => json(STATE)?.["best"]);
  const score = isDictionary(best) ? best["score"] : undefined;
  const started = lines(RUN_FILES.sessions)[0]?.["started"];
  const state = attempt(() => listedState(folder)) ?? "unreadable";
  return {
    path: relative(results, folder).replaceAll("\\", "/"),
    name: typeof config?.["name"] === "string" ? config["name"] : basename(dirname(folder)),
    id: basename(folder),
    state: config === undefined ? "unreadable" : state,
    update: typeof update === "number" ? update : -1,
    track: trackOf(config ?? {}),
    score: typeof score === "number" ? score : null,
    started: typeof started === "string" ? started : null,
    seconds: lines(RUN_FILES.timings).reduce((sum, row) => sum + (Number(row["seconds"]) || 0), 0),
    config: config ?? {},
    metrics,
    summary,
    problem: problems.length > 0 ? problems.join("; ") : null,
  };
}

/** @throws ConfigError naming the file if it is no YAML with keys */
function configIn(text: string, file: string): Row {
  const config = parseYaml(text, file).data as Row;
  if (Object.keys(config).length === 0) throw configError(file, "", "it holds nothing");
  return config;
}

/** @throws TypeError naming the file if it holds something else than keys and values */
function dictionaryOf(value: Json, file: string): Row {
  if (!isDictionary(value)) throw new TypeError(`${file}: expected keys and values, got ${JSON.stringify(value)}`);
  return value;
}

/** What the configs of all kinds of runs say that they train on: tracks of SCMs, or tasks of theories. */
function trackOf(config: Row): string | null {
  const { track, also_train_on, training, curriculum, task } = config;
  const named = (value: Json | undefined): string[] => {
    if (Array.isArray(value)) return value.flatMap(named);
    if (isDictionary(value)) {
      const { base, track, tasks, name } = value;
      return named(base ?? track ?? (tasks === undefined ? name : Object.keys(dictionary(tasks))));
    }
    return typeof value === "string" ? [value] : [];
  };
  const stages = dictionary(curriculum)["enabled"] === true && task !== undefined
    ? dictionary(curriculum)["stages"]
    : task;
  const names = named([track ?? null, also_train_on ?? null, dictionary(training)["sources"] ?? null, stages ?? null]);
  return names.length === 0 ? null : [...new Set(names)].join(" + ");
}

function dictionary(value: Json | undefined): Row {
  return isDictionary(value) ? value : {};
}
