/** The processes of whole episodes, which follow a history row by row. */

import { type Observation, scale } from "../../environment/mod.ts";
import { warpedGain } from "../response/trials.ts";
import { type ObservedResponse, observedResponses } from "./observed.ts";
import { addReadingsInto, createProcess, type Grid, type GridProcess, type Readings } from "./grid.ts";

/** What is known of the responses in one episode. */
export interface EpisodeResponses {
  /** Indices of the variables that can be set. */
  readonly variables: readonly number[];
  /** `[variables]` */
  readonly observed: readonly ObservedResponse[];
  readonly processes: readonly GridProcess[];
  /** `[variables]` readings in the order in which they came, of each variable. */
  readonly readings: readonly (readonly Readings[])[];
  /** Index into `variables` of the last reading; −1 before the first. */
  readonly last: number;
}

/** The interventional rows that were counted, and what they were counted with. */
interface Kept {
  readonly start: Float64Array;
  readonly rows: Float64Array;
  readonly responses: EpisodeResponses;
}

/**
 * Follows episodes by their index in a batch. What was known of an episode is taken up where its rows go on from those
 * counted before, which saves time alone: what comes out is the same as from the beginning.
 */
export function createResponseTracker(grid: Grid): (observation: Observation, e: number) => EpisodeResponses {
  const kept = new Map<number, Kept>();
  return (observation, e) => {
    const start = startOf(observation, e);
    const rows = interventionsOf(observation, e);
    const before = kept.get(e);
    const goesOn = before !== undefined && isPrefix(before.start, start) && before.start.length === start.length &&
      isPrefix(before.rows, rows);
    const from = goesOn ? before.rows.length : 0;
    const responses = addRows(goesOn ? before.responses : begin(observation, e, grid), grid, rows, from);
    kept.set(e, { start, rows, responses });
    return responses;
  };
}

function begin(observation: Observation, e: number, grid: Grid): EpisodeResponses {
  const { width, settable } = observation.problems;
  const variables = Array.from({ length: width }, (_, v) => v).filter((v) => settable[e * width + v] === 1);
  const observed = observedResponses(observation, e, variables, grid.cells);
  const nothing = { mean: new Float64Array(grid.cells.length), covariance: null };
  return {
    variables,
    observed,
    processes: observed.map(({ curves }) => createProcess(grid, [nothing, ...curves])),
    readings: variables.map(() => []),
    last: -1,
  };
}

/** What the observational part depends on: the starting rows' sums, their units, and the domains. */
function startOf({ problems, statistics }: Observation, e: number): Float64Array {
  const { width } = problems;
  const own = (data: Float64Array, size = width) => data.subarray(e * size, (e + 1) * size);
  const parts = [
    own(statistics.obsCross, width * width),
    own(statistics.centre),
    own(statistics.spread),
    own(problems.low),
    own(problems.high),
    Float64Array.of(problems.targets[e], problems.signs[e]),
  ];
  const joined = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (joined.set(part, at), at + part.length), 0);
  return joined;
}

/** Numbers of a row: its variable, the scaled value, the warped gain. */
const ROW = 3;

/** `[rows, 3]` of the rows in which something was set. */
function interventionsOf({ problems, statistics, history }: Observation, e: number): Float64Array {
  const { width, targets, signs, low, high } = problems;
  const centre = statistics.centre[e * width + targets[e]];
  const unit = signs[e] / statistics.spread[e * width + targets[e]];
  const rows: number[] = [];
  for (let r = 0; r < history.rows; r++) {
    const row = e * history.capacity + r;
    const variable = history.intervened[row];
    // Rows in which several variables were set say nothing of one alone.
    if (variable < 0) continue;
    const index = e * width + variable;
    const at = scale(history.values[row * width + variable], low[index], high[index]);
    rows.push(variable, at, warpedGain(unit * (history.values[row * width + targets[e]] - centre)));
  }
  return Float64Array.from(rows);
}

function isPrefix(first: Float64Array, longer: Float64Array): boolean {
  return first.length <= longer.length && first.every((value, k) => value === longer[k]);
}

/** Counts rows from `from` on; rows of one setting behind each other are one reading. */
function addRows(responses: EpisodeResponses, grid: Grid, rows: Float64Array, from: number): EpisodeResponses {
  const { variables, processes } = responses;
  const readings = responses.readings.map((list) => [...list]);
  let { last } = responses;
  for (let at = from; at < rows.length;) {
    const variable = rows[at];
    const setting = rows[at + 1];
    let [count, mean, scatter] = [0, 0, 0];
    for (; at < rows.length && rows[at] === variable && rows[at + 1] === setting; at += ROW) {
      const change = rows[at + 2] - mean;
      mean += change / ++count;
      scatter += change * (rows[at + 2] - mean);
    }
    last = variables.indexOf(variable);
    // A row in which a variable was set that cannot be set any more says nothing of those that can.
    if (last < 0) continue;
    const reading = { at: setting, mean, count, scatter };
    addReadingsInto(processes[last], grid, reading);
    readings[last].push(reading);
  }
  return { ...responses, readings, last };
}
