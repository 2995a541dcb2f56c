/** The rows of one experiment: what was measured, and what was set. */

import { nearestValue, type RecordedRows, SEVERAL } from "../environment/mod.ts";
import { domainEnds, formatDomain } from "../scm/mod.ts";
import { suggestion } from "../input/mod.ts";
import { DataError } from "./error.ts";
import { normalName } from "./names.ts";
import type { ExperimentProblem, ExperimentVariable } from "./problem.ts";

/** Measured rows in the order of {@linkcode ExperimentProblem.variables}, interventions in the order they were made. */
export interface ExperimentRows {
  /** `[rows, variables]` rows in which nothing was set. */
  readonly observational: Float64Array;
  readonly interventions: readonly MadeIntervention[];
}

/** One intervention and the rows that it yielded. */
export interface MadeIntervention {
  /** Index of the variable that was set; the first in label order of several. */
  readonly variable: number;
  /** All that were set, in label order; left out: one. */
  readonly members?: readonly number[];
  /** `[samples, variables]` */
  readonly values: Float64Array;
}

/** The rows of a data file without a missing value, in its order. */
export interface MeasuredRows {
  /** `[rows, variables]` */
  readonly values: Float64Array;
  /** `[rows]` index of the row in the file. */
  readonly rows: Int32Array;
  /** `[variables]` rows of the file in which the variable is missing. */
  readonly missing: Int32Array;
}

/** What was set in the measured rows. */
export interface Settings {
  /** `[rows]` index of the variable, −1: nothing; from the number of variables on, an index into `groups`. */
  readonly set: Int32Array;
  /** The sets of several variables that were set, each in label order. */
  readonly groups: readonly (readonly number[])[];
  /** `[variables]` settings that count as the nearest allowed value, and the largest difference. */
  readonly moved: readonly { readonly count: number; readonly largest: number }[];
}

/** What writing a number down costs, as a share of the domain's largest magnitude. */
const ROUNDING = 1e-9;

/** How far two settings of a variable may lie apart and still count as the same one, in its unit. */
export function toleranceOf({ tolerance }: ExperimentProblem, variable: ExperimentVariable): number {
  if (variable.domain === null) return 0;
  const [low, high] = domainEnds(variable.domain);
  return Math.max(variable.tolerance ?? tolerance * (high - low), ROUNDING * Math.max(Math.abs(low), Math.abs(high)));
}

/**
 * The value that a variable counts as set to: the measured one within an interval, else the nearest one that is allowed.
 * @param where place of the value, for messages
 * @throws {DataError} naming the domain and the nearest allowed value, or what can be set instead
 */
export function allowedSetting(
  problem: ExperimentProblem,
  variable: ExperimentVariable,
  value: number,
  where: () => string,
): number {
  const { name, domain, unit } = variable;
  if (domain === null) {
    const settable = problem.variables.filter((other) => other.domain !== null).map((other) => other.name);
    throw new DataError(`${where()}: ${name} cannot be set; the problem gives a domain to ${settable.join(", ")}`);
  }
  const allowed = domain.kind === "interval"
    ? Math.min(domain.high, Math.max(domain.low, value))
    : nearestValue(value, domain.values);
  const tolerance = toleranceOf(problem, variable);
  if (Math.abs(allowed - value) <= tolerance) return allowed;
  const its = unit === undefined ? "" : ` ${unit}`;
  throw new DataError(
    `${where()}: ${name} was set to ${value}, outside its domain ${
      formatDomain(domain)
    }${its}; the nearest is ${allowed}, ` +
      `and ${Number(tolerance.toPrecision(3))}${its} are tolerated (tolerance in the problem file)`,
  );
}

/**
 * The index of a variable.
 * @throws {DataError} with the nearest name
 */
export function variableIndex({ variables }: ExperimentProblem, name: string, where: string): number {
  const index = variables.findIndex((variable) => variable.name === normalName(name));
  if (index >= 0) return index;
  throw new DataError(
    `${where}: no variable is named "${name}"${suggestion(name, variables.map((variable) => variable.name))}`,
  );
}

/**
 * @param members indices of the variables of one intervention, in label order
 * @throws {DataError} for a variable that is named twice, more or fewer than the problem sets at once, or a pair that excludes each other
 */
export function checkMembers(problem: ExperimentProblem, members: readonly number[], where: () => string): void {
  const { variables, setAtOnce = { min: 1, max: 1 }, exclusive = [] } = problem;
  const names = members.map((v) => variables[v].name);
  const twice = names.find((name, k) => names.indexOf(name) < k);
  if (twice !== undefined) throw new DataError(`${where()}: ${twice} is named twice`);
  if (members.length > setAtOnce.max || members.length === 0) {
    throw new DataError(
      `${where()}: ${
        names.join(", ") || "nothing"
      } set at once; the problem sets at most ${setAtOnce.max} (set_at_once)`,
    );
  }
  const pair = exclusive.find(([a, b]) => names.includes(a) && names.includes(b));
  if (pair !== undefined) throw new DataError(`${where()}: ${pair.join(" and ")} exclude each other in the problem`);
}

/** The variables that a row's code in {@linkcode Settings} stands for. */
export function membersOfCode({ groups }: Pick<Settings, "groups">, code: number, width: number): readonly number[] {
  return code < 0 ? [] : code < width ? [code] : groups[code - width];
}

/** All variables that an intervention set. */
export const membersMade = ({ variable, members }: MadeIntervention): readonly number[] => members ?? [variable];

/** The rows behind each other as an observation is made of them. */
export function recordedRows({ observational, interventions }: ExperimentRows, width: number): RecordedRows {
  const observationalRows = observational.length / width;
  const samples = Int32Array.from(interventions, ({ values }) => values.length / width);
  const rows = observationalRows + samples.reduce((sum, count) => sum + count, 0);
  const intervened = new Int32Array(rows).fill(-1);
  // Where nothing was set, a million rows need not be copied.
  if (interventions.length === 0) return { values: observational, intervened, samples };
  const values = new Float64Array(rows * width);
  values.set(observational);
  const set = new Uint8Array(rows * width);
  let row = observationalRows;
  interventions.forEach((made, i) => {
    values.set(made.values, row * width);
    const members = membersMade(made);
    intervened.fill(members.length > 1 ? SEVERAL : made.variable, row, row + samples[i]);
    for (let r = row; r < row + samples[i]; r++) for (const v of members) set[r * width + v] = 1;
    row += samples[i];
  });
  return { values, intervened, samples, ...(intervened.includes(SEVERAL) ? { set } : {}) };
}
