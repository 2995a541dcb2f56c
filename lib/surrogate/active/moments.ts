/** What one episode's rows say of linear regressions among its variables: cross products of the standardised rows. */

import { membersOf, type Observation, standardisedRowInto } from "../../environment/mod.ts";
import { addToRegimeInto, joinRegimesInto, type RegimeSums } from "../../numeric/mod.ts";

/**
 * Adds the rows `sums.rows … end − 1` of one episode's history, in the fixed units of the rows that it started from.
 * O(variables²) for each row.
 */
export function addRowsInto(sums: RegimeSums, observation: Observation, episode: number, end: number): void {
  const { history, problems: { width } } = observation;
  const z = new Float64Array(sums.size + 1);
  while (sums.rows < end) {
    standardisedRowInto(z, observation, episode, sums.rows);
    addToRegimeInto(sums, z, membersOf(history, episode * history.capacity + sums.rows, width), 1);
  }
}

/**
 * Σ zzᵀ with a leading 1 in every z, which makes the intercept: `cross` is `[n + 1, n + 1]`.
 * @param without the variable whose own rows are left out, −1 for none
 */
export function momentsOf(sums: RegimeSums, without: number): { readonly rows: number; readonly cross: Float64Array } {
  const { size: n } = sums;
  const sum = new Float64Array(n);
  const inner = new Float64Array(n * n);
  const rows = joinRegimesInto(sum, inner, sums, without);
  const cross = new Float64Array((n + 1) ** 2);
  cross[0] = rows;
  for (let i = 0; i < n; i++) {
    cross[i + 1] = cross[(i + 1) * (n + 1)] = sum[i];
    cross.set(inner.subarray(i * n, (i + 1) * n), (i + 1) * (n + 1) + 1);
  }
  return { rows, cross };
}
