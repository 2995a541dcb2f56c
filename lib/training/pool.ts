/** The shard pool of a run: this thread alone, or this thread and workers (`runtime.workers`), with the same results. */

import { type ShardPool, TrainingError } from "../grpo/mod.ts";
import type { EpisodeRecords } from "../evaluation/mod.ts";
import { startThread, type Thread, threadCount } from "../runs/mod.ts";
import type { Config } from "../config/mod.ts";
import { localPool, type SessionParts } from "./parts.ts";
import { readParametersInto, sharedParameters } from "./shared_parameters.ts";
import type { WorkerReply, WorkerRequest } from "./worker_messages.ts";

export interface SessionPool extends ShardPool, Disposable {
  /** One for each other thread: the policy's episodes on some of the validation problems. */
  readonly validators: readonly ((indices: readonly number[]) => Promise<EpisodeRecords>)[];
}

/** The pool for `runtime.workers` threads, this one among them; 0 takes one for each core, at most one for each shard. */
export async function createPool(config: Config, parts: SessionParts): Promise<SessionPool> {
  const shards = parts.options.shards;
  const threads = Math.min(shards, threadCount(config.runtime.workers));
  const indicesOf = (thread: number) => [...Array(shards).keys()].filter((shard) => shard % threads === thread);
  const local = localPool(parts, indicesOf(0));
  if (threads === 1) return { ...local, validators: [], [Symbol.dispose]: () => {} };

  const parameters = sharedParameters(parts.parameters);
  const reference = parts.reference === undefined ? null : sharedParameters(parts.reference.parameters);
  await readParametersInto(parameters, parts.parameters);
  if (parts.reference !== undefined && reference !== null) {
    await readParametersInto(reference, parts.reference.parameters);
  }
  const workers = Array.from({ length: threads - 1 }, () => startWorker());
  await Promise.all(
    workers.map((worker, w) => worker.ask({ kind: "start", config, indices: indicesOf(w + 1), parameters, reference })),
  );
  /** What every thread gives for its shards, in the order of the shards. */
  const gather = async <T>(
    request: WorkerRequest,
    own: () => Promise<readonly T[]>,
    read: (reply: WorkerReply) => readonly T[] | undefined,
  ): Promise<readonly T[]> => {
    const remote = workers.map(async (worker) => due(read(await worker.ask(request))));
    const results = [await own(), ...await Promise.all(remote)];
    return Array.from({ length: shards }, (_, shard) => results[shard % threads][Math.floor(shard / threads)]);
  };

  return {
    collect: (update, stage, klCoefficient) =>
      gather(
        { kind: "collect", update, stage, klCoefficient },
        () => local.collect(update, stage, klCoefficient),
        (reply) => reply !== null && "collected" in reply ? reply.collected : undefined,
      ),
    gradients: (epoch, minibatch, totals, coefficients) =>
      gather(
        { kind: "gradients", epoch, minibatch, totals, coefficients },
        () => local.gradients(epoch, minibatch, totals, coefficients),
        (reply) => reply !== null && "gradients" in reply ? reply.gradients : undefined,
      ),
    synchronise: () => readParametersInto(parameters, parts.parameters),
    async updateReference() {
      await local.updateReference();
      if (parts.reference === undefined || reference === null) return;
      await readParametersInto(reference, parts.reference.parameters);
      await Promise.all(workers.map((worker) => worker.ask({ kind: "reference" })));
    },
    validators: workers.map((worker) => async (indices) => {
      const reply = await worker.ask({ kind: "validate", indices });
      return due(reply !== null && "records" in reply ? reply.records : undefined);
    }),
    [Symbol.dispose]: () => workers.forEach((worker) => worker[Symbol.dispose]()),
  };
}

function startWorker(): Thread<WorkerRequest, WorkerReply> {
  return startThread(
    new URL("./worker.ts", import.meta.url),
    (name, message) => name === "TrainingError" ? new TrainingError(message) : new Error(message),
  );
}

function due<T>(reply: T | undefined): T {
  if (reply === undefined) throw new Error("a worker answered what it was not asked");
  return reply;
}
