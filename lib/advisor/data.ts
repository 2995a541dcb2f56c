/** From a table to the rows of an experiment, with a word on everything in it that is unusual. */

import { suggestion } from "../config/mod.ts";
import { DataError } from "./error.ts";
import { readTable } from "./formats.ts";
import type { ExperimentProblem } from "./problem.ts";
import { checkSetting, type ExperimentRows, type MadeIntervention, variableIndex } from "./rows.ts";
import { isMissing, numberIn, type Table } from "./table.ts";

/** The rows of a data file, and what its reader should know about them. */
export interface ExperimentData {
  readonly rows: ExperimentRows;
  /** One sentence each: rows left out, columns that never vary, columns that are not used. */
  readonly notes: readonly string[];
}

/**
 * Reads measured rows. A row with a missing value is left out; rows are counted from 1, the header is none.
 * @throws {DataError} for a column that is missing, text where a number should be, a value outside its domain, with row
 * and column
 */
export async function readData(problem: ExperimentProblem, file: string): Promise<ExperimentData> {
  return experimentData(problem, await readTable(file), file);
}

/** {@linkcode readData} of a table that is already read. */
export function experimentData(problem: ExperimentProblem, table: Table, file: string): ExperimentData {
  const columns = problem.variables.map(({ name, unit }) => columnOf(table, name, unit, file));
  const setting = problem.settingColumn === null ? -1 : columnOf(table, problem.settingColumn, undefined, file);
  const measured = readNumbers(problem, table, columns, file);
  const set = readSettings(problem, table, setting, measured, file);
  const repeated = repeats(measured, set, problem.variables.length);
  const kept = Int32Array.from(
    measured.rows.keys().filter((k) => problem.duplicates === "keep" || repeated[k] === 0),
  );
  const rows = groupRows(problem, measured, set, kept);
  return { rows, notes: notesOn(problem, table, [...columns, setting], measured, repeated, rows, file) };
}

/** Numbers of the rows without a missing value. */
interface Measured {
  /** `[rows, variables]` */
  readonly values: Float64Array;
  /** `[rows]` index of the row in the table. */
  readonly rows: Int32Array;
  /** `[variables]` rows in which the variable is missing. */
  readonly missing: Int32Array;
}

/** A column by its name, or by its name with a unit behind it: `T (°C)`, `T [°C]`. */
function columnOf(table: Table, name: string, unit: string | undefined, file: string): number {
  const exact = table.columns.indexOf(name);
  if (exact >= 0) {
    if (table.columns.indexOf(name, exact + 1) >= 0) throw new DataError(`${file}: there are two columns "${name}"`);
    return exact;
  }
  for (const [c, column] of table.columns.entries()) {
    const match = /^(.*\S)\s*(?:\[([^\]]*)\]|\(([^)]*)\))$/.exec(column);
    if (match === null || match[1] !== name) continue;
    const given = match[2] ?? match[3];
    if (unit !== undefined && given !== unit) {
      throw new DataError(
        `${file}: column "${column}" is in ${given}, the problem says ${unit}; values are not converted`,
      );
    }
    return c;
  }
  throw new DataError(`${file}: there is no column "${name}"${suggestion(name, table.columns)}`);
}

function readNumbers(problem: ExperimentProblem, table: Table, columns: readonly number[], file: string): Measured {
  const width = columns.length;
  const values = new Float64Array(table.rows * width);
  const rows = new Int32Array(table.rows);
  const missing = new Int32Array(width);
  let count = 0;
  for (let row = 0; row < table.rows; row++) {
    let complete = true;
    for (let v = 0; v < width; v++) {
      const cell = table.cell(row, columns[v]);
      const plain = typeof cell === "string" ? Number(cell) : cell;
      // Nearly every cell is a plain number; empty text counts as 0 and must be looked at.
      if (typeof plain === "number" && plain !== 0 && Number.isFinite(plain)) {
        values[count * width + v] = plain;
        continue;
      }
      if (isMissing(cell)) {
        missing[v]++;
        complete = false;
        continue;
      }
      const number = numberIn(cell);
      if (number === undefined || !Number.isFinite(number)) {
        const where = `${file}: row ${row + 1}, column ${problem.variables[v].name}`;
        throw new DataError(`${where}: expected a number, got ${show(cell)}${numberHint(cell)}`);
      }
      values[count * width + v] = number;
    }
    if (complete) rows[count++] = row;
  }
  return { values: values.subarray(0, count * width), rows: rows.subarray(0, count), missing };
}

function show(cell: unknown): string {
  return typeof cell === "string" ? `the text "${cell}"` : String(cell);
}

function numberHint(cell: unknown): string {
  if (typeof cell !== "string") return "";
  if (/^\s*[-+]?\d+,\d+\s*$/.test(cell)) return "; write the decimals behind a point";
  return /^\s*[-+]?[\d.]+\s*[^\d.\s]/.test(cell) ? "; write the unit into the problem file" : "";
}

/** `[rows]` the variable that was set, −1: none. A cell holds its name, or `name = value` with the value of its column. */
function readSettings(
  problem: ExperimentProblem,
  table: Table,
  column: number,
  { values, rows }: Measured,
  file: string,
): Int32Array {
  const width = problem.variables.length;
  const set = new Int32Array(rows.length).fill(-1);
  if (column < 0) return set;
  for (let k = 0; k < rows.length; k++) {
    const cell = table.cell(rows[k], column);
    if (isMissing(cell)) continue;
    const where = `${file}: row ${rows[k] + 1}, column ${table.columns[column]}`;
    const [, name, value] = /^\s*(.*?)\s*(?:=\s*(\S+)\s*)?$/s.exec(String(cell)) ?? [];
    const variable = variableIndex(problem, name, where);
    const measured = values[k * width + variable];
    if (value !== undefined && Number(value) !== measured) {
      throw new DataError(`${where}: it says ${name} = ${value}, column ${name} says ${measured}`);
    }
    checkSetting(problem, problem.variables[variable], measured, where);
    set[k] = variable;
  }
  return set;
}

/** `[rows]` 1 where an earlier row has the same values and the same setting. */
function repeats({ values, rows }: Measured, set: Int32Array, width: number): Uint8Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  const seen = new Map<number, number[]>();
  const repeated = new Uint8Array(rows.length);
  for (let k = 0; k < rows.length; k++) {
    // FNV-1a over the words of the row's numbers; equal hashes are compared.
    let hash = 0x811c9dc5 ^ set[k];
    for (let w = 2 * k * width; w < 2 * (k + 1) * width; w++) hash = Math.imul(hash ^ words[w], 0x01000193);
    const others = seen.get(hash);
    if (others === undefined) {
      seen.set(hash, [k]);
    } else if (others.some((other) => set[other] === set[k] && sameRow(values, other, k, width))) {
      repeated[k] = 1;
    } else {
      others.push(k);
    }
  }
  return repeated;
}

function sameRow(values: Float64Array, a: number, b: number, width: number): boolean {
  for (let v = 0; v < width; v++) if (values[a * width + v] !== values[b * width + v]) return false;
  return true;
}

/** Consecutive rows with the same setting become interventions of the size that the problem says. */
function groupRows(
  problem: ExperimentProblem,
  { values }: Measured,
  set: Int32Array,
  kept: Int32Array,
): ExperimentRows {
  const width = problem.variables.length;
  const most = problem.rowsPerIntervention === "all" ? Infinity : problem.rowsPerIntervention;
  const row = (k: number) => values.subarray(k * width, (k + 1) * width);
  const join = (members: readonly number[]) => {
    const joined = new Float64Array(members.length * width);
    members.forEach((k, r) => joined.set(row(k), r * width));
    return joined;
  };
  const observational: number[] = [];
  const interventions: MadeIntervention[] = [];
  let group: number[] = [];
  const close = () => {
    if (group.length > 0) interventions.push({ variable: set[group[0]], values: join(group) });
    group = [];
  };
  for (const k of kept) {
    const variable = set[k];
    const same = group.length > 0 && group.length < most && variable === set[group[0]] &&
      values[k * width + variable] === values[group[0] * width + variable];
    if (!same) close();
    (variable < 0 ? observational : group).push(k);
  }
  close();
  return { observational: join(observational), interventions };
}

function notesOn(
  problem: ExperimentProblem,
  table: Table,
  used: readonly number[],
  measured: Measured,
  repeated: Uint8Array,
  rows: ExperimentRows,
  file: string,
): string[] {
  const notes: string[] = [];
  const names = problem.variables.map(({ name }) => name);
  const incomplete = table.rows - measured.rows.length;
  if (incomplete > 0) {
    const where = names.flatMap((name, v) => measured.missing[v] > 0 ? [`${name} in ${measured.missing[v]}`] : []);
    notes.push(`${incomplete} of ${table.rows} rows have a missing value and are left out: ${where.join(", ")}`);
  }
  const duplicates = repeated.reduce((sum, one) => sum + one, 0);
  if (duplicates > 0) {
    notes.push(
      problem.duplicates === "drop"
        ? `${duplicates} rows repeat another in every value and are left out`
        : `${duplicates} rows repeat another in every value and are kept; duplicates: drop in the problem file leaves them out`,
    );
  }
  const width = names.length;
  const constant = names.filter((_, v) => isConstant(rows.observational, v, width));
  const still = constant.filter((name) => name !== problem.target);
  if (rows.observational.length > width && still.length > 0) {
    notes.push(
      `${still.join(", ")} never ${still.length === 1 ? "varies" : "vary"} in the rows in which nothing was set: ` +
        "only setting can show what it does",
    );
  }
  if (rows.observational.length > width && still.length < constant.length) {
    notes.push(
      `${problem.target} never varies in the rows in which nothing was set: its spread is not known and counts as 1, ` +
        "which every interval rests on",
    );
  }
  if (rows.interventions.length === 0) {
    notes.push(
      problem.settingColumn === null
        ? `nothing was set in any row: the problem file names no column for it (setting: …)`
        : `nothing was set in any row: column ${problem.settingColumn} is empty; everything rests on observation alone`,
    );
  }
  if (rows.interventions.length > problem.interventions) {
    notes.push(
      `${rows.interventions.length} interventions were made, more than the budget of ${problem.interventions}; ` +
        "rows_per_intervention: all in the problem file counts consecutive rows with the same setting as one",
    );
  }
  const unused = table.columns.filter((_, c) => !used.includes(c));
  if (unused.length > 0) {
    const odd = unused.find((name) => /^(set|setting|do|intervention|intervened|target)$/i.test(name));
    notes.push(
      `columns that the problem does not name are not used: ${unused.join(", ")}` +
        (odd !== undefined && problem.settingColumn === null
          ? `; write setting: ${odd} if ${odd} says what was set`
          : ""),
    );
  }
  return notes.map((note) => `${file}: ${note}`);
}

function isConstant(values: Float64Array, variable: number, width: number): boolean {
  for (let at = variable; at < values.length; at += width) if (values[at] !== values[variable]) return false;
  return true;
}
