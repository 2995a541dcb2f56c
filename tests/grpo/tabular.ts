/** A policy that is a table of logits, and rollouts that are given: the trainer without any environment. */

import * as tf from "@tensorflow/tfjs-core";
import type { ActionScores, Optimizer, Roller, Rollout, TrainablePolicy, ValueFunction } from "../../lib/grpo/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { adamStepInto, gatherColumns, initialAdam } from "../../lib/tensor/mod.ts";

export const [STATES, CHOICES] = [4, 3];

/** The state of each view. */
export type TabularViews = Int32Array;

/** The choices of each view, `[views, perView]`. */
export interface TabularActions {
  readonly perView: number;
  readonly chosen: Int32Array;
}

export interface TabularPolicy extends TrainablePolicy<TabularViews, TabularActions> {
  readonly logits: tf.Variable;
}

/** `log softmax` of the table's rows. */
export function createTabularPolicy(logits: ArrayLike<number>, discrete = true): TabularPolicy {
  const table = tf.variable(tf.tensor2d(Float32Array.from(logits), [STATES, CHOICES]));
  const rows = (views: TabularViews) => {
    const chosen = new Float32Array(views.length * STATES);
    views.forEach((state, v) => chosen[v * STATES + state] = 1);
    return tf.logSoftmax(tf.matMul(tf.tensor2d(chosen, [views.length, STATES]), table as unknown as tf.Tensor2D));
  };
  return {
    logits: table,
    parameters: [table],
    discrete,
    score(views, actions, reference): ActionScores {
      const logProbs = rows(views) as tf.Tensor2D;
      const entropy = tf.neg(tf.sum(tf.mul(tf.exp(logProbs), logProbs), 1, true)) as tf.Tensor2D;
      const scores = { logProb: gatherColumns(logProbs, actions.chosen, actions.perView), entropy };
      if (reference === undefined) return scores;
      const other = tf.logSoftmax(
        tf.matMul(oneHot(views), (reference as TabularPolicy).logits as unknown as tf.Tensor2D),
      );
      return {
        ...scores,
        exactKl: tf.sum(tf.mul(tf.exp(logProbs), tf.sub(logProbs, other)), 1, true) as tf.Tensor2D,
      };
    },
    gather: (views, { perView, chosen }, indices) => ({
      views: Int32Array.from(indices, (i) => views[i]),
      actions: {
        perView,
        chosen: Int32Array.from(
          { length: indices.length * perView },
          (_, d) => chosen[indices[Math.floor(d / perView)] * perView + d % perView],
        ),
      },
    }),
  };
}

function oneHot(views: TabularViews): tf.Tensor2D {
  const chosen = new Float32Array(views.length * STATES);
  views.forEach((state, v) => chosen[v * STATES + state] = 1);
  return tf.tensor2d(chosen, [views.length, STATES]);
}

/** V(s) as a table. */
export function createTabularValue(values: ArrayLike<number>): ValueFunction<TabularViews> {
  const table = tf.variable(tf.tensor2d(Float32Array.from(values), [STATES, 1]));
  return {
    parameters: [table],
    value: (views) => tf.matMul(oneHot(views), table as unknown as tf.Tensor2D) as tf.Tensor2D,
  };
}

/** What a rollout of members is made of: one row a member, one column a step; `null` where a member has ended. */
export interface Episode {
  readonly group: number;
  readonly steps: readonly { readonly state: number; readonly choice: number; readonly reward: number }[];
}

export type TabularRollout = Rollout<TabularViews, TabularActions>;

/**
 * A rollout of episodes whose log-probabilities are `oldLogProb(state, choice)`.
 * @param wide one view for each episode with all its steps in it, which must then share its state; else one for each step
 */
export function rolloutOf(
  episodes: readonly Episode[],
  oldLogProb: (state: number, choice: number) => number,
  wide = false,
): TabularRollout {
  const longest = Math.max(...episodes.map(({ steps }) => steps.length));
  const perView = wide ? longest : 1;
  const cells = wide
    ? episodes.flatMap(({ steps }, m) => Array.from({ length: longest }, (_, t) => ({ m, t, step: steps.at(t) })))
    : episodes.flatMap(({ steps }, m) => steps.map((step, t) => ({ m, t, step })));
  const of = <T>(pick: (cell: typeof cells[number]) => T) => cells.map(pick);
  const groups = Int32Array.from(episodes, ({ group }) => group);
  return {
    views: Int32Array.from(of(({ step }) => step?.state ?? 0).filter((_, d) => d % perView === 0)),
    actions: { perView, chosen: Int32Array.from(of(({ step }) => step?.choice ?? 0)) },
    viewCount: cells.length / perView,
    actionsPerView: perView,
    oldLogProb: Float32Array.from(of(({ step }) => step === undefined ? 0 : oldLogProb(step.state, step.choice))),
    mask: Float32Array.from(of(({ step }) => step === undefined ? 0 : 1)),
    reward: Float32Array.from(of(({ step }) => step?.reward ?? 0)),
    member: Int32Array.from(of(({ m }) => m)),
    time: Int32Array.from(of(({ t }) => t)),
    group: groups,
    measures: {},
    interventions: cells.length,
    describeGroup: (group) => `group ${group}`,
  };
}

/** Always the same rollout. */
export const rollerOf = (rollout: TabularRollout): Roller<TabularPolicy, TabularViews, TabularActions> => () => rollout;

/** Random episodes of `lengths` steps, `size` members a group, each member in one state. */
export function randomEpisodes(seed: number, lengths: readonly number[], size: number): Episode[] {
  const stream = createStream(seed);
  return lengths.map((length, m) => {
    const state = stream.integer(STATES);
    return {
      group: Math.floor(m / size),
      steps: Array.from({ length }, () => ({
        state,
        choice: stream.integer(CHOICES),
        reward: stream.uniformIn(-1, 1),
      })),
    };
  });
}

/** Adam on the variables of tables. */
export function adamOf(parameters: readonly tf.Variable[]): Optimizer {
  let state = initialAdam(parameters.map(({ size }) => size));
  const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  return {
    apply(gradients, learningRate, clipNorm) {
      const values = parameters.map((p) => Float32Array.from(p.dataSync<"float32">()));
      const step = adamStepInto(values, gradients, state, options, learningRate, clipNorm);
      state = step.state;
      parameters.forEach((p, i) => p.assign(tf.tensor(values[i], p.shape)));
      return Promise.resolve(step.result);
    },
  };
}
