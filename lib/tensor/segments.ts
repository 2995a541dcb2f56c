/** Rows taken several times, and sums of rows over segments, each the other's gradient: one pass over the data on every backend. */

import * as tf from "@tensorflow/tfjs-core";

/**
 * Rows `rows[k]` of the first axis of `x`, in their order, as often as they are named.
 * @param x `[n, …]`
 * @returns `[rows, …]`
 */
export function gatherRows<T extends tf.Tensor>(x: T, rows: Int32Array): T {
  const size = x.size / x.shape[0];
  const shape = [rows.length, ...x.shape.slice(1)];
  const gathered = tf.customGrad((given) => {
    const source = (given as tf.Tensor).shape;
    return {
      value: tf.tensor(gather((given as tf.Tensor).dataSync<"float32">(), rows, size), shape),
      gradFunc: (dy: tf.Tensor) => tf.tensor(scatter(dy.dataSync<"float32">(), rows, size, source[0]), source),
    };
  });
  return gathered(x) as T;
}

/**
 * Sums of the entries of each segment.
 * @param x `[entries, 1]`
 * @param segments `[entries]` the segment of each
 * @returns `[count]`; 0 for a segment without entries
 */
export function sumSegments(x: tf.Tensor2D, segments: Int32Array, count: number): tf.Tensor1D {
  const summed = tf.customGrad((given) => ({
    value: tf.tensor1d(scatter((given as tf.Tensor).dataSync<"float32">(), segments, 1, count)),
    gradFunc: (dy: tf.Tensor) => tf.tensor2d(gather(dy.dataSync<"float32">(), segments, 1), [segments.length, 1]),
  }));
  return summed(x) as tf.Tensor1D;
}

function gather(data: Float32Array, rows: Int32Array, size: number): Float32Array {
  const out = new Float32Array(rows.length * size);
  rows.forEach((row, k) => out.set(data.subarray(row * size, (row + 1) * size), k * size));
  return out;
}

/** Sums are made with double precision, so that they do not depend on how many terms a segment has. */
function scatter(data: Float32Array, rows: Int32Array, size: number, count: number): Float32Array {
  const out = new Float64Array(count * size);
  rows.forEach((row, k) => {
    for (let i = 0; i < size; i++) out[row * size + i] += data[k * size + i];
  });
  return Float32Array.from(out);
}
