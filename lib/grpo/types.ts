/**
 * What the trainer knows of environments and policies: these interfaces and nothing else. An experience is a table of
 * `views` (states that the network encodes once) with `actionsPerView` decisions each: K candidates of one state (step
 * groups), one action (trajectory groups), or the tokens of one sequence (theories).
 */

import type * as tf from "@tensorflow/tfjs-core";
import type { Stream } from "../random/mod.ts";
import type { Measures } from "./measures.ts";
import type { RewardPart } from "./returns.ts";

/** The differentiable quantities of a batch of views, all of shape `[views, actionsPerView]` unless said. */
export interface ActionScores {
  readonly logProb: tf.Tensor2D;
  /** Entropy of the action distribution, nats: `[views, 1]`, or `[views, actionsPerView]` where each decision has its own state. */
  readonly entropy: tf.Tensor2D;
  /** KL(π ‖ reference), of entropy's shape: where a reference was given and the action space is discrete. */
  readonly exactKl?: tf.Tensor2D;
}

/** A policy that can be trained: `views` and `actions` are opaque to the trainer. */
export interface TrainablePolicy<Views, Actions> {
  /** All trainable parameters, in a fixed order. */
  readonly parameters: readonly tf.Variable[];
  /** Whether the action space is discrete, so that the KL is exact. */
  readonly discrete: boolean;
  /**
   * Differentiable in `parameters`. Actions that were drawn with channels dropped are scored with the same channels dropped,
   * so that the ratio of an unchanged policy is 1 (consistent dropout, Hausknecht & Wagener 2022, arXiv:2202.11818): they
   * say which.
   */
  score(views: Views, actions: Actions, reference?: TrainablePolicy<Views, Actions>): ActionScores;
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
  /**
   * `[views, actionsPerView]` the member that a decision belongs to, numbered from 0: a trajectory, a sequence, or one
   * candidate of a step group. Its rewards are what a return sums.
   */
  readonly member: Int32Array;
  /** `[views, actionsPerView]` the time step of each decision within its member. */
  readonly time: Int32Array;
  /** `[members]` the group, numbered from 0, that a member is compared within. */
  readonly group: Int32Array;
  /** The weighted components that `reward` is the sum of, where they are known apart. */
  readonly components?: readonly RewardPart[];
  /** What to log: reward components, normalised value, … */
  readonly measures: Measures;
  /** Environment steps simulated (every candidate counts). */
  readonly interventions: number;
  /** Names a group in an error message, e.g. the SCM of a non-finite reward. */
  describeGroup(group: number): string;
}

/** Plays one batch of groups with the policy. Deterministic in `stream`. */
export type Roller<Policy, Views, Actions> = (policy: Policy, stream: Stream) => Rollout<Views, Actions>;

/** A learned value baseline V(s), for the PPO comparison. */
export interface ValueFunction<Views> {
  readonly parameters: readonly tf.Variable[];
  /** `[views, 1]`, differentiable in `parameters`. */
  value(views: Views): tf.Tensor2D;
}
