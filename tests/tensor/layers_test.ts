/** The layers on the simd backend, where each is one fused operation, against their compositions on the CPU backend. */

import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { type Activation, dense, denseSum, poolVariables, useBackend } from "../../lib/tensor/mod.ts";
import { pairMessages } from "../../lib/tensor/layers.ts";
import {
  assertSameOnBothBackends,
  randomFloats,
  randomInput,
  randomInteger,
  randomMask,
  resultAndGradients,
  uniformsFrom,
} from "./support.ts";

const ACTIVATIONS: readonly Activation[] = ["linear", "relu", "gelu", "tanh"];

Deno.test("a dense layer agrees with its composition on random shapes, for every activation", async () => {
  const uniform = uniformsFrom(11);
  for (let trial = 0; trial < 16; trial++) {
    const activation = ACTIVATIONS[trial % 4];
    const [rows, inputs, outputs] = [0, 0, 0].map(() => randomInteger(uniform, 1, trial < 4 ? 130 : 21));
    const f = (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) =>
      dense(x as tf.Tensor2D, kernel as tf.Tensor2D, bias as tf.Tensor1D, activation);
    await assertSameOnBothBackends(
      f,
      [randomInput(uniform, [rows, inputs]), randomInput(uniform, [inputs, outputs]), randomInput(uniform, [outputs])],
      randomFloats(uniform, rows * outputs),
      2e-5,
      `${activation} ${rows}×${inputs}×${outputs}`,
    );
  }
});

Deno.test("sums of products with and without bias and shared rows agree with their composition", async () => {
  const uniform = uniformsFrom(12);
  for (let trial = 0; trial < 16; trial++) {
    const activation = ACTIVATIONS[trial % 4];
    const [hasBias, hasShared, hasConstant] = [trial % 2 === 0, trial % 3 === 0, trial % 5 < 2];
    const [groups, each, outputs] = [
      randomInteger(uniform, 1, 9),
      randomInteger(uniform, 1, 9),
      randomInteger(uniform, 1, 33),
    ];
    const depths = [0, 0, 0].map(() => randomInteger(uniform, 1, 40));
    const rows = groups * each;
    const data = randomFloats(uniform, rows * depths[1]);
    const inputs = [
      randomInput(uniform, [rows, depths[0]]),
      randomInput(uniform, [depths[0], outputs]),
      randomInput(uniform, [depths[1], outputs]),
      ...(hasShared ? [randomInput(uniform, [groups, depths[2]]), randomInput(uniform, [depths[2], outputs])] : []),
      ...(hasBias ? [randomInput(uniform, [outputs])] : []),
    ];
    const f = (...given: tf.Tensor[]) => {
      const [x, kernel, other] = given as tf.Tensor2D[];
      const products = [{ x, kernel, constant: false }];
      if (hasConstant) products.push({ x: tf.tensor2d(data, [rows, depths[1]]), kernel: other, constant: true });
      else {products.push({
          x: tf.mul(tf.tensor2d(data, [rows, depths[1]]), 1) as tf.Tensor2D,
          kernel: other,
          constant: false,
        });}
      const shared = hasShared
        ? { x: given[3] as tf.Tensor2D, kernel: given[4] as tf.Tensor2D, constant: false }
        : null;
      return denseSum(products, hasBias ? given.at(-1) as tf.Tensor1D : null, shared, activation);
    };
    const what = `trial ${trial}: ${activation}, ${rows} rows in ${groups} groups, ${depths} → ${outputs}`;
    await assertSameOnBothBackends(f, inputs, randomFloats(uniform, rows * outputs), 2e-5, what);
  }
});

Deno.test("a chain of layers agrees with its composition, for every activation at every place", async () => {
  const uniform = uniformsFrom(20);
  for (const first of ACTIVATIONS) {
    for (const second of ACTIVATIONS) {
      const [groups, each, depth, a, b, c] = [3, 4, 5, 9, 6, 2];
      const inputs = [[12, depth], [depth, a], [groups, 7], [7, a], [a], [a, b], [b], [b, c]].map((shape) =>
        randomInput(uniform, shape)
      );
      const f = (...given: tf.Tensor[]) => {
        const [x, kernel, sharedX, sharedKernel] = given as tf.Tensor2D[];
        return denseSum(
          [{ x, kernel, constant: false }],
          given[4] as tf.Tensor1D,
          { x: sharedX, kernel: sharedKernel, constant: false },
          first,
          [
            { kernel: given[5] as tf.Tensor2D, bias: given[6] as tf.Tensor1D, activation: second },
            { kernel: given[7] as tf.Tensor2D, bias: null, activation: "linear" },
          ],
        );
      };
      const what = `${first}, ${second}`;
      await assertSameOnBothBackends(f, inputs, randomFloats(uniform, groups * each * c), 2e-5, what);
    }
  }
});

Deno.test("layers of no rows give no rows", async () => {
  for (const backend of ["simd", "cpu"] as const) {
    await useBackend(backend);
    for (const activation of ACTIVATIONS) {
      tf.tidy(() => {
        const y = dense(tf.zeros([0, 3]), tf.ones([3, 5]), tf.ones([5]), activation);
        assert.deepEqual([y.shape, y.dataSync().length], [[0, 5], 0]);
        const gradient = tf.grad((bias) =>
          tf.sum(dense(tf.zeros([0, 3]), tf.ones([3, 5]), bias as tf.Tensor1D, activation))
        );
        assert.deepEqual([...gradient(tf.ones([5])).dataSync()], [0, 0, 0, 0, 0]);
      });
    }
  }
});

Deno.test("a non-finite input shows in the row's outputs and in the kernel's gradient", async () => {
  for (const activation of ACTIVATIONS) {
    const x = { shape: [3, 5], data: new Float32Array(15).fill(0.5) };
    x.data[7] = NaN;
    const kernel = { shape: [5, 6], data: new Float32Array(30).fill(0.1) };
    const bias = { shape: [6], data: new Float32Array(6) };
    const f = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) =>
      dense(a as tf.Tensor2D, b as tf.Tensor2D, c as tf.Tensor1D, activation);
    const { result, gradients } = await resultAndGradients("simd", f, [x, kernel, bias], new Float32Array(18).fill(1));
    result.forEach((y, i) => assert.equal(Number.isNaN(y), i >= 6 && i < 12, `${activation}: output ${i} is ${y}`));
    assert.ok(gradients[1].subarray(12, 18).every(Number.isNaN), `${activation}: ${gradients[1]}`);
  }
});

Deno.test("messages between variables agree with their composition, for any number of channels", async () => {
  const uniform = uniformsFrom(13);
  const cases = [[1, 1, 4], [2, 2, 4], [3, 5, 8], [2, 7, 3], [1, 13, 16], [4, 3, 1]];
  for (const [views, n, channels] of cases) {
    for (const full of [true, false]) {
      const present = full ? new Float32Array(views * n).fill(1) : randomMask(uniform, views, n);
      const f = (...given: tf.Tensor[]) =>
        pairMessages(
          given[0] as tf.Tensor3D,
          given[1] as tf.Tensor3D,
          given[2] as tf.Tensor4D,
          tf.tensor2d(present, [views, n]),
        );
      const inputs = [[views, n, channels], [views, n, channels], [views, n, n, channels]].map((shape) =>
        randomInput(uniform, shape)
      );
      const what = `${views} views of ${n} variables, ${channels} channels`;
      await assertSameOnBothBackends(f, inputs, randomFloats(uniform, views * n * 2 * channels), 1e-5, what);
    }
  }
});

Deno.test("pooling over variables agrees with its composition, for any number of channels", async () => {
  const uniform = uniformsFrom(14);
  for (const [views, n, channels] of [[1, 1, 4], [3, 5, 8], [2, 7, 3], [5, 130, 4], [9, 2, 130]]) {
    const present = randomMask(uniform, views, n);
    const f = (h: tf.Tensor) => poolVariables(h as tf.Tensor3D, tf.tensor2d(present, [views, n]));
    const what = `${views} views of ${n} variables, ${channels} channels`;
    const weights = randomFloats(uniform, views * 2 * channels);
    await assertSameOnBothBackends(f, [randomInput(uniform, [views, n, channels])], weights, 1e-5, what);
  }
});

Deno.test("equal maxima share nothing: each receives the gradient, on both backends", async () => {
  const present = new Float32Array(3).fill(1);
  const f = (h: tf.Tensor) => poolVariables(h as tf.Tensor3D, tf.tensor2d(present, [1, 3]));
  const h = { shape: [1, 3, 4], data: new Float32Array(12).fill(2) };
  const weights = Float32Array.of(0, 0, 0, 0, 1, 2, 3, 4);
  for (const backend of ["simd", "cpu"] as const) {
    const { gradients } = await resultAndGradients(backend, f, [h], weights);
    assert.deepEqual([...gradients[0]], [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4], backend);
  }
});
