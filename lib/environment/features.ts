/**
 * The `statistics` view of a state: standardised features of each variable and of each ordered pair of variables, from the
 * sufficient statistics alone. Positive "gain" always means a better target. Values are affine-invariant: the target's
 * unit cancels through `unit`, a variable's through its spread.
 */

import { type BeliefChannels, beliefChannels, beliefFeaturesInto } from "./belief_features.ts";
import { NODE_FEATURES, nodeFeaturesInto } from "./node_features.ts";
import { createPairWork, PAIR_FEATURES, pairFeaturesInto } from "./pair_features.ts";
import { createResponseWork, responseChannels, responseInto } from "./response.ts";
import type { Observation } from "./types.ts";

/** A batch of states as the statistics policy sees them, padded to `width` variables. */
export interface StatisticsViews {
  readonly count: number;
  readonly width: number;
  /** Features of a variable: {@linkcode nodeChannels} of the options. */
  readonly channels: number;
  /** `[count, width, channels]` */
  readonly nodes: Float32Array;
  /** `[count, width, width, PAIR_FEATURES]` */
  readonly pairs: Float32Array;
  /** `[count, width]` 1 where there is a variable. */
  readonly present: Float32Array;
  /** `[count, width]` 1 where the variable may be intervened on. */
  readonly settable: Float32Array;
}

/** What the view contains besides {@linkcode NODE_FEATURES}. */
export interface ViewOptions {
  /** Points of each domain at which the target's response is described; 0 for none. */
  readonly responsePoints: number;
  /** What of the beliefs is shown; none where it is left out. */
  readonly beliefs?: BeliefChannels;
}

const PLAIN: ViewOptions = { responsePoints: 0 };

/** Number of features of a variable. */
export function nodeChannels({ responsePoints, beliefs = "none" }: ViewOptions): number {
  return NODE_FEATURES.length + responseChannels(responsePoints) + beliefChannels(beliefs);
}

const PAIRS = PAIR_FEATURES.length;

/**
 * The features of every episode of a batch.
 * @throws RangeError for a single response point: it cannot be at both ends; or if beliefs are to be shown that are not there
 */
export function statisticsViews(observation: Observation, options: ViewOptions = PLAIN): StatisticsViews {
  if (options.responsePoints === 1) throw new RangeError("Cannot describe a response at 1 point: 0, or 2 and more");
  const { episodes, width } = observation.problems;
  const { beliefs = "none" } = options;
  const channels = nodeChannels(options);
  const beliefsAt = channels - beliefChannels(beliefs);
  const views = {
    count: episodes,
    width,
    channels,
    nodes: new Float32Array(episodes * width * channels),
    pairs: new Float32Array(episodes * width * width * PAIRS),
    present: new Float32Array(episodes * width),
    settable: Float32Array.from(observation.problems.settable),
  };
  const work = createPairWork(observation);
  for (let e = 0; e < episodes; e++) {
    pairFeaturesInto(views.pairs, observation, e, work);
    nodeFeaturesInto(views.nodes, channels, observation, e, work);
    if (options.responsePoints > 0) responsesInto(views.nodes, channels, observation, e, options.responsePoints);
    if (beliefs !== "none") beliefFeaturesInto(views.nodes, channels, beliefsAt, observation, e, beliefs);
    views.present.fill(1, e * width, e * width + observation.problems.sizes[e]);
  }
  return views;
}

/** The responses of one episode, behind the other features of each variable that can be set. */
function responsesInto(out: Float32Array, channels: number, observation: Observation, e: number, points: number): void {
  const { problems, history, statistics } = observation;
  const { doCount } = statistics;
  const first = e * problems.width;
  const mostTried = doCount.subarray(first, first + problems.width).reduce((most, n) => Math.max(most, n), 0);
  const work = createResponseWork(history.rows, mostTried);
  for (let i = 0; i < problems.sizes[e]; i++) {
    const index = e * problems.width + i;
    if (problems.settable[index] === 0) continue;
    responseInto(out, index * channels + NODE_FEATURES.length, observation, e, i, points, work);
  }
}

/** The rows `indices` of a batch of views. */
export function gatherViews(views: StatisticsViews, indices: Int32Array): StatisticsViews {
  const take = (data: Float32Array, length: number) => {
    const taken = new Float32Array(indices.length * length);
    indices.forEach((index, k) => taken.set(data.subarray(index * length, (index + 1) * length), k * length));
    return taken;
  };
  const { width, channels } = views;
  return {
    count: indices.length,
    width,
    channels,
    nodes: take(views.nodes, width * channels),
    pairs: take(views.pairs, width * width * PAIRS),
    present: take(views.present, width),
    settable: take(views.settable, width),
  };
}

/**
 * Batches of equal width behind each other.
 * @throws RangeError if widths or channels differ
 */
export function concatViews(batches: readonly StatisticsViews[]): StatisticsViews {
  const { width, channels } = batches[0];
  const odd = batches.find((batch) => batch.width !== width || batch.channels !== channels);
  if (odd !== undefined) {
    throw new RangeError(
      `Cannot join views of ${width} variables × ${channels} features and ${odd.width} × ${odd.channels}`,
    );
  }
  const join = (pick: (batch: StatisticsViews) => Float32Array) => {
    const joined = new Float32Array(batches.reduce((total, batch) => total + pick(batch).length, 0));
    batches.reduce((offset, batch) => (joined.set(pick(batch), offset), offset + pick(batch).length), 0);
    return joined;
  };
  return {
    count: batches.reduce((total, batch) => total + batch.count, 0),
    width,
    channels,
    nodes: join((batch) => batch.nodes),
    pairs: join((batch) => batch.pairs),
    present: join((batch) => batch.present),
    settable: join((batch) => batch.settable),
  };
}
