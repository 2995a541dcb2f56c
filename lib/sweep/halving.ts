/**
 * Successive halving (Jamieson & Talwalkar 2016, arXiv:1502.07943): every trial trains a little, the best share goes on, and
 * so forth until the last ones have trained in full. A trial that goes on is resumed, not started again.
 */

import { join } from "node:path";
import { LockedError, readJsonLines, RUN_FILES } from "../runs/mod.ts";
import { sweepStatus } from "./job.ts";
import { createManifest, freezeManifest, nameJob } from "./manifest.ts";
import type { PlannedJob } from "./plan.ts";

/** How trials are thinned out. */
export interface HalvingOptions {
  /** The metric that trials are judged by; higher is better. */
  readonly metric: string;
  /** One of so many goes on from rung to rung; the budget grows by the same factor. */
  readonly reduction: number;
  /** Updates of the first rung. */
  readonly firstBudget: number;
}

/** A trial and how far it came. */
export interface TrialResult<Resolved> {
  readonly trial: PlannedJob<Resolved>;
  /** Path of its run below the sweep's folder. */
  readonly folder: string;
  /** The last rung that it took part in. */
  readonly rung: number;
  /** Updates that it was given there. */
  readonly budget: number;
  /** Its metric at the end of that rung; null if it has none, e.g. because it failed. */
  readonly score: number | null;
}

/** Budgets of the rungs: from `first` on, each `reduction` times the one before, the last exactly `full`. */
export function rungBudgets(first: number, full: number, reduction: number): readonly number[] {
  if (!(reduction > 1)) throw new RangeError(`the reduction must be above 1, got ${reduction}`);
  if (!(first >= 1 && first <= full)) throw new RangeError(`the first budget must be from 1 to ${full}, got ${first}`);
  const budgets: number[] = [];
  for (let budget = first; budget < full; budget *= reduction) budgets.push(Math.floor(budget));
  return [...budgets, full];
}

/**
 * Runs a search. Every rung is a frozen manifest `rung-N.json` whose jobs end with the value of `{stop_at}` in the command;
 * which trials go on follows from metrics at that update alone, so that running the search again repeats its decisions.
 * @param folder the sweep's folder
 * @param launch brings every job of a manifest to its end; false stops the search
 * @returns every trial, the best first and the failed last; undefined if `launch` stopped it
 * @throws {LockedError} if another process runs one of the trials
 * @throws {RangeError} if the trials train for different numbers of updates
 */
export async function successiveHalving<Resolved extends { readonly name: string }>(
  folder: string,
  trials: readonly PlannedJob<Resolved>[],
  command: readonly string[],
  options: HalvingOptions & { readonly updates: (config: Resolved) => number },
  launch: (manifestPath: string, rung: number, budget: number) => Promise<boolean>,
): Promise<readonly TrialResult<Resolved>[] | undefined> {
  const [first] = trials;
  const full = first === undefined ? 0 : options.updates(first.config);
  if (first === undefined || trials.some(({ config }) => options.updates(config) !== full)) {
    throw new RangeError("successive halving needs trials that all train for the same number of updates");
  }
  const budgets = rungBudgets(options.firstBudget, full, options.reduction);
  let alive = trials.map((trial, index) => ({ trial, ...nameJob(index, trial.yaml) }));
  const out: TrialResult<Resolved>[] = [];
  for (const [rung, budget] of budgets.entries()) {
    const path = join(folder, `rung-${rung}.json`);
    const jobs = alive.map(({ trial, id, folder }) => ({
      id: `${id}-rung${rung}`,
      folder,
      overrides: trial.overrides,
      config: trial.yaml,
      values: { stop_at: String(budget) },
    }));
    freezeManifest(path, createManifest(first.config.name, command, jobs));
    if (!await launch(path, rung, budget)) return undefined;
    const done = doneFolders(path);
    const ranked = alive.map((one) => ({
      ...one,
      score: done.has(one.folder) ? scoreOf(join(folder, one.folder), options.metric, budget) : null,
    }))
      .toSorted((a, b) => compareScores(b.score, a.score));
    const kept = rung + 1 < budgets.length ? Math.max(1, Math.ceil(ranked.length / options.reduction)) : 0;
    const going = ranked.slice(0, kept).filter(({ score }) => score !== null);
    out.unshift(
      ...ranked.slice(going.length).map(({ trial, folder, score }) => ({ trial, folder, rung, budget, score })),
    );
    alive = going;
    if (alive.length === 0) break;
  }
  return out.toSorted((a, b) => Number(a.score === null) - Number(b.score === null));
}

/**
 * Folders of the jobs that are done; the others have failed.
 * @throws {LockedError} if one is still being run by another process: its result is not known yet
 */
function doneFolders(manifestPath: string): ReadonlySet<string> {
  const statuses = sweepStatus(manifestPath);
  const running = statuses.find(({ state }) => state === "running");
  if (running !== undefined) {
    throw new LockedError(`${running.folder}: another process runs this trial; search again when it is done`);
  }
  return new Set(statuses.filter(({ state }) => state === "done").map(({ job }) => job.folder));
}

/** The metric's last value at or before an update. */
function scoreOf(folder: string, metric: string, update: number): number | null {
  const rows = readJsonLines(join(folder, RUN_FILES.metrics)).rows;
  const row = rows.findLast((row) => Number(row["update"]) <= update && typeof row[metric] === "number");
  return row === undefined ? null : Number(row[metric]);
}

function compareScores(a: number | null, b: number | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return a - b;
}
