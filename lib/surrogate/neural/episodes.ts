/** What every form of the network gets of an episode: units of the variables, and where the beliefs about effects start. */

import { addToRegimeInto, createRegimeSums, type RegimeSums } from "../../numeric/mod.ts";

/** Sums of an episode's rows, whose values are taken relative to the first of them, against cancellation. */
export interface EpisodeSums extends RegimeSums {
  /** `[n]` the first row. */
  readonly origin: Float64Array;
}

/** Sums over no rows of an episode of `size` variables. */
export const createEpisodeSums = (size: number): EpisodeSums => ({
  ...createRegimeSums(size),
  origin: new Float64Array(size),
});

/**
 * Adds the row `values[offset … offset + n − 1]`. O(n²).
 * @param set the variables that were set
 */
export function addEpisodeRowInto(
  sums: EpisodeSums,
  values: Float64Array,
  offset: number,
  set: readonly number[],
): void {
  const row = values.slice(offset, offset + sums.size);
  if (sums.rows === 0) sums.origin.set(row);
  for (let v = 0; v < sums.size; v++) row[v] -= sums.origin[v];
  addToRegimeInto(sums, row, set);
}

/** The rows of one episode. Row r of variable v stands at `values[r · stride + v]`; there are `sums.rows` of them. */
export interface EpisodeRows {
  readonly sums: EpisodeSums;
  readonly target: number;
  readonly values: Float64Array;
  readonly stride: number;
  /** Whether a variable was set in a row. */
  wasSet(row: number, variable: number): boolean;
}

/** What every form of the network gets of a batch of episodes, padded to `width` variables. */
export interface CommonViews {
  readonly count: number;
  readonly width: number;
  /** `[count, width]` 1 where there is a variable. */
  readonly present: Float32Array;
  /** `[count, width]` 1 where there is a variable that is not the target. */
  readonly candidates: Float32Array;
  /**
   * `[count, width]` slope of the target on the variable in units of their standard deviations: where the belief about the
   * effect starts.
   */
  readonly slope: Float32Array;
  /** `[count, width]` what turns such a slope into target units per unit of the variable. */
  readonly slopeUnit: Float64Array;
}

/** Observational rows from which they alone give the unit of a variable. */
const ENOUGH_ROWS = 5;
/** Weight of the observational slope against intervened rows one unit away, in rows. */
const SLOPE_PRIOR = 2;

/**
 * Mean and standard deviation of each variable, `[n]`: of the observational rows if there are enough, otherwise of all rows
 * in which it was not set.
 */
export function unitsInto(
  means: Float64Array,
  spreads: Float64Array,
  { size: n, count, sum, cross, several }: RegimeSums,
): void {
  for (let j = 0; j < n; j++) {
    let rows = count[0];
    let total = sum[j];
    let squares = cross[j * n + j];
    for (let r = 1; count[0] < ENOUGH_ROWS && r <= n; r++) {
      if (r === j + 1) continue;
      rows += count[r];
      total += sum[r * n + j];
      squares += cross[(r * n + j) * n + j];
    }
    const joint = several?.without[j];
    if (count[0] < ENOUGH_ROWS && joint !== undefined) {
      rows += joint.rows;
      total += joint.sum[j];
      squares += joint.cross[j * n + j];
    }
    means[j] = rows > 0 ? total / rows : 0;
    const variance = rows > 1 ? (squares - rows * means[j] * means[j]) / (rows - 1) : 0;
    spreads[j] = variance > 0 ? Math.sqrt(variance) : 1;
  }
}

/** The common views of a batch, padded to `width` variables. */
export function commonViews(batch: readonly EpisodeRows[], width: number): CommonViews {
  const count = batch.length;
  const views: CommonViews = {
    count,
    width,
    present: new Float32Array(count * width),
    candidates: new Float32Array(count * width),
    slope: new Float32Array(count * width),
    slopeUnit: new Float64Array(count * width),
  };
  const means = new Float64Array(width);
  const spreads = new Float64Array(width);
  batch.forEach(({ sums, target }, e) => {
    unitsInto(means, spreads, sums);
    for (let i = 0; i < sums.size; i++) {
      const index = e * width + i;
      views.present[index] = 1;
      views.candidates[index] = i === target ? 0 : 1;
      views.slope[index] = i === target ? 0 : slopeOf(sums, i, target, means, spreads);
      views.slopeUnit[index] = spreads[target] / spreads[i];
    }
  });
  return views;
}

/** The target's slope on variable i from the rows in which i was set, shrunk towards their observational correlation. */
function slopeOf(
  { size: n, count, sum, cross }: RegimeSums,
  i: number,
  target: number,
  means: Float64Array,
  spreads: Float64Array,
): number {
  const unit = spreads[i] * spreads[target];
  const centred = (r: number, a: number, b: number) =>
    cross[(r * n + a) * n + b] - means[a] * sum[r * n + b] - means[b] * sum[r * n + a] + count[r] * means[a] * means[b];
  const correlation = count[0] > 1 ? centred(0, i, target) / (unit * (count[0] - 1)) : 0;
  const squares = centred(i + 1, i, i) / (spreads[i] * spreads[i]);
  return (SLOPE_PRIOR * correlation + centred(i + 1, i, target) / unit) / (SLOPE_PRIOR + squares);
}
