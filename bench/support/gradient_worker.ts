/** The second thread of data_parallel.ts. */

/// <reference lib="deno.worker" />

import { assignParameters } from "../../lib/training/shared_parameters.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import type { WorkerStart } from "./data_parallel.ts";
import { createPolicyWork, type PolicyWork } from "./policy_work.ts";

let started: { readonly work: PolicyWork; readonly start: WorkerStart } | null = null;

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<WorkerStart | "gradient">) => void) | null;
  postMessage(reply: "done"): void;
};

scope.onmessage = async ({ data }) => {
  if (data !== "gradient") {
    await useBackend(data.backend);
    started = { work: createPolicyWork(data.batch, data.total), start: data };
  } else if (started !== null) {
    const { work, start } = started;
    assignParameters(start.parameters, work.variables);
    const into = new Float32Array(start.gradients);
    let offset = 0;
    for (const gradient of await work.gradient()) {
      into.set(gradient, offset);
      offset += gradient.length;
    }
  }
  scope.postMessage("done");
};
