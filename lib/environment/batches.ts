/** Batches of states as policies see them: what the views have in common, and how arrays of states are taken and joined. */

import { concatSetViews, gatherSetViews, type SetViews } from "./set_features.ts";

/** What every view says of a batch of states, padded to `width` variables. */
export interface StateViews {
  readonly count: number;
  readonly width: number;
  /** `[count, width]` 1 where there is a variable. */
  readonly present: Float32Array;
  /** `[count, width]` 1 where the variable may be intervened on. */
  readonly settable: Float32Array;
  /** Where the view shows sets: what their choice needs to know. */
  readonly sets?: SetViews;
}

/**
 * The numbers of the states `indices` behind each other.
 * @param length numbers of each state in `data`, of which the first `kept` are taken
 */
export function takeStates(data: Float32Array, length: number, indices: Int32Array, kept = length): Float32Array {
  const taken = new Float32Array(indices.length * kept);
  indices.forEach((index, k) => taken.set(data.subarray(index * length, index * length + kept), k * kept));
  return taken;
}

/**
 * The numbers of batches of states behind each other, those of each state padded to `length`.
 * @param pick one array of a batch
 */
export function joinStates<Views extends StateViews>(
  batches: readonly Views[],
  pick: (batch: Views) => Float32Array,
  length: number,
): Float32Array {
  const joined = new Float32Array(countOf(batches) * length);
  let offset = 0;
  for (const batch of batches) {
    const data = pick(batch);
    const own = data.length / batch.count;
    for (let k = 0; k < batch.count; k++, offset += length) {
      joined.set(data.subarray(k * own, (k + 1) * own), offset);
    }
  }
  return joined;
}

/** What views have in common, of the states `indices`. */
export function gatherCommon({ width, present, settable, sets }: StateViews, indices: Int32Array): StateViews {
  return {
    count: indices.length,
    width,
    present: takeStates(present, width, indices),
    settable: takeStates(settable, width, indices),
    ...(sets === undefined ? {} : { sets: gatherSetViews(sets, indices, width) }),
  };
}

/** What views have in common, of batches of equal width behind each other. */
export function concatCommon(batches: readonly StateViews[]): StateViews {
  const { width, sets } = batches[0];
  return {
    count: countOf(batches),
    width,
    present: joinStates(batches, (batch) => batch.present, width),
    settable: joinStates(batches, (batch) => batch.settable, width),
    ...(sets === undefined ? {} : { sets: concatSetViews(batches.flatMap((each) => each.sets ?? []), width) }),
  };
}

const countOf = (batches: readonly StateViews[]): number => batches.reduce((total, { count }) => total + count, 0);
