/** What every learned policy is: a network over some view of the state, and a head that draws and scores interventions. */

import type * as tf from "@tensorflow/tfjs-core";
import type { Observation } from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";
import { computeNow, type Parameters } from "../tensor/mod.ts";
import type { ActMode, Policy } from "./types.ts";
import type { DrawnActions, ValueHead, ViewActions } from "./value_head.ts";

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

/** What a head needs to know of any batch of views. */
export interface SettableViews {
  readonly count: number;
  readonly width: number;
  /** `[views, width]` 1 where the variable may be intervened on. */
  readonly settable: Float32Array;
}

/** The parts in which learned policies differ. */
export interface LearnedPolicyParts<Views extends SettableViews> {
  readonly parameters: Parameters;
  /** `[views, width, outputs of the head]` */
  forward(views: Views, dropoutSeed: number | null): tf.Tensor3D;
  viewsOf(observation: Observation): Views;
  gather(views: Views, indices: Int32Array): Views;
  concat(batches: readonly Views[]): Views;
  /** States that one pass of the network takes at most while nothing is learned: it bounds the memory. */
  mostAtOnce(views: Views): number;
  readonly head: ValueHead;
  /** Temperature of the first step in the act mode `annealed`. */
  readonly annealFrom: number;
}

/** A policy of these parts. */
export function createLearnedPolicy<Views extends SettableViews>(
  { parameters, forward, viewsOf, gather, concat, mostAtOnce, head, annealFrom }: LearnedPolicyParts<Views>,
): LearnedPolicy<Views> {
  const passOf = (views: Views): Float32Array => computeNow(() => forward(views, null));
  const scoresOf = (views: Views): Float32Array => {
    const most = mostAtOnce(views);
    if (views.count <= most) return passOf(views);
    const data = new Float32Array(views.count * views.width * head.outputs);
    for (let from = 0; from < views.count; from += most) {
      const indices = Int32Array.from({ length: Math.min(most, views.count - from) }, (_, k) => from + k);
      data.set(passOf(gather(views, indices)), from * views.width * head.outputs);
    }
    return data;
  };
  const draw = (views: Views, perView: number, streams: readonly Stream[] | null, temperature = 1): DrawnActions => {
    const data = scoresOf(views);
    return head.draw(data, views.settable, views.width, perView, streams, temperature);
  };
  return {
    name: "grpo",
    parameters: parameters.list,
    named: parameters,
    discrete: head.discrete,
    viewsOf,
    draw,
    forward: (views) => forward(views, null),
    score: (views, actions, dropoutSeed) => head.score(forward(views, dropoutSeed), views.settable, actions),
    exactKl(views, _actions, reference) {
      if (head.divergence === undefined) {
        throw new RangeError(
          "Cannot compute the exact KL of continuous values: use k1, k2 or k3, or a categorical head",
        );
      }
      return head.divergence(forward(views, null), reference.forward(views), views.settable);
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
