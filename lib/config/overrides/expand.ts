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

/** More jobs than this are taken for a slip: each would become a file's worth of config in the manifest. */
export const MOST_JOBS = 10_000;

/** Draws for each trial, most of which repeat earlier ones if nearly every combination is asked for. */
const MOST_DRAWS = 1000;

/** @throws {OverrideError} with the count, before anything of that size is made */
export function checkJobCount(count: number, what: string): void {
  if (count > MOST_JOBS) {
    throw new OverrideError(
      `${what} ${count.toLocaleString("en")} jobs; at most ${MOST_JOBS.toLocaleString("en")} are planned`,
    );
  }
}

/**
 * Every combination of the swept values, the last word varying fastest, as Hydra's basic sweeper does.
 * @throws {OverrideError} for an interval, which only a sampler can draw from, and for more than {@linkcode MOST_JOBS} jobs
 */
export function expandGrid(overrides: readonly Override[], options: ExpandOptions): readonly JobOverrides[] {
  const alternatives = overrides.map((override) => {
    if (override.sweep === undefined) return [override.text];
    if (override.sweep.kind === "interval") {
      throw new OverrideError(`${override.text}: an interval needs a sampler (--sampler random --trials N)`);
    }
    return discreteValues(override, override.sweep, options).map((value) => word(override, value));
  });
  checkJobCount(alternatives.reduce((product, words) => product * words.length, 1), "the words ask for");
  return alternatives.reduce<JobOverrides[]>((jobs, words) => jobs.flatMap((job) => words.map((w) => [...job, w])), [
    [],
  ]);
}

/**
 * Independent draws of every swept value; a draw that repeats an earlier one is left out. Trial i is the same however many
 * trials there are.
 * @throws {OverrideError} if there is nothing to draw, or fewer different trials than are asked for
 */
export function expandRandom(
  overrides: readonly Override[],
  trials: number,
  options: ExpandOptions,
): readonly JobOverrides[] {
  if (overrides.every((override) => override.sweep === undefined)) {
    throw new OverrideError("nothing to draw: no word sweeps over values (a=interval(0,1), b=1,2)");
  }
  checkJobCount(trials, "--trials asks for");
  const different = overrides.reduce((product, override) => product * valueCount(override, options), 1);
  if (trials > different) {
    throw new OverrideError(`there are ${different} different trials, fewer than the ${trials} that are asked for`);
  }
  const drawn = new Map<string, JobOverrides>();
  for (let draw = 0; drawn.size < trials; draw++) {
    if (draw > MOST_DRAWS * trials) {
      throw new OverrideError(`only ${drawn.size} different trials were found in ${draw} draws; ask for fewer`);
    }
    const words = overrides.map((override) => {
      const { sweep } = override;
      if (sweep === undefined) return override.text;
      return word(override, drawValue(override, sweep, options.draw(draw, override.path.join(".")), options));
    });
    const key = words.join("\n");
    if (!drawn.has(key)) drawn.set(key, words);
  }
  return [...drawn.values()];
}

/** How many different words a draw can give. */
function valueCount(override: Override, options: ExpandOptions): number {
  const { sweep } = override;
  if (sweep === undefined) return 1;
  if (sweep.kind !== "interval") {
    return new Set(discreteValues(override, sweep, options).map((value) => word(override, value))).size;
  }
  if (!sweep.integer) return sweep.low === sweep.high ? 1 : Infinity;
  return Math.max(1, Math.floor(sweep.high) - Math.ceil(sweep.low) + 1);
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
