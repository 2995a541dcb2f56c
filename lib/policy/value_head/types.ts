/** What a head of a policy is given, and what it does: contracts. */

import type * as tf from "@tensorflow/tfjs-core";
import type { SetViews } from "../../environment/mod.ts";
import type { Stream } from "../../random/mod.ts";

/** The distribution of the value given the variable: levels of the domain, or a Gaussian. */
export type ValueHeadOptions =
  /** `levels` equally spaced values, both ends of the domain among them. */
  | { readonly kind: "categorical"; readonly levels: number }
  /**
   * Normal around a mean that the network gives, with a fixed standard deviation or one that the network gives too. The
   * environment cuts a value outside [−1, 1] to the nearer end, so both ends have positive probability.
   */
  | { readonly kind: "gaussian"; readonly std: { readonly kind: "fixed" | "learned"; readonly value: number } };

/** What a head needs to know of any batch of views. */
export interface SettableViews {
  readonly count: number;
  readonly width: number;
  /** `[views, width]` 1 where the variable may be intervened on. */
  readonly settable: Float32Array;
  /** Where sets of variables are chosen: which are allowed. */
  readonly sets?: SetViews;
}

/**
 * Interventions, `perView` of them for each view: candidate k of view s stands at `s * perView + k`, and at as many `slots` from
 * `(s * perView + k) * slots` on where it is a set, −1 behind the last variable.
 */
export interface ViewActions {
  readonly perView: number;
  /** Left out: 1. */
  readonly slots?: number;
  readonly variable: Int32Array;
  /** Scaled to [−1, 1]; a Gaussian draw may lie outside. */
  readonly value: Float64Array;
  /** `[views]` keys of the channels that the network had dropped when it drew; left out if it had dropped none. */
  readonly dropout?: Uint32Array;
}

/** Actions with what their draw was worth. */
export interface DrawnActions extends ViewActions {
  /** Joint log-probability of each. */
  readonly logProb: Float64Array;
}

/** Views with what the network made of each, to draw from. */
export interface ScoredViews {
  /** `[views, width, outputs]` */
  readonly scores: Float32Array;
  /** `[views, width]` */
  readonly settable: Float32Array;
  readonly width: number;
  /** `[views]` the variable that stands for stopping; see {@linkcode ValueHead}. */
  readonly stop?: Int32Array;
}

/** How actions are drawn. */
export interface DrawOptions {
  /** One for each view; null takes the mode. */
  readonly streams: readonly Stream[] | null;
  /** Divides the logits (and multiplies the standard deviation); log-probabilities are the tempered ones. */
  readonly temperature: number;
}

/**
 * One value distribution. `scores` are the network's outputs, `[views, width, outputs]`; `settable` `[views, width]`. Where a
 * view may stop, its `stop` is the target: one more choice, without a value, whose logit is the variable's own score and the
 * logarithm of the number of all other choices, so that a network that knows nothing stops half of the time. Stopping is drawn
 * as the variable `stop`, and scored as that variable. Entropy is relative to the same measure, `−Σ p log(p / m)` with m the
 * number of all other choices for stopping and 1 for each of them: it is greatest where nothing is known, and a bonus on it
 * does not keep a policy from stopping.
 */
export interface ValueHead {
  /** Outputs that each variable needs. */
  readonly outputs: number;
  /** Whether the action space is discrete, so that the KL is exact. */
  readonly discrete: boolean;
  /** Differentiable joint log-probability `[views, perView]` and entropy `[views, 1]`, nats. */
  score(
    scores: tf.Tensor3D,
    settable: Float32Array,
    actions: ViewActions,
    stop?: Int32Array,
  ): { logProb: tf.Tensor2D; entropy: tf.Tensor2D };
  /** Exact KL(first ‖ second), `[views, 1]`; discrete heads only. */
  divergence?(first: tf.Tensor3D, second: tf.Tensor3D, settable: Float32Array, stop?: Int32Array): tf.Tensor2D;
  /** `perView` independent draws for each view, or copies of the mode. */
  draw(scored: ScoredViews, perView: number, how: DrawOptions): DrawnActions;
}
