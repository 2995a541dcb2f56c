/** A dialogue with a policy about a real experiment: `ask` what to set next, `tell` what came out. */

import { FEWEST_OBSERVATIONAL_ROWS, recordedObservation } from "../environment/mod.ts";
import { sha256 } from "../runs/mod.ts";
import { type OpenedPolicy, openPolicy } from "../training/mod.ts";
import { type Advice, adviceOn } from "./advice.ts";
import { parentSurrogate } from "./beliefs.ts";
import { DataError } from "./error.ts";
import { checkMagnitudes } from "./magnitudes.ts";
import { normalName } from "./names.ts";
import { checkProblem, type ExperimentProblem, publicProblem } from "./problem.ts";
import {
  allowedSetting,
  checkMembers,
  type ExperimentRows,
  type MadeIntervention,
  membersMade,
  recordedRows,
  toleranceOf,
  variableIndex,
} from "./rows.ts";
import { checkStored, digestOf, type StoredSession } from "./stored.ts";

/** The policy that sessions ask unless another one is named. */
export const DEFAULT_CHECKPOINT = "general";

/** One measured row. */
export interface MeasuredRow {
  /** A number for every variable of the problem. */
  readonly values: Readonly<Record<string, number>>;
  /** The variable that was set to its value in `values`, or all that were; left out: nothing was set. */
  readonly set?: string | readonly string[];
}

/** An experiment under way. */
export interface ExperimentSession {
  readonly problem: ExperimentProblem;
  readonly rows: ExperimentRows;
  /** Interventions made so far. */
  readonly made: number;
  /**
   * What to set next and what is known, from all rows so far. The same rows always give the same answer.
   * @param count most interventions that are listed
   * @throws {DataError} with fewer than two rows in which nothing was set, or numbers that cannot be worked with
   */
  ask(count?: number): Advice;
  /**
   * Takes in measured rows. Rows that name a variable in `set` are the samples of one intervention: the same variable and
   * value in each of them, as far as the problem tolerates; a setting beside its domain counts as the nearest allowed one.
   * @throws {DataError} for a missing or unknown variable, a number that is not finite, or a value outside its domain
   */
  tell(rows: MeasuredRow | readonly MeasuredRow[]): void;
  toJSON(): StoredSession;
}

/**
 * Starts a session. The tensor backend must have been chosen (`useBackend`).
 * @param options.checkpoint a run, a checkpoint, or the name of a policy in `configs/policies`
 * @param options.rows what was measured before
 * @throws {ConfigError} if the problem cannot be worked on, and what {@linkcode openPolicy} throws
 */
export function openSession(
  problem: ExperimentProblem,
  options: { readonly checkpoint?: string; readonly rows?: ExperimentRows } = {},
): ExperimentSession {
  const checkpoint = options.checkpoint ?? DEFAULT_CHECKPOINT;
  return createSession(checkProblem(problem), checkpoint, openPolicy(checkpoint), options.rows);
}

/**
 * Goes on with a stored session.
 * @param value what `JSON.parse` made of a session's JSON
 * @throws {DataError} if it is not a session, if it was altered, or the policy is not the one that it was made with
 * @throws {ConfigError} if its problem cannot be worked on
 */
export function restoreSession(value: unknown): ExperimentSession {
  const stored = checkStored(value);
  const problem = checkProblem(stored.problem);
  const opened = openPolicy(stored.checkpoint);
  if (weightsDigest(opened) !== stored.weights) {
    throw new DataError(`the session was made with other weights than ${stored.checkpoint} has now`);
  }
  const session = createSession(problem, stored.checkpoint, opened);
  const measured = (values: readonly number[], set?: string | readonly string[]): MeasuredRow => ({
    values: Object.fromEntries(problem.variables.map(({ name }, v) => [name, values[v]])),
    ...(set === undefined ? {} : { set }),
  });
  session.tell(stored.observational.map((values) => measured(values)));
  for (const { set, rows } of stored.interventions) session.tell(rows.map((values) => measured(values, set)));
  return session;
}

function weightsDigest({ policy }: OpenedPolicy): string {
  const weights = policy.parameters.map((parameter) => parameter.dataSync<"float32">().slice());
  return sha256(weights.map((values) => sha256(new Uint8Array(values.buffer))).join());
}

function createSession(
  problem: ExperimentProblem,
  checkpoint: string,
  opened: OpenedPolicy,
  start: ExperimentRows = { observational: new Float64Array(), interventions: [] },
): ExperimentSession {
  const width = problem.variables.length;
  const open = publicProblem(problem);
  const surrogate = parentSurrogate(width);
  const names = new Set(problem.variables.map(({ name }) => name));
  let observational = start.observational;
  const interventions: MadeIntervention[] = [...start.interventions];

  const valuesOf = (rows: readonly MeasuredRow[]) => {
    const values = new Float64Array(rows.length * width);
    rows.forEach((row, r) => {
      const given = new Map(Object.entries(row.values).map(([name, value]) => [normalName(name), value]));
      for (const name of given.keys()) if (!names.has(name)) variableIndex(problem, name, `row ${r + 1}`);
      problem.variables.forEach(({ name }, v) => {
        const value = given.get(name);
        if (value === undefined) throw new DataError(`row ${r + 1}: ${name} is missing`);
        if (!Number.isFinite(value)) throw new DataError(`row ${r + 1}: ${name} is ${value}, not a finite number`);
        values[r * width + v] = value;
      });
    });
    return values;
  };

  return {
    problem,
    get rows() {
      return { observational, interventions: [...interventions] };
    },
    get made() {
      return interventions.length;
    },
    ask(count = 5) {
      const known = observational.length / width;
      const rows = known + interventions.reduce((sum, { values }) => sum + values.length / width, 0);
      if (open.sets !== undefined && rows < FEWEST_OBSERVATIONAL_ROWS) {
        throw new DataError(
          `${problem.name}: ${rows} rows; at least ${FEWEST_OBSERVATIONAL_ROWS} are needed for units`,
        );
      }
      if (open.sets === undefined && known < FEWEST_OBSERVATIONAL_ROWS) {
        throw new DataError(
          `${problem.name}: ${known} rows in which nothing was set; at least ${FEWEST_OBSERVATIONAL_ROWS} are needed to know what the variables do by themselves`,
        );
      }
      checkMagnitudes(problem, observational);
      const recorded = recordedRows({ observational, interventions }, width);
      return adviceOn(problem, recordedObservation(open, recorded, problem.interventions), opened, surrogate, count);
    },
    tell(told) {
      const rows: readonly MeasuredRow[] = [told].flat();
      if (rows.length === 0) return;
      const values = valuesOf(rows);
      const namesSet = ({ set }: MeasuredRow): readonly string[] => set === undefined ? [] : [set].flat();
      const set = namesSet(rows[0]);
      const isSame = (row: MeasuredRow) =>
        namesSet(row).length === set.length && set.every((v) => namesSet(row).includes(v));
      const other = rows.find((row) => !isSame(row));
      if (other !== undefined) {
        const text = (names: readonly string[]) => names.join(" and ") || "nothing";
        throw new DataError(
          `rows told together are one intervention: ${text(set)} and ${text(namesSet(other))} were set`,
        );
      }
      if (set.length === 0) {
        const longer = new Float64Array(observational.length + values.length);
        longer.set(observational);
        longer.set(values, observational.length);
        observational = longer;
        return;
      }
      const members = set.map((name) => variableIndex(problem, name, "set")).sort((a, b) => a - b);
      checkMembers(problem, members, () => "set");
      for (const variable of members) {
        const { name } = problem.variables[variable];
        const tolerance = toleranceOf(problem, problem.variables[variable]);
        for (let r = 0; r < rows.length; r++) {
          const at = r * width + variable;
          values[at] = allowedSetting(problem, problem.variables[variable], values[at], () => `row ${r + 1}`);
          if (Math.abs(values[at] - values[variable]) > tolerance) {
            throw new DataError(`row ${r + 1}: ${name} was set to ${values[at]}, in row 1 to ${values[variable]}`);
          }
        }
      }
      interventions.push({ variable: members[0], ...(members.length > 1 ? { members } : {}), values });
    },
    toJSON() {
      const lines = (values: Float64Array) =>
        Array.from({ length: values.length / width }, (_, r) => [...values.subarray(r * width, (r + 1) * width)]);
      const session = {
        format: "causal-grpo session",
        version: 2,
        checkpoint,
        weights: weightsDigest(opened),
        problem,
        observational: lines(observational),
        interventions: interventions.map((made) => {
          const set = membersMade(made).map((v) => problem.variables[v].name);
          return { set: set.length === 1 ? set[0] : set, rows: lines(made.values) };
        }),
      } as const;
      return { ...session, digest: digestOf(session) };
    },
  };
}
