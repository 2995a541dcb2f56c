/** A campaign of experiments that is kept in a folder: ask, run, tell, undo, for weeks, by one writer at a time. */

import { exists, lockFolder } from "../../runs/mod.ts";
import type { Advice, Recommendation, Suggestion } from "../answer.ts";
import { DataError } from "../error.ts";
import { normalName } from "../names.ts";
import type { PlannedSetting } from "../outcomes.ts";
import { checkProblem, type ExperimentProblem } from "../problem.ts";
import { allowedSetting, checkMembers, type ExperimentRows, variableIndex } from "../rows.ts";
import { type Adviser, DEFAULT_CHECKPOINT, openAdviser } from "../session.ts";
import { checkTold, type MeasuredRow } from "../told.ts";
import type { CampaignEvent, NewEvent } from "./events.ts";
import { EMPTY_LOG, LOG_FILE, LogWriter, readLog } from "./log.ts";
import {
  type CampaignState,
  follow,
  groupsOf,
  lastChange,
  replay,
  type RunningExperiment,
  runningLike,
  toldRows,
} from "./state.ts";
import { campaignCsv } from "./table.ts";

/** What begins a campaign. */
export interface StartOptions {
  /** A run, a checkpoint, or the name of a policy in `configs/policies`. */
  readonly checkpoint?: string;
  /** What was measured before. */
  readonly rows?: ExperimentRows;
  /** The clock of the log. */
  readonly now?: () => Date;
}

/** What is asked of a campaign. */
export interface AskOptions {
  /** Experiments that run from now on, proposed together, as many as the problem's `batch` unless given; 0: somebody only looks. */
  readonly experiments?: number;
  /** Most suggestions that are listed. */
  readonly count?: number;
}

/** What a campaign answers. */
export interface CampaignAnswer {
  readonly advice: Advice;
  /** The experiments to make, which run from now on. */
  readonly proposals: readonly (Suggestion & RunningExperiment)[];
  /** What is to be known about the campaign itself. */
  readonly notes: readonly string[];
}

const LOCK = "campaign.lock";

/** A campaign that this process may write. Dispose of it to let others. */
export class Campaign implements Disposable {
  readonly folder: string;
  /** What was found when the folder was opened: a last line that was cut off. */
  readonly notes: readonly string[];
  readonly #lock: Disposable;
  readonly #log: LogWriter;
  #events: readonly CampaignEvent[];
  #state: CampaignState;
  #adviser: Adviser | undefined;

  private constructor(folder: string, lock: Disposable, now: () => Date) {
    const { events, last, notes } = readLog(folder);
    this.folder = folder;
    this.notes = notes;
    this.#events = events;
    this.#state = replay(events);
    this.#lock = lock;
    this.#log = new LogWriter(folder, last, now);
  }

  /**
   * Begins a campaign in a folder that has none. The tensor backend must have been chosen (`useBackend`).
   * @throws {DataError} if there is one already, {@linkcode LockedError} while another process writes the folder, and what
   * {@linkcode openSession} throws
   */
  static start(folder: string, problem: ExperimentProblem, options: StartOptions = {}): Campaign {
    const { checkpoint = DEFAULT_CHECKPOINT, rows, now = () => new Date() } = options;
    const checked = checkProblem(problem);
    const adviser = openAdviser(checkpoint);
    Deno.mkdirSync(folder, { recursive: true });
    const lock = lockFolder(folder, LOCK);
    try {
      if (exists(`${folder}/${LOG_FILE}`)) {
        throw new DataError(`${folder}: there is a campaign already; ask it, or name another folder`);
      }
      using log = new LogWriter(folder, EMPTY_LOG, now);
      log.append({
        kind: "start",
        format: "causal-grpo campaign",
        version: 1,
        checkpoint,
        weights: adviser.weights(),
        problem: checked,
      } as NewEvent);
      const groups = rows === undefined ? [] : groupsOf(checked, rows);
      if (groups.length > 0) log.append({ kind: "tell", groups });
      const campaign = new Campaign(folder, lock, now);
      campaign.#adviser = adviser;
      return campaign;
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Opens the campaign of a folder for writing. A last line that a killed writer left incomplete is cut off, and a note says so.
   * @throws {DataError} if there is none or its log was altered, {@linkcode LockedError} while another process writes it
   */
  static open(folder: string, options: Pick<StartOptions, "now"> = {}): Campaign {
    // Nothing is made in a folder that holds no campaign.
    readLog(folder);
    const lock = lockFolder(folder, LOCK);
    try {
      return new Campaign(folder, lock, options.now ?? (() => new Date()));
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  }

  /** Problem, rows, and the experiments that run, as they are now. */
  get state(): CampaignState {
    return this.#state;
  }

  /** Every line of the log. */
  get events(): readonly CampaignEvent[] {
    return this.#events;
  }

  /**
   * What to do next. What is proposed runs from then on: it waits for its rows, or is dropped.
   * @throws {DataError} as {@linkcode ExperimentSession.ask} does
   */
  ask({ experiments = this.#state.problem.batch ?? 1, count = 5 }: AskOptions = {}): CampaignAnswer {
    const { problem, rows, checkpoint, next, weights, running } = this.#state;
    const adviser = this.#adviser ??= openAdviser(checkpoint);
    const own = adviser.weights();
    const notes = own === weights
      ? []
      : [`${checkpoint} has other weights than when it was asked before: it may answer otherwise to the same rows`];
    const { advice, plan } = adviser.advise(problem, rows, {
      count,
      experiments,
      running: running.map(({ settings }) => settings),
    });
    if (plan.length < experiments) notes.push(shortfall(advice, plan.length, running.length));
    const proposals = plan.map((suggestion, k) => ({
      experiment: next + k,
      settings: settingsOf(suggestion),
      expected: suggestion.expected,
      probability: suggestion.probability,
    }));
    this.#append({
      kind: "ask",
      weights: own,
      proposals,
      recommendation: { settings: recommended(advice.recommendation), expected: advice.recommendation.expected },
    });
    return {
      advice,
      proposals: plan.map((suggestion, k) => ({ ...suggestion, number: next + k, settings: settingsOf(suggestion) })),
      notes,
    };
  }

  /**
   * Takes in the rows of one intervention, or rows in which nothing was set.
   * @param experiment the experiment that they are the result of: what they leave out of its settings is filled in. Without it,
   * the oldest one that runs with the same settings.
   * @returns the experiment that has its result now; undefined: none of those that run
   * @throws {DataError} for an experiment that does not run, and what {@linkcode ExperimentSession.tell} throws
   */
  tell(rows: MeasuredRow | readonly MeasuredRow[], experiment?: number): RunningExperiment | undefined {
    const given: readonly MeasuredRow[] = [rows].flat();
    if (given.length === 0) return undefined;
    const { problem } = this.#state;
    const named = experiment === undefined ? undefined : this.#running(experiment);
    const full = named === undefined ? given : given.map((row) => resultOf(row, named));
    const told = checkTold(problem, full);
    const finished = named ?? (told.members.length === 0 ? undefined : runningLike(this.#state, told));
    this.#append({
      kind: "tell",
      groups: [{
        set: told.members.map((v) => problem.variables[v].name),
        rows: full.map((row) => lineOf(problem, row)),
        ...(finished === undefined ? {} : { experiment: finished.number }),
      }],
    });
    return finished;
  }

  /**
   * Takes in the rows of a data file, one after the other.
   * @returns the experiments that have their results now
   */
  tellRows(rows: ExperimentRows): RunningExperiment[] {
    const { problem } = this.#state;
    const groups = groupsOf(problem, rows);
    if (groups.length === 0) return [];
    const finished: RunningExperiment[] = [];
    const numbered = groups.map((group) => {
      const running = this.#state.running.filter((one) => !finished.includes(one));
      const own = group.set.length === 0
        ? undefined
        : runningLike({ ...this.#state, running }, toldRows(problem, group));
      if (own !== undefined) finished.push(own);
      return { ...group, ...(own === undefined ? {} : { experiment: own.number }) };
    });
    this.#append({ kind: "tell", groups: numbered });
    return finished;
  }

  /**
   * Says that an experiment runs which was not proposed.
   * @throws {DataError} for variables or values that cannot be set
   */
  run(settings: readonly PlannedSetting[]): RunningExperiment {
    const { problem, next } = this.#state;
    const members = settings.map(({ variable }) => variableIndex(problem, variable, "run"));
    checkMembers(problem, members.toSorted((a, b) => a - b), () => "run");
    const planned = members.map((v, k) => ({
      variable: problem.variables[v].name,
      value: allowedSetting(problem, problem.variables[v], settings[k].value, () => "run"),
    }));
    this.#append({ kind: "run", experiment: next, settings: planned });
    return { number: next, settings: planned };
  }

  /**
   * Says that an experiment will have no result.
   * @throws {DataError} if it does not run
   */
  drop(experiment: number, reason?: string): RunningExperiment {
    const dropped = this.#running(experiment);
    this.#append({ kind: "drop", experiment, ...(reason === undefined ? {} : { reason }) });
    return dropped;
  }

  /**
   * Takes back the last change that counts: rows, proposals, an experiment that was added or dropped. The log keeps it.
   * @returns what was taken back
   * @throws {DataError} if there is nothing to take back
   */
  undo(): CampaignEvent {
    const line = lastChange(this.#events);
    if (line === null) throw new DataError(`${this.folder}: there is nothing to take back`);
    this.#append({ kind: "undo", event: line });
    return this.#events[line - 1];
  }

  /** All rows in the order in which they were told, as a data file of the problem. */
  csv(): string {
    return campaignCsv(this.#state);
  }

  [Symbol.dispose](): void {
    this.#log[Symbol.dispose]();
    this.#lock[Symbol.dispose]();
  }

  #running(experiment: number): RunningExperiment {
    const { running } = this.#state;
    const found = running.find(({ number }) => number === experiment);
    if (found !== undefined) return found;
    const numbers = running.map(({ number }) => number).join(", ");
    throw new DataError(
      `experiment ${experiment} does not run; ${numbers === "" ? "none does" : `those that do: ${numbers}`}`,
    );
  }

  #append(event: NewEvent): void {
    const written = this.#log.append(event);
    this.#events = [...this.#events, written];
    this.#state = written.kind === "undo" ? replay(this.#events) : follow(this.#state, written);
  }
}

/** What a folder's campaign comes to, whoever writes it meanwhile. */
export function readCampaign(
  folder: string,
): { readonly state: CampaignState; readonly events: readonly CampaignEvent[]; readonly notes: readonly string[] } {
  const { events, notes } = readLog(folder);
  return { state: replay(events), events, notes };
}

/** Why fewer experiments are proposed than were asked for. */
function shortfall({ interventions: { left }, cautions }: Advice, planned: number, running: number): string {
  const free = Math.max(0, left - running);
  if (planned === free) {
    return `${planned} more experiments are proposed: of the budget of interventions ${left} are left, and ${running} run`;
  }
  return [`${planned} more experiments are proposed: the rules of the problem allow no more`, ...cautions].join("; ");
}

function settingsOf({ variable, value, settings = [{ variable, value }] }: Suggestion): PlannedSetting[] {
  return settings.map((each) => ({ variable: each.variable, value: each.value }));
}

function recommended({ variable, value, settings }: Recommendation): PlannedSetting[] | null {
  if (variable === null || value === null) return null;
  return settingsOf({ variable, value, ...(settings === undefined ? {} : { settings }) } as Suggestion);
}

/** A row as the result of an experiment: what was set is filled in. */
function resultOf({ values, set }: MeasuredRow, { settings }: RunningExperiment): MeasuredRow {
  const planned = Object.fromEntries(settings.map(({ variable, value }) => [variable, value]));
  return { values: { ...planned, ...values }, set: set ?? settings.map(({ variable }) => variable) };
}

/** The values of a checked row in label order, as they were told. */
function lineOf({ variables }: ExperimentProblem, { values }: MeasuredRow): number[] {
  const given = new Map(Object.entries(values).map(([name, value]) => [normalName(name), value]));
  return variables.map(({ name }) => given.get(name) ?? NaN);
}
