/**
 * The `general` policy: it plays the upper confidence bounds of an amortised posterior of `E[target | do]`, plus a learned
 * score, over many values of every variable, and answers by the posterior's mean plus another score.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Actions, Observation } from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";
import {
  concatResponseViews,
  createGrid,
  createResponseNetwork,
  createResponseTracker,
  gatherResponseViews,
  HALF_INTERVAL,
  readOutputs,
  type ResponseNetwork,
  type ResponseNetworkOptions,
  type ResponseViews,
  responseViews,
} from "../surrogate/mod.ts";
import { computeNow } from "../tensor/mod.ts";
import type { PolicyKind } from "./kind.ts";
import { type BelievedResponses, createLearnedPolicy, type LearnedPolicy } from "./learned_policy.ts";
import { createValueHead } from "./value_head/create.ts";

/** The size of the network, and what the policy does with its beliefs. */
export interface GeneralPolicyOptions extends ResponseNetworkOptions {
  /** Values of every variable that it chooses among, evenly spaced over the domain. */
  readonly levels: number;
  /** c of the upper bounds `mean + c √(1 − t/T) sd`. */
  readonly exploration: number;
  /** Temperature of the first step in the act mode `annealed`. */
  readonly annealFrom: number;
}

/** The policy with its posterior. */
export interface GeneralPolicy extends LearnedPolicy<ResponseViews> {
  readonly network: ResponseNetwork;
}

/** c of the upper bounds by default: of 0.5, 1.5 and 2.5 the one of greatest mean value and answer on validation problems. */
export const EXPLORATION = 1.5;
/** Inverse temperature of the policy, in units of what is at stake. */
const SHARPNESS = 10;
/** Cells of the grids in one pass. */
const MOST_CELLS = 40_000;

/** A policy with fresh parameters from `stream`. */
export function createGeneralPolicy(options: GeneralPolicyOptions, stream: Stream): GeneralPolicy {
  const { levels, exploration, annealFrom } = options;
  const grid = createGrid(levels);
  const track = createResponseTracker(grid);
  const network = createResponseNetwork(options, stream.child("parameters"));
  const viewsOf = (observation: Observation) => responseViews(observation, grid, track);
  const mostAtOnce = ({ width }: ResponseViews) => Math.max(1, Math.floor(MOST_CELLS / (width * levels)));
  const policy = createLearnedPolicy<ResponseViews>({
    parameters: network.parameters,
    forward: (views) => actionScores(network, views, exploration),
    dropout: 0,
    viewsOf,
    gather: gatherResponseViews,
    concat: concatResponseViews,
    mostAtOnce,
    head: createValueHead({ kind: "categorical", levels }),
    annealFrom,
  });
  return {
    ...policy,
    network,
    recommend: (observation) => answer(network, viewsOf(observation), mostAtOnce),
    responses: (observation) => believedResponses(network, viewsOf(observation), mostAtOnce),
  };
}

/** The posterior at all cells. */
function believedResponses(
  network: ResponseNetwork,
  views: ResponseViews,
  mostAtOnce: (views: ResponseViews) => number,
): BelievedResponses {
  const { count, width, cells } = views;
  const mean = new Float32Array(count * width * cells);
  const sd = new Float32Array(mean.length);
  const most = mostAtOnce(views);
  for (let from = 0; from < count; from += most) {
    const indices = Int32Array.from({ length: Math.min(most, count - from) }, (_, k) => from + k);
    const own = most >= count ? views : gatherResponseViews(views, indices);
    const both = computeNow(() => {
      const read = readOutputs(network.forward(own), own);
      return tf.concat([read.mean, read.sd]);
    });
    mean.set(both.subarray(0, both.length / 2), from * width * cells);
    sd.set(both.subarray(both.length / 2), from * width * cells);
  }
  return { cells, mean, sd, halfInterval: HALF_INTERVAL };
}

/** `[count, width, 1 + levels]`: the score of a variable, which is 0, and those of its values. */
function actionScores(network: ResponseNetwork, views: ResponseViews, exploration: number): tf.Tensor3D {
  const { count, width, cells } = views;
  const { mean, sd, action } = readOutputs(network.forward(views), views);
  const each = width * cells;
  const perState = (of: (view: number) => number) =>
    tf.tensor1d(Float32Array.from({ length: count * each }, (_, k) => of(Math.floor(k / each))));
  const bonus = perState((view) => exploration * Math.sqrt(views.left[view]));
  const bound = tf.div(tf.add(mean, tf.mul(bonus, sd)), perState((view) => views.unit[view]));
  const scores = tf.reshape(tf.mul(SHARPNESS, tf.add(bound, action)), [count, width, cells]);
  return tf.concat([tf.zeros([count, width, 1]), scores], 2) as tf.Tensor3D;
}

/** The value of greatest posterior mean and answer score; the first of equals. */
function answer(network: ResponseNetwork, views: ResponseViews, mostAtOnce: (views: ResponseViews) => number): Actions {
  const { count, width, cells } = views;
  const variable = new Int32Array(count);
  const value = new Float64Array(count);
  const most = mostAtOnce(views);
  for (let from = 0; from < count; from += most) {
    const indices = Int32Array.from({ length: Math.min(most, count - from) }, (_, k) => from + k);
    const own = most >= count ? views : gatherResponseViews(views, indices);
    const scores = computeNow(() => {
      const read = readOutputs(network.forward(own), own);
      const units = Float32Array.from(own.mean, (_, k) => own.unit[Math.floor(k / (width * cells))]);
      return tf.add(tf.div(read.mean, tf.tensor1d(units)), read.answer);
    });
    for (let s = 0; s < own.count; s++) {
      let best = -1;
      for (let k = 0; k < width * cells; k++) {
        if (own.settable[s * width + Math.floor(k / cells)] === 0) continue;
        const at = s * width * cells + k;
        if (best < 0 || scores[at] > scores[best]) best = at;
      }
      const k = best - s * width * cells;
      variable[from + s] = Math.floor(k / cells);
      value[from + s] = 2 * (k % cells) / (cells - 1) - 1;
    }
  }
  return { variable, value };
}

/** The general policy as configs know it. */
export const general: PolicyKind<"general", ResponseViews> = {
  name: "general",
  summary: "upper confidence bounds of an amortised posterior of the response to every variable, plus a learned score",
  refuses: ({ responsePoints, width, dropout, valueHead, sets }) => ({
    ...(sets ? { sets: "the general policy sets one variable at a time: leave it off" } : {}),
    ...(valueHead.kind === "categorical"
      ? {}
      : { valueHead: "the general policy chooses among levels: take categorical" }),
    ...(responsePoints > 0 ? { responsePoints: "the general policy sees responses at its levels: leave it at 0" } : {}),
    ...(width % 4 === 0 ? {} : { width: `${width} is no multiple of 4` }),
    ...(dropout === 0 ? {} : { dropout: "the general policy drops no channels: leave it at 0" }),
  }),
  create: ({ width, layers, heads, valueHead, annealFrom, exploration }, stream) =>
    createGeneralPolicy({
      width,
      layers,
      heads,
      levels: valueHead.kind === "categorical" ? valueHead.levels : 2,
      exploration: exploration ?? EXPLORATION,
      annealFrom,
    }, stream),
};
