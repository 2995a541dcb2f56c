/** The state of one real experiment: an {@linkcode Observation} from recorded rows, without any SCM. */

import {
  addOutcomeInto,
  addRowInto,
  countRowInto,
  createStatistics,
  limitRowInto,
  startUnitsInto,
} from "./statistics.ts";
import { membersOf, NONE } from "./sets.ts";
import type { Observation, PublicProblems } from "./types.ts";

/** Rows that were recorded, those without intervention first. */
export interface RecordedRows {
  /** `[rows, width]` in the variables' own units. */
  readonly values: Float64Array;
  /** `[rows]` index of the variable that was set, −1 for the observational rows, which come first, −2 for several. */
  readonly intervened: Int32Array;
  /** `[rows, width]` 1 where a variable was set; needed for rows of several. */
  readonly set?: Uint8Array;
  /** `[interventions]` number of rows that each intervention yielded, in order. */
  readonly samples: Int32Array;
}

/** Fewest observational rows from which anything can be standardised. */
export const FEWEST_OBSERVATIONAL_ROWS = 2;

/**
 * What an environment would show after the same rows: the observational ones are the start, every intervention is a step.
 * The arithmetic is the environment's own, in its order, so that equal rows give equal observations bit for bit.
 *
 * @param problem the public description of one episode
 * @param horizon interventions that there will be, those already made included
 * Where sets of variables are set, a designed experiment may set something in every row: then the units are those of all rows.
 *
 * @throws RangeError if there are several episodes, fewer than two observational rows where one variable is set at a time, an observational row behind an
 * interventional one, rows of one intervention that set different variables, or counts that do not fit together
 */
export function recordedObservation(problem: PublicProblems, recorded: RecordedRows, horizon: number): Observation {
  checkRows(problem, recorded);
  const { width, targets, signs } = problem;
  const { values, intervened, samples, set } = recorded;
  const rows = intervened.length;
  const observational = rows - samples.reduce((sum, count) => sum + count, 0);
  const history = { rows, values, intervened, capacity: rows, ...(set === undefined ? {} : { set }) };
  const statistics = createStatistics(1, width, problem.sets !== undefined);
  const block = { episode: 0, width, size: width };
  for (let row = 0; row < observational; row++) {
    addRowInto(statistics, block, { values, offset: row * width, members: [] });
  }
  // Where something is set in every row, all rows say what the units are, and start the regressions.
  const isDesigned = observational < FEWEST_OBSERVATIONAL_ROWS;
  startUnitsInto(statistics, block, isDesigned ? history : { ...history, rows: observational });
  const limited = new Float64Array(width);
  let row = observational;
  samples.forEach((count, step) => {
    const [members, first] = [membersOf(history, row, width), row];
    let outcome = 0;
    for (let r = 0; r < count; r++, row++) {
      if (isDesigned) {
        limitRowInto(limited, statistics, block, values, row * width);
        addRowInto(statistics, block, { values: limited, offset: 0, members });
      } else countRowInto(limited, statistics, block, { values, offset: row * width, members });
      outcome += limited[targets[0]];
    }
    for (const variable of members) {
      const trial = { value: values[first * width + variable], outcome: outcome / count, step };
      addOutcomeInto(statistics, variable, trial, signs[0]);
    }
  });
  return {
    problems: problem,
    statistics,
    history,
    step: samples.length,
    horizon,
  };
}

function checkRows(problem: PublicProblems, recorded: RecordedRows): void {
  const { values, intervened, samples } = recorded;
  const rows = intervened.length;
  const made = samples.reduce((sum, count) => sum + count, 0);
  if (problem.episodes !== 1) throw new RangeError(`Cannot record ${problem.episodes} episodes: one was expected`);
  if (values.length !== rows * problem.width || made > rows || samples.some((count) => count < 1)) {
    throw new RangeError(
      `Cannot read ${values.length} values of ${problem.width} variables as ${rows} rows, ${made} of them of interventions`,
    );
  }
  if (problem.sets !== undefined && rows < FEWEST_OBSERVATIONAL_ROWS) {
    throw new RangeError(`Cannot start from ${rows} rows: at least ${FEWEST_OBSERVATIONAL_ROWS} are needed for a unit`);
  }
  if (problem.sets === undefined && rows - made < FEWEST_OBSERVATIONAL_ROWS) {
    throw new RangeError(
      `Cannot start from ${
        rows - made
      } rows without intervention: at least ${FEWEST_OBSERVATIONAL_ROWS} are needed to know what a variable does by itself`,
    );
  }
  let row = rows - made;
  const early = intervened.subarray(0, row).findIndex((variable) => variable !== NONE);
  if (early >= 0) throw new RangeError(`Row ${early + 1} is counted as observational, but a variable was set in it`);
  const most = problem.sets?.most[0] ?? 1;
  for (const count of samples) {
    const members = membersOf(recorded, row, problem.width);
    let mixed = members.length === 0 || members.length > most;
    for (let r = row + 1; r < row + count; r++) mixed ||= !sameMembers(members, membersOf(recorded, r, problem.width));
    if (mixed || members.some((v) => problem.settable[v] !== 1)) {
      throw new RangeError(
        `Rows ${row + 1} to ${row + count} are not one intervention on ${
          most === 1 ? "a variable" : `at most ${most} variables`
        } that can be set`,
      );
    }
    row += count;
  }
}

function sameMembers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((v, k) => v === b[k]);
}
