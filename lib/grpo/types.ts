/**
 * What the trainer knows of environments and policies: these interfaces and nothing else. An experience is a table of
 * `views` (states that the network encodes once) with `actionsPerView` decisions each: K candidates of one state (step
 * groups), one action (trajectory groups), or the tokens of one sequence (theories).
 */

import type * as tf from "@tensorflow/tfjs-core";
import type { Stream } from "../random/mod.ts";

/** The differentiable quantities of a batch of views, all of shape `[views, actionsPerView]` unless said. */
export interface ActionScores {
  readonly logProb: tf.Tensor2D;
  /** Entropy of the action distribution, nats: `[views, 1]`, or `[views, actionsPerView]` where each decision has its own state. */
  readonly entropy: tf.Tensor2D;
}

/** A policy that can be trained: `views` and `actions` are opaque to the trainer. */
export interface TrainablePolicy<Views, Actions> {
  /** All trainable parameters, in a fixed order. */
  readonly parameters: readonly tf.Variable[];
  /**
   * Differentiable in `parameters`.
   * @param training true while a loss is computed (dropout acts), false for old and reference log-probabilities
   */
  score(views: Views, actions: Actions, training: boolean): ActionScores;
  /**
   * Exact KL(π ‖ reference) per view where the action space is discrete, `[views, 1]` or `[views, actionsPerView]`;
   * undefined where only sampled estimators exist.
   */
  exactKl?(views: Views, actions: Actions, reference: TrainablePolicy<Views, Actions>): tf.Tensor2D;
  /** The rows `indices` of a batch, for minibatches. */
  gather(views: Views, actions: Actions, indices: Int32Array): { readonly views: Views; readonly actions: Actions };
}

/** Rewards of the decisions of one rollout, grouped for the advantages. */
export interface Rollout<Views, Actions> {
  readonly views: Views;
  readonly actions: Actions;
  readonly viewCount: number;
  readonly actionsPerView: number;
  /** `[views, actionsPerView]` log-probability under the policy that acted. */
  readonly oldLogProb: Float32Array;
  /** `[views, actionsPerView]` 1 where there is a decision to learn from (padding and forced decisions are 0). */
  readonly mask: Float32Array;
  /** `[views, actionsPerView]` reward that followed at once on each decision (0 where it comes later). */
  readonly reward: Float32Array;
  /** `[views, actionsPerView]` the episode (group member) of each decision, for returns along time; −1 for a candidate that was not continued. */
  readonly episode: Int32Array;
  /** `[views, actionsPerView]` the time step of each decision within its episode. */
  readonly time: Int32Array;
  /** `[views, actionsPerView]` the group that a decision's reward is compared within. */
  readonly group: Int32Array;
  /** Scalars to log: reward components, normalised value, … */
  readonly metrics: Readonly<Record<string, number>>;
  /** Environment steps simulated (every candidate counts). */
  readonly interventions: number;
  /** Names a group in an error message, e.g. the SCM of a non-finite reward. */
  describeGroup(group: number): string;
}

/** Plays one batch of groups with the policy. Deterministic in `stream`. */
export type Roller<Policy, Views, Actions> = (policy: Policy, stream: Stream) => Rollout<Views, Actions>;
