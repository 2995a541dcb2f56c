/** Values that are probably slips of the pen: a lost decimal point moves a whole regression. */

import { domainEnds } from "../scm/mod.ts";
import type { ExperimentProblem } from "./problem.ts";
import type { MeasuredRows } from "./rows.ts";

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
  const observed = set.includes(-1)
    ? Int32Array.from(set.keys().filter((k) => set[k] < 0))
    : Int32Array.from(set.keys());
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

/** Spreads from the median beyond which a value is spoken of. */
const FAR = 15;
/** Spreads that an intervention may move another variable for each spread that it moves its own. */
const STEEPEST = 3;
/** Values that are named for each column. */
const MOST_NAMED = 3;

/**
 * Notes on values that lie much farther from the median than the others, with row and column. What was set is not among
 * them, and the rows in which something was set may lie as much farther out as the domains reach beyond what was observed.
 */
export function outliersIn(
  { variables }: ExperimentProblem,
  { values, rows }: MeasuredRows,
  set: Int32Array,
  scales: readonly Scale[],
): string[] {
  const width = variables.length;
  const reach = variables.reduce((most, { domain }, v) => {
    if (domain === null || !(scales[v].spread > 0)) return most;
    const { centre, spread } = scales[v];
    return Math.max(most, ...domainEnds(domain).map((end) => Math.abs(end - centre) / spread));
  }, 0);
  return variables.flatMap(({ name, unit }, v) => {
    const { centre, spread } = scales[v];
    if (!(spread > 0)) return [];
    const far: { readonly row: number; readonly value: number; readonly distance: number }[] = [];
    for (let k = 0; k < set.length; k++) {
      if (set[k] === v) continue;
      const value = values[k * width + v];
      const distance = Math.abs(value - centre) / spread;
      if (distance > (set[k] < 0 ? FAR : FAR + STEEPEST * reach)) far.push({ row: rows[k] + 1, value, distance });
    }
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
