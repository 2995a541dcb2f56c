/** Registers the simd backend with TensorFlow.js. */

import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { SIMD, SimdBackend } from "./backend.ts";
import { BINARY, binaryKernel, UNARY, unaryKernel } from "./elementwise.ts";
import { batchMatMulKernel, fusedMatMulKernel } from "./matmul.ts";
import type { Build } from "./kernels.ts";
import { concatKernel, tileKernel, transposeKernel } from "./movement.ts";
import { reductionKernel, softmaxKernel } from "./reductions.ts";
import { padKernel, sliceKernel } from "./slicing.ts";

/** Above the CPU backend's, so that it is chosen where nobody asks. */
const PRIORITY = 4;
let registered = false;

/**
 * Makes `simd` known; a second call does nothing.
 * @param build the kernels that it computes with; the best ones that the engine runs by default
 */
export function registerSimdBackend(build?: Build): void {
  if (registered) return;
  registered = true;
  tf.registerBackend(SIMD, () => new SimdBackend(build), PRIORITY);
  tf.copyRegisteredKernels("cpu", SIMD);
  for (const [name, kind] of Object.entries(BINARY)) wrapKernel(name, binaryKernel(kind));
  for (const [name, kind] of Object.entries(UNARY)) wrapKernel(name, unaryKernel(kind));
  for (const name of ["Sum", "Mean", "Max", "Min"] as const) wrapKernel(name, reductionKernel(name));
  wrapKernel("Softmax", softmaxKernel);
  wrapKernel("BatchMatMul", batchMatMulKernel);
  wrapKernel("_FusedMatMul", fusedMatMulKernel);
  wrapKernel("Concat", concatKernel);
  wrapKernel("Tile", tileKernel);
  wrapKernel("Transpose", transposeKernel);
  wrapKernel("Slice", sliceKernel);
  wrapKernel("PadV2", padKernel);
}

/** Puts a kernel in the place of the CPU backend's, which it gets for the cases that it does not handle. */
function wrapKernel(kernelName: string, wrap: (otherwise: tf.KernelFunc) => tf.KernelFunc): void {
  const otherwise = tf.getKernel(kernelName, "cpu")?.kernelFunc;
  if (otherwise === undefined) throw new Error(`The CPU backend of this TensorFlow.js has no kernel ${kernelName}`);
  tf.unregisterKernel(kernelName, SIMD);
  tf.registerKernel({ kernelName, backendName: SIMD, kernelFunc: wrap(otherwise) });
}
