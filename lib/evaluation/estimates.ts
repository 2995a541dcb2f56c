/** Means with intervals over problems, over training seeds, and over both. */

import { meanOf, studentQuantile, varianceOf } from "./statistics/mod.ts";

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

export const DEFAULT_LEVEL = 0.95;

/** `[seeds][problems]` values of one metric; NaN where a problem has none. A method without training has one seed. */
export type SeedMatrix = readonly Float64Array[];

/**
 * The mean with a t-interval.
 *
 * With one seed the unit is the problem: `s²/P`, P − 1 degrees of freedom; it says nothing about another training. With
 * several, seeds and problems are crossed (every seed meets the same problems) and the variance of the grand mean is
 * estimated by `V = s²(seed means)/S + s²(problem means)/P` with Satterthwaite's (1946) degrees of freedom
 * `V² / (V_S²/(S − 1) + V_P²/(P − 1))`. Either term alone estimates its own component plus residual/(S·P), so V counts the
 * residual twice and errs on the wide side. Problems without a value for some seed are left out.
 * @throws RangeError if there are no seeds, or their numbers of problems differ
 */
export function estimateMean(values: SeedMatrix, level = DEFAULT_LEVEL): Estimate {
  const table = layout(values);
  const { seedMeans, problemMeans } = marginsOf(table, 0, values.length);
  const [seeds, problems] = [terms(seedMeans), terms(problemMeans)];
  return finish(meanOf(problemMeans), [...seeds, ...problems], unitOf(seeds, problems), table, values.length, level);
}

/**
 * The mean over these very problems, with a t-interval over training seeds alone: `s²(seed means)/S`, S − 1 degrees of
 * freedom. With one seed the interval is NaN.
 */
export function estimateOverSeeds(values: SeedMatrix, level = DEFAULT_LEVEL): Estimate {
  const table = layout(values);
  const { seedMeans } = marginsOf(table, 0, values.length);
  return finish(meanOf(seedMeans), terms(seedMeans), "seeds", table, values.length, level);
}

/**
 * The share of problems (values 0 or 1) with Wilson's (1927) score interval, which stays within [0, 1] and keeps a width
 * where all values are equal. The number of trials is that of independent ones with the same standard error,
 * `p(1 − p)/V`, at most one a problem where V is 0, and the quantile is Student's with the degrees of freedom of V; with
 * one seed these are P and the normal quantile, Wilson's own interval.
 */
export function estimateShare(values: SeedMatrix, level = DEFAULT_LEVEL): Estimate {
  const plain = estimateMean(values, level);
  const { value: share, standardError, degreesOfFreedom, problems, seeds } = plain;
  if (problems === 0) return plain;
  const inner = share * (1 - share);
  const trials = seeds === 1 || !(standardError > 0) ? problems : inner / standardError ** 2;
  const z = studentQuantile((1 + level) / 2, seeds === 1 || !(standardError > 0) ? Infinity : degreesOfFreedom);
  const centre = (share + z * z / (2 * trials)) / (1 + z * z / trials);
  const half = z / (1 + z * z / trials) * Math.sqrt(inner / trials + z * z / (4 * trials * trials));
  return { ...plain, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/**
 * The mean of `first − second` on the same problems. Where either has several seeds, its seeds are independent of the
 * other's: `V = s²(seed means of first)/S₁ + s²(seed means of second)/S₂ + s²(problem differences)/P`, Satterthwaite's
 * degrees of freedom; with one seed each this is the paired t-interval over problems.
 * @throws RangeError if the numbers of problems differ
 */
export function estimateDifference(first: SeedMatrix, second: SeedMatrix, level = DEFAULT_LEVEL): Estimate {
  const joint = layout([...first, ...second]);
  const a = marginsOf(joint, 0, first.length);
  const b = marginsOf(joint, first.length, joint.rows.length);
  const differences = a.problemMeans.map((value, p) => value - b.problemMeans[p]);
  const seeds = [...terms(a.seedMeans), ...terms(b.seedMeans)];
  const problems = terms(differences);
  const unit = unitOf(seeds, problems);
  return finish(
    meanOf(differences),
    [...seeds, ...problems],
    unit,
    joint,
    Math.max(first.length, second.length),
    level,
  );
}

/**
 * The mean of `first − second` over these very problems, with Welch's interval over training seeds alone.
 * @throws RangeError if the numbers of problems differ, or either has fewer than two seeds
 */
export function estimateDifferenceOverSeeds(first: SeedMatrix, second: SeedMatrix, level = DEFAULT_LEVEL): Estimate {
  if (first.length < 2 || second.length < 2) {
    throw new RangeError(`An interval over seeds needs two of each method, not ${first.length} and ${second.length}`);
  }
  const joint = layout([...first, ...second]);
  const a = marginsOf(joint, 0, first.length).seedMeans;
  const b = marginsOf(joint, first.length, joint.rows.length).seedMeans;
  const seeds = [...terms(a), ...terms(b)];
  return finish(meanOf(a) - meanOf(b), seeds, "seeds", joint, Math.max(first.length, second.length), level);
}

interface Layout {
  /** Problems with a value for every seed. */
  readonly rows: readonly Float64Array[];
  readonly problems: number;
  readonly missing: number;
}

interface Margins {
  readonly seedMeans: Float64Array;
  readonly problemMeans: Float64Array;
}

/** A variance component of a mean. */
interface Term {
  readonly variance: number;
  readonly degreesOfFreedom: number;
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

function marginsOf({ rows, problems }: Layout, from: number, to: number): Margins {
  const own = rows.slice(from, to);
  return {
    seedMeans: Float64Array.from(own, meanOf),
    problemMeans: Float64Array.from({ length: problems }, (_, p) => meanOf(own.map((row) => row[p]))),
  };
}

/** No term for a single unit: nothing is known about the spread. */
function terms(means: Float64Array): Term[] {
  if (means.length < 2) return [];
  return [{ variance: varianceOf(means) / means.length, degreesOfFreedom: means.length - 1 }];
}

function unitOf(seeds: readonly Term[], problems: readonly Term[]): SamplingUnit {
  if (seeds.length === 0) return "problems";
  return problems.length === 0 ? "seeds" : "seeds-and-problems";
}

function finish(
  value: number,
  parts: readonly Term[],
  unit: SamplingUnit,
  { problems, missing }: Layout,
  seeds: number,
  level: number,
): Estimate {
  if (!(level > 0 && level < 1)) throw new RangeError(`The confidence level is ${level}; it must lie between 0 and 1`);
  const variance = parts.length === 0 ? NaN : parts.reduce((sum, part) => sum + part.variance, 0);
  const standardError = Math.sqrt(variance);
  const degreesOfFreedom = satterthwaite(parts);
  const half = standardError === 0 ? 0 : standardError * studentQuantile((1 + level) / 2, degreesOfFreedom);
  return {
    value,
    low: value - half,
    high: value + half,
    standardError,
    degreesOfFreedom,
    unit,
    problems,
    missing,
    seeds,
  };
}

/** Degrees of freedom of a sum of variances; that of all parts together where none of them varies. */
function satterthwaite(parts: readonly Term[]): number {
  const varying = parts.filter(({ variance }) => variance > 0);
  if (varying.length === 0) return parts.reduce((sum, part) => sum + part.degreesOfFreedom, 0);
  const total = varying.reduce((sum, { variance }) => sum + variance, 0);
  return total ** 2 / varying.reduce((sum, part) => sum + part.variance ** 2 / part.degreesOfFreedom, 0);
}
