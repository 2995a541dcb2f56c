/** The shard pool of a run: this thread alone, or this thread and workers (`runtime.workers`), with the same results. */

import type { ShardCollection, ShardGradient, ShardPool } from "../grpo/mod.ts";
import type { Config } from "../config/mod.ts";
import { localPool, type SessionParts } from "./parts.ts";
import { readParametersInto, sharedParameters } from "./shared_parameters.ts";
import { startWorker, type WorkerHandle } from "./worker_handle.ts";

export interface SessionPool extends ShardPool, Disposable {}

/** The pool for `runtime.workers` threads, this one among them; 0 takes one for each core, at most one for each shard. */
export async function createPool(config: Config, parts: SessionParts): Promise<SessionPool> {
  const shards = parts.options.shards;
  const threads = Math.min(shards, config.runtime.workers || navigator.hardwareConcurrency);
  const indicesOf = (thread: number) => [...Array(shards).keys()].filter((shard) => shard % threads === thread);
  const local = localPool(parts, indicesOf(0));
  if (threads === 1) return { ...local, [Symbol.dispose]: () => {} };

  const parameters = sharedParameters(parts.parameters);
  const reference = parts.reference === undefined ? null : sharedParameters(parts.reference.parameters);
  await readParametersInto(parameters, parts.parameters);
  if (parts.reference !== undefined && reference !== null) {
    await readParametersInto(reference, parts.reference.parameters);
  }
  const workers: WorkerHandle[] = [];
  for (let thread = 1; thread < threads; thread++) {
    workers.push(startWorker({ kind: "start", config, indices: indicesOf(thread), parameters, reference }));
  }
  await Promise.all(workers.map((worker) => worker.ready));
  /** Results of all threads in the order of the shards. */
  const ordered = <T>(results: readonly (readonly T[])[]): T[] =>
    Array.from({ length: shards }, (_, shard) => results[shard % threads][Math.floor(shard / threads)]);

  return {
    async collect(update, stage, klCoefficient) {
      const remote = workers.map((worker) => worker.collect(update, stage, klCoefficient));
      const own = await local.collect(update, stage, klCoefficient);
      return ordered<ShardCollection>([own, ...await Promise.all(remote)]);
    },
    async gradients(epoch, minibatch, totals, coefficients) {
      const remote = workers.map((worker) => worker.gradients(epoch, minibatch, totals, coefficients));
      const own = await local.gradients(epoch, minibatch, totals, coefficients);
      return ordered<ShardGradient>([own, ...await Promise.all(remote)]);
    },
    synchronise: () => readParametersInto(parameters, parts.parameters),
    async updateReference() {
      await local.updateReference();
      if (parts.reference === undefined || reference === null) return;
      await readParametersInto(reference, parts.reference.parameters);
      await Promise.all(workers.map((worker) => worker.updateReference()));
    },
    [Symbol.dispose]: () => workers.forEach((worker) => worker.terminate()),
  };
}
