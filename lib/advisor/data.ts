/** From a data file to the rows of an experiment, with a word on everything in it that is unusual. */

import { columnRequests, findColumns, type ProblemColumns } from "./columns.ts";
import { DataError } from "./error.ts";
import { normalName } from "./names.ts";
import { notesOn } from "./notes.ts";
import { EVERY_KNOB, type ExperimentProblem, knobs } from "./problem.ts";
import {
  allowedSetting,
  checkMembers,
  type ExperimentRows,
  type MadeIntervention,
  type MeasuredRows,
  membersOfCode,
  type Settings,
  toleranceOf,
  variableIndex,
} from "./rows.ts";
import { missingWords } from "./tables/cells.ts";
import { readTable } from "./tables/read.ts";
import type { NumberColumn, TableRows, WordColumn } from "./tables/types.ts";

/** The rows of a data file, and what its reader should know about them. */
export interface ExperimentData {
  readonly rows: ExperimentRows;
  /** One sentence each: rows left out, values that look wrong, columns that never vary, columns that are not used. */
  readonly notes: readonly string[];
}

/**
 * Reads measured rows. A row with a missing value is left out; rows are counted from 1, the header is none.
 * @throws {DataError} for a column that is missing, text where a number should be, a value outside its domain, with row
 * and column
 */
export async function readData(problem: ExperimentProblem, file: string): Promise<ExperimentData> {
  let columns: ProblemColumns = { variables: [], setting: null, unused: [] };
  const table = await readTable(file, problem, (names) => {
    columns = findColumns(problem, names, file);
    return columnRequests(columns);
  });
  const measured = readNumbers(problem, table, file);
  const words = table.columns.find((column) => column.kind === "words");
  const settings = readSettings(problem, words, measured, file);
  const repeated = repeats(measured, settings.set, problem.variables.length);
  const kept = problem.duplicates === "keep"
    ? Int32Array.from(repeated.keys())
    : Int32Array.from(repeated.keys().filter((k) => repeated[k] === 0));
  const rows = groupRows(problem, measured, settings, kept);
  const notes = notesOn({ problem, rows, measured, settings, repeated, tableRows: table.rows, unused: columns.unused });
  return { rows, notes: notes.map((note) => `${file}: ${note}`) };
}

function readNumbers(problem: ExperimentProblem, table: TableRows, file: string): MeasuredRows {
  const columns = table.columns.filter((column): column is NumberColumn => column.kind === "numbers");
  const faults = columns.flatMap(({ fault }, v) => fault === null ? [] : [{ ...fault, v }]);
  if (faults.length > 0) {
    const { row, message, v } = faults.reduce((a, b) => b.row < a.row ? b : a);
    throw new DataError(
      `${file}: row ${row + 1}, column ${problem.variables[v].name}: expected a number, got ${message}`,
    );
  }
  const width = columns.length;
  const values = new Float64Array(table.rows * width);
  const rows = new Int32Array(table.rows);
  const missing = new Int32Array(width);
  let count = 0;
  for (let row = 0; row < table.rows; row++) {
    let complete = true;
    for (let v = 0; v < width; v++) {
      const value = columns[v].values[row];
      values[count * width + v] = value;
      if (value !== value) {
        missing[v]++;
        complete = false;
      }
    }
    if (complete) rows[count++] = row;
  }
  return { values: values.subarray(0, count * width), rows: rows.subarray(0, count), missing };
}

/** A setting as it is written: its variables, each with its value if there is one, and their code in {@linkcode Settings}. */
interface WrittenSetting {
  readonly code: number;
  readonly members: readonly { readonly variable: number; readonly value: number | null }[];
}

/**
 * Finds what was set. A cell holds a variable's name, or `name = value` with the value of its column, or several of either with
 * semicolons between them; a word for a missing value says that nothing was. Settings that scatter around what is allowed are replaced by it in the measured values.
 */
function readSettings(
  problem: ExperimentProblem,
  column: WordColumn | undefined,
  { values, rows }: MeasuredRows,
  file: string,
): Settings {
  const { variables } = problem;
  const width = variables.length;
  const set = new Int32Array(rows.length).fill(-1);
  const moved = variables.map(() => ({ count: 0, largest: 0 }));
  const groups: (readonly number[])[] = [];
  const codeOf = (members: readonly number[]): number => {
    if (members.length === 1) return members[0];
    const known = groups.findIndex((group) =>
      group.length === members.length && group.every((v, k) => v === members[k])
    );
    return width + (known >= 0 ? known : groups.push(members) - 1);
  };
  const every = problem.settingColumn === EVERY_KNOB ? knobs(problem) : null;
  if (column === undefined && every === null) return { set, groups, moved };
  const all: WrittenSetting | null = every === null
    ? null
    : { code: codeOf(every), members: every.map((variable) => ({ variable, value: null })) };
  const tolerances = variables.map((variable) => toleranceOf(problem, variable));
  const written: (WrittenSetting | null | undefined)[] = [];
  for (let k = 0; k < rows.length; k++) {
    const code = column === undefined ? 0 : column.codes[rows[k]];
    if (code < 0) continue;
    const where = () => `${file}: row ${rows[k] + 1}, column ${problem.settingColumn}`;
    let setting = all ?? written[code];
    if (setting === undefined && column !== undefined) {
      written[code] = setting = readSetting(problem, column.words[code], where(), codeOf);
    }
    if (setting === null || setting === undefined) continue;
    for (const { variable, value } of setting.members) {
      const at = k * width + variable;
      const measured = values[at];
      const { name } = variables[variable];
      if (value !== null && !(Math.abs(value - measured) <= tolerances[variable])) {
        throw new DataError(`${where()}: it says ${name} = ${value}, column ${name} says ${measured}`);
      }
      const allowed = allowedSetting(problem, variables[variable], measured, where);
      if (allowed !== measured) {
        const difference = Math.abs(allowed - measured);
        moved[variable].count++;
        moved[variable].largest = Math.max(moved[variable].largest, difference);
        values[at] = allowed;
      }
    }
    set[k] = setting.code;
  }
  return { set, groups, moved };
}

/** Words for a missing value that leave open whether something was set. */
const UNKNOWN = /^(?:\?|#.*)$/;

function readSetting(
  problem: ExperimentProblem,
  word: string,
  where: string,
  codeOf: (members: readonly number[]) => number,
): WrittenSetting | null {
  const exact = problem.variables.findIndex(({ name }) => name === normalName(word));
  if (exact >= 0) return { code: exact, members: [{ variable: exact, value: null }] };
  if (!UNKNOWN.test(word) && missingWords(problem.missing).has(word)) return null;
  const parts = word.split(";").map((part) => part.trim()).filter((part) => part !== "");
  const members = parts.map((part) => readMember(problem, part, where)).sort((a, b) => a.variable - b.variable);
  checkMembers(problem, members.map(({ variable }) => variable), () => where);
  return { code: codeOf(members.map(({ variable }) => variable)), members };
}

function readMember(
  problem: ExperimentProblem,
  word: string,
  where: string,
): { readonly variable: number; readonly value: number | null } {
  const exact = problem.variables.findIndex(({ name }) => name === normalName(word));
  if (exact >= 0) return { variable: exact, value: null };
  const [, name, value] = /^(.*?)\s*=\s*(\S+)$/s.exec(word) ?? [];
  if (name === undefined) return { variable: variableIndex(problem, word, where), value: null };
  const variable = variableIndex(problem, name, where);
  const number = Number(value.replaceAll("\u2212", "-"));
  if (!Number.isFinite(number)) throw new DataError(`${where}: ${value} is no number that ${name} can be set to`);
  return { variable, value: number };
}

/** `[rows]` 1 where an earlier row has the same values and the same setting. */
function repeats({ values, rows }: MeasuredRows, set: Int32Array, width: number): Uint8Array {
  const count = rows.length;
  const repeated = new Uint8Array(count);
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  // An open table of rows by their hashes, at most half full.
  const mask = 2 ** Math.ceil(Math.log2(2 * count + 1)) - 1;
  const table = new Int32Array(mask + 1).fill(-1);
  for (let k = 0; k < count; k++) {
    // FNV-1a over the words of the row's numbers, then mixed: the table takes the low bits.
    let hash = 0x811c9dc5 ^ set[k];
    for (let w = 2 * k * width; w < 2 * (k + 1) * width; w++) hash = Math.imul(hash ^ words[w], 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 13)) & mask;
    for (; table[slot] >= 0; slot = (slot + 1) & mask) {
      const other = table[slot];
      if (set[other] !== set[k] || !sameRow(values, other, k, width)) continue;
      repeated[k] = 1;
      break;
    }
    if (repeated[k] === 0) table[slot] = k;
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
  { values }: MeasuredRows,
  settings: Settings,
  kept: Int32Array,
): ExperimentRows {
  const { set } = settings;
  const width = problem.variables.length;
  const most = problem.rowsPerIntervention === "all" ? Infinity : problem.rowsPerIntervention;
  const tolerances = problem.variables.map((variable) => toleranceOf(problem, variable));
  const observational = observationalRows(values, set, kept, width);
  const interventions: MadeIntervention[] = [];
  let group: number[] = [];
  const close = () => {
    if (group.length === 0) return;
    const joined = new Float64Array(group.length * width);
    group.forEach((k, r) => joined.set(values.subarray(k * width, (k + 1) * width), r * width));
    const members = membersOfCode(settings, set[group[0]], width);
    interventions.push({ variable: members[0], ...(members.length > 1 ? { members } : {}), values: joined });
    group = [];
  };
  for (const k of kept) {
    const isSame = (v: number) => Math.abs(values[k * width + v] - values[group[0] * width + v]) <= tolerances[v];
    const same = group.length > 0 && group.length < most && set[k] === set[group[0]] &&
      membersOfCode(settings, set[k], width).every(isSame);
    if (!same) close();
    if (set[k] >= 0) group.push(k);
  }
  close();
  return { observational, interventions };
}

/** The kept rows in which nothing was set; where those are all, the values themselves. */
function observationalRows(values: Float64Array, set: Int32Array, kept: Int32Array, width: number): Float64Array {
  const count = kept.reduce((sum, k) => sum + (set[k] < 0 ? 1 : 0), 0);
  if (count === set.length) return values;
  const observational = new Float64Array(count * width);
  let to = 0;
  for (const k of kept) {
    if (set[k] >= 0) continue;
    for (let from = k * width; from < (k + 1) * width; from++) observational[to++] = values[from];
  }
  return observational;
}
