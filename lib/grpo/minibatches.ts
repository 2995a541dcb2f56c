/** Minibatches of a rollout: random partitions of its views, and tables of their rows. */

import type { Stream } from "../random/mod.ts";

/** The decisions of a rollout, as far as they decide what belongs together. */
export interface DecisionTable {
  readonly viewCount: number;
  readonly actionsPerView: number;
  /** `[views, actionsPerView]` */
  readonly mask: Float32Array;
  readonly member: Int32Array;
}

/**
 * The views that a minibatch takes as a whole: each alone, or all of one member behind each other in the order of the
 * rollout, where ratios are taken over sequences.
 * @throws RangeError if members share a view, or have different numbers of views
 */
export function minibatchUnits(table: DecisionTable, bySequence: boolean): readonly Int32Array[] {
  const { viewCount, actionsPerView, mask, member } = table;
  if (!bySequence) return Array.from({ length: viewCount }, (_, view) => Int32Array.of(view));
  const viewsOf = new Map<number, number[]>();
  for (let view = 0; view < viewCount; view++) {
    let owner = member[view * actionsPerView];
    for (let d = view * actionsPerView; d < (view + 1) * actionsPerView; d++) {
      if (mask[d] === 0) continue;
      if (member[d] !== owner) {
        throw new RangeError("Cannot take the ratio of sequences: several members share a view, as in step groups");
      }
      owner = member[d];
    }
    const own = viewsOf.get(owner);
    if (own === undefined) viewsOf.set(owner, [view]);
    else own.push(view);
  }
  const units = [...viewsOf.values()].map((views) => Int32Array.from(views));
  if (units.some(({ length }) => length !== units[0].length)) {
    throw new RangeError("Cannot take the ratio of sequences: members have different numbers of views");
  }
  return units;
}

/** A random partition of the units for every epoch, `[epochs × minibatches]` lists of views. */
export function minibatchRows(
  units: readonly Int32Array[],
  epochs: number,
  minibatches: number,
  stream: Stream,
): readonly Int32Array[] {
  const lists: Int32Array[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = stream.child(epoch).permutation(units.length);
    for (let m = 0; m < minibatches; m++) {
      const from = Math.floor(units.length * m / minibatches);
      const chosen = order.slice(from, Math.floor(units.length * (m + 1) / minibatches)).sort();
      const rows = new Int32Array(chosen.reduce((sum, unit) => sum + units[unit].length, 0));
      let at = 0;
      for (const unit of chosen) {
        rows.set(units[unit], at);
        at += units[unit].length;
      }
      lists.push(rows);
    }
  }
  return lists;
}

/** Rows of a table of `width` columns, behind each other. */
export function takeRows(data: Float32Array, rows: Int32Array, width: number): Float32Array {
  const taken = new Float32Array(rows.length * width);
  rows.forEach((row, r) => taken.set(data.subarray(row * width, (row + 1) * width), r * width));
  return taken;
}

/** The sum over rows of a table of `width` columns. */
export function sumRows(data: Float32Array, rows: Int32Array, width: number): number {
  let total = 0;
  for (const row of rows) for (let k = 0; k < width; k++) total += data[row * width + k];
  return total;
}
