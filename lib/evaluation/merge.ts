/** Joins records of parts of a list of problems. */

import type { EpisodeRecords, SetRecords } from "./records.ts";
import { mergeStructure } from "./structure_records.ts";

/** Problems that a thread plays at a time. */
const PART = 32;

/**
 * The indices of a list of problems in parts, as they are handed to threads: always the same ones, so that what is computed does
 * not depend on who computes it.
 */
export function partsOf(problems: number): readonly (readonly number[])[] {
  return Array.from(
    { length: Math.ceil(problems / PART) },
    (_, part) => Array.from({ length: Math.min(PART, problems - part * PART) }, (_, k) => part * PART + k),
  );
}

/** Records of the problems at `indices` of the whole list, in that order. */
export interface RecordsPart {
  readonly indices: readonly number[];
  readonly records: EpisodeRecords;
}

/**
 * The records of the whole list.
 * @param problems length of the whole list; every index must be in exactly one part
 * @throws RangeError if a problem is in no part or in two
 */
export function mergeRecords(parts: readonly RecordsPart[], problems: number): EpisodeRecords {
  const seen = new Uint8Array(problems);
  for (const { indices } of parts) for (const index of indices) seen[index]++;
  const wrong = seen.findIndex((times) => times !== 1);
  if (wrong >= 0) throw new RangeError(`Problem ${wrong} is in ${seen[wrong]} parts; it must be in one`);
  const first = parts[0].records;
  const { horizon } = first;
  const steps = <T extends Float64Array | Int32Array | Uint8Array>(
    make: T,
    pick: (records: EpisodeRecords) => T,
  ): T => {
    for (const { indices, records } of parts) {
      indices.forEach((index, p) => make.set(pick(records).subarray(p * horizon, (p + 1) * horizon), index * horizon));
    }
    return make;
  };
  const each = <T>(pick: (records: EpisodeRecords, p: number) => T): T[] => {
    const values = new Array<T>(problems);
    for (const { indices, records } of parts) indices.forEach((index, p) => values[index] = pick(records, p));
    return values;
  };
  const structure = mergeStructure(
    parts.map(({ indices, records }) => ({ indices, structure: records.structure })),
    problems,
    horizon,
  );
  const { sets } = first;
  return {
    method: first.method,
    problems,
    horizon,
    normalised: steps(new Float64Array(problems * horizon), (r) => r.normalised),
    variable: steps(new Int32Array(problems * horizon), (r) => r.variable),
    rawValue: steps(new Float64Array(problems * horizon), (r) => r.rawValue),
    scaledValue: steps(new Float64Array(problems * horizon), (r) => r.scaledValue),
    expected: steps(new Float64Array(problems * horizon), (r) => r.expected),
    sampled: steps(new Float64Array(problems * horizon), (r) => r.sampled),
    recommendationNormalised: Float64Array.from(each((r, p) => r.recommendationNormalised[p])),
    isParent: steps(new Uint8Array(problems * horizon), (r) => r.isParent),
    isBestVariable: steps(new Uint8Array(problems * horizon), (r) => r.isBestVariable),
    isRightSign: steps(new Uint8Array(problems * horizon), (r) => r.isRightSign),
    family: each((r, p) => r.family[p]),
    sizes: Int32Array.from(each((r, p) => r.sizes[p])),
    secondsPerDecision:
      parts.reduce((sum, { indices, records }) => sum + records.secondsPerDecision * indices.length, 0) /
      problems,
    ...(structure === undefined ? {} : { structure }),
    ...(sets === undefined ? {} : { sets: mergeSets(parts, problems * horizon, horizon, sets.slots) }),
  };
}

function mergeSets(parts: readonly RecordsPart[], steps: number, horizon: number, slots: number): SetRecords {
  const merged = { slots, variable: new Int32Array(steps * slots), scaledValue: new Float64Array(steps * slots) };
  const length = horizon * slots;
  for (const { indices, records: { sets } } of parts) {
    if (sets?.slots !== slots) {
      throw new RangeError(`Cannot join sets of at most ${slots} and ${sets?.slots ?? 1} variables`);
    }
    indices.forEach((index, p) => {
      merged.variable.set(sets.variable.subarray(p * length, (p + 1) * length), index * length);
      merged.scaledValue.set(sets.scaledValue.subarray(p * length, (p + 1) * length), index * length);
    });
  }
  return merged;
}
