/** Sufficient statistics of a batch of episodes: created, copied and updated in place, O(width²) for each row. */

import { addRidgeRowInto, resetRidgeInto, type RidgeInverse } from "./ridge.ts";
import { NONE } from "./sets.ts";
import { type EpisodeBlock, standardiseInto } from "./standardise.ts";
import type { History, Statistics } from "./types.ts";

export type { EpisodeBlock };

/** One row that was measured. */
export interface BatchRow {
  /** The values of the observed variables, from `offset` on. */
  readonly values: Float64Array;
  readonly offset: number;
  /** The variables that were set in it; none in an observational row. */
  readonly members: readonly number[];
}

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
  { episode, width, size }: EpisodeBlock,
  values: Float64Array,
  offset: number,
): void {
  const vector = episode * width;
  for (let i = 0; i < size; i++) {
    const centre = statistics.centre[vector + i];
    const reach = FARTHEST * statistics.spread[vector + i];
    row[i] = Math.max(centre - reach, Math.min(centre + reach, values[offset + i]));
  }
}

/** Adds one row of one episode. */
export function addRowInto(statistics: Statistics, block: EpisodeBlock, row: BatchRow): void {
  const { episode, width, size } = block;
  const { values: rows, offset, members } = row;
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
 * @param index of the variable that was set, `episode * width + variable`
 * @param trial what it was set to, the mean target over the rows of the intervention, in the target's own unit, and the step
 * @param sign +1 to maximise, −1 to minimise
 */
export function addOutcomeInto(
  statistics: Statistics,
  index: number,
  { value, outcome, step }: { readonly value: number; readonly outcome: number; readonly step: number },
  sign: number,
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
 * @param start the history of the batch when it has these rows alone
 */
export function startUnitsInto(statistics: Statistics, block: EpisodeBlock, start: History): void {
  const { episode, width, size } = block;
  const { values, intervened, rows } = start;
  const vector = episode * width;
  const first = episode * start.capacity;
  const observational = statistics.obsCount[episode] >= 2;
  for (let i = 0; i < size; i++) {
    let n = 0;
    let mean = 0;
    let squares = 0;
    for (let row = first; row < first + rows; row++) {
      if (observational && intervened[row] !== NONE) continue;
      const x = values[row * width + i];
      const delta = x - mean;
      mean += delta / ++n;
      squares += delta * (x - mean);
    }
    statistics.centre[vector + i] = mean;
    const spread = Math.sqrt(squares / (n - 1));
    // A variable that did not move has no unit of its own; 1 leaves it in the unit it was measured in.
    statistics.spread[vector + i] = spread > 0 ? spread : 1;
  }
  resetRidgeInto(inverseOf(statistics, block));
  for (let row = first; row < first + rows; row++) addRidgeInto(statistics, block, values, row * width);
}

/** The episode's inverse, see {@linkcode Statistics.ridgeInverse}. */
export function inverseOf({ ridgeInverse }: Statistics, { episode, width, size }: EpisodeBlock): RidgeInverse {
  const dimension = width + 1;
  return { data: ridgeInverse, offset: episode * dimension * dimension, dimension, used: size + 1 };
}

/** Adds one row to the episode's ridge regression. O(size²). */
export function addRidgeInto(statistics: Statistics, block: EpisodeBlock, values: Float64Array, offset: number): void {
  const z = new Float64Array(block.size + 1);
  standardiseInto(z, statistics, block, values, offset);
  addRidgeRowInto(inverseOf(statistics, block), z, new Float64Array(block.size + 1));
}

/**
 * Adds one row that came after the start, as far as it is counted ({@linkcode limitRowInto}).
 * @param limited `[size]`, written: the row as it was counted
 */
export function countRowInto(
  limited: Float64Array,
  statistics: Statistics,
  block: EpisodeBlock,
  { values, offset, members }: BatchRow,
): void {
  limitRowInto(limited, statistics, block, values, offset);
  addRowInto(statistics, block, { values: limited, offset: 0, members });
  addRidgeInto(statistics, block, limited, 0);
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
