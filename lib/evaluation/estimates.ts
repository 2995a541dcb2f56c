/** Means with intervals over problems, over training seeds, and over both. */

import { boundedInterval, type Bounds, crossedError, type ErrorOfMean, meanOf, UNBOUNDED } from "./statistics/mod.ts";

/** What varies from sample to sample in an interval: what its coverage is a promise about. */
export type SamplingUnit = "problems" | "seeds" | "seeds-and-problems";

/** A mean with its confidence interval. */
export interface Estimate {
  readonly value: number;
  /** Ends of the interval; NaN where one unit alone says nothing about the spread. */
  readonly low: number;
  readonly high: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  readonly unit: SamplingUnit;
  /** Problems that count, and those left out because the metric has no value there. */
  readonly problems: number;
  readonly missing: number;
  readonly seeds: number;
}

/** Level of the intervals. */
export const DEFAULT_LEVEL = 0.95;

/** `[seeds][problems]` values of one metric; NaN where a problem has none. A method without training has one seed. */
export type SeedMatrix = readonly Float64Array[];

/** How sure an interval is, and what its quantity can be. */
export interface EstimateOptions {
  /** Confidence level; default 0.95. */
  readonly level?: number;
  /** What the quantity's values lie between; default: anything. */
  readonly bounds?: Bounds;
}

/**
 * The mean with an interval that takes seeds and problems as drawn ({@linkcode crossedError}) and stays within the bounds
 * ({@linkcode boundedInterval}). With one seed the unit is the problem: that says nothing about another training. Problems
 * without a value for some seed are left out. A share (all values at the bounds) of one training, or one without any spread,
 * has Wilson's interval with a trial for each problem.
 * @throws RangeError if there are no seeds, or their numbers of problems differ
 */
export function estimateMean(values: SeedMatrix, options: EstimateOptions = {}): Estimate {
  const { bounds = UNBOUNDED } = options;
  const { rows, ...counts } = layout(values);
  const error = counts.problems === 0 ? NOTHING : crossedError(rows);
  const share = rows.every((row) => row.every((value) => value === bounds.low || value === bounds.high));
  const trials = share && (rows.length === 1 || !(error.variance > 0)) ? { trials: counts.problems } : {};
  const mean = { value: meanOf(rows.map(meanOf)), standardError: Math.sqrt(error.variance), ...trials };
  const [low, high] = boundedInterval({ ...error, ...mean }, bounds, checkLevel(options.level));
  return estimate(mean.value, [low, high], error, { seeds: rows.length, ...counts });
}

/**
 * The mean of `first − second` on the same problems, whose seeds are independent of each other ({@linkcode crossedError}),
 * with Student's interval cut off at the greatest difference that the bounds allow: it leaves out 0 exactly where the t-test
 * rejects. With one seed each this is the paired t-interval over problems.
 * @throws RangeError if the numbers of problems differ
 */
export function estimateDifference(
  first: SeedMatrix,
  second: SeedMatrix,
  { level, bounds = UNBOUNDED }: EstimateOptions = {},
): Estimate {
  const { rows, ...counts } = layout([...first, ...second]);
  const [a, b] = [rows.slice(0, first.length), rows.slice(first.length)];
  const error = counts.problems === 0 ? NOTHING : crossedError(a, b);
  const value = meanOf(a.map(meanOf)) - meanOf(b.map(meanOf));
  // Not Wilson's: the interval of a difference must agree with its test.
  const plain = boundedInterval(
    { value, standardError: Math.sqrt(error.variance), ...error },
    UNBOUNDED,
    checkLevel(level),
  );
  const most = bounds.high - bounds.low;
  const ends = [Math.max(plain[0], -most), Math.min(plain[1], most)] as const;
  return estimate(value, ends, error, { seeds: Math.max(first.length, second.length), ...counts });
}

/** What is known of a mean of no problems. */
const NOTHING: ErrorOfMean = { variance: NaN, degreesOfFreedom: 0 };

interface Layout {
  /** `[seeds][problems]` with a value for every seed. */
  readonly rows: readonly Float64Array[];
  readonly problems: number;
  readonly missing: number;
}

function layout(values: SeedMatrix): Layout {
  if (values.length === 0) throw new RangeError("A mean needs the values of at least one seed");
  const problems = values[0].length;
  values.forEach((row, seed) => {
    if (row.length !== problems) {
      throw new RangeError(`Seed ${seed} has ${row.length} problems, seed 0 has ${problems}`);
    }
  });
  const kept = Array.from({ length: problems }, (_, p) => p).filter((p) =>
    values.every((row) => !Number.isNaN(row[p]))
  );
  const rows = values.map((row) => Float64Array.from(kept, (p) => row[p]));
  return { rows, problems: kept.length, missing: problems - kept.length };
}

function checkLevel(level = DEFAULT_LEVEL): number {
  if (level > 0 && level < 1) return level;
  throw new RangeError(`The confidence level is ${level}; it must lie between 0 and 1`);
}

function estimate(
  value: number,
  [low, high]: readonly [number, number],
  { variance, degreesOfFreedom }: ErrorOfMean,
  counts: Pick<Estimate, "problems" | "missing" | "seeds">,
): Estimate {
  const unit = counts.seeds === 1 ? "problems" : counts.problems < 2 ? "seeds" : "seeds-and-problems";
  return { value, low, high, standardError: Math.sqrt(variance), degreesOfFreedom, unit, ...counts };
}
