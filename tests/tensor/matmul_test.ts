/** Matrix products of the simd backend against the CPU backend's and against sums in float64. */

import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../lib/tensor/mod.ts";
import {
  assertClose,
  assertSameOnBothBackends,
  randomFloats,
  randomInput,
  randomInteger,
  resultOn,
  uniformsFrom,
} from "./support.ts";

const FORMS = [[false, false], [false, true], [true, false], [true, true]] as const;

/** The stored shape of an operand `[..., rows, columns]`. */
const stored = (batch: readonly number[], rows: number, columns: number, transposed: boolean): number[] =>
  transposed ? [...batch, columns, rows] : [...batch, rows, columns];

function product(a: Float32Array, b: Float32Array, m: number, n: number, k: number, form: readonly [boolean, boolean]) {
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      for (let p = 0; p < k; p++) {
        out[i * n + j] += a[form[0] ? p * m + i : i * k + p] * b[form[1] ? j * k + p : p * n + j];
      }
    }
  }
  return out;
}

Deno.test("matrix products of any shape are the sums of products, in all four transpose forms", async () => {
  await useBackend("simd");
  const uniform = uniformsFrom(1);
  const shapes = [
    [1, 1, 1],
    [6, 8, 128],
    [7, 9, 129],
    [5, 3, 2],
    [130, 1, 130],
    [1, 130, 1],
    ...Array.from({ length: 20 }, () => [0, 0, 0].map(() => randomInteger(uniform, 1, 130))),
  ];
  for (const [m, n, k] of shapes) {
    for (const form of FORMS) {
      const [a, b] = [randomFloats(uniform, m * k), randomFloats(uniform, k * n)];
      const actual = tf.tidy(() =>
        tf.matMul(tf.tensor(a, stored([], m, k, form[0])), tf.tensor(b, stored([], k, n, form[1])), ...form).dataSync()
      );
      assertClose(actual, product(a, b, m, n, k, form), 1e-5, `${m}×${k}×${n}, transposed ${form}`);
    }
  }
});

Deno.test("batched products broadcast their batches; with equal batches their gradients are the CPU backend's", async () => {
  const uniform = uniformsFrom(2);
  // Each batch with the item of a and of b that each item of the result is the product of.
  const cases = [
    { a: [3], b: [3], out: [3], itemA: [0, 1, 2], itemB: [0, 1, 2] },
    { a: [1], b: [4], out: [4], itemA: [0, 0, 0, 0], itemB: [0, 1, 2, 3] },
    { a: [2, 2], b: [2, 2], out: [2, 2], itemA: [0, 1, 2, 3], itemB: [0, 1, 2, 3] },
    { a: [2, 1], b: [1, 3], out: [2, 3], itemA: [0, 0, 0, 1, 1, 1], itemB: [0, 1, 2, 0, 1, 2] },
    { a: [2], b: [], out: [2], itemA: [0, 1], itemB: [0, 0] },
    { a: [], b: [2], out: [2], itemA: [0, 0], itemB: [0, 1] },
  ];
  for (const { a: batchA, b: batchB, out, itemA, itemB } of cases) {
    const [m, n, k] = [0, 0, 0].map(() => randomInteger(uniform, 1, 19));
    for (const form of FORMS) {
      const inputs = [
        randomInput(uniform, stored(batchA, m, k, form[0])),
        randomInput(uniform, stored(batchB, k, n, form[1])),
      ];
      const f = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, ...form);
      const what = `batches [${batchA}] and [${batchB}], transposed ${form}`;
      const { shape, data } = await resultOn("simd", f, inputs);
      assert.deepEqual(shape, [...out, m, n], what);
      itemA.forEach((from, item) => {
        const a = inputs[0].data.subarray(from * m * k, (from + 1) * m * k);
        const b = inputs[1].data.subarray(itemB[item] * k * n, (itemB[item] + 1) * k * n);
        assertClose(data.subarray(item * m * n, (item + 1) * m * n), product(a, b, m, n, k, form), 1e-5, what);
      });
      if (batchA.length !== batchB.length || batchA[0] !== batchB[0]) continue;
      await assertSameOnBothBackends(f, inputs, randomFloats(uniform, data.length), 1e-5, what);
    }
  }
});

Deno.test("products with an empty dimension are empty, or zero where nothing is summed", async () => {
  for (const backend of ["simd", "cpu"] as const) {
    await useBackend(backend);
    tf.tidy(() => {
      assert.deepEqual(tf.matMul(tf.zeros([0, 3]), tf.ones([3, 2])).shape, [0, 2]);
      assert.deepEqual(tf.matMul(tf.zeros([2, 3]), tf.ones([3, 0])).shape, [2, 0]);
      assert.deepEqual([...tf.matMul(tf.zeros([2, 0]), tf.ones([0, 2])).dataSync()], [0, 0, 0, 0], backend);
      assert.deepEqual(tf.matMul(tf.zeros([0, 2, 3]), tf.ones([0, 3, 4])).shape, [0, 2, 4]);
    });
  }
});

Deno.test("non-finite entries reach exactly the results that they are part of", async () => {
  await useBackend("simd");
  for (const wrong of [NaN, Infinity, -Infinity]) {
    for (const [m, n, k] of [[13, 11, 5], [7, 8, 130], [1, 3, 1]]) {
      const a = new Float32Array(m * k).fill(1);
      a[(m - 1) * k + k - 1] = wrong;
      const c = tf.tidy(() => tf.matMul(tf.tensor(a, [m, k]), tf.ones([k, n])).dataSync<"float32">());
      for (let i = 0; i < m * n; i++) {
        if (i < (m - 1) * n) assert.equal(c[i], k);
        else assert.ok(Object.is(c[i], wrong), `${c[i]} instead of ${wrong}`);
      }
    }
  }
  const zeroTimesInfinity = tf.tidy(() => tf.matMul(tf.zeros([9, 9]), tf.fill([9, 9], Infinity)).dataSync());
  assert.ok(zeroTimesInfinity.every(Number.isNaN));
});

Deno.test("integer products are whole numbers as on the CPU backend", async () => {
  for (const backend of ["simd", "cpu"] as const) {
    await useBackend(backend);
    const y = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2], "int32"), tf.tensor2d([5, 6, 7, 8], [2, 2], "int32"));
    assert.equal(y.dtype, "int32");
    assert.deepEqual([...y.dataSync()], [19, 22, 43, 50], backend);
  }
});

Deno.test("tf.fused.matMul with bias and activation agrees with the CPU backend", async () => {
  const uniform = uniformsFrom(3);
  for (const activation of ["linear", "relu", "elu"] as const) {
    for (const [m, n, k] of [[5, 7, 3], [12, 16, 8]]) {
      const inputs = [randomInput(uniform, [m, k]), randomInput(uniform, [k, n]), randomInput(uniform, [n])];
      const f = (a: tf.Tensor, b: tf.Tensor, bias: tf.Tensor) =>
        tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, bias, activation });
      const [simd, cpu] = [await resultOn("simd", f, inputs), await resultOn("cpu", f, inputs)];
      assertClose(simd.data, cpu.data, 1e-5, `${activation} ${m}×${k}×${n}`);
    }
  }
});
