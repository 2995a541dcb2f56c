/** Registers the simd backend with TensorFlow.js. */

import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { SIMD, SimdBackend } from "./backend.ts";
import { addKernel } from "./elementwise.ts";
import { batchMatMul } from "./matmul.ts";

/** Above the CPU backend's, so that it is chosen where nobody asks. */
const PRIORITY = 4;
let registered = false;

/** Makes `simd` known; a second call does nothing. */
export function registerSimdBackend(): void {
  if (registered) return;
  registered = true;
  tf.registerBackend(SIMD, () => new SimdBackend(), PRIORITY);
  tf.copyRegisteredKernels("cpu", SIMD);
  const add = tf.getKernel("Add", "cpu")?.kernelFunc;
  if (add !== undefined) replaceKernel("Add", addKernel(add));
  replaceKernel("BatchMatMul", ({ inputs, backend, attrs }) => {
    const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    const { transposeA, transposeB } = attrs as unknown as { transposeA: boolean; transposeB: boolean };
    return batchMatMul(backend as SimdBackend, a, b, transposeA, transposeB);
  });
}

function replaceKernel(kernelName: string, kernelFunc: tf.KernelFunc): void {
  tf.unregisterKernel(kernelName, SIMD);
  tf.registerKernel({ kernelName, backendName: SIMD, kernelFunc });
}
