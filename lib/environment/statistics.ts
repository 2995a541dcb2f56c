/** Sufficient statistics of a batch of episodes: created, copied and updated in place, O(width²) for each row. */

import type { Statistics } from "./types.ts";

/** Statistics of no rows at all. Memory: 9 matrices of `[episodes, width, width]` doubles at most. */
export function createStatistics(episodes: number, width: number): Statistics {
  const scalars = () => new Float64Array(episodes);
  const vectors = () => new Float64Array(episodes * width);
  const matrices = () => new Float64Array(episodes * width * width);
  return {
    obsCount: scalars(),
    obsSum: vectors(),
    obsCross: matrices(),
    doCount: vectors(),
    doValueSum: vectors(),
    doValueSquare: vectors(),
    doSum: matrices(),
    doSquare: matrices(),
    doCross: matrices(),
    bestOutcome: vectors().fill(-Infinity),
    bestValue: vectors(),
    lastValue: vectors(),
    lastOutcome: vectors(),
    lastStep: new Int32Array(episodes * width).fill(-1),
    allCount: scalars(),
    allSum: vectors(),
    allCross: matrices(),
  };
}

/**
 * Adds one row of one episode.
 * @param row values of the `size` observed variables, starting at `offset` of `rows`
 * @param intervened index of the intervened variable, −1 for an observational row
 */
export function addRowInto(
  statistics: Statistics,
  episode: number,
  width: number,
  size: number,
  rows: Float64Array,
  offset: number,
  intervened: number,
): void {
  const s = statistics;
  const vector = episode * width;
  const matrix = vector * width;
  s.allCount[episode]++;
  const observational = intervened < 0;
  if (observational) s.obsCount[episode]++;
  for (let i = 0; i < size; i++) {
    const x = rows[offset + i];
    s.allSum[vector + i] += x;
    if (observational) s.obsSum[vector + i] += x;
    const base = matrix + i * width;
    for (let j = 0; j < size; j++) {
      const product = x * rows[offset + j];
      s.allCross[base + j] += product;
      if (observational) s.obsCross[base + j] += product;
    }
  }
  if (observational) return;
  const value = rows[offset + intervened];
  s.doCount[vector + intervened]++;
  s.doValueSum[vector + intervened] += value;
  s.doValueSquare[vector + intervened] += value * value;
  const base = matrix + intervened * width;
  for (let j = 0; j < size; j++) {
    const x = rows[offset + j];
    s.doSum[base + j] += x;
    s.doSquare[base + j] += x * x;
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
