/** Sums of rows, kept apart by regime: by what was set in them. */

/**
 * Counts, sums and cross products of the rows of one system of n variables. Regime 0 holds the rows without intervention,
 * regime k + 1 those in which variable k was set: a variable's own mechanism shows in all regimes but its own (Cooper & Yoo
 * 1999).
 */
export interface RegimeSums {
  /** n, the number of variables. */
  readonly size: number;
  /** `[n + 1]` rows, `[n + 1, n]` Σx, `[n + 1, n, n]` Σxxᵀ. */
  readonly count: Float64Array;
  readonly sum: Float64Array;
  readonly cross: Float64Array;
  /** Rows added so far. */
  rows: number;
}

/** Sums over no rows. */
export function createRegimeSums(size: number): RegimeSums {
  return {
    size,
    count: new Float64Array(size + 1),
    sum: new Float64Array((size + 1) * size),
    cross: new Float64Array((size + 1) * size * size),
    rows: 0,
  };
}

/**
 * Adds one row. O(n²).
 * @param x `[n]` from `offset` on
 * @param set index of the variable that was set, −1 for none
 */
export function addToRegimeInto(sums: RegimeSums, x: Float64Array, set: number, offset = 0): void {
  const { size: n, count, sum, cross } = sums;
  const regime = set + 1;
  sums.rows++;
  count[regime]++;
  for (let i = 0; i < n; i++) {
    const own = x[offset + i];
    const at = (regime * n + i) * n;
    sum[regime * n + i] += own;
    for (let j = 0; j < n; j++) cross[at + j] += own * x[offset + j];
  }
}

/**
 * Adds the regimes up, all or all but one. O(n²) for each regime that has rows.
 * @param sum `[n]`, overwritten by Σx
 * @param cross `[n, n]`, overwritten by Σxxᵀ
 * @param without the variable whose own regime is left out, −1 for none
 * @returns the number of rows
 */
export function joinRegimesInto(sum: Float64Array, cross: Float64Array, sums: RegimeSums, without: number): number {
  const { size: n, count } = sums;
  sum.fill(0);
  cross.fill(0);
  let rows = 0;
  for (let regime = 0; regime <= n; regime++) {
    if (count[regime] === 0 || (without >= 0 && regime === without + 1)) continue;
    rows += count[regime];
    for (let i = 0; i < n; i++) sum[i] += sums.sum[regime * n + i];
    for (let k = 0; k < n * n; k++) cross[k] += sums.cross[regime * n * n + k];
  }
  return rows;
}
