/** Sufficient statistics of a batch of episodes: created, copied and updated in place, O(width²) for each row. */

import { addRidgeRowInto, resetRidgeInto } from "./ridge.ts";
import { NONE } from "./sets.ts";
import { standardiseInto } from "./standardise.ts";
import type { Statistics } from "./types.ts";

/**
 * Statistics of no rows at all. Memory: 5 matrices of `[episodes, width, width]` doubles at most, and vectors.
 * @param several whether several variables may be set in one row
 */
export function createStatistics(episodes: number, width: number, several = false): Statistics {
  const scalars = () => new Float64Array(episodes);
  const vectors = () => new Float64Array(episodes * width);
  const matrices = () => new Float64Array(episodes * width * width);
  return {
    obsCount: scalars(),
    obsSum: vectors(),
    obsCross: matrices(),
    doCount: vectors(),
    doSum: matrices(),
    doCross: matrices(),
    severalCount: vectors(),
    severalSum: new Float64Array(several ? episodes * width * width : 0),
    bestOutcome: vectors().fill(-Infinity),
    bestValue: vectors(),
    lastValue: vectors(),
    lastOutcome: vectors(),
    lastStep: new Int32Array(episodes * width).fill(-1),
    centre: vectors(),
    spread: vectors().fill(1),
    ridgeInverse: new Float64Array(episodes * (width + 1) * (width + 1)),
  };
}

/** Farther than this from the start, in its spreads, a value counts as being this far: sums stay finite. */
const FARTHEST = 1e12;

/**
 * A row as the statistics see it: nothing is farther than {@linkcode FARTHEST} spreads from the centre. Polynomials of
 * polynomials, set far outside of what was observed, overflow; the history keeps what was measured.
 * @param row `[size]`, written
 */
export function limitRowInto(
  row: Float64Array,
  statistics: Statistics,
  vectorOffset: number,
  size: number,
  values: Float64Array,
  offset: number,
): void {
  for (let i = 0; i < size; i++) {
    const centre = statistics.centre[vectorOffset + i];
    const reach = FARTHEST * statistics.spread[vectorOffset + i];
    row[i] = Math.max(centre - reach, Math.min(centre + reach, values[offset + i]));
  }
}

/**
 * Adds one row of one episode.
 * @param row values of the `size` observed variables, starting at `offset` of `rows`
 * @param members the variables that were set in it; none for an observational row
 */
export function addRowInto(
  statistics: Statistics,
  episode: number,
  width: number,
  size: number,
  rows: Float64Array,
  offset: number,
  members: readonly number[],
): void {
  const s = statistics;
  const vector = episode * width;
  const matrix = vector * width;
  const observational = members.length === 0;
  if (observational) s.obsCount[episode]++;
  for (let i = 0; observational && i < size; i++) {
    const x = rows[offset + i];
    s.obsSum[vector + i] += x;
    const base = matrix + i * width;
    for (let j = 0; j < size; j++) s.obsCross[base + j] += x * rows[offset + j];
  }
  if (observational) return;
  if (members.length > 1) {
    for (const i of members) {
      s.severalCount[vector + i]++;
      for (let j = 0; j < size; j++) s.severalSum[matrix + i * width + j] += rows[offset + j];
    }
    return;
  }
  const [intervened] = members;
  const value = rows[offset + intervened];
  s.doCount[vector + intervened]++;
  const base = matrix + intervened * width;
  for (let j = 0; j < size; j++) {
    const x = rows[offset + j];
    s.doSum[base + j] += x;
    s.doCross[base + j] += value * x;
  }
}

/**
 * Notes the outcome of one intervention.
 * @param outcome mean target over the rows of the intervention, in the target's own unit
 * @param sign +1 to maximise, −1 to minimise
 */
export function addOutcomeInto(
  statistics: Statistics,
  index: number,
  value: number,
  outcome: number,
  sign: number,
  step: number,
): void {
  const s = statistics;
  if (sign * outcome > s.bestOutcome[index]) {
    s.bestOutcome[index] = sign * outcome;
    s.bestValue[index] = value;
  }
  s.lastValue[index] = value;
  s.lastOutcome[index] = outcome;
  s.lastStep[index] = step;
}

/**
 * Fixes the units of one episode from the rows that it starts from (observational ones if there are two or more), and
 * starts its ridge regression with all of them.
 * @param rows `[count, width]` at `offset`
 */
export function startUnitsInto(
  statistics: Statistics,
  episode: number,
  width: number,
  size: number,
  rows: Float64Array,
  offset: number,
  intervened: Int32Array,
  intervenedOffset: number,
  count: number,
): void {
  const vector = episode * width;
  const observational = statistics.obsCount[episode] >= 2;
  for (let i = 0; i < size; i++) {
    let n = 0;
    let mean = 0;
    let squares = 0;
    for (let r = 0; r < count; r++) {
      if (observational && intervened[intervenedOffset + r] !== NONE) continue;
      const x = rows[offset + r * width + i];
      const delta = x - mean;
      mean += delta / ++n;
      squares += delta * (x - mean);
    }
    statistics.centre[vector + i] = mean;
    const spread = Math.sqrt(squares / (n - 1));
    // A variable that did not move has no unit of its own; 1 leaves it in the unit it was measured in.
    statistics.spread[vector + i] = spread > 0 ? spread : 1;
  }
  const dimension = width + 1;
  resetRidgeInto(statistics.ridgeInverse, episode * dimension * dimension, dimension);
  for (let r = 0; r < count; r++) addRidgeInto(statistics, episode, width, size, rows, offset + r * width);
}

/** Adds one row to the episode's ridge regression. O(size²). */
export function addRidgeInto(
  statistics: Statistics,
  episode: number,
  width: number,
  size: number,
  rows: Float64Array,
  offset: number,
): void {
  const dimension = width + 1;
  const z = new Float64Array(size + 1);
  standardiseInto(z, rows, offset, statistics.centre, statistics.spread, episode * width, size);
  addRidgeRowInto(
    statistics.ridgeInverse,
    episode * dimension * dimension,
    dimension,
    z,
    size + 1,
    new Float64Array(size + 1),
  );
}

/**
 * Adds one row that came after the start, as far as it is counted ({@linkcode limitRowInto}).
 * @param limited `[size]`, written: the row as it was counted
 */
export function countRowInto(
  limited: Float64Array,
  statistics: Statistics,
  episode: number,
  width: number,
  size: number,
  rows: Float64Array,
  offset: number,
  members: readonly number[],
): void {
  limitRowInto(limited, statistics, episode * width, size, rows, offset);
  addRowInto(statistics, episode, width, size, limited, 0, members);
  addRidgeInto(statistics, episode, width, size, limited, 0);
}

/** Copies the statistics of episodes `owners[e]` of a batch of `episodes` into episode e of another batch of equal width. */
export function copyEpisodesInto(to: Statistics, from: Statistics, owners: Int32Array, episodes: number): void {
  for (const name of Object.keys(from) as (keyof Statistics)[]) {
    const source = from[name];
    const target = to[name];
    const length = source.length / episodes;
    owners.forEach((owner, e) => target.set(source.subarray(owner * length, (owner + 1) * length), e * length));
  }
}
