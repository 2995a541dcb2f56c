/**
 * The `sets` policy: it chooses a set one setting after another, by what a Gaussian process over sets expects of each setting
 * beside those chosen, with upper confidence bounds while it experiments, plus a score that it learns. Its answer has no bounds.
 */

import * as tf from "@tensorflow/tfjs-core";
import {
  chooseViews,
  type Chosen,
  chosenOf,
  concatViews,
  gatherViews,
  joinStates,
  NODE_FEATURES,
  nodeChannels,
  type Observation,
  type StatisticsViews,
  statisticsViews,
  takeStates,
} from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";
import { type BesideBelief, fitSetProcess, type SetBelief, type SetProcessOptions } from "../surrogate/mod.ts";
import type { PolicyKind } from "./kind.ts";
import { createLearnedPolicy, type LearnedPolicy } from "./learned_policy.ts";
import { createStatisticsNetwork } from "./statistics_network.ts";
import { createValueHead } from "./value_head/create.ts";

/** Settings of a policy on beliefs about sets. */
export interface SetsPolicyOptions {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly dropout: number;
  /** Values of every variable that it chooses among, evenly spaced over the domain. */
  readonly levels: number;
  /** c of the upper bounds `mean + c √(1 − t/T) sd`. */
  readonly exploration: number;
  /** Temperature of the first step in the act mode `annealed`. */
  readonly annealFrom: number;
}

/** States with what is believed of sets there. */
export interface SetsViews extends StatisticsViews {
  /** `[count]` */
  readonly beliefs: readonly RememberedBelief[];
  /** `[count]` standard deviations in an upper bound. */
  readonly bonus: Float32Array;
  /** `[count]` the gain that is at stake. */
  readonly stake: Float32Array;
  /** `[count, width, 1 + levels]` what the learned scores are added to. */
  readonly scores: Float32Array;
}

/** A belief that computes what it says of one setting more once for each set. */
interface RememberedBelief {
  beside(variable: ArrayLike<number>, value: ArrayLike<number>): BesideBelief;
}

/** c of the upper bounds by default. */
const EXPLORATION = 1;
/** Inverse temperature of the policy, in units of what is at stake. */
const SHARPNESS = 20;
/** Least gain that counts as at stake, in the warped spreads of the process. */
const LEAST_STAKE = 0.3;
const PROCESS: SetProcessOptions = { shape: "bend", averaged: 4 };

/** A policy with fresh parameters from `stream`: until it has learned it plays the upper bounds. */
export function createSetsPolicy(options: SetsPolicyOptions, stream: Stream): LearnedPolicy<SetsViews> {
  const { levels, exploration, annealFrom, dropout } = options;
  const head = createValueHead({ kind: "categorical", levels });
  const inputs = nodeChannels({ responsePoints: levels, sets: true });
  const { parameters, forward } = createStatisticsNetwork(
    { ...options, inputs, outputs: head.outputs },
    stream.child("parameters"),
  );
  const grid = Float64Array.from({ length: levels }, (_, k) => -1 + 2 * k / (levels - 1));
  const made = (c: number) =>
    createLearnedPolicy<SetsViews>({
      parameters,
      forward: (views, keys) =>
        tf.add(forward(views, keys), tf.tensor3d(views.scores, [views.count, views.width, 1 + levels])),
      dropout,
      viewsOf: (observation) => setsViews(observation, grid, c),
      gather: gatherSetsViews,
      concat: concatSetsViews,
      choose: (views, rows, chosen) => chooseSetsViews(views, rows, chosen, grid),
      mostAtOnce: ({ count }) => count,
      head,
      annealFrom,
    });
  const learned = made(0);
  return { ...learned, act: made(exploration).act };
}

function setsViews(observation: Observation, grid: Float64Array, c: number): SetsViews {
  const { episodes, width } = observation.problems;
  const left = 1 - Math.min(observation.step, observation.horizon) / observation.horizon;
  const plain = statisticsViews(observation, { responsePoints: grid.length, sets: true });
  const views: SetsViews = {
    ...plain,
    beliefs: Array.from(
      { length: episodes },
      (_, e) => remembered(fitSetProcess(observation, e, PROCESS), width, grid),
    ),
    bonus: new Float32Array(episodes).fill(c * Math.sqrt(left)),
    stake: new Float32Array(episodes),
    scores: new Float32Array(episodes * width * (1 + grid.length)),
  };
  for (let e = 0; e < episodes; e++) {
    const { mean, sd } = views.beliefs[e].beside([], []);
    let stake = LEAST_STAKE;
    for (let k = 0; k < mean.length; k++) {
      if (plain.settable[e * width + Math.floor(k / grid.length)] === 1) stake = Math.max(stake, mean[k] + 0.5 * sd[k]);
    }
    views.stake[e] = stake;
  }
  believeInto(views, { slots: 0, variable: new Int32Array(), value: new Float64Array() }, grid.length);
  return views;
}

function remembered(belief: SetBelief, width: number, grid: Float64Array): RememberedBelief {
  const known = new Map<string, BesideBelief>();
  return {
    beside(variable, value) {
      const point = new Float64Array(width).fill(NaN);
      for (let k = 0; k < variable.length; k++) point[variable[k]] = Math.max(-1, Math.min(1, value[k]));
      const key = point.join(" ");
      const found = known.get(key) ?? belief.beside(point, grid);
      known.set(key, found);
      return found;
    },
  };
}

/** Writes what is believed of each setting beside the chosen ones: the features of the response, and what scores start from. */
function believeInto(views: SetsViews, { slots, variable, value }: Chosen, levels: number): void {
  const { count, width, channels, nodes, settable, sets, beliefs, bonus, stake, scores } = views;
  for (let row = 0; row < count; row++) {
    const members = slots === 0 ? variable : chosenOf(variable, row, slots);
    const { mean, sd } = beliefs[row].beside(members, value.subarray(row * slots, row * slots + members.length));
    let open = 0;
    for (let v = 0; v < width; v++) {
      const at = row * width + v;
      const isOpen = settable[at] === 1;
      if (isOpen) open++;
      const features = at * channels + NODE_FEATURES.length;
      const first = at * (1 + levels);
      scores[first] = 0;
      for (let k = 0; k < levels; k++) {
        const [gain, deviation] = isOpen ? [mean[v * levels + k], sd[v * levels + k]] : [0, 0];
        nodes[features + k] = gain;
        nodes[features + levels + k] = deviation;
        scores[first + 1 + k] = SHARPNESS * (gain + bonus[row] * deviation) / stake[row];
      }
    }
    // Stopping gains nothing; what the head counts it from is taken off again.
    const stop = sets?.stop[row] ?? -1;
    if (stop >= 0 && open > 0) scores[(row * width + stop) * (1 + levels)] = -Math.log(open * levels);
  }
}

function gatherSetsViews(views: SetsViews, indices: Int32Array): SetsViews {
  return {
    ...gatherViews(views, indices),
    beliefs: Array.from(indices, (index) => views.beliefs[index]),
    bonus: takeStates(views.bonus, 1, indices),
    stake: takeStates(views.stake, 1, indices),
    scores: takeStates(views.scores, views.scores.length / Math.max(1, views.count), indices),
  };
}

function chooseSetsViews(views: SetsViews, rows: Int32Array, chosen: Chosen, grid: Float64Array): SetsViews {
  const copies = { ...gatherSetsViews(views, rows), ...chooseViews(views, rows, chosen) };
  believeInto(copies, chosen, grid.length);
  return copies;
}

function concatSetsViews(batches: readonly SetsViews[]): SetsViews {
  const each = batches[0].scores.length / Math.max(1, batches[0].count);
  return {
    ...concatViews(batches),
    beliefs: batches.flatMap(({ beliefs }) => beliefs),
    bonus: joinStates(batches, ({ bonus }) => bonus, 1),
    stake: joinStates(batches, ({ stake }) => stake, 1),
    scores: joinStates(batches, ({ scores }) => scores, each),
  };
}

/** The sets policy as configs know it. */
export const sets: PolicyKind<"sets", SetsViews> = {
  name: "sets",
  summary: "upper confidence bounds of a Gaussian process over sets of settings, plus a learned score",
  refuses: ({ responsePoints, valueHead, sets }) => ({
    ...(sets ? {} : { sets: "the sets policy chooses sets: switch it on" }),
    ...(valueHead.kind === "categorical"
      ? {}
      : { valueHead: "the sets policy chooses among levels: take categorical" }),
    ...(responsePoints > 0 ? { responsePoints: "the sets policy sees responses at its levels: leave it at 0" } : {}),
  }),
  create: ({ width, layers, heads, dropout, valueHead, annealFrom, exploration }, stream) =>
    createSetsPolicy({
      width,
      layers,
      heads,
      dropout,
      levels: valueHead.kind === "categorical" ? valueHead.levels : 2,
      exploration: exploration ?? EXPLORATION,
      annealFrom,
    }, stream),
};
