/** States of simulated episodes with the truth about them: what the amortised posterior learns from. */

import {
  type Actions,
  createEnvironment,
  type Environment,
  type EpisodeOptions,
  type Problem,
} from "../../environment/mod.ts";
import type { Stream } from "../../random/mod.ts";
import {
  type EpisodeRanges,
  normalisedValue,
  type Range,
  sampleProblem,
  type ScmDistribution,
  type Track,
  TRAINING_ACCURACY,
} from "../../scm/mod.ts";
import {
  concatResponseViews,
  createGrid,
  createResponseTracker,
  gatherResponseViews,
  type ProcessViews,
  processViews,
  type ResponseLabels,
  type ResponseViews,
  responseViews,
  warpedGain,
} from "../../surrogate/mod.ts";

/** Posterior means and standard deviations of a batch of states, `[count, width, cells]` each. */
export type Believe = (views: ResponseViews) => { readonly mean: Float32Array; readonly sd: Float32Array };

/** States with their truth, and how far through its episode each one is. */
export interface LabelledStates {
  readonly views: ResponseViews;
  readonly labels: ResponseLabels;
  /** `[count]` from 0 before the first intervention to 1 after the last. */
  readonly progress: Float32Array;
}

/** How states are collected. */
export interface CollectOptions {
  readonly problems: number;
  /** States kept of each episode. */
  readonly states: number;
  readonly cells: number;
  readonly asymmetry: number;
  /** Share of the batches whose systems have more hidden common causes than the track says. */
  readonly confounding: number;
  /** Whether systems and episodes are those of held-out problems, and not more varied ones to learn from. */
  readonly heldOut: boolean;
}

/** Episodes where a track does not say which ones to train on. */
const EPISODES: EpisodeRanges = {
  observationalRows: { min: 5, max: 150 },
  horizon: { min: 8, max: 45 },
  rowsPerIntervention: { min: 1, max: 1 },
};
/** Share of the batches that are played as the track's held-out problems are. */
const AS_HELD_OUT = 0.4;
/** Upper bounds that episodes are played by. */
const EXPLORATIONS = [0, 0.3, 1, 3];
/** Share of the episodes that are played at random, and of random moves in the others. */
const RANDOM_EPISODES = 0.15;
const RANDOM_MOVES = 0.05;

/** One batch of episodes of a track: what is played, and from which state on. */
export function collectStates(
  track: Track,
  { problems: count, states, cells, asymmetry, confounding, heldOut }: CollectOptions,
  believe: Believe,
  stream: Stream,
): LabelledStates {
  const distribution = heldOut
    ? track.distribution
    : moreVaried(track.distribution, { asymmetry, confounding }, stream.child("size"));
  const episode = heldOut ? track.episode : drawEpisode(track, stream.child("episode"));
  // The truth is needed at the cells alone.
  const accuracy = { ...TRAINING_ACCURACY, points: cells };
  const problems = Array.from(
    { length: count },
    (_, i) => sampleProblem(distribution, stream.child("problems").child(i), accuracy),
  );
  const environment = createEnvironment(problems, episode);
  environment.reset(problems.map((_, e) => stream.child("start").child(e)));
  const players = problems.map((_, e) => drawPlayer(stream.child("player").child(e)));
  const grid = createGrid(cells);
  const responses = createResponseTracker(grid);
  const kept = strata(episode.horizon, states, stream.child("kept"));
  const batches: ResponseViews[] = [];
  const progress: number[] = [];
  for (let t = 0; t <= episode.horizon; t++) {
    const isKept = kept.has(t);
    if (isKept) {
      batches.push(responseViews(environment.observation, grid, responses));
      progress.push(...problems.map(() => t / episode.horizon));
    }
    if (t === episode.horizon) break;
    // States that are not kept are played by the processes alone, which costs a small part of the features.
    const last = batches[batches.length - 1];
    const views = isKept ? { ...last, ...believe(last) } : processViews(environment.observation, grid, responses);
    const moves = play(views, players, problems.map((_, e) => stream.child("moves").child(e).child(t)));
    environment.step(moves, problems.map((_, e) => stream.child("noise").child(e).child(t)));
  }
  const truth = truthOf(environment, problems, cells);
  const views = concatResponseViews(batches);
  const repeated = (data: Float32Array) => {
    const all = new Float32Array(batches.length * data.length);
    batches.forEach((_, k) => all.set(data, k * data.length));
    return all;
  };
  const all = {
    views,
    labels: { truth: repeated(truth.truth), value: repeated(truth.value) },
    progress: Float32Array.from(progress),
  };
  // Of tens of thousands of random systems one overflows in a variable that is no cause of the target: nothing is learned from it.
  const sound = Int32Array.from(progress.keys()).filter((s) => isFiniteState(views, s));
  return sound.length === progress.length ? all : gatherStates(all, sound);
}

function isFiniteState({ count, nodes, pairs, cell }: ResponseViews, s: number): boolean {
  return [nodes, pairs, cell].every((data) => {
    const each = data.length / count;
    return data.subarray(s * each, (s + 1) * each).every(Number.isFinite);
  });
}

/** Hidden common causes of the systems that have more of them than their track says. */
const MOST_HIDDEN = 6;

/**
 * The distribution of one batch: of one number of variables, so that nothing is spent on padding, with domains of other
 * positions, and sometimes with observation that misleads more than the track's.
 */
export function moreVaried(
  distribution: ScmDistribution,
  { asymmetry, confounding }: Pick<CollectOptions, "asymmetry" | "confounding">,
  stream: Stream,
): ScmDistribution {
  const { sizes: { min, max }, variety } = distribution;
  const size = min + stream.integer(max - min + 1);
  const domains = variety === undefined && asymmetry > 0 ? { asymmetry } : {};
  const changed = { ...distribution, ...domains, sizes: { min: size, max: size } };
  if (stream.uniform() >= confounding) return changed;
  return {
    ...changed,
    hidden: { min: 1, max: Math.min(MOST_HIDDEN, size * (size - 1) / 2) },
    ...(variety === undefined ? {} : { variety: { ...variety, unconfounded: 0 } }),
  };
}

function drawEpisode({ episode, training = EPISODES }: Track, stream: Stream): EpisodeOptions {
  if (stream.uniform() < AS_HELD_OUT) {
    const horizon = drawLogarithmic({ min: episode.horizon, max: 2 * episode.horizon }, stream);
    return { ...episode, horizon };
  }
  return {
    observationalRows: drawLogarithmic(training.observationalRows, stream),
    interventionalRows: episode.interventionalRows,
    horizon: drawLogarithmic(training.horizon, stream),
    rowsPerIntervention: drawLogarithmic(training.rowsPerIntervention, stream),
  };
}

/** A whole number with a nearly uniform logarithm. */
function drawLogarithmic({ min, max }: Range, stream: Stream): number {
  return Math.min(max, Math.floor(min * ((max + 1) / min) ** stream.uniform()));
}

/** c of the upper bounds that an episode is played by; null plays at random. */
function drawPlayer(stream: Stream): number | null {
  return stream.uniform() < RANDOM_EPISODES ? null : stream.choice(EXPLORATIONS);
}

/** `count` steps among 0 … horizon, one in each of as many equal parts. */
function strata(horizon: number, count: number, stream: Stream): ReadonlySet<number> {
  const steps = horizon + 1;
  const parts = Math.min(count, steps);
  return new Set(Array.from({ length: parts }, (_, k) => Math.floor((k + stream.uniform()) * steps / parts)));
}

/** One intervention in every episode: the highest upper bound, or a random one. */
function play(
  { count, width, cells, settable, left, mean, sd }: ProcessViews,
  players: readonly (number | null)[],
  streams: readonly Stream[],
): Actions {
  const variable = new Int32Array(count);
  const value = new Float64Array(count);
  for (let e = 0; e < count; e++) {
    const c = players[e];
    const free = Array.from({ length: width }, (_, v) => v).filter((v) => settable[e * width + v] > 0);
    let best = -1;
    if (c === null || streams[e].uniform() < RANDOM_MOVES) {
      best = streams[e].choice(free) * cells + streams[e].integer(cells);
    } else {
      const bonus = c * Math.sqrt(left[e]);
      let highest = -Infinity;
      for (const v of free) {
        for (let k = v * cells; k < (v + 1) * cells; k++) {
          const bound = mean[e * width * cells + k] + bonus * sd[e * width * cells + k];
          if (bound > highest) [best, highest] = [k, bound];
        }
      }
      // Nothing is believed of a system that overflows: see `isFiniteState`.
      if (best < 0) best = free[0] * cells;
    }
    variable[e] = Math.floor(best / cells);
    value[e] = 2 * (best % cells) / (cells - 1) - 1;
  }
  return { variable, value };
}

/** Expected warped gains and normalised values of every cell, `[episodes, width, cells]`. */
function truthOf(environment: Environment, problems: readonly Problem[], cells: number): ResponseLabels {
  const { problems: { width, settable, targets, signs }, statistics } = environment.observation;
  const truth = new Float32Array(problems.length * width * cells);
  const value = new Float32Array(truth.length);
  problems.forEach((problem, e) => {
    const variables = Array.from({ length: width }, (_, v) => v).filter((v) => settable[e * width + v] === 1);
    const actions = {
      variable: Int32Array.from({ length: variables.length * cells }, (_, a) => variables[Math.floor(a / cells)]),
      value: Float64Array.from({ length: variables.length * cells }, (_, a) => 2 * (a % cells) / (cells - 1) - 1),
    };
    const expected = environment.expected(actions, new Int32Array(actions.value.length).fill(e));
    const centre = statistics.centre[e * width + targets[e]];
    const unit = signs[e] / statistics.spread[e * width + targets[e]];
    expected.forEach((outcome, a) => {
      const at = (e * width + actions.variable[a]) * cells + a % cells;
      truth[at] = warpedGain(unit * (outcome - centre));
      value[at] = normalisedValue(problem.outcomes, problem.scm.objective, outcome);
    });
  });
  return { truth, value };
}

/** The states `indices`. */
export function gatherStates({ views, labels, progress }: LabelledStates, indices: Int32Array): LabelledStates {
  const each = labels.truth.length / views.count;
  const take = (data: Float32Array) => {
    const taken = new Float32Array(indices.length * each);
    indices.forEach((index, k) => taken.set(data.subarray(index * each, (index + 1) * each), k * each));
    return taken;
  };
  return {
    views: gatherResponseViews(views, indices),
    labels: { truth: take(labels.truth), value: take(labels.value) },
    progress: Float32Array.from(indices, (index) => progress[index]),
  };
}
