/** From words with sweeps in them to the words of each job. */

import { globToRegExp } from "./glob.ts";
import { type Override, OverrideError, type Sweep, type Value } from "./types.ts";
import { formatValue } from "./value.ts";

/** A uniform number in [0, 1) that depends on nothing but the trial and the name. */
export type Draw = (trial: number, name: string) => number;

/** What expanding needs to know. */
export interface ExpandOptions {
  /** The names that a config group has, e.g. the tracks for the key `track`; undefined if the key is no group. */
  readonly group: (key: string) => readonly string[] | undefined;
  readonly draw: Draw;
}

/** The words of one job, without sweeps. */
export type JobOverrides = readonly string[];

/**
 * Every combination of the swept values, the last word varying fastest, as Hydra's basic sweeper does.
 * @throws {OverrideError} for an interval, which only a sampler can draw from
 */
export function expandGrid(overrides: readonly Override[], options: ExpandOptions): readonly JobOverrides[] {
  const alternatives = overrides.map((override) => {
    if (override.sweep === undefined) return [override.text];
    if (override.sweep.kind === "interval") {
      throw new OverrideError(`${override.text}: an interval needs a sampler (--sampler random --trials N)`);
    }
    return discreteValues(override, override.sweep, options).map((value) => word(override, value));
  });
  return alternatives.reduce<JobOverrides[]>((jobs, words) => jobs.flatMap((job) => words.map((w) => [...job, w])), [
    [],
  ]);
}

/**
 * Independent draws of every swept value. Trial i is the same however many trials there are.
 * @throws {OverrideError} if there is nothing to draw
 */
export function expandRandom(
  overrides: readonly Override[],
  trials: number,
  options: ExpandOptions,
): readonly JobOverrides[] {
  if (overrides.every((override) => override.sweep === undefined)) {
    throw new OverrideError("nothing to draw: no word sweeps over values (a=interval(0,1), b=1,2)");
  }
  return Array.from({ length: trials }, (_, trial) =>
    overrides.map((override) => {
      const { sweep } = override;
      if (sweep === undefined) return override.text;
      const uniform = options.draw(trial, override.path.join("."));
      return word(override, drawValue(override, sweep, uniform, options));
    }));
}

function drawValue(override: Override, sweep: Sweep, uniform: number, options: ExpandOptions): Value {
  if (sweep.kind !== "interval") {
    const values = discreteValues(override, sweep, options);
    return values[Math.floor(uniform * values.length)] ?? null;
  }
  const { low, high, scale, integer } = sweep;
  if (integer) {
    const [first, last] = [Math.ceil(low), Math.floor(high)];
    if (last < first) throw new OverrideError(`${override.text}: no whole number lies in it`);
    return scale === "log"
      ? Math.min(last, Math.floor(Math.exp(Math.log(first) + uniform * Math.log((last + 1) / first))))
      : first + Math.floor(uniform * (last - first + 1));
  }
  return scale === "log" ? Math.exp(Math.log(low) + uniform * Math.log(high / low)) : low + uniform * (high - low);
}

function discreteValues(
  override: Override,
  sweep: Exclude<Sweep, { kind: "interval" }>,
  options: ExpandOptions,
): readonly Value[] {
  const values = sweep.kind === "glob" ? globValues(override, sweep, options) : sweep.values;
  if (values.length === 0) throw new OverrideError(`${override.text}: no values`);
  if (sweep.kind === "glob" || !sweep.shuffled) return values;
  const key = override.path.join(".");
  const ranks = values.map((value, index) => ({ value, rank: options.draw(index, `shuffle:${key}`) }));
  return ranks.toSorted((a, b) => a.rank - b.rank).map(({ value }) => value);
}

function globValues(
  override: Override,
  { include, exclude }: Extract<Sweep, { kind: "glob" }>,
  options: ExpandOptions,
): readonly string[] {
  const names = options.group(override.path.join("."));
  if (names === undefined) {
    throw new OverrideError(`${override.text}: ${override.path.join(".")} has no files to match`);
  }
  const matches = (patterns: readonly string[], name: string) => patterns.some((p) => globToRegExp(p).test(name));
  const kept = names.filter((name) => matches(include, name) && !matches(exclude, name));
  if (kept.length === 0) {
    throw new OverrideError(`${override.text}: no match; there are ${names.join(", ") || "no files"}`);
  }
  return kept;
}

function word(override: Override, value: Value): string {
  const prefix = { set: "", add: "+", force: "++", delete: "~" }[override.operation];
  return `${prefix}${override.path.join(".")}=${formatValue(value)}`;
}
