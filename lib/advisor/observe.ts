/** What a policy sees of an experiment's rows, and what they say of the target when nothing is set. */

import { FEWEST_OBSERVATIONAL_ROWS, type Observation, recordedObservation } from "../environment/mod.ts";
import { studentQuantile } from "../numeric/mod.ts";
import { DataError } from "./error.ts";
import { checkMagnitudes } from "./magnitudes.ts";
import { type ExperimentProblem, publicProblem } from "./problem.ts";
import type { EstimatedMean } from "./responses.ts";
import { type ExperimentRows, recordedRows } from "./rows.ts";

/**
 * What a policy sees of the rows.
 * @throws {DataError} with fewer than two rows in which nothing was set, or numbers that cannot be worked with
 */
export function observationOf(problem: ExperimentProblem, rows: ExperimentRows): Observation {
  const width = problem.variables.length;
  const open = publicProblem(problem);
  const known = rows.observational.length / width;
  const all = known + rows.interventions.reduce((sum, { values }) => sum + values.length / width, 0);
  if (open.sets !== undefined && all < FEWEST_OBSERVATIONAL_ROWS) {
    throw new DataError(`${problem.name}: ${all} rows; at least ${FEWEST_OBSERVATIONAL_ROWS} are needed for units`);
  }
  if (open.sets === undefined && known < FEWEST_OBSERVATIONAL_ROWS) {
    throw new DataError(
      `${problem.name}: ${known} rows in which nothing was set; at least ${FEWEST_OBSERVATIONAL_ROWS} are needed to know what the variables do by themselves`,
    );
  }
  checkMagnitudes(problem, rows.observational);
  return recordedObservation(open, recordedRows(rows, width), problem.interventions);
}

/** Mean of the target over the rows in which nothing was set; over all rows where a designed experiment set something in each. */
export function observedMean({ statistics, history, problems }: Observation): EstimatedMean {
  const target = problems.targets[0];
  const counted = statistics.obsCount[0] > 1 ? statistics.obsCount[0] : history.rows;
  const value = statistics.centre[target];
  const half = studentQuantile(0.975, counted - 1) * statistics.spread[target] / Math.sqrt(counted);
  return { value, low: value - half, high: value + half };
}
