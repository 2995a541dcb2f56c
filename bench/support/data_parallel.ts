/**
 * The policy update of policy_work.ts divided among this thread and one worker, as a training divides it: parameters in shared
 * memory, gradients of both halves added in a fixed order, one step of Adam here.
 */

import type { BackendName } from "../../lib/tensor/mod.ts";
import { readParametersInto, sharedParameters } from "../../lib/training/shared_parameters.ts";
import { createPolicyWork } from "./policy_work.ts";

export interface WorkerStart {
  readonly backend: BackendName;
  readonly batch: number;
  readonly total: number;
  readonly parameters: SharedArrayBuffer;
  readonly gradients: SharedArrayBuffer;
}

export interface DataParallelWork {
  train(): Promise<void>;
  stop(): void;
}

export async function createDataParallelWork(backend: BackendName, batch: number): Promise<DataParallelWork> {
  const half = batch >> 1;
  const own = createPolicyWork(batch - half, batch);
  const [parameters, gradients] = [sharedParameters(own.variables), sharedParameters(own.variables)];
  const worker = new Worker(new URL("./gradient_worker.ts", import.meta.url), { type: "module" });
  const ask = (message: WorkerStart | "gradient") =>
    new Promise<void>((resolve, reject) => {
      worker.onmessage = () => resolve();
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(message);
    });
  await ask({ backend, batch: half, total: batch, parameters, gradients });
  const theirs = new Float32Array(gradients);
  return {
    async train() {
      await readParametersInto(parameters, own.variables);
      const answer = ask("gradient");
      const sums = await own.gradient();
      await answer;
      let offset = 0;
      for (const sum of sums) {
        for (let i = 0; i < sum.length; i++) sum[i] += theirs[offset + i];
        offset += sum.length;
      }
      await own.apply(sums);
    },
    stop: () => worker.terminate(),
  };
}
