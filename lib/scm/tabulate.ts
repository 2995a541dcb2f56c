/** A function of one variable as straight lines between equally spaced points: what it costs is known beforehand. */

import type { Interpolant } from "./chebyshev.ts";

/**
 * Tabulates a function at `count` points, both ends among them. The error is estimated from what every other point would have
 * missed of the points between, a quarter of which is left where the function is smooth.
 * @throws RangeError for fewer than 2 points
 */
export function tabulate(f: (x: number) => number, low: number, high: number, count: number): Interpolant {
  if (!Number.isInteger(count) || count < 2) {
    throw new RangeError(`Cannot tabulate at ${count} points: it must be a whole number ≥ 2`);
  }
  const points = Float64Array.from(
    { length: count },
    (_, k) => k === count - 1 ? high : low + (high - low) * k / (count - 1),
  );
  const values = points.map(f);
  let [least, greatest, error] = [0, 0, 0];
  for (let k = 1; k < count; k++) {
    if (values[k] < values[least]) least = k;
    if (values[k] > values[greatest]) greatest = k;
    if (k % 2 === 1 && k + 1 < count) {
      error = Math.max(error, 0.25 * Math.abs(values[k] - 0.5 * (values[k - 1] + values[k + 1])));
    }
  }
  return {
    at(x) {
      const place = Math.max(0, Math.min(count - 1, (x - low) / (high - low) * (count - 1)));
      const k = Math.min(count - 2, Math.floor(place));
      const share = place - k;
      return share === 0 ? values[k] : values[k] + share * (values[k + 1] - values[k]);
    },
    error,
    least: { x: points[least], value: values[least] },
    greatest: { x: points[greatest], value: values[greatest] },
    pole: null,
  };
}
