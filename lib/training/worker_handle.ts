/** The main thread's end of one worker: requests are answered in order. */

import { type ShardPool, TrainingError } from "../grpo/mod.ts";
import type { WorkerReply, WorkerRequest } from "./worker_messages.ts";

export interface WorkerHandle extends Pick<ShardPool, "collect" | "gradients" | "updateReference"> {
  /** Settled when the worker has built its networks. */
  readonly ready: Promise<void>;
  terminate(): void;
}

/** Starts a worker with its shards. */
export function startWorker(start: WorkerRequest): WorkerHandle {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const waiting: { resolve: (reply: WorkerReply) => void; reject: (error: Error) => void }[] = [];
  const fail = (error: Error) => {
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  worker.onmessage = ({ data }: MessageEvent<WorkerReply>) => {
    const request = waiting.shift();
    if (data.kind !== "error") request?.resolve(data);
    else request?.reject(data.name === "TrainingError" ? new TrainingError(data.message) : new Error(data.message));
  };
  worker.onerror = (event) => {
    event.preventDefault();
    fail(new Error(`a worker stopped: ${event.message}`));
  };
  const ask = (request: WorkerRequest): Promise<WorkerReply> =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      worker.postMessage(request);
    });
  async function askFor<K extends WorkerReply["kind"]>(request: WorkerRequest, kind: K) {
    const reply = await ask(request);
    if (reply.kind !== kind) throw new Error(`a worker answered ${reply.kind} where ${kind} was due`);
    return reply as Extract<WorkerReply, { kind: K }>;
  }
  return {
    ready: askFor(start, "done").then(() => {}),
    collect: async (update, stage, klCoefficient) =>
      (await askFor({ kind: "collect", update, stage, klCoefficient }, "collected")).parts,
    gradients: async (epoch, minibatch, totals, coefficients) =>
      (await askFor({ kind: "gradients", epoch, minibatch, totals, coefficients }, "gradients")).parts,
    updateReference: async () => {
      await askFor({ kind: "reference" }, "done");
    },
    terminate: () => worker.terminate(),
  };
}
