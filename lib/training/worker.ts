/** A worker thread: computes its shards with parameters read from shared memory. */

/// <reference lib="deno.worker" />

import type { ShardPool } from "../grpo/mod.ts";
import { runSteps } from "../evaluation/mod.ts";
import { serve } from "../runs/mod.ts";
import { useBackend } from "../tensor/mod.ts";
import { createParts, localPool, type SessionParts } from "./parts.ts";
import { assignParameters } from "./shared_parameters.ts";
import { loadTrack } from "./track.ts";
import { type ValidationProblems, validationProblems } from "./validation.ts";
import type { WorkerReply, WorkerRequest, WorkerStart } from "./worker_messages.ts";

interface Started {
  readonly parts: SessionParts;
  readonly pool: ShardPool;
  readonly parameters: SharedArrayBuffer;
  readonly validation: ValidationProblems;
}

let started: Started | null = null;

serve(async (request: WorkerRequest): Promise<WorkerReply> => {
  if (request.kind === "start") {
    started = await start(request);
    return null;
  }
  if (started === null) throw new Error("the worker has not been started");
  const { parts, pool, parameters, validation } = started;
  if (request.kind === "reference") {
    await pool.updateReference();
    return null;
  }
  assignParameters(parameters, parts.parameters);
  switch (request.kind) {
    case "collect":
      return { collected: await pool.collect(request.update, request.stage, request.klCoefficient) };
    case "gradients":
      return {
        gradients: await pool.gradients(request.epoch, request.minibatch, request.totals, request.coefficients),
      };
    case "validate":
      return { records: runSteps(validation.steps(parts.policy, request.indices)) };
  }
});

async function start({ config, parameters, reference, indices }: WorkerStart): Promise<Started> {
  await useBackend(config.runtime.backend);
  const track = loadTrack(config);
  const parts = createParts(config, track);
  const readReference = () => {
    if (reference !== null && parts.reference !== undefined) assignParameters(reference, parts.reference.parameters);
    return Promise.resolve();
  };
  const pool = localPool(parts, indices, readReference);
  await readReference();
  return { parts, pool, parameters, validation: validationProblems(config, track) };
}
