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
  /** Draws to learn from: with channels dropped, if the network drops any, others for each view. */
  explore(views: Views, perView: number, streams: readonly Stream[]): DrawnActions;
  /**
   * Log-probabilities `[views, perView]` and the entropy `[views, 1]`, nats, with the channels dropped that the actions were
   * drawn without; where there is a reference and values are discrete, KL(π ‖ reference) `[views, 1]` as well.
   */
  score(views: Views, actions: ViewActions, reference?: LearnedPolicy<Views>): PolicyScores;
  /** The raw outputs `[views, width, outputs]`. */
  forward(views: Views, dropout?: Uint32Array | null): tf.Tensor3D;
  gather(views: Views, actions: ViewActions, indices: Int32Array): { views: Views; actions: ViewActions };
  concat(batches: readonly Views[]): Views;
  dispose(): void;
}

/** What is differentiated of a learned policy. */
export interface PolicyScores {
  readonly logProb: tf.Tensor2D;
  readonly entropy: tf.Tensor2D;
  readonly exactKl?: tf.Tensor2D;
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
  /** `[views, width, outputs of the head]`; `dropout` `[views]` are keys of the dropped channels, null for none. */
  forward(views: Views, dropout: Uint32Array | null): tf.Tensor3D;
  /** Share of the channels that are dropped while the policy acts to learn. */
  readonly dropout: number;
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
  const draw = (views: Views, perView: number, streams: readonly Stream[] | null, temperature = 1): DrawnActions => {
    const data = scoresOf(views, null);
    return head.draw(data, views.settable, views.width, perView, streams, temperature);
  };
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
      return { ...head.draw(scoresOf(views, dropout), views.settable, views.width, perView, streams, 1), dropout };
    },
    forward: (views, dropout = null) => forward(views, dropout),
    score(views, actions, reference) {
      const { dropout = null } = actions;
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
  const { dropout } = actions;
  if (dropout === undefined) return { perView, variable, value };
  return { perView, variable, value, dropout: Uint32Array.from(indices, (index) => dropout[index]) };
}
