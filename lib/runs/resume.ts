/** What is looked at before a run goes on: that there is one, that its config is the one it began with, and its records. */

import { dirname, join } from "node:path";
import { loadConfigWith, parseConfigText } from "../config/mod.ts";
import type { Checkpoint } from "./checkpoint/contents.ts";
import { exists, statIfThere } from "./files/atomic.ts";
import { CorruptLineError, type Json, parseJsonLines, type Row } from "./files/json_lines.ts";
import { RUN_FILES } from "./folder.ts";
import type { RunConfig, RunKind } from "./kind.ts";
import { leaves } from "./leaves.ts";
import { readOrigin } from "./origin.ts";

/** A run folder cannot be used for what was asked. */
export class RunError extends Error {
  override readonly name = "RunError";
}

/** How far a resume may bend. */
export interface ResumeChoices {
  /** If the newest checkpoint is damaged, go back to the newest whole one. */
  readonly allowOlder?: boolean;
  /** Go on although lines of `metrics.jsonl` from before the checkpoint are missing. */
  readonly allowMissingMetrics?: boolean;
}

/**
 * Finds out whether a folder holds a run of a kind that can go on. Nothing is written, no lock is taken.
 * @throws {RunError} saying what is there instead
 */
export function checkResumable<Config extends RunConfig>(folder: string, kind: RunKind<Config>): void {
  if (exists(join(folder, "SHA256SUMS"))) {
    const holder = dirname(dirname(resolved(folder)));
    const run = exists(join(holder, RUN_FILES.sessions)) ? `; its run is ${holder}` : "";
    throw new RunError(
      `${folder}: ${kind.learned}, not a run: there are weights in it, but no records to go on with${run}`,
    );
  }
  if (!exists(join(folder, RUN_FILES.config))) {
    throw new RunError(`${folder}: no run there (it has no ${RUN_FILES.config})`);
  }
  const { origin } = readOrigin(folder);
  if (origin !== null && origin.kind !== kind.name) {
    const task = origin.command?.[2];
    const how = task === undefined ? "" : `: deno task ${task} --resume ${folder} goes on with it`;
    throw new RunError(`${folder}: a run of another kind (${origin.kind})${how}`);
  }
  if (exists(join(folder, RUN_FILES.summary))) {
    throw new RunError(`${folder}: the run is finished (deno task report makes its report again)`);
  }
  if (statIfThere(join(folder, RUN_FILES.checkpoints))?.isDirectory !== true) {
    throw new RunError(`${folder}: no run there (it has no folder ${RUN_FILES.checkpoints})`);
  }
}

/** The folder behind a link such as `checkpoints/best`. */
function resolved(folder: string): string {
  return exists(folder) ? Deno.realPathSync(folder) : folder;
}

/**
 * The config of a run.
 * @throws {ConfigError} naming the file and what is wrong in it
 */
export function readRunConfig<Config extends RunConfig>(folder: string, kind: RunKind<Config>): Config {
  return loadConfigWith(kind.resolve, join(folder, RUN_FILES.config));
}

/**
 * Compares the config of a run with the one that is sealed in its checkpoint.
 * @throws {RunError} naming every key that was changed, with both values
 */
export function checkSealedConfig<Config extends RunConfig>(
  folder: string,
  config: Config,
  kind: RunKind<Config>,
  checkpoint: Checkpoint,
): void {
  const file = join(checkpoint.folder, RUN_FILES.config);
  const sealed = kind.resolve(parseConfigText(checkpoint.config, file), []);
  const changes = describeChanges(sealed, config);
  if (changes.length === 0) return;
  throw new RunError(
    `${join(folder, RUN_FILES.config)}: changed since the checkpoint of update ${checkpoint.update}: ${
      changes.join("; ")
    }; ` +
      `${file} has the config that the run was trained with`,
  );
}

/** Keys in which two configs differ with both values, e.g. `grpo.clip_low: 0.2 → 0.3`. */
export function describeChanges(before: RunConfig, now: RunConfig): readonly string[] {
  const [old, current] = [before, now].map((config) => leaves(config as unknown as Json));
  const show = (value: Json | undefined) => value === undefined ? "nothing" : JSON.stringify(value);
  return [...new Set([...old.keys(), ...current.keys()])]
    .filter((key) => JSON.stringify(old.get(key)) !== JSON.stringify(current.get(key)))
    .map((key) => `${key}: ${show(old.get(key))} → ${show(current.get(key))}`);
}

/** How much of `metrics.jsonl` a run goes on with. */
export interface KeptMetrics {
  readonly bytes: number;
  /** What the user should know. */
  readonly warnings: readonly string[];
}

/**
 * The part of a run's metrics that belongs to a checkpoint: what was written after it will be written again. Nothing is
 * changed.
 * @throws {RunError} or {@linkcode CorruptLineError} if lines that the checkpoint counts on are not there and `allowMissing` is not set
 */
export function keptMetrics(path: string, checkpoint: Checkpoint | undefined, allowMissing: boolean): KeptMetrics {
  const bytes = exists(path) ? Deno.readFileSync(path) : new Uint8Array(0);
  const target = checkpoint?.metricsBytes ?? 0;
  const update = checkpoint?.update ?? -1;
  const cut = (kept: number) =>
    kept === bytes.length ? [] : [`${path}: cut back to the checkpoint (${bytes.length - kept} bytes)`];
  if (target === 0) return { bytes: 0, warnings: cut(0) };
  if (allowMissing) {
    const kept = wholeLines(bytes, path, update);
    if (kept.bytes === target) return { bytes: target, warnings: cut(target) };
    const lines = `${kept.lines} lines from before the checkpoint of update ${update} are left`;
    return {
      bytes: kept.bytes,
      warnings: [`${path}: ${lines}; metrics that look back, such as the reward audit's, see those alone`],
    };
  }
  const advice = "--allow-missing-metrics goes on with the lines that are left";
  if (bytes.length < target) {
    throw new RunError(
      `${path}: ${bytes.length} bytes, but the checkpoint of update ${update} was written after ${target}; ${advice}`,
    );
  }
  const { rows, completeBytes } = parseJsonLines(bytes.subarray(0, target), path);
  if (completeBytes !== target || Number(rows.at(-1)?.["update"]) > update) {
    throw new RunError(`${path}: altered since the checkpoint of update ${update} was written; ${advice}`);
  }
  return { bytes: target, warnings: cut(target) };
}

/** The lines at the beginning that can be read and are of updates up to one. */
function wholeLines(
  bytes: Uint8Array,
  path: string,
  update: number,
): { readonly bytes: number; readonly lines: number } {
  let end = 0;
  let lines = 0;
  for (;;) {
    const next = bytes.indexOf(10, end) + 1;
    if (next === 0) break;
    const row = readable(bytes.subarray(end, next), path);
    if (row === undefined || !(Number(row["update"]) <= update)) break;
    end = next;
    lines++;
  }
  return { bytes: end, lines };
}

function readable(line: Uint8Array, path: string): Row | undefined {
  try {
    return parseJsonLines(line, path).rows[0];
  } catch (error) {
    if (error instanceof CorruptLineError) return undefined;
    throw error;
  }
}
