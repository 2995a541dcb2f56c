/** What a policy sees of sets: the best and the last one made, and the one that it is choosing. */

import { bounded } from "./bounded.ts";
import { scale } from "./domain.ts";
import { type FeatureColumns, offsetsOf } from "./offsets.ts";
import { openInto } from "./sets.ts";
import type { Observation, PublicProblems } from "./types.ts";

/** Names of the features of a variable that tell about sets, in order. They are there only where sets are. */
export const SET_FEATURES = [
  "in the best set seen",
  "value in the best set seen",
  "in the last set",
  "value in the last set",
  "log most variables",
  "may be chosen",
  "chosen",
  "chosen value",
  "share chosen",
  "may stop",
] as const;

const AT = offsetsOf(SET_FEATURES);

/** What the choice of a set needs to know of each view besides its features. */
export interface SetViews {
  /** `[count]` index of the target, whose place stands for stopping. */
  readonly targets: Int32Array;
  /** `[count]` fewest and most variables of a set. */
  readonly least: Int32Array;
  readonly most: Int32Array;
  /** `[count, width, width]` 1 where two variables exclude each other; empty if none do. */
  readonly exclusive: Uint8Array;
  /** `[count]` index of the target where the choice may stop here, −1 where it may not. */
  readonly stop: Int32Array;
}

/** Sets under construction, one for each row of a batch of views: `[rows, slots]`, −1 behind the last variable chosen. */
export interface Chosen {
  readonly slots: number;
  readonly variable: Int32Array;
  /** Scaled to [−1, 1]. */
  readonly value: Float64Array;
}

/** The sets of a batch of problems before anything is chosen. */
export function startSetViews({ episodes, targets, sets }: PublicProblems): SetViews {
  return {
    targets,
    least: sets?.least ?? new Int32Array(episodes).fill(1),
    most: sets?.most ?? new Int32Array(episodes).fill(1),
    exclusive: sets?.exclusive ?? new Uint8Array(),
    stop: new Int32Array(episodes).fill(-1),
  };
}

/** Features of the state of one episode before anything is chosen. */
export function setFeaturesInto(
  { data: out, channels, offset }: FeatureColumns,
  { problems, statistics: s, step }: Observation,
  e: number,
): void {
  const { width, sizes, low, high, settable, sets } = problems;
  const vector = e * width;
  const best = s.bestOutcome.subarray(vector, vector + sizes[e]).reduce((most, x) => Math.max(most, x), -Infinity);
  for (let i = vector; i < vector + sizes[e]; i++) {
    const at = i * channels + offset;
    out[at + AT["log most variables"]] = Math.log(sets?.most[e] ?? 1);
    if (settable[i] === 0) continue;
    out[at + AT["may be chosen"]] = 1;
    if (s.bestOutcome[i] === best && best > -Infinity) {
      out[at + AT["in the best set seen"]] = 1;
      out[at + AT["value in the best set seen"]] = scale(s.bestValue[i], low[i], high[i]);
    }
    if (step > 0 && s.lastStep[i] === step - 1) {
      out[at + AT["in the last set"]] = 1;
      out[at + AT["value in the last set"]] = scale(s.lastValue[i], low[i], high[i]);
    }
  }
}

/**
 * Writes what has been chosen so far into copies of views: features, what may still be set, and whether the choice may stop.
 * @param settable `[rows, width]` of the copies: what may be set first; written to what may be set next
 * @returns the sets of the copies
 */
export function chooseInto(
  { data: nodes, channels, offset }: FeatureColumns,
  settable: Float32Array,
  sets: SetViews,
  chosen: Chosen,
): SetViews {
  const { slots, variable, value } = chosen;
  const rows = sets.targets.length;
  const width = settable.length / rows;
  const first = Uint8Array.from(settable);
  const stop = new Int32Array(rows).fill(-1);
  for (let row = 0; row < rows; row++) {
    const from = row * slots;
    let count = 0;
    while (count < slots && variable[from + count] >= 0) count++;
    const members = variable.subarray(from, from + count);
    const left = openInto(settable, row * width, { width, settable: first, sets }, row, members);
    if (count > 0 && (count >= sets.least[row] || left === 0)) stop[row] = sets.targets[row];
    for (let v = 0; v < width; v++) {
      const at = (row * width + v) * channels + offset;
      nodes[at + AT["may be chosen"]] = settable[row * width + v];
      nodes[at + AT["share chosen"]] = count / Math.max(1, sets.most[row]);
      nodes[at + AT["may stop"]] = stop[row] >= 0 ? 1 : 0;
      nodes[at + AT["chosen"]] = 0;
      nodes[at + AT["chosen value"]] = 0;
    }
    for (let place = 0; place < count; place++) {
      const at = (row * width + members[place]) * channels + offset;
      nodes[at + AT["chosen"]] = 1;
      nodes[at + AT["chosen value"]] = bounded(Math.max(-1, Math.min(1, value[from + place])));
    }
  }
  return { ...sets, stop };
}

/** The sets of the views `indices`. */
export function gatherSetViews(sets: SetViews, indices: Int32Array, width: number): SetViews {
  const take = (data: Int32Array) => Int32Array.from(indices, (index) => data[index]);
  const cells = width * width;
  const exclusive = new Uint8Array(sets.exclusive.length === 0 ? 0 : indices.length * cells);
  if (exclusive.length > 0) {
    indices.forEach((index, k) =>
      exclusive.set(sets.exclusive.subarray(index * cells, (index + 1) * cells), k * cells)
    );
  }
  return {
    targets: take(sets.targets),
    least: take(sets.least),
    most: take(sets.most),
    exclusive,
    stop: take(sets.stop),
  };
}

/** The sets of batches of views behind each other. */
export function concatSetViews(batches: readonly SetViews[], width: number): SetViews {
  const join = (pick: (sets: SetViews) => Int32Array) => Int32Array.from(batches.flatMap((sets) => [...pick(sets)]));
  const some = batches.some(({ exclusive }) => exclusive.length > 0);
  const total = batches.reduce((sum, { targets }) => sum + targets.length, 0);
  const exclusive = new Uint8Array(some ? total * width * width : 0);
  if (some) {
    batches.reduce((offset, sets) => {
      exclusive.set(sets.exclusive, offset);
      return offset + sets.targets.length * width * width;
    }, 0);
  }
  return {
    targets: join(({ targets }) => targets),
    least: join(({ least }) => least),
    most: join(({ most }) => most),
    exclusive,
    stop: join(({ stop }) => stop),
  };
}
