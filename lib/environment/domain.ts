/** The map between an action's scaled value in [−1, 1] and a variable's own domain. */

/** The value in the variable's own unit: −1 is `low`, +1 is `high`. The ends are reached exactly. */
export function unscale(scaled: number, low: number, high: number): number {
  if (scaled <= -1) return low;
  if (scaled >= 1) return high;
  return low + 0.5 * (scaled + 1) * (high - low);
}

/** The inverse of {@linkcode unscale}; 0 for a domain of one point. */
export function scale(value: number, low: number, high: number): number {
  return high > low ? Math.max(-1, Math.min(1, 2 * (value - low) / (high - low) - 1)) : 0;
}

/** The member of a sorted list of allowed values that is nearest to `value`; ties go to the lower one. */
export function nearestValue(value: number, values: readonly number[]): number {
  return values.reduce((best, v) => Math.abs(v - value) < Math.abs(best - value) ? v : best, values[0]);
}
