/**
 * The `history` view of a state: every row as it was seen, `[rows, variables, channels]`, for networks that learn their own
 * statistics. Nothing in it depends on the units of the variables.
 */

import { concatCommon, gatherCommon, joinStates, type StateViews, takeStates } from "./batches.ts";
import { offsetsOf } from "./offsets.ts";
import { chooseInto, type Chosen, SET_FEATURES, setFeaturesInto, startSetViews } from "./set_features.ts";
import { wasSet } from "./sets.ts";
import type { Observation } from "./types.ts";

/** Names of the channels of a cell, in order. The target's values are turned so that more is better. */
export const HISTORY_CHANNELS = [
  "value in spreads",
  "was set in this row",
  "is the target",
  "parent probability",
  "recency",
] as const;

/** Names of what is public about a variable besides the rows, in order. */
export const HISTORY_STATICS = [
  "low end in spreads",
  "high end in spreads",
  "can be set",
  "is the target",
  "time",
] as const;

/** A batch of states as the history policy sees them, padded to `rows` rows as well. */
export interface HistoryViews extends StateViews {
  readonly rows: number;
  /** `[count, rows, width, HISTORY_CHANNELS]` */
  readonly cells: Float32Array;
  /** `[count, rows]` 1 where there is a row. */
  readonly rowPresent: Float32Array;
  /** `[count, width, historyStatics]` */
  readonly statics: Float32Array;
}

/** What the view shows besides the rows. */
export interface HistoryViewOptions {
  /** Whether the parent probabilities are those of the surrogate, where there is one; 0.5 otherwise. */
  readonly beliefs: boolean;
  /** Whether it shows sets of variables, and the one under construction. */
  readonly sets?: boolean;
}

/** What is public about a variable besides the rows. */
export function historyStatics({ sets = false }: Pick<HistoryViewOptions, "sets">): number {
  return HISTORY_STATICS.length + (sets ? SET_FEATURES.length : 0);
}

const CHANNELS = HISTORY_CHANNELS.length;
const CELL = offsetsOf(HISTORY_CHANNELS);
const STATIC = offsetsOf(HISTORY_STATICS);
/** Values further out count as this many spreads. */
const LIMIT = 20;
/** The parent probability of a variable of which nothing is believed. */
const UNKNOWN = 0.5;

const bounded = (x: number): number => x > LIMIT ? LIMIT : x < -LIMIT ? -LIMIT : x;

/** The features of sets among the statics. */
const columnsOf = (data: Float32Array, channels: number) => ({ data, channels, offset: HISTORY_STATICS.length });

/** The history of every episode of a batch. The newest row has recency 1, and the others less in proportion to their number. */
export function historyViews(observation: Observation, options: HistoryViewOptions): HistoryViews {
  const { problems, statistics, history, beliefs, step, horizon } = observation;
  const stride = historyStatics(options);
  const { episodes, width, sizes, targets, signs, low, high } = problems;
  const { rows, capacity } = history;
  const views: HistoryViews = {
    count: episodes,
    rows,
    width,
    cells: new Float32Array(episodes * rows * width * CHANNELS),
    rowPresent: new Float32Array(episodes * rows).fill(1),
    statics: new Float32Array(episodes * width * stride),
    present: new Float32Array(episodes * width),
    settable: Float32Array.from(problems.settable),
    ...(options.sets === true ? { sets: startSetViews(problems) } : {}),
  };
  const parent = options.beliefs ? beliefs?.parent : undefined;
  for (let e = 0; e < episodes; e++) {
    views.present.fill(1, e * width, e * width + sizes[e]);
    if (options.sets === true) setFeaturesInto(columnsOf(views.statics, stride), observation, e);
    for (let v = 0; v < sizes[e]; v++) {
      const index = e * width + v;
      const centre = statistics.centre[index];
      const spread = statistics.spread[index];
      const isTarget = v === targets[e];
      const turn = isTarget ? signs[e] : 1;
      const probability = parent === undefined ? UNKNOWN : parent[index];
      for (let row = 0; row < rows; row++) {
        const at = ((e * rows + row) * width + v) * CHANNELS;
        views.cells[at + CELL["value in spreads"]] = bounded(
          turn * (history.values[(e * capacity + row) * width + v] - centre) / spread,
        );
        views.cells[at + CELL["was set in this row"]] = wasSet(history, e * capacity + row, v, width) ? 1 : 0;
        views.cells[at + CELL["is the target"]] = isTarget ? 1 : 0;
        views.cells[at + CELL["parent probability"]] = probability;
        views.cells[at + CELL["recency"]] = (row + 1) / rows;
      }
      const settable = problems.settable[index] === 1;
      const at = index * stride;
      views.statics[at + STATIC["low end in spreads"]] = settable ? bounded((low[index] - centre) / spread) : 0;
      views.statics[at + STATIC["high end in spreads"]] = settable ? bounded((high[index] - centre) / spread) : 0;
      views.statics[at + STATIC["can be set"]] = settable ? 1 : 0;
      views.statics[at + STATIC["is the target"]] = isTarget ? 1 : 0;
      // A recommendation is asked for after the last step, which no policy has met in training.
      views.statics[at + STATIC["time"]] = Math.min(step, horizon - 1) / horizon;
    }
  }
  return views;
}

/** The states `indices` of a batch of views, with no more rows than the longest of them has. */
export function gatherHistoryViews(views: HistoryViews, indices: Int32Array): HistoryViews {
  const { width } = views;
  const rowsOf = (index: number) => {
    let count = views.rows;
    while (count > 1 && views.rowPresent[index * views.rows + count - 1] === 0) count--;
    return count;
  };
  const rows = indices.reduce((most, index) => Math.max(most, rowsOf(index)), 1);
  const row = width * CHANNELS;
  return {
    ...gatherCommon(views, indices),
    rows,
    cells: takeStates(views.cells, views.rows * row, indices, rows * row),
    rowPresent: takeStates(views.rowPresent, views.rows, indices, rows),
    statics: takeStates(views.statics, views.statics.length / views.count, indices),
  };
}

/**
 * The views of sets under construction: copies of the views `rows` in which something has been chosen.
 * @throws RangeError if the views do not show sets
 */
export function chooseHistoryViews(views: HistoryViews, rows: Int32Array, chosen: Chosen): HistoryViews {
  const copies = gatherHistoryViews(views, rows);
  if (copies.sets === undefined) throw new RangeError("Cannot choose a set: these views do not show sets");
  const columns = columnsOf(copies.statics, historyStatics({ sets: true }));
  return { ...copies, sets: chooseInto(columns, copies.settable, copies.sets, chosen) };
}

/**
 * Batches of equal width behind each other, padded to the rows of the longest.
 * @throws RangeError if widths differ
 */
export function concatHistoryViews(batches: readonly HistoryViews[]): HistoryViews {
  const { width } = batches[0];
  const odd = batches.find((batch) => batch.width !== width);
  if (odd !== undefined) throw new RangeError(`Cannot join views of ${width} and ${odd.width} variables`);
  const rows = batches.reduce((most, batch) => Math.max(most, batch.rows), 0);
  return {
    ...concatCommon(batches),
    rows,
    cells: joinStates(batches, (batch) => batch.cells, rows * width * CHANNELS),
    rowPresent: joinStates(batches, (batch) => batch.rowPresent, rows),
    statics: joinStates(batches, (batch) => batch.statics, batches[0].statics.length / batches[0].count),
  };
}
