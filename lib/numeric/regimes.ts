/** Sums of rows, kept apart by regime: by what was set in them. */

/**
 * Counts, sums and cross products of the rows of one system of n variables. Regime 0 holds the rows without intervention,
 * regime k + 1 those in which variable k alone was set: a variable's own mechanism shows in all regimes but its own (Cooper & Yoo
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
  /** Rows in which several variables were set; made when there is one. */
  several: SeveralSums | null;
}

/** Sums over rows in which several variables were set: of all of them, and for each variable of those in which it was not. */
export interface SeveralSums {
  readonly all: RowSums;
  /** `[n]` */
  readonly without: readonly RowSums[];
  /** `[n]` rows in which a variable was set. */
  readonly setRows: Float64Array;
}

/** Rows, `[n]` Σx and `[n, n]` Σxxᵀ. */
export interface RowSums {
  rows: number;
  readonly sum: Float64Array;
  readonly cross: Float64Array;
}

/** Sums over no rows. */
export function createRegimeSums(size: number): RegimeSums {
  return {
    size,
    count: new Float64Array(size + 1),
    sum: new Float64Array((size + 1) * size),
    cross: new Float64Array((size + 1) * size * size),
    rows: 0,
    several: null,
  };
}

const createRowSums = (size: number): RowSums => ({
  rows: 0,
  sum: new Float64Array(size),
  cross: new Float64Array(size * size),
});

/**
 * Adds one row. O(n²).
 * @param x `[n]` from `offset` on
 * @param set index of the variable that was set, −1 for none; or all that were
 */
export function addToRegimeInto(sums: RegimeSums, x: Float64Array, set: number | readonly number[], offset = 0): void {
  const { size: n, count, sum, cross } = sums;
  sums.rows++;
  if (typeof set !== "number" && set.length > 1) return addSeveralInto(sums, x, set, offset);
  const regime = (typeof set === "number" ? set : set[0] ?? -1) + 1;
  count[regime]++;
  for (let i = 0; i < n; i++) {
    const own = x[offset + i];
    const at = (regime * n + i) * n;
    sum[regime * n + i] += own;
    for (let j = 0; j < n; j++) cross[at + j] += own * x[offset + j];
  }
}

/** O(n³) for a row of several. */
function addSeveralInto(sums: RegimeSums, x: Float64Array, set: readonly number[], offset: number): void {
  const { size: n } = sums;
  sums.several ??= {
    all: createRowSums(n),
    without: Array.from({ length: n }, () => createRowSums(n)),
    setRows: new Float64Array(n),
  };
  const { all, without, setRows } = sums.several;
  const add = (own: RowSums) => {
    own.rows++;
    for (let i = 0; i < n; i++) {
      const value = x[offset + i];
      own.sum[i] += value;
      for (let j = 0; j < n; j++) own.cross[i * n + j] += value * x[offset + j];
    }
  };
  add(all);
  without.forEach((own, v) => set.includes(v) ? setRows[v]++ : add(own));
}

/**
 * Adds the regimes up, all or all but one. O(n²) for each regime that has rows.
 * @param sum `[n]`, overwritten by Σx
 * @param cross `[n, n]`, overwritten by Σxxᵀ
 * @param without the variable whose own rows are left out, −1 for none
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
  const joint = without < 0 ? sums.several?.all : sums.several?.without[without];
  if (joint === undefined) return rows;
  for (let i = 0; i < n; i++) sum[i] += joint.sum[i];
  for (let k = 0; k < n * n; k++) cross[k] += joint.cross[k];
  return rows + joint.rows;
}
