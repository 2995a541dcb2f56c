/** A batch of episodes that advances in lock-step (DESIGN section 5): the state, `reset` and `step`. */

import { type Assignment, compileSampler, type Sampler } from "../scm/mod.ts";
import type { Stream } from "../random/mod.ts";
import { nearestValue, unscale } from "./domain.ts";
import { chosenOf, membersOf, NONE, openInto, setsAllowed, SEVERAL } from "./sets.ts";
import {
  addOutcomeInto,
  addRowInto,
  copyEpisodesInto,
  countRowInto,
  createStatistics,
  startUnitsInto,
} from "./statistics.ts";
import type { Actions, EpisodeOptions, History, Observation, Outcomes, Problem, PublicProblems } from "./types.ts";

/** A variable, by its index among the observed ones, and the value that it is set to in its own unit. */
interface Setting {
  readonly variable: number;
  readonly value: number;
}

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

/** Indices into `scm.variables` of the variables that an experimenter can see, in label order. */
export function observedVariables(problem: Problem): Int32Array {
  return Int32Array.from(problem.scm.variables.flatMap((variable, i) => variable.observed ? [i] : []));
}

/** The public part of a batch of problems, padded to the largest; see {@linkcode PublicProblems}. */
export function publicProblems(problems: readonly Problem[]): PublicProblems {
  const seen = problems.map(observedVariables);
  const width = Math.max(...seen.map((indices) => indices.length));
  const episodes = problems.length;
  const low = new Float64Array(episodes * width);
  const high = new Float64Array(episodes * width);
  const settable = new Uint8Array(episodes * width);
  problems.forEach(({ scm }, e) =>
    seen[e].forEach((index, v) => {
      const domain = scm.variables[index].domain;
      if (domain === null || index === scm.target) return;
      low[e * width + v] = domain.kind === "interval" ? domain.low : Math.min(...domain.values);
      high[e * width + v] = domain.kind === "interval" ? domain.high : Math.max(...domain.values);
      settable[e * width + v] = 1;
    })
  );
  const sets = setsAllowed(problems, seen, { width, settable });
  return {
    episodes,
    width,
    ...(sets === undefined ? {} : { sets }),
    sizes: Int32Array.from(seen, (indices) => indices.length),
    targets: Int32Array.from(problems, ({ scm }, e) => seen[e].indexOf(scm.target)),
    signs: Float64Array.from(problems, ({ scm }) => scm.objective === "maximize" ? 1 : -1),
    low,
    high,
    settable,
  };
}

/**
 * The sequential intervention problem on a batch of models: `reset` draws the starting rows, `step` carries an intervention out on each.
 * @param problems one for each episode; the members of a group share the object
 * @throws RangeError if there is no problem, or an option is out of range
 */
export function createEnvironment(problems: readonly Problem[], options: EpisodeOptions): Environment {
  checkOptions(problems, options);
  const publicView = publicProblems(problems);
  const { episodes, width, sizes, targets, signs, settable } = publicView;
  const samplers = compileOnce(problems);
  const seen = problems.map(observedVariables);
  const capacity = options.observationalRows + options.interventionalRows +
    options.horizon * options.rowsPerIntervention;
  const values = new Float64Array(episodes * capacity * width);
  const intervened = new Int32Array(episodes * capacity);
  const { sets } = publicView;
  const set = sets === undefined ? undefined : new Uint8Array(episodes * capacity * width);
  const emptyStatistics = () => createStatistics(episodes, width, sets !== undefined);
  let statistics = emptyStatistics();
  let rows = 0;
  let step = 0;
  const scratch = new Float64Array(Math.max(...problems.map(({ scm }) => scm.variables.length)));
  const limited = new Float64Array(width);

  /** Draws one row, as it is measured, into `scratch`; see {@linkcode Problem} for kinds of intervention and drift. */
  function sampleInto(e: number, settings: readonly Setting[], stream: Stream): void {
    const { scm, intervention, drift = 0 } = problems[e];
    if (settings.length === 0) samplers[e].rowInto(scratch, stream, -1, 0);
    else if (settings.length === 1 && intervention !== "shift") {
      samplers[e].rowInto(scratch, stream, seen[e][settings[0].variable], settings[0].value);
    } else samplers[e].rowsInto(scratch, 1, assignmentsOf(e, settings), stream);
    if (drift !== 0) scratch[scm.target] += drift * step;
  }

  function assignmentsOf(e: number, settings: readonly Setting[]): Assignment[] {
    const kind = problems[e].intervention ?? "perfect";
    return settings.map(({ variable, value }) => ({ variable: seen[e][variable], value, kind }));
  }

  /** Draws one row into the history; returns the target's value. */
  function drawRow(e: number, row: number, settings: readonly Setting[], stream: Stream): number {
    const indices = seen[e];
    sampleInto(e, settings, stream);
    const at = e * capacity + row;
    for (let v = 0; v < indices.length; v++) values[at * width + v] = scratch[indices[v]];
    intervened[at] = settings.length > 1 ? SEVERAL : settings.length === 1 ? settings[0].variable : NONE;
    if (set !== undefined) {
      set.fill(0, at * width, (at + 1) * width);
      for (const { variable } of settings) set[at * width + variable] = 1;
    }
    return values[at * width + targets[e]];
  }

  /** Counts a row that came after the start; returns the target's value as it is counted. */
  function countRow(e: number, row: number): number {
    countRowInto(limited, statistics, e, width, sizes[e], values, (e * capacity + row) * width, rowMembers(e, row));
    return limited[targets[e]];
  }

  const history = (): History => ({ rows, values, intervened, capacity, ...(set === undefined ? {} : { set }) });
  const rowMembers = (e: number, row: number) => membersOf(history(), e * capacity + row, width);

  /** The value in the variable's own unit, checked. */
  function rawValue(e: number, variable: number, scaled: number): number {
    const index = e * width + variable;
    if (!(variable >= 0 && variable < sizes[e]) || settable[index] === 0) {
      const name = problems[e].scm.variables[seen[e][variable]]?.name ?? `number ${variable}`;
      throw new RangeError(`Cannot intervene on variable ${name} of ${problems[e].scm.name}: it cannot be set`);
    }
    if (!Number.isFinite(scaled)) {
      throw new RangeError(`Cannot intervene with value ${scaled} on ${problems[e].scm.name}: it is not finite`);
    }
    const value = unscale(scaled, publicView.low[index], publicView.high[index]);
    const domain = problems[e].scm.variables[seen[e][variable]].domain;
    return domain?.kind === "values" ? nearestValue(value, domain.values) : value;
  }

  /** What action k sets in episode e, in the variables' own units, checked. */
  function settingsOf(actions: Actions, k: number, e: number, places: number): readonly Setting[] {
    if (places === 1 && sets === undefined) {
      return [{ variable: actions.variable[k], value: rawValue(e, actions.variable[k], actions.value[k]) }];
    }
    const chosen = chosenOf(actions.variable, k, places);
    const [least, most] = sets === undefined ? [1, 1] : [sets.least[e], sets.most[e]];
    // Variables that exclude each other can leave fewer to set than asked for.
    const tooFew = chosen.length < Math.max(1, least) &&
      (chosen.length === 0 || openInto(new Float32Array(width), 0, publicView, e, chosen) > 0);
    if (tooFew || chosen.length > most) {
      const count = least === most ? `${most}` : `${least} to ${most}`;
      throw new RangeError(
        `Cannot set ${chosen.length} variables of ${problems[e].scm.name} at once: it takes ${count}`,
      );
    }
    const settings: Setting[] = [];
    chosen.forEach((variable, place) => {
      const value = rawValue(e, variable, actions.value[k * places + place]);
      for (const other of settings) {
        const name = (v: number) => problems[e].scm.variables[seen[e][v]].name;
        if (other.variable === variable) {
          throw new RangeError(`Cannot set ${name(variable)} of ${problems[e].scm.name} twice in one intervention`);
        }
        if (sets?.exclusive[(e * width + other.variable) * width + variable] === 1) {
          throw new RangeError(
            `Cannot set ${name(other.variable)} and ${name(variable)} of ${
              problems[e].scm.name
            }: they exclude each other`,
          );
        }
      }
      settings.push({ variable, value });
    });
    return settings;
  }

  function expectedOf(e: number, settings: readonly Setting[]): number {
    const { outcomes, scm } = problems[e];
    if (settings.length === 1) return outcomes.expected(seen[e][settings[0].variable], settings[0].value);
    if (outcomes.sets === undefined) throw new RangeError(`${scm.name} says nothing of several variables set at once`);
    return outcomes.sets.expected(assignmentsOf(e, settings));
  }

  function noteOutcome(e: number, settings: readonly Setting[], outcome: number, at: number): void {
    for (const { variable, value } of settings) {
      addOutcomeInto(statistics, e * width + variable, value, outcome, signs[e], at);
    }
  }

  function randomIntervention(e: number, row: number, stream: Stream): void {
    const count = sets === undefined || sets.most[e] === 1
      ? 1
      : sets.least[e] + stream.integer(sets.most[e] - sets.least[e] + 1);
    const settings: Setting[] = [];
    const open = new Float32Array(width);
    while (settings.length < count && openInto(open, 0, publicView, e, settings.map((each) => each.variable)) > 0) {
      const variable = stream.choice([...Array(sizes[e]).keys()].filter((v) => open[v] === 1));
      settings.push({ variable, value: rawValue(e, variable, stream.uniformIn(-1, 1)) });
    }
    noteOutcome(e, settings, drawRow(e, row, settings, stream), -1);
  }

  return {
    episodes,
    get observation(): Observation {
      return {
        problems: publicView,
        statistics,
        history: history(),
        step,
        horizon: options.horizon,
      };
    },
    problemOf: (episode) => problems[episode],
    reset(streams) {
      statistics = emptyStatistics();
      step = 0;
      rows = options.observationalRows + options.interventionalRows;
      for (let e = 0; e < episodes; e++) {
        for (let row = 0; row < rows; row++) {
          if (row < options.observationalRows) drawRow(e, row, [], streams[e]);
          else randomIntervention(e, row, streams[e]);
          addRowInto(
            statistics,
            e,
            width,
            sizes[e],
            values,
            (e * capacity + row) * width,
            rowMembers(e, row),
          );
        }
        startUnitsInto(statistics, e, width, sizes[e], values, e * capacity * width, intervened, e * capacity, rows);
      }
    },
    step(actions, streams) {
      if (step >= options.horizon) throw new RangeError(`The episode is over after ${options.horizon} interventions`);
      const places = placesOf(actions, episodes);
      const raw = new Float64Array(episodes * places);
      const sampled = new Float64Array(episodes);
      const expected = new Float64Array(episodes);
      for (let e = 0; e < episodes; e++) {
        const settings = settingsOf(actions, e, e, places);
        let sum = 0;
        let counted = 0;
        for (let r = 0; r < options.rowsPerIntervention; r++) {
          sum += drawRow(e, rows + r, settings, streams[e]);
          counted += countRow(e, rows + r);
        }
        settings.forEach(({ value }, place) => raw[e * places + place] = value);
        sampled[e] = sum / options.rowsPerIntervention;
        expected[e] = expectedOf(e, settings);
        noteOutcome(e, settings, counted / options.rowsPerIntervention, step);
      }
      rows += options.rowsPerIntervention;
      step++;
      return { rawValue: raw, sampled, expected };
    },
    expected(actions, owners) {
      const places = placesOf(actions, owners.length);
      return Float64Array.from(owners, (e, k) => expectedOf(e, settingsOf(actions, k, e, places)));
    },
    sampled(actions, owners, streamOf) {
      const places = placesOf(actions, owners.length);
      return Float64Array.from(owners, (e, k) => {
        const settings = settingsOf(actions, k, e, places);
        const stream = streamOf(k);
        let sum = 0;
        for (let r = 0; r < options.rowsPerIntervention; r++) {
          sampleInto(e, settings, stream);
          sum += scratch[problems[e].scm.target];
        }
        return sum / options.rowsPerIntervention;
      });
    },
    adopt(source, owners) {
      if (source.problems.width !== width || source.history.capacity !== capacity) {
        throw new RangeError("Cannot take over states of a batch with another width or capacity");
      }
      copyEpisodesInto(statistics, source.statistics, owners, source.problems.episodes);
      rows = source.history.rows;
      step = source.step;
      owners.forEach((owner, e) => {
        const from = owner * capacity;
        const to = e * capacity;
        values.set(source.history.values.subarray(from * width, (from + rows) * width), to * width);
        intervened.set(source.history.intervened.subarray(from, from + rows), to);
        const mask = source.history.set?.subarray(from * width, (from + rows) * width);
        if (mask !== undefined) set?.set(mask, to * width);
      });
    },
    isParent: (e, variable) => problems[e].scm.variables[problems[e].scm.target].parents.includes(seen[e][variable]),
  };
}

/** Slots of each action of a batch of `count`. */
function placesOf({ variable, value }: Actions, count: number): number {
  const places = variable.length / count;
  if (Number.isInteger(places) && places >= 1 && value.length === variable.length) return places;
  throw new RangeError(`Cannot read ${variable.length} variables and ${value.length} values as ${count} interventions`);
}

/** Members of a group share one compiled sampler. */
function compileOnce(problems: readonly Problem[]): Sampler[] {
  const compiled = new Map<Problem, Sampler>();
  return problems.map((problem) => {
    const known = compiled.get(problem) ?? compileSampler(problem.scm);
    compiled.set(problem, known);
    return known;
  });
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
