/** TensorFlow.js's own operations on the simd backend against the CPU backend: any rank, broadcast, empty, non-finite. */

import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../lib/tensor/mod.ts";
import {
  assertClose,
  assertSameOnBothBackends,
  type Input,
  randomFloats,
  randomInput,
  randomInteger,
  resultOn,
  sizeOf,
  uniformsFrom,
} from "./support.ts";

const BINARY = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: tf.div,
  maximum: tf.maximum,
  minimum: tf.minimum,
  squaredDifference: tf.squaredDifference,
} as const;

const UNARY = {
  neg: tf.neg,
  abs: tf.abs,
  square: tf.square,
  sqrt: tf.sqrt,
  rsqrt: tf.rsqrt,
  reciprocal: tf.reciprocal,
  exp: tf.exp,
  sigmoid: tf.sigmoid,
  tanh: tf.tanh,
  relu: tf.relu,
} as const;

const REDUCTIONS = { sum: tf.sum, mean: tf.mean, max: tf.max, min: tf.min } as const;

/** Numbers in ±[0.5, 1.5): none near 0, where quotients and roots are steep. */
function awayFromZero(uniform: () => number, shape: readonly number[], positive = false): Input {
  const data = randomFloats(uniform, sizeOf(shape), 1).map((x) => (positive || x > 0 ? 1 : -1) * (0.5 + Math.abs(x)));
  return { shape, data };
}

const randomShape = (uniform: () => number, rank: number, most: number): number[] =>
  Array.from({ length: rank }, () => randomInteger(uniform, 1, most));

async function assertSameResults(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly Input[],
  tolerance: number,
  what: string,
): Promise<void> {
  const [simd, cpu] = [await resultOn("simd", f, inputs), await resultOn("cpu", f, inputs)];
  assert.deepEqual(simd.shape, cpu.shape, what);
  assertClose(simd.data, cpu.data, tolerance, what);
}

Deno.test("functions of two tensors broadcast as on the CPU backend, in every rank", async () => {
  const uniform = uniformsFrom(71);
  const pairs: [number[], number[]][] = [
    [[130], [130]],
    [[], [7]],
    [[5, 1], [1, 9]],
    [[3, 1, 4], [2, 1]],
    [[2, 1, 3, 1, 5], [4, 1, 6, 1]],
    [[2, 3, 1, 5, 1, 3], [1, 3, 4, 1, 2, 3]],
    [[0, 3], [1, 3]],
    [[1, 1], [1]],
  ];
  for (let trial = 0; trial < 10; trial++) {
    const shape = randomShape(uniform, randomInteger(uniform, 1, 5), trial === 0 ? 130 : 9).slice(
      0,
      trial === 0 ? 2 : 5,
    );
    const thinned = () => shape.map((size) => uniform() < 0.4 ? 1 : size).slice(uniform() < 0.3 ? 1 : 0);
    pairs.push([thinned(), thinned()]);
  }
  for (const [a, b] of pairs) {
    for (const [name, f] of Object.entries(BINARY)) {
      const inputs = [awayFromZero(uniform, a), awayFromZero(uniform, b)];
      await assertSameResults(f as (...x: tf.Tensor[]) => tf.Tensor, inputs, 1e-6, `${name} of [${a}] and [${b}]`);
    }
  }
});

Deno.test("gradients of functions of two broadcast tensors agree with the CPU backend", async () => {
  const uniform = uniformsFrom(72);
  for (const [a, b] of [[[3, 1, 5], [4, 5]], [[6, 7], [6, 1]], [[2, 3, 4], []]]) {
    for (const name of ["add", "sub", "mul", "div"] as const) {
      const inputs = [awayFromZero(uniform, a), awayFromZero(uniform, b)];
      const size = sizeOf(tf.broadcast_util.assertAndGetBroadcastShape([...a], [...b]));
      await assertSameOnBothBackends(
        BINARY[name] as (...x: tf.Tensor[]) => tf.Tensor,
        inputs,
        randomFloats(uniform, size),
        1e-5,
        `${name} of [${a}] and [${b}]`,
      );
    }
  }
});

Deno.test("functions of one tensor and their gradients agree with the CPU backend", async () => {
  const uniform = uniformsFrom(73);
  for (const shape of [[1], [3, 5], [130, 3], [2, 2, 2, 2], [0, 4], []]) {
    for (const [name, f] of Object.entries(UNARY)) {
      const input = awayFromZero(uniform, shape, name === "sqrt" || name === "rsqrt");
      await assertSameOnBothBackends(
        f as (x: tf.Tensor) => tf.Tensor,
        [input],
        randomFloats(uniform, sizeOf(shape)),
        2e-5,
        `${name} of [${shape}]`,
      );
    }
  }
});

Deno.test("functions take extreme and non-finite numbers as the CPU backend does", async () => {
  const data = Float32Array.of(NaN, Infinity, -Infinity, 0, -0, 1e38, -1e38, 1e-38, 87, 88.8, -87, -104, 89, -1e4, 1e4);
  const input = { shape: [data.length], data };
  for (const [name, f] of Object.entries(UNARY)) {
    await assertSameResults(f as (x: tf.Tensor) => tf.Tensor, [input], 1e-6, name);
  }
  const other = { shape: [data.length], data: data.slice().reverse() };
  for (const [name, f] of Object.entries(BINARY)) {
    await assertSameResults(f as (...x: tf.Tensor[]) => tf.Tensor, [input, other], 1e-6, name);
  }
});

Deno.test("reductions over any axes and their gradients agree with the CPU backend", async () => {
  const uniform = uniformsFrom(74);
  const cases: [number[], number[] | undefined][] = [
    [[130], undefined],
    [[5], [0]],
    [[], undefined],
    [[4, 7], []],
    [[1, 130], [1]],
    [[3, 4, 5], [1]],
    [[3, 4, 5], [0, 2]],
    [[3, 4, 5], [-1, 0]],
    [[2, 3, 2, 3, 2], [0, 2, 4]],
    [[2, 3, 2, 3, 2], [1, 3]],
    [[2, 3, 4, 5], [1, 2]],
  ];
  for (const [shape, axes] of cases) {
    for (const [name, f] of Object.entries(REDUCTIONS)) {
      for (const keepDims of [false, true]) {
        const reduce = (x: tf.Tensor) => f(x, axes, keepDims) as tf.Tensor;
        const input = randomInput(uniform, shape);
        const { data } = await resultOn("cpu", reduce, [input]);
        const weights = randomFloats(uniform, data.length);
        await assertSameOnBothBackends(reduce, [input], weights, 1e-5, `${name} of [${shape}] over [${axes}]`);
      }
    }
  }
});

Deno.test("reductions of nothing, of integers and of what is not a number are the CPU backend's", async () => {
  for (const [name, f] of Object.entries(REDUCTIONS)) {
    const empty = { shape: [3, 0], data: new Float32Array() };
    await assertSameResults((x) => f(x, 1), [empty], 0, `${name} of nothing`);
    const broken = { shape: [3, 5], data: Float32Array.from({ length: 15 }, (_, i) => i === 7 ? NaN : i) };
    for (const axis of [0, 1]) {
      await assertSameResults((x) => f(x, axis), [broken], 1e-6, `${name} with NaN over ${axis}`);
    }
  }
  await useBackend("simd");
  const total = tf.sum(tf.tensor1d([1, 2, 3], "int32"));
  assert.deepEqual([total.dtype, total.dataSync()[0]], ["int32", 6]);
  total.dispose();
});

Deno.test("long sums lose nothing", async () => {
  await useBackend("simd");
  const total = tf.tidy(() => tf.sum(tf.fill([3_000_001], 0.1)).dataSync()[0]);
  assertClose([total], [3_000_001 * Math.fround(0.1)], 1e-6, "sum");
});

Deno.test("concatenation, tiling and transposition agree with the CPU backend in every rank", async () => {
  const uniform = uniformsFrom(75);
  for (let trial = 0; trial < 12; trial++) {
    const rank = 1 + trial % 5;
    const shape = randomShape(uniform, rank, rank < 3 ? 40 : 6);
    const axis = randomInteger(uniform, 0, rank - 1);
    const input = randomInput(uniform, shape);
    const other = randomInput(uniform, shape.map((size, d) => d === axis ? randomInteger(uniform, 0, 5) : size));
    const weights = randomFloats(uniform, input.data.length + other.data.length);
    await assertSameOnBothBackends(
      (a, b) => tf.concat([a, b], axis),
      [input, other],
      weights,
      1e-6,
      `concat [${shape}]`,
    );
    const reps = shape.map(() => randomInteger(uniform, 1, 3));
    const tile = (x: tf.Tensor) => tf.tile(x, reps);
    const what = `tile [${shape}] by [${reps}]`;
    await assertSameResults(tile, [input], 0, what);
    if (rank < 5) {
      // TensorFlow.js has no gradient for more axes.
      const slopes = randomFloats(uniform, input.data.length * sizeOf(reps));
      await assertSameOnBothBackends(tile, [input], slopes, 1e-5, what);
    }
    const order = shape.map((_, d) => d).sort(() => uniform() - 0.5);
    await assertSameOnBothBackends(
      (x) => tf.transpose(x, order),
      [input],
      randomFloats(uniform, input.data.length),
      1e-6,
      `transpose [${shape}] to [${order}]`,
    );
  }
  await assertSameResults((x) => tf.tile(x, [2, 0]), [randomInput(uniform, [2, 3])], 0, "tile by none");
  await assertSameResults((x) => tf.transpose(x), [randomInput(uniform, [2, 3, 0])], 0, "transpose of nothing");
  await assertSameResults(
    (x) => tf.transpose(x, [5, 0, 4, 1, 3, 2]),
    [randomInput(uniform, [2, 3, 2, 3, 2, 3])],
    0,
    "transpose of six axes",
  );
});

Deno.test("softmax and its gradient agree with the CPU backend", async () => {
  const uniform = uniformsFrom(76);
  for (const shape of [[1, 1], [5, 130], [2, 3, 7], [4]]) {
    const weights = randomFloats(uniform, sizeOf(shape));
    await assertSameOnBothBackends((x) => tf.softmax(x), [randomInput(uniform, shape, 20)], weights, 1e-5, `${shape}`);
  }
  const broken = { shape: [2, 3], data: Float32Array.of(1, NaN, 2, 3, 4, -Infinity) };
  await assertSameResults((x) => tf.softmax(x), [broken], 1e-6, "softmax with NaN and −∞");
});
