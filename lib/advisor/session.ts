/** A dialogue with a policy about a real experiment: `ask` what to set next, `tell` what came out. */

import { sha256 } from "../runs/mod.ts";
import { openPolicy } from "../training/mod.ts";
import { adviceOn } from "./advice.ts";
import type { Advice, Answer, Question } from "./answer.ts";
import { parentSurrogate } from "./beliefs.ts";
import { DataError } from "./error.ts";
import { checkProblem, type ExperimentProblem } from "./problem.ts";
import { type ExperimentRows, membersMade } from "./rows.ts";
import { checkStored, digestOf, type StoredSession } from "./stored.ts";
import { checkTold, type MeasuredRow, withTold } from "./told.ts";

/** The policy that sessions ask unless another one is named. */
export const DEFAULT_CHECKPOINT = "general";

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
  return createSession(checkProblem(problem), openAdviser(checkpoint), options.rows);
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
  const adviser = openAdviser(stored.checkpoint);
  if (adviser.weights() !== stored.weights) {
    throw new DataError(`the session was made with other weights than ${stored.checkpoint} has now`);
  }
  const session = createSession(problem, adviser);
  const measured = (values: readonly number[], set?: string | readonly string[]): MeasuredRow => ({
    values: Object.fromEntries(problem.variables.map(({ name }, v) => [name, values[v]])),
    ...(set === undefined ? {} : { set }),
  });
  session.tell(stored.observational.map((values) => measured(values)));
  for (const { set, rows } of stored.interventions) session.tell(rows.map((values) => measured(values, set)));
  return session;
}

/** Who answers: a policy, and the place that it came from. */
export interface Adviser {
  readonly checkpoint: string;
  /** SHA-256 of the policy's weights. */
  weights(): string;
  /**
   * What to set next and what is known, from all rows.
   * @throws {DataError} with fewer than two rows in which nothing was set, or numbers that cannot be worked with
   */
  advise(problem: ExperimentProblem, rows: ExperimentRows, question: Question): Answer;
}

/** Opens the policy of a checkpoint to be asked about any problem. Throws what {@linkcode openPolicy} throws. */
export function openAdviser(checkpoint: string): Adviser {
  const opened = openPolicy(checkpoint);
  return {
    checkpoint,
    weights: () => {
      const weights = opened.policy.parameters.map((parameter) => parameter.dataSync<"float32">().slice());
      return sha256(weights.map((values) => sha256(new Uint8Array(values.buffer))).join());
    },
    advise: (problem, rows, question) => adviceOn(problem, rows, opened, parentSurrogate(problem), question),
  };
}

function createSession(
  problem: ExperimentProblem,
  adviser: Adviser,
  start: ExperimentRows = { observational: new Float64Array(), interventions: [] },
): ExperimentSession {
  let rows: ExperimentRows = { observational: start.observational, interventions: [...start.interventions] };
  return {
    problem,
    get rows() {
      return rows;
    },
    get made() {
      return rows.interventions.length;
    },
    ask: (count = 5) => adviser.advise(problem, rows, { count }).advice,
    tell(told) {
      const given: readonly MeasuredRow[] = [told].flat();
      if (given.length > 0) rows = withTold(rows, checkTold(problem, given));
    },
    toJSON: () => storedForm(problem, adviser, rows),
  };
}

function storedForm(
  problem: ExperimentProblem,
  { checkpoint, weights }: Adviser,
  { observational, interventions }: ExperimentRows,
): StoredSession {
  const width = problem.variables.length;
  const lines = (values: Float64Array) =>
    Array.from({ length: values.length / width }, (_, r) => [...values.subarray(r * width, (r + 1) * width)]);
  const session = {
    format: "causal-grpo session",
    version: 2,
    checkpoint,
    weights: weights(),
    problem,
    observational: lines(observational),
    interventions: interventions.map((made) => {
      const set = membersMade(made).map((v) => problem.variables[v].name);
      return { set: set.length === 1 ? set[0] : set, rows: lines(made.values) };
    }),
  } as const;
  return { ...session, digest: digestOf(session) };
}
