/** Values that are probably slips of the pen: a lost decimal point moves a whole regression. */

import { domainEnds } from "../scm/mod.ts";
import type { ExperimentProblem } from "./problem.ts";
import { type MeasuredRows, membersOfCode, type Settings } from "./rows.ts";

/** Where a column's values lie, whatever a few of them say. */
export interface Scale {
  /** The median. */
  readonly centre: number;
  /** The median distance from it, times 1.4826: the standard deviation of a normal distribution. 0: it hardly ever varies. */
  readonly spread: number;
}

/** Rows that medians are taken of: evenly spread ones of more. */
const MOST_ROWS = 10_001;
const NORMAL = 1.4826;

/** `[variables]` of the rows in which nothing was set, of all rows if there are none. */
export function columnScales({ values }: MeasuredRows, set: Int32Array, width: number): Scale[] {
  const observed = undisturbed(set);
  const stride = Math.max(1, observed.length / MOST_ROWS);
  const rows = Int32Array.from(
    { length: Math.min(observed.length, MOST_ROWS) },
    (_, r) => observed[Math.floor(r * stride)],
  );
  return Array.from({ length: width }, (_, v) => {
    if (rows.length === 0) return { centre: NaN, spread: NaN };
    const column = Float64Array.from(rows, (k) => values[k * width + v]).sort();
    const centre = column[column.length >> 1];
    const distances = column.map((value) => Math.abs(value - centre)).sort();
    return { centre, spread: NORMAL * distances[distances.length >> 1] };
  });
}

/** Rows in which nothing was set; all of them if there are none. */
function undisturbed(set: Int32Array): Int32Array {
  const rows = new Int32Array(set.length);
  let count = 0;
  for (let k = 0; k < set.length; k++) if (set[k] < 0) rows[count++] = k;
  return count > 0 ? rows.subarray(0, count) : Int32Array.from(set.keys());
}

/** Spreads from the median beyond which a value is spoken of. */
const FAR = 15;
/** Spreads that an intervention may move another variable for each spread that it moves its own. */
const STEEPEST = 3;
interface FarValue {
  /** Counted from 1. */
  readonly row: number;
  readonly value: number;
  readonly distance: number;
}

/** Values that are looked at for each column. */
const MOST_KEPT = 10_000;
/** Values that are named for each column. */
const MOST_NAMED = 3;

/**
 * Notes on values that lie much farther from the median than the others, with row and column. What was set is not among
 * them, and the rows in which something was set may lie as much farther out as the domains reach beyond what was observed.
 */
export function outliersIn(
  { variables }: ExperimentProblem,
  { values, rows }: MeasuredRows,
  settings: Settings,
  scales: readonly Scale[],
): string[] {
  const { set } = settings;
  const width = variables.length;
  const isSet = (k: number, v: number) =>
    set[k] < width ? set[k] === v : membersOfCode(settings, set[k], width).includes(v);
  const reach = variables.reduce((most, { domain }, v) => {
    if (domain === null || !(scales[v].spread > 0)) return most;
    const { centre, spread } = scales[v];
    return Math.max(most, ...domainEnds(domain).map((end) => Math.abs(end - centre) / spread));
  }, 0);
  const limits = [FAR, FAR + STEEPEST * reach];
  const found = variables.map((): FarValue[] => []);
  for (let k = 0; k < set.length; k++) {
    const limit = limits[set[k] < 0 ? 0 : 1];
    for (let v = 0, at = k * width; v < width; v++, at++) {
      const distance = Math.abs(values[at] - scales[v].centre);
      if (!(distance > limit * scales[v].spread) || scales[v].spread === 0 || isSet(k, v)) continue;
      if (found[v].length < MOST_KEPT) found[v].push({ row: rows[k] + 1, value: values[at], distance });
    }
  }
  return variables.flatMap(({ name, unit }, v) => {
    const { centre, spread } = scales[v];
    const far = found[v];
    if (far.length === 0) return [];
    const its = unit === undefined ? "" : ` ${unit}`;
    far.sort((a, b) => b.distance - a.distance || a.row - b.row);
    const named = far.slice(0, MOST_NAMED).map(({ row, value }) => `${value} in row ${row}`).join(", ");
    const usual = `${Number(centre.toPrecision(4))}${its}, with a spread of ${Number(spread.toPrecision(2))}`;
    return [
      far.length === 1
        ? `column ${name}: ${named} lies far from the others (around ${usual}); everything that is said rests on it`
        : `column ${name}: ${far.length} values lie far from the others (around ${usual}): ${named}` +
          `${far.length > MOST_NAMED ? " …" : ""}; everything that is said rests on them`,
    ];
  });
}
