/** Mean and variance of plain lists. */

/** The mean; NaN for an empty list. Summed about the first value, so that the mean of equal values is that value exactly. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] - values[0];
  return values[0] + sum / values.length;
}

/** The sample variance (divisor n − 1), from deviations about the mean; NaN for fewer than two values. */
export function varianceOf(values: ArrayLike<number>): number {
  if (values.length < 2) return NaN;
  const mean = meanOf(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - mean) ** 2;
  return sum / (values.length - 1);
}

/** The middle value, or the mean of the two middle values; NaN for an empty list. */
export function medianOf(values: ArrayLike<number>): number {
  return quantileOf(Float64Array.from(values).sort(), 0.5);
}

/** The quantile of ascending values by linear interpolation between order statistics (Hyndman & Fan 1996, type 7). */
export function quantileOf(ascending: ArrayLike<number>, p: number): number {
  const position = p * (ascending.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, ascending.length - 1);
  return ascending[below] + (position - below) * (ascending[above] - ascending[below]);
}
