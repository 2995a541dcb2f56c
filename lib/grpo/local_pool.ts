/** A pool that computes its shards in this thread, one after the other. */

import type { Stream } from "../random/mod.ts";
import type { ShardParts } from "./batch.ts";
import { createShard } from "./shard.ts";
import { type ShardPool, shardStream } from "./trainer.ts";
import type { Roller, TrainablePolicy } from "./types.ts";

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
