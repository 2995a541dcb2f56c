/**
 * The `statistics` policy: a permutation-equivariant network over per-variable and pairwise statistics, for any number of
 * variables. It acts as a {@linkcode Policy} and is trained as a {@linkcode TrainablePolicy}.
 */

import type * as tf from "@tensorflow/tfjs-core";
import {
  concatViews,
  gatherViews,
  nodeChannels,
  type Observation,
  type StatisticsViews,
  statisticsViews,
  type ViewOptions,
} from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";
import { createStatisticsNetwork, type StatisticsNetworkOptions } from "./statistics_network.ts";
import type { Parameters } from "../tensor/mod.ts";
import type { ActMode, Policy } from "./types.ts";
import { createValueHead, type DrawnActions, type ValueHeadOptions, type ViewActions } from "./value_head.ts";

export interface StatisticsPolicyOptions extends Omit<StatisticsNetworkOptions, "inputs" | "outputs"> {
  /** What the network sees besides the plain statistics. */
  readonly view: ViewOptions;
  readonly valueHead: ValueHeadOptions;
  /** Temperature of the first step in the act mode `annealed`. */
  readonly annealFrom: number;
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
  score(views: Views, actions: ViewActions, dropoutSeed: number | null): { logProb: tf.Tensor2D; entropy: tf.Tensor2D };
  exactKl(views: Views, actions: ViewActions, reference: LearnedPolicy<Views>): tf.Tensor2D;
  /** The raw outputs `[views, width, outputs]`. */
  forward(views: Views): tf.Tensor3D;
  gather(views: Views, actions: ViewActions, indices: Int32Array): { views: Views; actions: ViewActions };
  concat(batches: readonly Views[]): Views;
  dispose(): void;
}

/** A policy with fresh parameters from `stream`. */
export function createStatisticsPolicy(
  options: StatisticsPolicyOptions,
  stream: Stream,
): LearnedPolicy<StatisticsViews> {
  const head = createValueHead(options.valueHead);
  const sizes = { inputs: nodeChannels(options.view), outputs: head.outputs };
  const network = createStatisticsNetwork({ ...options, ...sizes }, stream.child("parameters"));
  const viewsOf = (observation: Observation) => statisticsViews(observation, options.view);

  const draw = (
    views: StatisticsViews,
    perView: number,
    streams: readonly Stream[] | null,
    temperature = 1,
  ): DrawnActions => {
    const scores = network.forward(views, null);
    const data = scores.dataSync<"float32">();
    scores.dispose();
    return head.draw(data, views.settable, views.width, perView, streams, temperature);
  };
  return {
    name: "grpo",
    parameters: network.parameters.list,
    named: network.parameters,
    discrete: head.discrete,
    viewsOf,
    draw,
    forward: (views) => network.forward(views, null),
    score: (views, actions, dropoutSeed) => head.score(network.forward(views, dropoutSeed), views.settable, actions),
    exactKl(views, _actions, reference) {
      if (head.divergence === undefined) {
        throw new RangeError(
          "Cannot compute the exact KL of continuous values: use k1, k2 or k3, or a categorical head",
        );
      }
      return head.divergence(network.forward(views, null), reference.forward(views), views.settable);
    },
    gather: (views, actions, indices) => ({
      views: gatherViews(views, indices),
      actions: gatherActions(actions, indices),
    }),
    concat: concatViews,
    dispose: () => network.parameters.dispose(),
    act(observation, streams, mode) {
      const temperature = temperatureOf(mode, observation.step, observation.horizon, options.annealFrom);
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
  const { perView } = actions;
  const variable = new Int32Array(indices.length * perView);
  const value = new Float64Array(indices.length * perView);
  indices.forEach((index, s) => {
    variable.set(actions.variable.subarray(index * perView, (index + 1) * perView), s * perView);
    value.set(actions.value.subarray(index * perView, (index + 1) * perView), s * perView);
  });
  return { perView, variable, value };
}
