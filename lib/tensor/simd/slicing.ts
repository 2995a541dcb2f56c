/** Parts of tensors and their inverse, padding with a constant, for floats; other types are the CPU backend's. */

import * as tf from "@tensorflow/tfjs-core";
import type { SimdBackend } from "./backend.ts";

/** Runs at least this long are copied as a whole, shorter ones number by number. */
const LONG = 16;

/** The kernel `Slice`. */
export function sliceKernel(otherwise: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { x } = call.inputs as { x: tf.TensorInfo };
    if (x.dtype !== "float32") return otherwise(call);
    const { begin, size } = call.attrs as unknown as { begin: number[]; size: number[] };
    const [from, shape] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size);
    tf.slice_util.assertParamsValid(x as tf.Tensor, from, shape);
    const backend = call.backend as SimdBackend;
    const out = backend.output(shape);
    copyBox(backend.values(x), x.shape, from, backend.values(out), shape, from.map(() => 0), shape);
    return out;
  };
}

/** The kernel `PadV2`, the gradient of `Slice`. */
export function padKernel(otherwise: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { x } = call.inputs as { x: tf.TensorInfo };
    if (x.dtype !== "float32") return otherwise(call);
    const { paddings, constantValue } = call.attrs as unknown as {
      paddings: [number, number][];
      constantValue: number;
    };
    const shape = x.shape.map((size, d) => paddings[d][0] + size + paddings[d][1]);
    const backend = call.backend as SimdBackend;
    const out = backend.output(shape);
    const values = backend.values(out).fill(constantValue);
    copyBox(
      backend.values(x),
      x.shape,
      x.shape.map(() => 0),
      values,
      shape,
      paddings.map(([before]) => before),
      x.shape,
    );
    return out;
  };
}

/** Copies a box of `size` that begins at `from` in one tensor to where it begins at `to` in the other. */
function copyBox(
  source: Float32Array,
  sourceShape: readonly number[],
  from: readonly number[],
  target: Float32Array,
  targetShape: readonly number[],
  to: readonly number[],
  size: readonly number[],
): void {
  const rank = size.length;
  if (size.includes(0)) return;
  const run = size[rank - 1];
  const rows = size.slice(0, -1).reduce((a, b) => a * b, 1);
  const index: number[] = Array(rank - 1).fill(0);
  for (let row = 0; row < rows; row++) {
    let [read, write] = [0, 0];
    for (let d = 0; d < rank - 1; d++) {
      read = (read + from[d] + index[d]) * sourceShape[d + 1];
      write = (write + to[d] + index[d]) * targetShape[d + 1];
    }
    read += from[rank - 1];
    write += to[rank - 1];
    if (run >= LONG) target.set(source.subarray(read, read + run), write);
    else for (let i = 0; i < run; i++) target[write + i] = source[read + i];
    for (let d = rank - 2; d >= 0 && ++index[d] === size[d]; d--) index[d] = 0;
  }
}
