/** A batch of episodes that advances in lock-step (DESIGN section 5): the state, `reset` and `step`. */

import type { Stream } from "../random/mod.ts";
import { createInstrument, type Instrument } from "./instrument.ts";
import { observedVariables, publicProblems } from "./problems.ts";
import { membersOf, NONE, SEVERAL } from "./sets.ts";
import {
  assignmentsOf,
  type ProblemBatch,
  randomSettings,
  type Setting,
  settingsOf,
  slotsOfActions,
} from "./settings.ts";
import {
  addOutcomeInto,
  addRowInto,
  type BatchRow,
  copyEpisodesInto,
  countRowInto,
  createStatistics,
  type EpisodeBlock,
  startUnitsInto,
} from "./statistics.ts";
import type { Actions, EpisodeOptions, History, Observation, Outcomes, Problem, Statistics } from "./types.ts";

/** A batch of episodes. `observation` is a live view: it changes with every step. */
export interface Environment {
  readonly episodes: number;
  readonly observation: Observation;
  /** The problem that an episode plays. Not for policies. */
  problemOf(episode: number): Problem;
  /**
   * Forgets everything and draws the initial rows.
   * @param streams one for each episode; episodes with equal streams start from equal data
   */
  reset(streams: readonly Stream[]): void;
  /**
   * One intervention in every episode.
   * @param streams noise of this step, one for each episode
   * @throws RangeError for the target, padding, a variable that cannot be set, a value that is not finite, or a set that is not
   * allowed
   */
  step(actions: Actions, streams: readonly Stream[]): Outcomes;
  /** `E[target | do]` of actions that are not taken, e.g. the candidates of a step group. `episodes[k]` is whose state action k belongs to. */
  expected(actions: Actions, episodes: Int32Array): Float64Array;
  /** One sampled target (mean over the rows of an intervention) for actions that are not taken; arguments as {@linkcode expected}. */
  sampled(actions: Actions, episodes: Int32Array, streamOf: (k: number) => Stream): Float64Array;
  /**
   * Takes over states of another batch: episode e goes on from the state of episode `owners[e]`, e.g. to look ahead from
   * several candidates of one state.
   * @throws RangeError if the batches differ in width or capacity
   */
  adopt(source: Observation, owners: Int32Array): void;
  /** Whether a variable is a direct cause of the target. Not for policies. */
  isParent(episode: number, variable: number): boolean;
}

/**
 * The sequential intervention problem on a batch of models: `reset` draws the starting rows, `step` carries an intervention out on each.
 * @param problems one for each episode; the members of a group share the object
 * @throws RangeError if there is no problem, or an option is out of range
 */
export function createEnvironment(problems: readonly Problem[], options: EpisodeOptions): Environment {
  checkOptions(problems, options);
  const batch = { problems, shown: publicProblems(problems), seen: problems.map(observedVariables) };
  return new EpisodeBatch(batch, options);
}

class EpisodeBatch implements Environment {
  readonly episodes: number;
  readonly #batch: ProblemBatch;
  readonly #options: EpisodeOptions;
  readonly #measure: Instrument;
  readonly #blocks: readonly EpisodeBlock[];
  readonly #capacity: number;
  readonly #width: number;
  readonly #values: Float64Array;
  readonly #intervened: Int32Array;
  readonly #set: Uint8Array | undefined;
  readonly #limited: Float64Array;
  #statistics: Statistics;
  #rows = 0;
  #step = 0;

  constructor(batch: ProblemBatch, options: EpisodeOptions) {
    const { episodes, width, sizes, sets } = batch.shown;
    const { observationalRows, interventionalRows, horizon, rowsPerIntervention } = options;
    this.episodes = episodes;
    this.#batch = batch;
    this.#options = options;
    this.#measure = createInstrument(batch);
    this.#blocks = Array.from(sizes, (size, episode) => ({ episode, width, size }));
    this.#capacity = observationalRows + interventionalRows + horizon * rowsPerIntervention;
    this.#width = width;
    this.#values = new Float64Array(episodes * this.#capacity * width);
    this.#intervened = new Int32Array(episodes * this.#capacity);
    this.#set = sets === undefined ? undefined : new Uint8Array(episodes * this.#capacity * width);
    this.#limited = new Float64Array(width);
    this.#statistics = this.#noStatistics();
  }

  get observation(): Observation {
    return {
      problems: this.#batch.shown,
      statistics: this.#statistics,
      history: this.#history(),
      step: this.#step,
      horizon: this.#options.horizon,
    };
  }

  problemOf(episode: number): Problem {
    return this.#batch.problems[episode];
  }

  reset(streams: readonly Stream[]): void {
    const { observationalRows, interventionalRows } = this.#options;
    this.#statistics = this.#noStatistics();
    this.#step = 0;
    this.#rows = observationalRows + interventionalRows;
    this.#blocks.forEach((block, e) => {
      for (let row = 0; row < this.#rows; row++) {
        const settings = row < observationalRows ? [] : randomSettings(this.#batch, e, streams[e]);
        const outcome = this.#drawRow(e, row, settings, streams[e]);
        this.#noteOutcome(e, settings, outcome, -1);
        addRowInto(this.#statistics, block, this.#rowAt(e, row));
      }
      startUnitsInto(this.#statistics, block, this.#history());
    });
  }

  step(actions: Actions, streams: readonly Stream[]): Outcomes {
    const { horizon, rowsPerIntervention } = this.#options;
    if (this.#step >= horizon) throw new RangeError(`The episode is over after ${horizon} interventions`);
    const slots = slotsOfActions(actions, this.episodes);
    const rawValue = new Float64Array(this.episodes * slots);
    const sampled = new Float64Array(this.episodes);
    const expected = new Float64Array(this.episodes);
    for (let e = 0; e < this.episodes; e++) {
      const settings = settingsOf(this.#batch, e, actions, e, slots);
      let sum = 0;
      let counted = 0;
      for (let row = this.#rows; row < this.#rows + rowsPerIntervention; row++) {
        sum += this.#drawRow(e, row, settings, streams[e]);
        counted += this.#countRow(e, row);
      }
      settings.forEach(({ value }, slot) => rawValue[e * slots + slot] = value);
      sampled[e] = sum / rowsPerIntervention;
      expected[e] = this.#expectedOf(e, settings);
      this.#noteOutcome(e, settings, counted / rowsPerIntervention, this.#step);
    }
    this.#rows += rowsPerIntervention;
    this.#step++;
    return { rawValue, sampled, expected };
  }

  expected(actions: Actions, owners: Int32Array): Float64Array {
    const slots = slotsOfActions(actions, owners.length);
    return Float64Array.from(owners, (e, k) => this.#expectedOf(e, settingsOf(this.#batch, e, actions, k, slots)));
  }

  sampled(actions: Actions, owners: Int32Array, streamOf: (k: number) => Stream): Float64Array {
    const slots = slotsOfActions(actions, owners.length);
    const { rowsPerIntervention } = this.#options;
    return Float64Array.from(owners, (e, k) => {
      const settings = settingsOf(this.#batch, e, actions, k, slots);
      const stream = streamOf(k);
      const { target } = this.#batch.problems[e].scm;
      let sum = 0;
      for (let r = 0; r < rowsPerIntervention; r++) sum += this.#measure(e, settings, stream, this.#step)[target];
      return sum / rowsPerIntervention;
    });
  }

  adopt(source: Observation, owners: Int32Array): void {
    const [width, capacity] = [this.#width, this.#capacity];
    const { history } = source;
    if (source.problems.width !== width || history.capacity !== capacity) {
      throw new RangeError("Cannot take over states of a batch with another width or capacity");
    }
    copyEpisodesInto(this.#statistics, source.statistics, owners, source.problems.episodes);
    this.#rows = history.rows;
    this.#step = source.step;
    owners.forEach((owner, e) => {
      const from = owner * capacity;
      const to = e * capacity;
      const until = from + history.rows;
      this.#values.set(history.values.subarray(from * width, until * width), to * width);
      this.#intervened.set(history.intervened.subarray(from, until), to);
      const mask = history.set?.subarray(from * width, until * width);
      if (mask !== undefined) this.#set?.set(mask, to * width);
    });
  }

  isParent(episode: number, variable: number): boolean {
    const { scm } = this.#batch.problems[episode];
    return scm.variables[scm.target].parents.includes(this.#batch.seen[episode][variable]);
  }

  #noStatistics(): Statistics {
    return createStatistics(this.episodes, this.#width, this.#set !== undefined);
  }

  #history(): History {
    return {
      rows: this.#rows,
      values: this.#values,
      intervened: this.#intervened,
      capacity: this.#capacity,
      ...(this.#set === undefined ? {} : { set: this.#set }),
    };
  }

  #rowAt(e: number, row: number): BatchRow {
    const at = e * this.#capacity + row;
    return {
      values: this.#values,
      offset: at * this.#width,
      members: membersOf({ intervened: this.#intervened, set: this.#set }, at, this.#width),
    };
  }

  /** Draws one row into the history; returns the target's value. */
  #drawRow(e: number, row: number, settings: readonly Setting[], stream: Stream): number {
    const measured = this.#measure(e, settings, stream, this.#step);
    const seen = this.#batch.seen[e];
    const at = e * this.#capacity + row;
    const offset = at * this.#width;
    for (let v = 0; v < seen.length; v++) this.#values[offset + v] = measured[seen[v]];
    this.#intervened[at] = settings.length > 1 ? SEVERAL : settings.length === 1 ? settings[0].variable : NONE;
    if (this.#set !== undefined) {
      this.#set.fill(0, offset, offset + this.#width);
      for (const { variable } of settings) this.#set[offset + variable] = 1;
    }
    return this.#values[offset + this.#batch.shown.targets[e]];
  }

  /** Counts a row that came after the start; returns the target's value as it is counted. */
  #countRow(e: number, row: number): number {
    countRowInto(this.#limited, this.#statistics, this.#blocks[e], this.#rowAt(e, row));
    return this.#limited[this.#batch.shown.targets[e]];
  }

  #expectedOf(e: number, settings: readonly Setting[]): number {
    const { outcomes, scm } = this.#batch.problems[e];
    if (settings.length === 1) {
      return outcomes.expected(this.#batch.seen[e][settings[0].variable], settings[0].value);
    }
    if (outcomes.sets === undefined) throw new RangeError(`${scm.name} says nothing of several variables set at once`);
    return outcomes.sets.expected(assignmentsOf(this.#batch, e, settings));
  }

  #noteOutcome(e: number, settings: readonly Setting[], outcome: number, step: number): void {
    const sign = this.#batch.shown.signs[e];
    for (const { variable, value } of settings) {
      addOutcomeInto(this.#statistics, e * this.#width + variable, { value, outcome, step }, sign);
    }
  }
}

function checkOptions(problems: readonly Problem[], options: EpisodeOptions): void {
  if (problems.length === 0) throw new RangeError("Cannot create an environment without problems");
  for (const name of ["observationalRows", "interventionalRows", "horizon", "rowsPerIntervention"] as const) {
    const least = name === "horizon" || name === "rowsPerIntervention" ? 1 : 0;
    if (!Number.isInteger(options[name]) || options[name] < least) {
      throw new RangeError(`Cannot run episodes with ${name} = ${options[name]}: it must be a whole number ≥ ${least}`);
    }
  }
  if (options.observationalRows + options.interventionalRows < 2) {
    throw new RangeError("Cannot run episodes that start from fewer than 2 rows: nothing can be standardised");
  }
}
