/** A worker thread: computes its shards with parameters read from shared memory. */

/// <reference lib="deno.worker" />

import type { ShardPool } from "../grpo/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import { createParts, localPool, type SessionParts } from "./parts.ts";
import { assignParameters } from "./shared_parameters.ts";
import { loadTrack } from "./track.ts";
import type { WorkerReply, WorkerRequest } from "./worker_messages.ts";

interface Started {
  readonly parts: SessionParts;
  readonly pool: ShardPool;
  readonly parameters: SharedArrayBuffer;
  readonly reference: SharedArrayBuffer | null;
}

let started: Started | null = null;
/** Requests are handled one after the other: the networks belong to one engine. */
let last: Promise<void> = Promise.resolve();

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<WorkerRequest>) => void) | null;
  postMessage(reply: WorkerReply): void;
};

scope.onmessage = ({ data }) => {
  last = last.then(async () => {
    try {
      scope.postMessage(await answer(data));
    } catch (error) {
      const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
      scope.postMessage({ kind: "error", name, message });
    }
  });
};

async function answer(request: WorkerRequest): Promise<WorkerReply> {
  if (request.kind === "start") {
    await useBackend(request.config.runtime.backend);
    const parts = createParts(request.config, loadTrack(request.config));
    const { parameters, reference } = request;
    const readReference = () => {
      if (reference !== null && parts.reference !== undefined) assignParameters(reference, parts.reference.parameters);
      return Promise.resolve();
    };
    const pool = localPool(parts, request.indices, readReference);
    await readReference();
    started = { parts, pool, parameters, reference };
    return { kind: "done" };
  }
  if (started === null) throw new Error("the worker has not been started");
  const { parts, pool, parameters } = started;
  if (request.kind === "reference") {
    await pool.updateReference();
    return { kind: "done" };
  }
  assignParameters(parameters, parts.parameters);
  return request.kind === "collect"
    ? { kind: "collected", parts: await pool.collect(request.update, request.stage, request.klCoefficient) }
    : {
      kind: "gradients",
      parts: await pool.gradients(request.epoch, request.minibatch, request.totals, request.coefficients),
    };
}
