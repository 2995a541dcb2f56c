/** What every learned policy is: a network over some view of the state, and a head that draws and scores interventions. */

import type { Chosen, Observation } from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";
import * as tf from "@tensorflow/tfjs-core";
import { computeNow, gatherRows, type Parameters, sumSegments } from "../tensor/mod.ts";
import { collectPrefixes, laterChoices, mayGoOn, slotsOf } from "./set_choice.ts";
import type { ActMode, Policy } from "./types.ts";
import type { DrawnActions, DrawOptions, SettableViews, ValueHead, ViewActions } from "./value_head/types.ts";

export type { SettableViews };

/** What a policy believes of `E[target | do(variable = value)]` at equally spaced values of every domain, ends included. */
export interface BelievedResponses {
  /** Values of a domain. */
  readonly cells: number;
  /** `[episodes, width, cells]` means and standard deviations of the gain, warped; without meaning where nothing can be set. */
  readonly mean: Float32Array;
  readonly sd: Float32Array;
  /** Half of a 95 % interval in standard deviations. */
  readonly halfInterval: number;
}

/** A learned policy over batches of views of type `Views`. */
export interface LearnedPolicy<Views> extends Policy {
  readonly parameters: readonly tf.Variable[];
  readonly named: Parameters;
  readonly discrete: boolean;
  /** What the network sees of a batch of states. */
  viewsOf(observation: Observation): Views;
  /** `perView` draws for each view, or copies of the mode if `streams` is null. */
  draw(views: Views, perView: number, streams: readonly Stream[] | null): DrawnActions;
  /** Draws to learn from: with channels dropped, if the network drops any, others for each view. */
  explore(views: Views, perView: number, streams: readonly Stream[]): DrawnActions;
  /**
   * Log-probabilities `[views, perView]` and the entropy `[views, 1]`, nats, with the channels dropped that the actions were
   * drawn without; where there is a reference and values are discrete, KL(π ‖ reference) `[views, 1]` as well. Where sets are
   * chosen, the log-probability is the sum over a set's sub-decisions; entropy and KL are `[views, perView]`, sums of those of
   * the sub-decisions that the set met: over sets drawn from the policy, their means are the entropy and the KL of whole sets.
   */
  score(views: Views, actions: ViewActions, reference?: LearnedPolicy<Views>): PolicyScores;
  /** The raw outputs `[views, width, outputs]`. */
  forward(views: Views, dropout?: Uint32Array | null): tf.Tensor3D;
  gather(views: Views, actions: ViewActions, indices: Int32Array): { views: Views; actions: ViewActions };
  concat(batches: readonly Views[]): Views;
  /** What it believes of the responses, of a policy that plays on such beliefs. */
  responses?(observation: Observation): BelievedResponses;
  dispose(): void;
}

/** What is differentiated of a learned policy. */
export interface PolicyScores {
  readonly logProb: tf.Tensor2D;
  readonly entropy: tf.Tensor2D;
  readonly exactKl?: tf.Tensor2D;
}

/** The parts in which learned policies differ. */
export interface LearnedPolicyParts<Views extends SettableViews> {
  readonly parameters: Parameters;
  /** `[views, width, outputs of the head]`; `dropout` `[views]` are keys of the dropped channels, null for none. */
  forward(views: Views, dropout: Uint32Array | null): tf.Tensor3D;
  /** Share of the channels that are dropped while the policy acts to learn. */
  readonly dropout: number;
  viewsOf(observation: Observation): Views;
  gather(views: Views, indices: Int32Array): Views;
  concat(batches: readonly Views[]): Views;
  /** The views of sets under construction, for policies that choose sets. */
  choose?(views: Views, rows: Int32Array, chosen: Chosen): Views;
  /** States that one pass of the network takes at most while nothing is learned: it bounds the memory. */
  mostAtOnce(views: Views): number;
  readonly head: ValueHead;
  /** Temperature of the first step in the act mode `annealed`. */
  readonly annealFrom: number;
}

/** A policy of these parts. */
export function createLearnedPolicy<Views extends SettableViews>(
  parts: LearnedPolicyParts<Views>,
): LearnedPolicy<Views> {
  const { parameters, forward, viewsOf, gather, concat, mostAtOnce, head, annealFrom } = parts;
  const scoresOf = (views: Views, dropout: Uint32Array | null): Float32Array => {
    const most = mostAtOnce(views);
    if (views.count <= most) return computeNow(() => forward(views, dropout));
    const data = new Float32Array(views.count * views.width * head.outputs);
    for (let from = 0; from < views.count; from += most) {
      const indices = Int32Array.from({ length: Math.min(most, views.count - from) }, (_, k) => from + k);
      const own = dropout?.slice(from, from + most) ?? null;
      data.set(computeNow(() => forward(gather(views, indices), own)), from * views.width * head.outputs);
    }
    return data;
  };
  const drawWithout = (dropout: Uint32Array | null, views: Views, perView: number, how: DrawOptions): DrawnActions => {
    const { settable, width } = views;
    const first = head.draw({ scores: scoresOf(views, dropout), settable, width }, perView, how);
    return slotsOf(views) === 1 ? first : drawSets(parts, scoresOf, views, first, { ...how, dropout });
  };
  const draw = (views: Views, perView: number, streams: readonly Stream[] | null, temperature = 1) =>
    drawWithout(null, views, perView, { streams, temperature });
  return {
    name: "grpo",
    parameters: parameters.list,
    named: parameters,
    discrete: head.discrete,
    viewsOf,
    draw,
    explore(views, perView, streams) {
      if (parts.dropout === 0) return draw(views, perView, streams);
      const dropout = Uint32Array.from(streams, (stream) => stream.child("dropout").uint32());
      return { ...drawWithout(dropout, views, perView, { streams, temperature: 1 }), dropout };
    },
    forward: (views, dropout = null) => forward(views, dropout),
    score(views, actions, reference) {
      const { dropout = null } = actions;
      if (slotsOf(views) > 1) return scoreSets(parts, views, actions, reference);
      const outputs = forward(views, dropout);
      const scores = head.score(outputs, views.settable, actions);
      if (reference === undefined || head.divergence === undefined) return scores;
      return { ...scores, exactKl: head.divergence(outputs, reference.forward(views, dropout), views.settable) };
    },
    gather: (views, actions, indices) => ({
      views: gather(views, indices),
      actions: gatherActions(actions, indices),
    }),
    concat,
    dispose: () => parameters.dispose(),
    act(observation, streams, mode) {
      const temperature = temperatureOf(mode, observation.step, observation.horizon, annealFrom);
      const { variable, value, logProb } = draw(
        viewsOf(observation),
        1,
        temperature > 0 ? streams : null,
        temperature > 0 ? temperature : 1,
      );
      return { variable, value, logProb };
    },
    recommend(observation) {
      const { variable, value } = draw(viewsOf(observation), 1, null);
      return { variable, value };
    },
  };
}

/** Views of later sub-decisions; @throws RangeError for a policy that was not made to choose sets */
function chooseWith<Views extends SettableViews>(
  { choose }: LearnedPolicyParts<Views>,
  views: Views,
  rows: Int32Array,
  chosen: Chosen,
): Views {
  if (choose === undefined) throw new RangeError("This policy was not made to choose sets of variables");
  return choose(views, rows, chosen);
}

/** Goes on from the first variable of each set until it stops or is full; each view's stream is used in the order of its sets. */
function drawSets<Views extends SettableViews>(
  parts: LearnedPolicyParts<Views>,
  scoresOf: (views: Views, dropout: Uint32Array | null) => Float32Array,
  views: Views,
  first: DrawnActions,
  how: DrawOptions & { readonly dropout: Uint32Array | null },
): DrawnActions {
  const { perView } = first;
  const slots = slotsOf(views);
  const count = first.variable.length;
  const variable = new Int32Array(count * slots).fill(-1);
  const value = new Float64Array(count * slots);
  const logProb = first.logProb.slice();
  first.variable.forEach((v, k) => variable[k * slots] = v);
  first.value.forEach((v, k) => value[k * slots] = v);
  let open = Array.from({ length: count }, (_, k) => k);
  for (let length = 1; length < slots && open.length > 0; length++) {
    const viewOf = (k: number) => Math.floor(k / perView);
    open = open.filter((k) => mayGoOn(views, viewOf(k), variable.subarray(k * slots, k * slots + length)));
    if (open.length === 0) break;
    const prefixes = collectPrefixes(slots);
    const rows = open.map((k) => {
      const [from, to] = [k * slots, k * slots + length];
      return prefixes.add(viewOf(k), variable.subarray(from, to), value.subarray(from, to));
    });
    const owners = prefixes.views();
    const later = chooseWith(parts, views, owners, prefixes.chosen());
    const scores = scoresOf(
      later,
      how.dropout === null ? null : Uint32Array.from(owners, (s) => how.dropout?.[s] ?? 0),
    );
    const each = scores.length / owners.length;
    const own = new Float32Array(rows.length * each);
    const settable = new Float32Array(rows.length * views.width);
    rows.forEach((row, c) => {
      own.set(scores.subarray(row * each, (row + 1) * each), c * each);
      settable.set(later.settable.subarray(row * views.width, (row + 1) * views.width), c * views.width);
    });
    const stop = Int32Array.from(rows, (row) => later.sets?.stop[row] ?? -1);
    const { streams, temperature } = how;
    const streamed = streams === null ? null : open.map((k) => streams[viewOf(k)]);
    const choices = { scores: own, settable, width: views.width, stop };
    const drawn = parts.head.draw(choices, 1, { streams: streamed, temperature });
    open = open.filter((k, c) => {
      logProb[k] += drawn.logProb[c];
      if (drawn.variable[c] === stop[c]) return false;
      variable[k * slots + length] = drawn.variable[c];
      value[k * slots + length] = drawn.value[c];
      return true;
    });
  }
  return { perView, slots, variable, value, logProb };
}

/** The scores of sets; see {@linkcode LearnedPolicy.score}. */
function scoreSets<Views extends SettableViews>(
  parts: LearnedPolicyParts<Views>,
  views: Views,
  actions: ViewActions,
  reference?: LearnedPolicy<Views>,
): PolicyScores {
  const { head, forward } = parts;
  const { perView, slots = 1, dropout = null } = actions;
  const sets = views.count * perView;
  const at = <T extends Int32Array | Float64Array>(data: T): T => data.filter((_, k) => k % slots === 0) as T;
  const first = { perView, variable: at(actions.variable), value: at(actions.value) };
  const later = laterChoices(views, actions);
  const outputs = forward(views, dropout);
  const start = head.score(outputs, views.settable, first);
  const isExact = reference !== undefined && head.divergence !== undefined;
  const startKl = isExact ? head.divergence?.(outputs, reference.forward(views, dropout), views.settable) : undefined;
  const spread = (x: tf.Tensor2D) => tf.tile(x, [1, perView]) as tf.Tensor2D;
  if (later.row.length === 0) {
    return { logProb: start.logProb, entropy: spread(start.entropy), ...(startKl ? { exactKl: spread(startKl) } : {}) };
  }
  const grown = chooseWith(parts, views, later.views, later.chosen);
  const keys = dropout === null ? null : Uint32Array.from(later.views, (s) => dropout[s]);
  const { width } = views;
  const settable = new Float32Array(later.row.length * width);
  later.row.forEach((row, c) => settable.set(grown.settable.subarray(row * width, (row + 1) * width), c * width));
  const stop = Int32Array.from(later.row, (row) => grown.sets?.stop[row] ?? -1);
  const own = (x: tf.Tensor3D) => gatherRows(x, later.row);
  const scores = own(forward(grown, keys));
  const next = {
    perView: 1,
    variable: later.variable.map((v, c) => v < 0 ? stop[c] : v),
    value: later.value,
  };
  const { logProb, entropy } = head.score(scores, settable, next, stop);
  const total = (x: tf.Tensor2D) => tf.reshape(sumSegments(x, later.set, sets), [views.count, perView]) as tf.Tensor2D;
  const laterKl = isExact ? head.divergence?.(scores, own(reference.forward(grown, keys)), settable, stop) : undefined;
  return {
    logProb: tf.add(start.logProb, total(logProb)),
    entropy: tf.add(spread(start.entropy), total(entropy)),
    ...(startKl !== undefined && laterKl !== undefined ? { exactKl: tf.add(spread(startKl), total(laterKl)) } : {}),
  };
}

/** The temperature of one step of an episode; 0 is the mode. See {@linkcode ActMode}. */
export function temperatureOf(mode: ActMode, step: number, horizon: number, annealFrom: number): number {
  switch (mode) {
    case "sample":
      return 1;
    case "mode":
      return 0;
    case "annealed":
      return annealFrom * Math.max(0, 1 - 2 * step / horizon);
  }
}

/** The actions of the views `indices`. */
export function gatherActions(actions: ViewActions, indices: Int32Array): ViewActions {
  const { perView, slots, dropout } = actions;
  const length = perView * (slots ?? 1);
  const variable = new Int32Array(indices.length * length);
  const value = new Float64Array(indices.length * length);
  indices.forEach((index, s) => {
    variable.set(actions.variable.subarray(index * length, (index + 1) * length), s * length);
    value.set(actions.value.subarray(index * length, (index + 1) * length), s * length);
  });
  return {
    perView,
    ...(slots === undefined ? {} : { slots }),
    variable,
    value,
    ...(dropout === undefined ? {} : { dropout: Uint32Array.from(indices, (index) => dropout[index]) }),
  };
}
