/**
 * The `statistics` view of a state: standardised features of each variable and of each ordered pair of variables, from the
 * sufficient statistics alone. Positive "gain" always means a better target. Values are affine-invariant: the target's
 * unit cancels through `unit`, a variable's through its spread.
 */

import { type BeliefChannels, beliefChannels, beliefFeaturesInto } from "./belief_features.ts";
import { NODE_FEATURES, nodeFeaturesInto } from "./node_features.ts";
import { createPairWork, PAIR_FEATURES, pairFeaturesInto } from "./pair_features.ts";
import { concatCommon, gatherCommon, joinStates, type StateViews, takeStates } from "./batches.ts";
import { bounded } from "./bounded.ts";
import { type FeatureColumns, offsetsOf } from "./offsets.ts";
import { createResponseWork, hasSeveral, jointResponsesInto, responseChannels, responseInto } from "./response.ts";
import { chooseInto, type Chosen, SET_FEATURES, setFeaturesInto, startSetViews } from "./set_features.ts";
import type { Observation } from "./types.ts";

/** A batch of states as the statistics policy sees them. */
export interface StatisticsViews extends StateViews {
  /** Features of a variable: {@linkcode nodeChannels} of the options. */
  readonly channels: number;
  /** `[count, width, channels]` */
  readonly nodes: Float32Array;
  /** `[count, width, width, PAIR_FEATURES]` */
  readonly pairs: Float32Array;
}

/** What the view contains besides {@linkcode NODE_FEATURES}. */
export interface ViewOptions {
  /** Points of each domain at which the target's response is described; 0 for none. */
  readonly responsePoints: number;
  /** What of the beliefs is shown; none where it is left out. */
  readonly beliefs?: BeliefChannels;
  /** Whether it shows sets of variables, and the one under construction. */
  readonly sets?: boolean;
}

const PLAIN: ViewOptions = { responsePoints: 0 };

/** Number of features of a variable. */
export function nodeChannels({ responsePoints, beliefs = "none", sets = false }: ViewOptions): number {
  return NODE_FEATURES.length + responseChannels(responsePoints) + beliefChannels(beliefs) + setChannels(sets);
}

/** Features of a variable beside the set under construction, in order, behind those of {@linkcode SET_FEATURES}. */
const BESIDE_FEATURES = ["gain at low beside the chosen", "gain at high beside the chosen"] as const;
const NODE = offsetsOf(NODE_FEATURES);
const EFFECT = offsetsOf(PAIR_FEATURES)["effect of i on j"];

const setChannels = (sets: boolean): number => sets ? SET_FEATURES.length + BESIDE_FEATURES.length : 0;

/**
 * What setting a variable would do beside the chosen ones, `τᵢ − Σ_s τᵢₛ τ_s` with τ the posterior slopes: its effect less that
 * which runs through variables that are held already, to first order.
 */
function besideInto(
  { nodes, pairs, channels, width, settable, sets }: StatisticsViews,
  slots: number,
  variable: Int32Array,
): void {
  if (sets === undefined) return;
  sets.targets.forEach((target, row) => {
    const effect = (i: number, j: number) => pairs[((row * width + i) * width + j) * PAIRS + EFFECT];
    for (let i = 0; i < width; i++) {
      const at = (row * width + i) * channels;
      const out = at + channels - BESIDE_FEATURES.length;
      // The effects on the target are turned: what lowers it is positive there.
      let slope = settable[row * width + i] === 1 ? -effect(i, target) : 0;
      for (let c = row * slots; slope !== 0 && c < (row + 1) * slots && variable[c] >= 0; c++) {
        slope += effect(i, variable[c]) * effect(variable[c], target);
      }
      const perSpread = slope / Math.exp(nodes[at + NODE["log unit"]]);
      nodes[out] = bounded(5 * nodes[at + NODE["low end in spreads"]] * perSpread);
      nodes[out + 1] = bounded(5 * nodes[at + NODE["high end in spreads"]] * perSpread);
    }
  });
}

const PAIRS = PAIR_FEATURES.length;

/**
 * The features of every episode of a batch.
 * @throws RangeError for a single response point: it cannot be at both ends; or if beliefs are to be shown that are not there
 */
export function statisticsViews(observation: Observation, options: ViewOptions = PLAIN): StatisticsViews {
  if (options.responsePoints === 1) throw new RangeError("Cannot describe a response at 1 point: 0, or 2 and more");
  const { episodes, width } = observation.problems;
  const { beliefs = "none", sets = false } = options;
  const channels = nodeChannels(options);
  const setsAt = channels - setChannels(sets);
  const beliefsAt = setsAt - beliefChannels(beliefs);
  const views: StatisticsViews = {
    count: episodes,
    width,
    channels,
    nodes: new Float32Array(episodes * width * channels),
    pairs: new Float32Array(episodes * width * width * PAIRS),
    present: new Float32Array(episodes * width),
    settable: Float32Array.from(observation.problems.settable),
    ...(sets ? { sets: startSetViews(observation.problems) } : {}),
  };
  const columns = (offset: number) => ({ data: views.nodes, channels, offset });
  const work = createPairWork(observation);
  for (let e = 0; e < episodes; e++) {
    pairFeaturesInto(views.pairs, observation, e, work);
    nodeFeaturesInto(columns(0), observation, e, work);
    if (options.responsePoints > 0) {
      responsesInto(columns(NODE_FEATURES.length), observation, e, options.responsePoints);
    }
    if (beliefs !== "none") beliefFeaturesInto(columns(beliefsAt), observation, e, beliefs);
    if (sets) setFeaturesInto(columns(setsAt), observation, e);
    views.present.fill(1, e * width, e * width + observation.problems.sizes[e]);
  }
  if (sets) besideInto(views, 0, new Int32Array());
  return views;
}

/** The responses of one episode, of each variable that can be set. */
function responsesInto(columns: FeatureColumns, observation: Observation, e: number, points: number): void {
  const { problems, history, statistics } = observation;
  const first = e * problems.width;
  const placeAt = (i: number) => (first + i) * columns.channels + columns.offset;
  if (hasSeveral(observation, e)) return jointResponsesInto(columns.data, placeAt, observation, e, points);
  const { doCount } = statistics;
  const mostTried = doCount.subarray(first, first + problems.width).reduce((most, n) => Math.max(most, n), 0);
  const work = createResponseWork(history.rows, mostTried);
  for (let i = 0; i < problems.sizes[e]; i++) {
    if (problems.settable[first + i] === 0) continue;
    responseInto(columns.data, placeAt(i), { observation, episode: e, variable: i, points }, work);
  }
}

/** The rows `indices` of a batch of views. */
export function gatherViews(views: StatisticsViews, indices: Int32Array): StatisticsViews {
  const { width, channels } = views;
  return {
    ...gatherCommon(views, indices),
    channels,
    nodes: takeStates(views.nodes, width * channels, indices),
    pairs: takeStates(views.pairs, width * width * PAIRS, indices),
  };
}

/**
 * The views of sets under construction: copies of the views `rows` in which something has been chosen.
 * @throws RangeError if the views do not show sets
 */
export function chooseViews(views: StatisticsViews, rows: Int32Array, chosen: Chosen): StatisticsViews {
  const copies = gatherViews(views, rows);
  if (copies.sets === undefined) throw new RangeError("Cannot choose a set: these views do not show sets");
  const { nodes, channels, settable } = copies;
  const columns = { data: nodes, channels, offset: channels - setChannels(true) };
  const sets = chooseInto(columns, settable, copies.sets, chosen);
  besideInto(copies, chosen.slots, chosen.variable);
  return { ...copies, sets };
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
  return {
    ...concatCommon(batches),
    channels,
    nodes: joinStates(batches, (batch) => batch.nodes, width * channels),
    pairs: joinStates(batches, (batch) => batch.pairs, width * width * PAIRS),
  };
}
