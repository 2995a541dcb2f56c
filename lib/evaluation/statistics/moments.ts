/**
 * Descriptive statistics of plain lists, from simple-statistics. Means and variances are taken about the first value, so that
 * equal values have exactly their own mean and a variance of exactly 0; what has no value is NaN instead of an error.
 */

import { mean, median, quantileSorted, sampleVariance } from "simple-statistics";

/** The mean; NaN for an empty list. */
export function meanOf(values: ArrayLike<number>): number {
  return values.length === 0 ? NaN : values[0] + mean(aboutFirst(values));
}

/** The sample variance (divisor n − 1); NaN for fewer than two values. */
export function varianceOf(values: ArrayLike<number>): number {
  return values.length < 2 ? NaN : sampleVariance(aboutFirst(values));
}

/** The middle value, or the mean of the two middle values; NaN for an empty list. */
export function medianOf(values: ArrayLike<number>): number {
  return values.length === 0 ? NaN : median(Array.from(values));
}

/**
 * The quantile of ascending values by linear interpolation between order statistics (Hyndman & Fan 1996, type 7, NumPy's
 * default); NaN for an empty list.
 */
export function quantileOf(ascending: ArrayLike<number>, p: number): number {
  return ascending.length === 0 ? NaN : quantileSorted(ascending as number[], p);
}

function aboutFirst(values: ArrayLike<number>): number[] {
  return Array.from(values, (value) => value - values[0]);
}
