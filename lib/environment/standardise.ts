/** Rows in the fixed units of what an episode started from, so that an intervention's size and sign stay visible. */

import type { Observation, Statistics } from "./types.ts";

/** The part of one episode in arrays of a batch that are padded to `width` variables. */
export interface EpisodeBlock {
  readonly episode: number;
  readonly width: number;
  /** Variables that the episode has. */
  readonly size: number;
}

/**
 * Nothing counts as farther than this many spreads: updates of an inverse lose the square of it in accuracy, and polynomials
 * set far outside of what was seen overflow.
 */
const FARTHEST = 1e4;

/**
 * Standardises one row behind a leading 1, nothing farther than 10⁴ spreads.
 * @param z `[size + 1]`, written
 * @param values the row, from `offset` on
 */
export function standardiseInto(
  z: Float64Array,
  { centre, spread }: Pick<Statistics, "centre" | "spread">,
  { episode, width, size }: EpisodeBlock,
  values: Float64Array,
  offset: number,
): void {
  const vector = episode * width;
  z[0] = 1;
  for (let i = 0; i < size; i++) {
    const distance = (values[offset + i] - centre[vector + i]) / spread[vector + i];
    z[i + 1] = Math.max(-FARTHEST, Math.min(FARTHEST, distance));
  }
}

/** The same of row `row` of an episode's history: `z[v + 1]` is variable v. */
export function standardisedRowInto(z: Float64Array, observation: Observation, episode: number, row: number): void {
  const { problems: { width, sizes }, history, statistics } = observation;
  const at = (episode * history.capacity + row) * width;
  standardiseInto(z, statistics, { episode, width, size: sizes[episode] }, history.values, at);
}
