import type { Histogram } from "./events.ts";

/**
 * Counts values into equal buckets between their ends.
 * @throws {RangeError} for no values, or values that are not finite
 */
export function histogramOf(values: Float32Array | Float64Array, buckets = 30): Histogram {
  let [min, max, sum, sumOfSquares] = [Infinity, -Infinity, 0, 0];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    sumOfSquares += value * value;
  }
  if (!Number.isFinite(sumOfSquares) || values.length === 0) {
    throw new RangeError(`a histogram needs finite values, got ${values.length} with the sum ${sum}`);
  }
  const bucketCount = max > min ? buckets : 1;
  const width = (max - min) / bucketCount;
  const counts = new Array<number>(bucketCount).fill(0);
  for (const value of values) {
    const bucket = width > 0 ? Math.min(bucketCount - 1, Math.floor((value - min) / width)) : 0;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  const limits = counts.map((_, bucket) => bucket === bucketCount - 1 ? max : min + (bucket + 1) * width);
  return { min, max, count: values.length, sum, sumOfSquares, limits, counts };
}
