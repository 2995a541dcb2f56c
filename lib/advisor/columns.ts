/** Which columns of a table a problem uses. */

import { suggestion } from "../input/mod.ts";
import { DataError } from "./error.ts";
import { normalName, normalUnit } from "./names.ts";
import { EVERY_KNOB, type ExperimentProblem } from "./problem.ts";
import type { ColumnRequest } from "./tables/types.ts";

/** The columns of a problem in a table. */
export interface ProblemColumns {
  /** `[variables]` indices of their columns. */
  readonly variables: readonly number[];
  /** Index of the column that says what was set, `null`: there is none. */
  readonly setting: number | null;
  /** Names of the columns that are not used. */
  readonly unused: readonly string[];
}

/**
 * Finds the columns by their names, or by their names with a unit behind them: `T (°C)`, `T [°C]`.
 * @throws {DataError} for a column that is not there, that is there twice, or that is in another unit
 */
export function findColumns(problem: ExperimentProblem, columns: readonly string[], file: string): ProblemColumns {
  const names = columns.map(normalName);
  const variables = problem.variables.map(({ name, unit }) => columnOf(names, name, unit, file));
  const setting = problem.settingColumn === null || problem.settingColumn === EVERY_KNOB
    ? null
    : columnOf(names, problem.settingColumn, undefined, file);
  return { variables, setting, unused: names.filter((_, c) => !variables.includes(c) && c !== setting) };
}

/** What is asked of the table: the variables, then the setting. */
export function columnRequests({ variables, setting }: ProblemColumns): ColumnRequest[] {
  return [
    ...variables.map((column) => ({ column, as: "numbers" as const })),
    ...(setting === null ? [] : [{ column: setting, as: "words" as const }]),
  ];
}

function columnOf(names: readonly string[], name: string, unit: string | undefined, file: string): number {
  const matches = [...names.keys()].filter((c) => names[c] === name);
  if (matches.length > 1) throw new DataError(`${file}: there are two columns "${name}"`);
  if (matches.length === 1) return matches[0];
  for (const [c, column] of names.entries()) {
    const match = /^(.*\S)\s*(?:\[([^\]]*)\]|\(([^)]*)\))$/.exec(column);
    if (match === null || match[1] !== name) continue;
    const given = match[2] ?? match[3];
    if (unit !== undefined && normalUnit(given) !== normalUnit(unit)) {
      throw new DataError(
        `${file}: column "${column}" is in ${given}, the problem says ${unit}; values are not converted`,
      );
    }
    return c;
  }
  throw new DataError(`${file}: there is no column "${name}"${suggestion(name, names)}`);
}
