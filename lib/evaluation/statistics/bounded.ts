/** Intervals of quantities that cannot lie outside a range, which end within it. */

import { studentQuantile } from "./distributions.ts";

/** The least and the greatest value that a quantity can have; infinite where there is none. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** No bounds. */
export const UNBOUNDED: Bounds = { low: -Infinity, high: Infinity };
/** A share, or a mean of shares. */
export const UNIT: Bounds = { low: 0, high: 1 };
/** A count, a distance or a loss. */
export const NON_NEGATIVE: Bounds = { low: 0, high: Infinity };

/** A mean whose interval is asked for. */
export interface UncertainMean {
  readonly value: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  /** Independent trials behind a share of successes: where they are given its variance is the binomial's, not an estimate. */
  readonly trials?: number;
}

/**
 * The interval of a mean, `[low, high]`.
 *
 * - Between two bounds: Wilson's (1927) score interval for the mean u on [0, 1], with the given trials and the normal quantile,
 *   or with as many trials as give this standard error, `u(1 − u)/SE²`, and Student's. A mean that does not vary has no width.
 * - Otherwise Student's, `value ± t·SE`, cut off at the bound. A mean beyond a bound that is itself estimated (a normalised
 *   value above 1) ends there.
 */
export function boundedInterval(mean: UncertainMean, bounds: Bounds, level: number): readonly [number, number] {
  const { value, standardError, degreesOfFreedom } = mean;
  const width = bounds.high - bounds.low;
  if (width < Infinity && value >= bounds.low && value <= bounds.high) {
    const inner = { ...mean, value: (value - bounds.low) / width, standardError: standardError / width };
    const [low, high] = wilson(inner, level);
    return [bounds.low + width * low, bounds.low + width * high];
  }
  const half = standardError === 0 ? 0 : standardError * studentQuantile((1 + level) / 2, degreesOfFreedom);
  const [least, most] = [Math.min(bounds.low, value), Math.max(bounds.high, value)];
  return [Math.max(value - half, least), Math.min(value + half, most)];
}

function wilson(
  { value, standardError, degreesOfFreedom, trials }: UncertainMean,
  level: number,
): readonly [number, number] {
  if (trials === undefined && standardError === 0) return [value, value];
  const inner = value * (1 - value);
  const n = trials ?? inner / standardError ** 2;
  const z = studentQuantile((1 + level) / 2, trials === undefined ? degreesOfFreedom : Infinity);
  const centre = (value + z * z / (2 * n)) / (1 + z * z / n);
  const half = z / (1 + z * z / n) * Math.sqrt(inner / n + z * z / (4 * n * n));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
