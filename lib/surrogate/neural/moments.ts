/** Sums of the rows of one episode, kept apart by what was set in them: all that the network is told of the data. */

/**
 * Counts, sums and cross products by regime: regime 0 holds the rows without intervention, regime k + 1 those in which
 * variable k was set. Values are taken relative to the first row, against cancellation.
 */
export interface Moments {
  /** n, the number of variables. */
  readonly size: number;
  /** `[n]` the first row. */
  readonly origin: Float64Array;
  /** `[n + 1]` */
  readonly count: Float64Array;
  /** `[n + 1, n]` */
  readonly sum: Float64Array;
  /** `[n + 1, n, n]` */
  readonly cross: Float64Array;
  /** Rows added so far. */
  rows: number;
}

/** Moments of no rows. */
export function createMoments(size: number): Moments {
  return {
    size,
    origin: new Float64Array(size),
    count: new Float64Array(size + 1),
    sum: new Float64Array((size + 1) * size),
    cross: new Float64Array((size + 1) * size * size),
    rows: 0,
  };
}

/**
 * Adds the row `values[offset … offset + n − 1]`. O(n²).
 * @param intervened index of the variable that was set, −1 for none
 */
export function addRowInto(moments: Moments, values: Float64Array, offset: number, intervened: number): void {
  const { size: n, origin, count, sum, cross } = moments;
  if (moments.rows === 0) origin.set(values.subarray(offset, offset + n));
  moments.rows++;
  const regime = intervened + 1;
  count[regime]++;
  for (let i = 0; i < n; i++) {
    const x = values[offset + i] - origin[i];
    sum[regime * n + i] += x;
    const base = (regime * n + i) * n;
    for (let j = 0; j < n; j++) cross[base + j] += x * (values[offset + j] - origin[j]);
  }
}
