/** Elementwise kernels for the shapes that training is full of; others are the CPU backend's. */

import type * as tf from "@tensorflow/tfjs-core";
import type { SimdBackend } from "./backend.ts";

const sameShape = (a: tf.TensorInfo, b: tf.TensorInfo): boolean =>
  a.dtype === "float32" && b.dtype === "float32" && a.shape.length === b.shape.length &&
  a.shape.every((size, d) => size === b.shape[d]);

const sizeOf = ({ shape }: tf.TensorInfo): number => shape.reduce((a, b) => a * b, 1);

/** a + b of equal shapes; `otherwise` adds the rest. */
export function addKernel(otherwise: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { a, b } = call.inputs;
    if (a === undefined || b === undefined || !sameShape(a, b)) return otherwise(call);
    const backend = call.backend as SimdBackend;
    const out = backend.output(a.shape);
    backend.arena.kernels.addInto(backend.pointerOf(a), backend.pointerOf(b), out.pointer, sizeOf(a));
    return out;
  };
}
