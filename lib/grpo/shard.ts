/**
 * One shard of a batch: collects its rollout, computes its advantages, and gives the gradient of its part of each
 * minibatch. Shards know nothing of each other; whatever is averaged over the whole batch is handed in. A thread computes its
 * shards one after the other.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Stream } from "../random/mod.ts";
import type { BatchTotals, Coefficients, ShardCollection, ShardGradient, ShardParts } from "./batch.ts";
import { advantages } from "./advantages.ts";
import { type Learned, learnFrom, penalisedByK1 } from "./collected.ts";
import { TrainingError } from "./error.ts";
import { minibatchGradient } from "./minibatch_gradient.ts";
import { sumRows } from "./minibatches.ts";
import { checkTrainerOptions, usesSampledKl } from "./options.ts";
import { type ShardPool, shardStream } from "./trainer.ts";
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
      const credited = penalisedByK1(rollout, scores.referenceLogProb, options, klCoefficient);
      const relative = advantages(credited, options.advantage);
      const learned = learnFrom({ rollout, credited, relative }, scores, options, stream.child("minibatches"));
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

/**
 * The shards of a trainer in this thread, one after the other.
 * @param rollerOf the roller of one shard, for an update and the curriculum's stage
 * @param stream root of all randomness of the run
 * @param updateReference copies the policy into the reference
 * @param indices which of the run's shards are computed here; all by default
 */
export function createLocalPool<Policy extends TrainablePolicy<Views, Actions>, Views, Actions>(
  parts: ShardParts<Views, Actions> & { readonly policy: Policy },
  rollerOf: (stage: number, shard: number, update: number) => Roller<Policy, Views, Actions>,
  stream: Stream,
  updateReference: () => Promise<void>,
  indices: readonly number[] = [...Array(parts.options.shards).keys()],
): ShardPool {
  const shards = indices.map((index) => ({ index, shard: createShard<Policy, Views, Actions>(parts) }));
  return {
    collect: (update, stage, klCoefficient) =>
      inTurn(shards, ({ index, shard }) => {
        const own = shardStream(stream, update, index);
        return shard.collect(rollerOf(stage, index, update), own, klCoefficient);
      }),
    gradients: (epoch, minibatch, totals, coefficients) =>
      inTurn(shards, ({ shard }) => shard.gradient(epoch, minibatch, totals, coefficients)),
    // All shards read the same variables, which the optimiser has just written.
    synchronise: () => Promise.resolve(),
    updateReference,
  };
}

/** Awaits one call after the other: the shards share one tensor engine. */
async function inTurn<T, R>(items: readonly T[], call: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await call(item));
  return results;
}
