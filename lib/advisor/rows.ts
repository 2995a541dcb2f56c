/** The rows of one experiment: what was measured, and what was set. */

import type { RecordedRows } from "../environment/mod.ts";
import { formatDomain } from "../scm/mod.ts";
import { suggestion } from "../config/mod.ts";
import { DataError } from "./error.ts";
import type { ExperimentProblem, ExperimentVariable } from "./problem.ts";

/** Measured rows in the order of {@linkcode ExperimentProblem.variables}, interventions in the order they were made. */
export interface ExperimentRows {
  /** `[rows, variables]` rows in which nothing was set. */
  readonly observational: Float64Array;
  readonly interventions: readonly MadeIntervention[];
}

/** One intervention and the rows that it yielded. */
export interface MadeIntervention {
  /** Index of the variable that was set. */
  readonly variable: number;
  /** `[samples, variables]` */
  readonly values: Float64Array;
}

/** Set values may differ from an allowed one by this share of the domain's largest magnitude: what writing a number down costs. */
const ROUNDING = 1e-9;

/**
 * Checks that a value may be set.
 * @param where place of the value, for messages
 * @throws {DataError} naming the domain, or what can be set instead
 */
export function checkSetting(
  { variables }: ExperimentProblem,
  variable: ExperimentVariable,
  value: number,
  where: string,
): void {
  const { name, domain } = variable;
  if (domain === null) {
    const settable = variables.filter((other) => other.domain !== null).map((other) => other.name);
    throw new DataError(`${where}: ${name} cannot be set; the problem gives a domain to ${settable.join(", ")}`);
  }
  const ends = domain.kind === "interval" ? [domain.low, domain.high] : domain.values;
  const tolerance = ROUNDING * Math.max(...ends.map(Math.abs));
  const inside = domain.kind === "interval"
    ? value >= domain.low - tolerance && value <= domain.high + tolerance
    : domain.values.some((allowed) => Math.abs(allowed - value) <= tolerance);
  if (!inside) {
    const unit = variable.unit === undefined ? "" : ` ${variable.unit}`;
    throw new DataError(`${where}: ${name} was set to ${value}, outside its domain ${formatDomain(domain)}${unit}`);
  }
}

/**
 * The index of a variable.
 * @throws {DataError} with the nearest name
 */
export function variableIndex({ variables }: ExperimentProblem, name: string, where: string): number {
  const index = variables.findIndex((variable) => variable.name === name);
  if (index >= 0) return index;
  throw new DataError(
    `${where}: no variable is named "${name}"${suggestion(name, variables.map((variable) => variable.name))}`,
  );
}

/** The rows behind each other as an observation is made of them. */
export function recordedRows({ observational, interventions }: ExperimentRows, width: number): RecordedRows {
  const observationalRows = observational.length / width;
  const samples = Int32Array.from(interventions, ({ values }) => values.length / width);
  const rows = observationalRows + samples.reduce((sum, count) => sum + count, 0);
  const values = new Float64Array(rows * width);
  const intervened = new Int32Array(rows).fill(-1);
  values.set(observational);
  let row = observationalRows;
  interventions.forEach((made, i) => {
    values.set(made.values, row * width);
    intervened.fill(made.variable, row, row + samples[i]);
    row += samples[i];
  });
  return { values, intervened, samples };
}
