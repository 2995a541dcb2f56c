/**
 * One shard of a batch: collects its rollout, computes its advantages, and gives the gradient of its part of each
 * minibatch. Shards know nothing of each other; whatever is averaged over the whole batch is handed in.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Stream } from "../random/mod.ts";
import type { BatchTotals, Coefficients, ShardCollection, ShardGradient, ShardParts } from "./batch.ts";
import { type Learned, learnFrom } from "./collected.ts";
import { TrainingError } from "./error.ts";
import { minibatchGradient } from "./minibatch_gradient.ts";
import { sumRows } from "./minibatches.ts";
import { checkTrainerOptions, usesSampledKl } from "./options.ts";
import type { Roller, Rollout, TrainablePolicy } from "./types.ts";

/** A part of every update: it collects its share of the groups and gives gradients. */
export interface Shard<Policy, Views, Actions> {
  /**
   * Plays a rollout and keeps it until the next.
   * @param klCoefficient β, for penalties in the reward
   */
  collect(roller: Roller<Policy, Views, Actions>, stream: Stream, klCoefficient: number): Promise<ShardCollection>;
  /** The gradient of one minibatch of the rollout collected last. */
  gradient(epoch: number, minibatch: number, totals: BatchTotals, coefficients: Coefficients): Promise<ShardGradient>;
}

/** The parameters that a run trains: the policy's, then the value function's. */
export function trainedParameters<Views, Actions>(parts: ShardParts<Views, Actions>): readonly tf.Variable[] {
  return [...parts.policy.parameters, ...(parts.valueFunction?.parameters ?? [])];
}

/**
 * A shard with networks of its own.
 * @throws RangeError for options that cannot work together, and for a KL penalty or a value baseline without its network
 */
export function createShard<Policy extends TrainablePolicy<Views, Actions>, Views, Actions>(
  parts: ShardParts<Views, Actions> & { readonly policy: Policy },
): Shard<Policy, Views, Actions> {
  checkParts(parts);
  const { policy, reference, valueFunction, options } = parts;
  let collected: { readonly rollout: Rollout<Views, Actions>; readonly learned: Learned } | null = null;
  return {
    async collect(roller, stream, klCoefficient) {
      const rollout = roller(policy, stream.child("rollout"));
      checkRewards(rollout);
      const { views, actions, mask, actionsPerView } = rollout;
      const scores = {
        referenceLogProb: reference !== undefined && usesSampledKl(options)
          ? await read(() => reference.score(views, actions).logProb)
          : null,
        value: valueFunction === undefined ? null : await read(() => valueFunction.value(views)),
      };
      const learned = learnFrom(rollout, scores, options, klCoefficient, stream.child("minibatches"));
      collected = { rollout, learned };
      const { squares, members, measures, rows, weight } = learned;
      const sums = (table: Float32Array) => rows.map((own) => sumRows(table, own, actionsPerView));
      return { summary: { squares, members, measures }, counts: { decisions: sums(mask), weights: sums(weight) } };
    },
    gradient(epoch, minibatch, totals, coefficients) {
      if (collected === null) throw new RangeError("Cannot compute a gradient before a rollout has been collected");
      const step = { epoch, minibatch, totals, coefficients };
      return minibatchGradient(parts, collected.rollout, collected.learned, step);
    },
  };
}

function checkParts<Views, Actions>({ options, policy, reference, valueFunction }: ShardParts<Views, Actions>): void {
  checkTrainerOptions(options);
  if (options.kl.coefficient > 0) {
    if (reference === undefined) throw new RangeError("A KL penalty needs a reference policy");
    if (options.loss.klEstimator === "exact" && !policy.discrete) {
      throw new RangeError("This policy's actions are continuous and have no exact KL: use k1, k2 or k3");
    }
  }
  if (options.valueBaseline !== null && valueFunction === undefined) {
    throw new RangeError("A value baseline needs a value function");
  }
}

/** What a network gives, without a gradient. */
async function read(compute: () => tf.Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(compute);
  const data = await tensor.data<"float32">();
  tensor.dispose();
  return data;
}

function checkRewards<Views, Actions>(rollout: Rollout<Views, Actions>): void {
  for (let d = 0; d < rollout.reward.length; d++) {
    if (rollout.mask[d] === 0 || (Number.isFinite(rollout.reward[d]) && Number.isFinite(rollout.oldLogProb[d]))) {
      continue;
    }
    const what = Number.isFinite(rollout.reward[d]) ? "log-probability" : "reward";
    const value = Number.isFinite(rollout.reward[d]) ? rollout.oldLogProb[d] : rollout.reward[d];
    const where = rollout.describeGroup(rollout.group[rollout.member[d]]);
    throw new TrainingError(`Non-finite ${what} (${value}) at time ${rollout.time[d]} of ${where}`);
  }
}
