/** The state of one real experiment: an {@linkcode Observation} from recorded rows, without any SCM. */

import { addOutcomeInto, addRowInto, countRowInto, createStatistics, startUnitsInto } from "./statistics.ts";
import type { Observation, PublicProblems } from "./types.ts";

/** Rows that were recorded, those without intervention first. */
export interface RecordedRows {
  /** `[rows, width]` in the variables' own units. */
  readonly values: Float64Array;
  /** `[rows]` index of the variable that was set, −1 for the observational rows, which come first. */
  readonly intervened: Int32Array;
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
 * @throws RangeError if there are several episodes, fewer than two observational rows, an observational row behind an
 * interventional one, rows of one intervention that set different variables, or counts that do not fit together
 */
export function recordedObservation(problem: PublicProblems, recorded: RecordedRows, horizon: number): Observation {
  checkRows(problem, recorded);
  const { width, targets, signs } = problem;
  const { values, intervened, samples } = recorded;
  const rows = intervened.length;
  const observational = rows - samples.reduce((sum, count) => sum + count, 0);
  const statistics = createStatistics(1, width);
  for (let row = 0; row < observational; row++) addRowInto(statistics, 0, width, width, values, row * width, -1);
  startUnitsInto(statistics, 0, width, width, values, 0, intervened, 0, observational);
  const limited = new Float64Array(width);
  let row = observational;
  samples.forEach((count, step) => {
    const variable = intervened[row];
    const value = values[row * width + variable];
    let outcome = 0;
    for (let r = 0; r < count; r++, row++) {
      countRowInto(limited, statistics, 0, width, width, values, row * width, variable);
      outcome += limited[targets[0]];
    }
    addOutcomeInto(statistics, variable, value, outcome / count, signs[0], step);
  });
  return {
    problems: problem,
    statistics,
    history: { rows, values, intervened, capacity: rows },
    step: samples.length,
    horizon,
  };
}

function checkRows(problem: PublicProblems, { values, intervened, samples }: RecordedRows): void {
  const rows = intervened.length;
  const set = samples.reduce((sum, count) => sum + count, 0);
  if (problem.episodes !== 1) throw new RangeError(`Cannot record ${problem.episodes} episodes: one was expected`);
  if (values.length !== rows * problem.width || set > rows || samples.some((count) => count < 1)) {
    throw new RangeError(
      `Cannot read ${values.length} values of ${problem.width} variables as ${rows} rows, ${set} of them of interventions`,
    );
  }
  if (rows - set < FEWEST_OBSERVATIONAL_ROWS) {
    throw new RangeError(
      `Cannot start from ${
        rows - set
      } rows without intervention: at least ${FEWEST_OBSERVATIONAL_ROWS} are needed to know what a variable does by itself`,
    );
  }
  let row = rows - set;
  const early = intervened.subarray(0, row).findIndex((variable) => variable >= 0);
  if (early >= 0) throw new RangeError(`Row ${early + 1} is counted as observational, but a variable was set in it`);
  for (const count of samples) {
    const variable = intervened[row];
    const mixed = intervened.subarray(row, row + count).some((other) => other !== variable);
    if (mixed || problem.settable[variable] !== 1) {
      throw new RangeError(`Rows ${row + 1} to ${row + count} are not one intervention on a variable that can be set`);
    }
    row += count;
  }
}
