import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { gatherRows, sumSegments, useBackend } from "../../lib/tensor/mod.ts";

for (const backend of ["cpu", "simd"] as const) {
  Deno.test(`${backend}: rows are taken as often as they are named, and slopes come back to each`, async () => {
    await useBackend(backend);
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    const rows = Int32Array.of(2, 0, 2);
    assert.deepEqual(gatherRows(x, rows).arraySync(), [[5, 6], [1, 2], [5, 6]]);
    const weights = tf.tensor2d([1, 10, 100, 1000, 2, 20], [3, 2]);
    const slope = tf.grad((y) => tf.sum(tf.mul(gatherRows(y as tf.Tensor2D, rows), weights)))(x);
    assert.deepEqual(slope.arraySync(), [[100, 1000], [0, 0], [3, 30]]);
    const cube = tf.reshape(x, [3, 1, 2]) as tf.Tensor3D;
    assert.deepEqual(gatherRows(cube, Int32Array.of(1)).arraySync(), [[[3, 4]]]);
  });

  Deno.test(`${backend}: entries are summed by segment, and each has the slope of its sum`, async () => {
    await useBackend(backend);
    const x = tf.tensor2d([1, 2, 4, 8], [4, 1]);
    const segments = Int32Array.of(3, 0, 3, 1);
    assert.deepEqual(sumSegments(x, segments, 4).arraySync(), [2, 8, 0, 5]);
    const slope = tf.grad((y) => tf.sum(tf.mul(sumSegments(y as tf.Tensor2D, segments, 4), tf.tensor1d([1, 2, 3, 4]))))(
      x,
    );
    assert.deepEqual(slope.arraySync(), [[4], [1], [4], [2]]);
  });
}
