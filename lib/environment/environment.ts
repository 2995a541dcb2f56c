/** A batch of episodes that advances in lock-step (DESIGN section 5): the state, `reset` and `step`. */

import { compileSampler, type Sampler } from "../scm/mod.ts";
import type { Stream } from "../random/mod.ts";
import { nearestValue, unscale } from "./domain.ts";
import {
  addOutcomeInto,
  addRowInto,
  copyEpisodesInto,
  countRowInto,
  createStatistics,
  startUnitsInto,
} from "./statistics.ts";
import type { Actions, EpisodeOptions, Observation, Outcomes, Problem, PublicProblems } from "./types.ts";

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
   * @throws RangeError for the target, padding, a variable that cannot be set, or a value that is not finite
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
  return {
    episodes,
    width,
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
  let statistics = createStatistics(episodes, width);
  let rows = 0;
  let step = 0;
  const scratch = new Float64Array(Math.max(...problems.map(({ scm }) => scm.variables.length)));
  const limited = new Float64Array(width);

  /** Draws one row, as it is measured, into `scratch`; see {@linkcode Problem} for kinds of intervention and drift. */
  function sampleInto(e: number, variable: number, value: number, stream: Stream): void {
    const { scm, intervention, drift = 0 } = problems[e];
    const index = variable < 0 ? -1 : seen[e][variable];
    if (index >= 0 && intervention === "shift") {
      samplers[e].rowsInto(scratch, 1, [{ variable: index, value, kind: "shift" }], stream);
    } else samplers[e].rowInto(scratch, stream, index, value);
    if (drift !== 0) scratch[scm.target] += drift * step;
  }

  /** Draws one row into the history; returns the target's value. */
  function drawRow(e: number, row: number, variable: number, value: number, stream: Stream): number {
    const indices = seen[e];
    sampleInto(e, variable, value, stream);
    const offset = (e * capacity + row) * width;
    for (let v = 0; v < indices.length; v++) values[offset + v] = scratch[indices[v]];
    intervened[e * capacity + row] = variable;
    return values[offset + targets[e]];
  }

  /** Counts a row that came after the start; returns the target's value as it is counted. */
  function countRow(e: number, row: number): number {
    const at = e * capacity + row;
    countRowInto(limited, statistics, e, width, sizes[e], values, at * width, intervened[at]);
    return limited[targets[e]];
  }

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

  function randomIntervention(e: number, row: number, stream: Stream): void {
    const choices = [...Array(sizes[e]).keys()].filter((v) => settable[e * width + v] === 1);
    const variable = stream.choice(choices);
    const value = rawValue(e, variable, stream.uniformIn(-1, 1));
    const outcome = drawRow(e, row, variable, value, stream);
    addOutcomeInto(statistics, e * width + variable, value, outcome, signs[e], -1);
  }

  return {
    episodes,
    get observation(): Observation {
      return {
        problems: publicView,
        statistics,
        history: { rows, values, intervened, capacity },
        step,
        horizon: options.horizon,
      };
    },
    problemOf: (episode) => problems[episode],
    reset(streams) {
      statistics = createStatistics(episodes, width);
      step = 0;
      rows = options.observationalRows + options.interventionalRows;
      for (let e = 0; e < episodes; e++) {
        for (let row = 0; row < rows; row++) {
          if (row < options.observationalRows) drawRow(e, row, -1, 0, streams[e]);
          else randomIntervention(e, row, streams[e]);
          addRowInto(
            statistics,
            e,
            width,
            sizes[e],
            values,
            (e * capacity + row) * width,
            intervened[e * capacity + row],
          );
        }
        startUnitsInto(statistics, e, width, sizes[e], values, e * capacity * width, intervened, e * capacity, rows);
      }
    },
    step(actions, streams) {
      if (step >= options.horizon) throw new RangeError(`The episode is over after ${options.horizon} interventions`);
      const raw = new Float64Array(episodes);
      const sampled = new Float64Array(episodes);
      const expected = new Float64Array(episodes);
      for (let e = 0; e < episodes; e++) {
        const variable = actions.variable[e];
        const value = rawValue(e, variable, actions.value[e]);
        let sum = 0;
        let counted = 0;
        for (let r = 0; r < options.rowsPerIntervention; r++) {
          sum += drawRow(e, rows + r, variable, value, streams[e]);
          counted += countRow(e, rows + r);
        }
        raw[e] = value;
        sampled[e] = sum / options.rowsPerIntervention;
        expected[e] = problems[e].outcomes.expected(seen[e][variable], value);
        addOutcomeInto(statistics, e * width + variable, value, counted / options.rowsPerIntervention, signs[e], step);
      }
      rows += options.rowsPerIntervention;
      step++;
      return { rawValue: raw, sampled, expected };
    },
    expected(actions, owners) {
      return Float64Array.from(owners, (e, k) => {
        const variable = actions.variable[k];
        return problems[e].outcomes.expected(seen[e][variable], rawValue(e, variable, actions.value[k]));
      });
    },
    sampled(actions, owners, streamOf) {
      return Float64Array.from(owners, (e, k) => {
        const variable = actions.variable[k];
        const value = rawValue(e, variable, actions.value[k]);
        const stream = streamOf(k);
        let sum = 0;
        for (let r = 0; r < options.rowsPerIntervention; r++) {
          sampleInto(e, variable, value, stream);
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
      });
    },
    isParent: (e, variable) => problems[e].scm.variables[problems[e].scm.target].parents.includes(seen[e][variable]),
  };
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
