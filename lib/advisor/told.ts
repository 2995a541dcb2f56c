/** Rows as they are told: each is checked before it is kept. */

import { DataError } from "./error.ts";
import { normalName } from "./names.ts";
import type { ExperimentProblem } from "./problem.ts";
import {
  allowedSetting,
  checkMembers,
  type ExperimentRows,
  type MadeIntervention,
  toleranceOf,
  variableIndex,
} from "./rows.ts";

/** One measured row. */
export interface MeasuredRow {
  /** A number for every variable of the problem. */
  readonly values: Readonly<Record<string, number>>;
  /** The variable that was set to its value in `values`, or all that were; left out: nothing was set. */
  readonly set?: string | readonly string[];
}

/** Rows told together: samples of one intervention, or rows in which nothing was set. */
export interface ToldRows {
  /** Indices of the variables that were set, in label order; none: nothing was. */
  readonly members: readonly number[];
  /** `[rows, variables]`, settings beside what is allowed replaced by the nearest allowed value. */
  readonly values: Float64Array;
}

/**
 * Rows told together, as they count. Rows that name variables in `set` are the samples of one intervention: the same variables
 * and values in each of them, as far as the problem tolerates.
 * @param rows at least one
 * @throws {DataError} for a missing or unknown variable, a number that is not finite, or a value outside its domain
 */
export function checkTold(problem: ExperimentProblem, rows: readonly MeasuredRow[]): ToldRows {
  const values = valuesOf(problem, rows);
  const set = namesSet(rows[0]);
  const isSame = (row: MeasuredRow) =>
    namesSet(row).length === set.length && set.every((v) => namesSet(row).includes(v));
  const other = rows.find((row) => !isSame(row));
  if (other !== undefined) {
    const text = (names: readonly string[]) => names.join(" and ") || "nothing";
    throw new DataError(`rows told together are one intervention: ${text(set)} and ${text(namesSet(other))} were set`);
  }
  if (set.length === 0) return { members: [], values };
  const members = set.map((name) => variableIndex(problem, name, "set")).sort((a, b) => a - b);
  checkMembers(problem, members, () => "set");
  for (const variable of members) settleInto(values, problem, variable);
  return { members, values };
}

/** The experiment's rows with some more. */
export function withTold({ observational, interventions }: ExperimentRows, told: ToldRows): ExperimentRows {
  const { members, values } = told;
  if (members.length > 0) {
    const made: MadeIntervention = {
      variable: members[0],
      ...(members.length > 1 ? { members } : {}),
      values,
    };
    return { observational, interventions: [...interventions, made] };
  }
  const longer = new Float64Array(observational.length + values.length);
  longer.set(observational);
  longer.set(values, observational.length);
  return { observational: longer, interventions };
}

const namesSet = ({ set }: MeasuredRow): readonly string[] => set === undefined ? [] : [set].flat();

/** `[rows, variables]` */
function valuesOf(problem: ExperimentProblem, rows: readonly MeasuredRow[]): Float64Array {
  const { variables } = problem;
  const values = new Float64Array(rows.length * variables.length);
  rows.forEach((row, r) => {
    const given = new Map(Object.entries(row.values).map(([name, value]) => [normalName(name), value]));
    for (const name of given.keys()) variableIndex(problem, name, `row ${r + 1}`);
    variables.forEach(({ name }, v) => {
      const value = given.get(name);
      if (value === undefined) throw new DataError(`row ${r + 1}: ${name} is missing`);
      if (!Number.isFinite(value)) throw new DataError(`row ${r + 1}: ${name} is ${value}, not a finite number`);
      values[r * variables.length + v] = value;
    });
  });
  return values;
}

/** Replaces the settings of one variable by what they count as. */
function settleInto(values: Float64Array, problem: ExperimentProblem, variable: number): void {
  const width = problem.variables.length;
  const { name } = problem.variables[variable];
  const tolerance = toleranceOf(problem, problem.variables[variable]);
  for (let r = 0, at = variable; at < values.length; r++, at += width) {
    values[at] = allowedSetting(problem, problem.variables[variable], values[at], () => `row ${r + 1}`);
    if (Math.abs(values[at] - values[variable]) > tolerance) {
      throw new DataError(`row ${r + 1}: ${name} was set to ${values[at]}, in row 1 to ${values[variable]}`);
    }
  }
}
