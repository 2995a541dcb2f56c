/** Rows in the fixed units of what an episode started from, so that an intervention's size and sign stay visible. */

import type { Observation } from "./types.ts";

/**
 * Nothing counts as farther than this many spreads: updates of an inverse lose the square of it in accuracy, and polynomials
 * set far outside of what was seen overflow.
 */
const FARTHEST = 1e4;

/**
 * Standardises one row behind a leading 1, nothing farther than 10⁴ spreads.
 * @param z `[size + 1]`, written
 * @param rows the row, from `rowOffset` on; `centre` and `spread` are read from `vectorOffset` on
 */
export function standardiseInto(
  z: Float64Array,
  rows: Float64Array,
  rowOffset: number,
  centre: Float64Array,
  spread: Float64Array,
  vectorOffset: number,
  size: number,
): void {
  z[0] = 1;
  for (let i = 0; i < size; i++) {
    const distance = (rows[rowOffset + i] - centre[vectorOffset + i]) / spread[vectorOffset + i];
    z[i + 1] = Math.max(-FARTHEST, Math.min(FARTHEST, distance));
  }
}

/** The same of row `row` of an episode's history: `z[v + 1]` is variable v. */
export function standardisedRowInto(z: Float64Array, observation: Observation, episode: number, row: number): void {
  const { problems: { width, sizes }, history, statistics } = observation;
  const at = (episode * history.capacity + row) * width;
  standardiseInto(z, history.values, at, statistics.centre, statistics.spread, episode * width, sizes[episode]);
}
