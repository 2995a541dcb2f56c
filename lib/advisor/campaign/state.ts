/** What the events of a campaign come to: its rows, and the experiments that run. */

import { DataError } from "../error.ts";
import type { PlannedSetting } from "../outcomes.ts";
import { checkProblem, type ExperimentProblem } from "../problem.ts";
import type { EstimatedMean } from "../responses.ts";
import { type ExperimentRows, membersMade, toleranceOf } from "../rows.ts";
import { checkTold, type MeasuredRow, type ToldRows, withTold } from "../told.ts";
import type { CampaignEvent } from "./events.ts";

/** An experiment without a result yet. */
export interface RunningExperiment {
  /** Its number in the campaign, from 1 on; never given twice. */
  readonly number: number;
  readonly settings: readonly PlannedSetting[];
  /** What was expected of it when it was proposed; left out: it was not proposed. */
  readonly expected?: EstimatedMean;
}

/** An experiment with its result. */
export interface FinishedExperiment extends RunningExperiment {
  /** Place of its rows in {@linkcode CampaignState.told}. */
  readonly told: number;
}

/** Rows in the order in which they were told. */
export interface ToldGroup {
  /** Names of what was set; none: nothing was. */
  readonly set: readonly string[];
  /** `[rows][variables]` as they were told. */
  readonly rows: readonly (readonly number[])[];
  readonly experiment?: number | undefined;
  /** When they were told. */
  readonly at: string;
}

/** A campaign after all of its events. */
export interface CampaignState {
  readonly problem: ExperimentProblem;
  readonly checkpoint: string;
  readonly rows: ExperimentRows;
  readonly told: readonly ToldGroup[];
  readonly running: readonly RunningExperiment[];
  readonly finished: readonly FinishedExperiment[];
  /** The number of the next experiment. */
  readonly next: number;
  /** Weights of the policy when it was asked last. */
  readonly weights: string;
}

/** Kinds of events that can be undone. */
const CHANGES: ReadonlySet<string> = new Set(["tell", "ask", "run", "drop"]);

/**
 * @param events of a whole log, the start first
 * @throws {DataError} for events that do not follow from those before
 */
export function replay(events: readonly CampaignEvent[]): CampaignState {
  const undone = undoneLines(events);
  const [start] = events;
  if (start?.kind !== "start") throw new DataError("the campaign has no start: its first line says none");
  const initial: CampaignState = {
    problem: checkProblem(start.problem as ExperimentProblem),
    checkpoint: start.checkpoint,
    rows: { observational: new Float64Array(), interventions: [] },
    told: [],
    running: [],
    finished: [],
    next: 1,
    weights: start.weights,
  };
  return events.slice(1).reduce((state, event, k) => {
    const counted = { ...state, next: Math.max(state.next, 1 + highestNumber(event)) };
    return undone.has(k + 2) ? counted : follow(counted, event);
  }, initial);
}

/** The state after one more event that is no undo. */
export function follow(state: CampaignState, event: CampaignEvent): CampaignState {
  const next = Math.max(state.next, 1 + highestNumber(event));
  switch (event.kind) {
    case "ask": {
      const proposed = event.proposals.map(({ experiment, settings, expected }) => ({
        number: experiment,
        settings,
        expected,
      }));
      return { ...state, next, weights: event.weights, running: [...state.running, ...proposed] };
    }
    case "run":
      return { ...state, next, running: [...state.running, { number: event.experiment, settings: event.settings }] };
    case "drop":
      return { ...state, running: without(state, event.experiment) };
    case "tell":
      return event.groups.reduce((before, group) => {
        const { experiment } = group;
        const finished = before.running.find(({ number }) => number === experiment);
        return {
          ...before,
          rows: withTold(before.rows, toldRows(before.problem, group)),
          told: [...before.told, { ...group, at: event.at }],
          running: finished === undefined ? before.running : without(before, finished.number),
          finished: finished === undefined
            ? before.finished
            : [...before.finished, { ...finished, told: before.told.length }],
        };
      }, state);
    default:
      return state;
  }
}

/** The last line that an undo would take back, counted from 1; `null`: there is none. */
export function lastChange(events: readonly CampaignEvent[]): number | null {
  const undone = undoneLines(events);
  const at = events.findLastIndex(({ kind }, k) => CHANGES.has(kind) && !undone.has(k + 1));
  return at < 0 ? null : at + 1;
}

/** The experiment that rows are the result of, by what was set in them: the oldest one that runs; undefined: none. */
export function runningLike(
  { problem, running }: CampaignState,
  { members, values }: ToldRows,
): RunningExperiment | undefined {
  return running.find(({ settings }) =>
    settings.length === members.length && settings.every(({ variable, value }) => {
      const v = problem.variables.findIndex(({ name }) => name === variable);
      return members.includes(v) && Math.abs(values[v] - value) <= toleranceOf(problem, problem.variables[v]);
    })
  );
}

/** Rows of a data file as groups of a `tell`: those in which nothing was set, then every intervention. */
export function groupsOf(
  { variables }: ExperimentProblem,
  { observational, interventions }: ExperimentRows,
): { readonly set: string[]; readonly rows: number[][] }[] {
  const width = variables.length;
  const lines = (values: Float64Array) =>
    Array.from({ length: values.length / width }, (_, r) => [...values.subarray(r * width, (r + 1) * width)]);
  return [
    ...(observational.length === 0 ? [] : [{ set: [], rows: lines(observational) }]),
    ...interventions.map((made) => ({
      set: membersMade(made).map((v) => variables[v].name),
      rows: lines(made.values),
    })),
  ];
}

/** Rows of a group as they count. */
export function toldRows(
  problem: ExperimentProblem,
  { set, rows }: Pick<ToldGroup, "set" | "rows">,
): ToldRows {
  return checkTold(
    problem,
    rows.map((values): MeasuredRow => ({
      values: Object.fromEntries(values.map((value, v) => [problem.variables[v]?.name ?? `value ${v + 1}`, value])),
      ...(set.length === 0 ? {} : { set }),
    })),
  );
}

function undoneLines(events: readonly CampaignEvent[]): ReadonlySet<number> {
  return new Set(events.flatMap((event) => event.kind === "undo" ? [event.event] : []));
}

function highestNumber(event: CampaignEvent): number {
  if (event.kind === "run") return event.experiment;
  return event.kind === "ask" ? Math.max(0, ...event.proposals.map(({ experiment }) => experiment)) : 0;
}

function without({ running }: CampaignState, experiment: number): RunningExperiment[] {
  return running.filter(({ number }) => number !== experiment);
}
