/** Log-softmax and the choice of entries on the simd backend: one operation each, with its own gradient. */

import * as tf from "@tensorflow/tfjs-core";
import { simdBackend, tensorOf } from "./backend.ts";

/** See `maskedLogSoftmax` in ../distributions.ts. */
export function simdMaskedLogSoftmax(x: tf.Tensor2D, mask: tf.Tensor2D, excluded: number): tf.Tensor2D {
  const [rows, columns] = x.shape;
  const operation = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = given.at(-1) as tf.GradSaveFunc;
    const backend = simdBackend();
    const out = backend.output([rows, columns]);
    const { kernels } = backend.arena;
    kernels.logSoftmax(backend.pointerOf(x), backend.pointerOf(mask), out.pointer, rows, columns, excluded);
    const y = tensorOf(out);
    save([y, mask]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const own = simdBackend();
        const dx = own.output([rows, columns]);
        const [py, pmask] = saved.map((tensor) => own.pointerOf(tensor));
        own.arena.kernels.logSoftmaxGradient(py, pmask, own.pointerOf(dy), dx.pointer, rows, columns);
        return [tensorOf(dx)];
      },
    };
  });
  return operation(x) as tf.Tensor2D;
}

/** See `gatherColumns` in ../distributions.ts. */
export function simdGatherColumns(x: tf.Tensor2D, columns: Int32Array, perRow: number): tf.Tensor2D {
  const [rows, width] = x.shape;
  const operation = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const backend = simdBackend();
    const values = backend.values(given[0] as tf.Tensor);
    const out = backend.output([rows, perRow]);
    const chosen = backend.values(out);
    for (let k = 0; k < chosen.length; k++) chosen[k] = values[Math.floor(k / perRow) * width + columns[k]];
    return {
      value: tensorOf(out),
      gradFunc: (dy: tf.Tensor) => {
        const own = simdBackend();
        const dx = own.output([rows, width]);
        const into = own.values(dx).fill(0);
        own.values(dy).forEach((slope, k) => into[Math.floor(k / perRow) * width + columns[k]] += slope);
        return [tensorOf(dx)];
      },
    };
  });
  return operation(x) as tf.Tensor2D;
}
