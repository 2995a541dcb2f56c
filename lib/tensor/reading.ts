/** Reading results at once, on backends that give them and on one that does not. */

import * as tf from "@tensorflow/tfjs-core";
import { SIMD } from "./simd/backend.ts";

/** The backend whose results can only be awaited. */
export const WEBGPU = "webgpu";

/**
 * The values of a result that is needed at once, without a gradient, such as the scores that a policy acts on. On `webgpu`,
 * which cannot be read without waiting, the computation runs on `simd`: what it reads moves there, and back when a gradient
 * needs it.
 * @param compute its tensors but the result are disposed of
 * @returns values that nothing else holds
 */
export function computeNow(compute: () => tf.Tensor): Float32Array {
  const isDeferred = tf.getBackend() === WEBGPU;
  if (isDeferred) switchTo(SIMD);
  try {
    const result = tf.tidy(compute);
    const data = result.dataSync<"float32">().slice();
    result.dispose();
    return data;
  } finally {
    if (isDeferred) switchTo(WEBGPU);
  }
}

/** A backend that has been in use before is there as soon as it is called. */
function switchTo(name: string): void {
  void tf.setBackend(name);
  if (tf.getBackend() !== name) throw new Error(`The tensor backend ${name} has not been started`);
}

/** What the WebGPU backend keeps of a tensor. */
interface DeferredBackend {
  readonly tensorMap: { get(dataId: object): { readonly values?: unknown } };
  readSync(dataId: object): tf.BackendValues;
}

/** Makes the running WebGPU backend say plainly what it cannot do: its own way needs a browser's canvas. */
export function refuseReadingAtOnce(): void {
  const backend = tf.backend() as unknown as DeferredBackend;
  const readKept = backend.readSync.bind(backend);
  backend.readSync = (dataId) => {
    if ((backend.tensorMap.get(dataId).values ?? null) !== null) return readKept(dataId);
    throw new Error("The tensor backend webgpu has no results at once, which this command needs: choose simd");
  };
}
