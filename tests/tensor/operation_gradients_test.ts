/** Gradients of TensorFlow.js's own operations against central differences of the same operation written in float64. */

import * as tf from "@tensorflow/tfjs-core";
import {
  assertFiniteDifferences,
  type Input,
  randomFloats,
  randomInput,
  sizeOf,
  TESTED,
  uniformsFrom,
} from "./support.ts";

type Exact = (...inputs: Float64Array[]) => Float64Array;

const UNARY: Readonly<Record<string, [f: (x: tf.Tensor) => tf.Tensor, exact: (x: number) => number]>> = {
  neg: [tf.neg, (x) => -x],
  abs: [tf.abs, Math.abs],
  square: [tf.square, (x) => x * x],
  sqrt: [tf.sqrt, Math.sqrt],
  rsqrt: [tf.rsqrt, (x) => 1 / Math.sqrt(x)],
  reciprocal: [tf.reciprocal, (x) => 1 / x],
  exp: [tf.exp, Math.exp],
  sigmoid: [tf.sigmoid, (x) => 1 / (1 + Math.exp(-x))],
  tanh: [tf.tanh, Math.tanh],
  relu: [tf.relu, (x) => Math.max(0, x)],
};

const BINARY: Readonly<
  Record<string, [f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, exact: (a: number, b: number) => number]>
> = {
  add: [tf.add, (a, b) => a + b],
  sub: [tf.sub, (a, b) => a - b],
  mul: [tf.mul, (a, b) => a * b],
  div: [tf.div, (a, b) => a / b],
  maximum: [tf.maximum, Math.max],
  minimum: [tf.minimum, Math.min],
  squaredDifference: [tf.squaredDifference, (a, b) => (a - b) ** 2],
};

const [ROWS, COLUMNS] = [3, 5];
const SHAPE = [ROWS, COLUMNS];
const rowOf = (x: Float64Array, row: number) => x.subarray(row * COLUMNS, (row + 1) * COLUMNS);

/** A function of each row. */
const byRow = (f: (row: Float64Array) => ArrayLike<number>): Exact => (x) =>
  Float64Array.from(Array.from({ length: ROWS }, (_, row) => Array.from(f(rowOf(x, row)))).flat());

const sum = (row: Float64Array) => row.reduce((a, b) => a + b, 0);

const REDUCTIONS: Readonly<Record<string, [f: (x: tf.Tensor) => tf.Tensor, exact: Exact]>> = {
  sum: [(x) => tf.sum(x, 1), byRow((row) => [sum(row)])],
  mean: [(x) => tf.mean(x, 1), byRow((row) => [sum(row) / COLUMNS])],
  max: [(x) => tf.max(x, 1), byRow((row) => [Math.max(...row)])],
  min: [(x) => tf.min(x, 1), byRow((row) => [Math.min(...row)])],
  softmax: [(x) => tf.softmax(x), byRow((row) => row.map((x) => Math.exp(x) / sum(row.map(Math.exp))))],
};

/** Movements: where each entry of the result comes from, −1 for a constant. */
const MOVEMENTS: Readonly<Record<string, [f: (x: tf.Tensor) => tf.Tensor, from: number[]]>> = {
  tile: [(x) => tf.tile(x, [1, 2]), [0, 1, 2].flatMap((r) => [0, 1, 2, 3, 4, 0, 1, 2, 3, 4].map((c) => r * 5 + c))],
  transpose: [(x) => tf.transpose(x), [0, 1, 2, 3, 4].flatMap((c) => [0, 1, 2].map((r) => r * 5 + c))],
  slice: [(x) => tf.slice(x, [1, 2], [2, 3]), [7, 8, 9, 12, 13, 14]],
  pad: [
    (x) => tf.pad(x, [[0, 0], [1, 0]], 7),
    [0, 1, 2].flatMap((r) => [-1, 0, 1, 2, 3, 4].map((c) => c < 0 ? c : r * 5 + c)),
  ],
  concat: [(x) => tf.concat([x, x], 0), [...Array(30).keys()].map((i) => i % 15)],
};

/** Numbers in ±[0.5, 1.5), or positive ones. */
function away(uniform: () => number, positive: boolean): Input {
  const data = randomFloats(uniform, sizeOf(SHAPE)).map((x) => (positive || x > 0 ? 1 : -1) * (0.5 + Math.abs(x)));
  return { shape: SHAPE, data };
}

for (const backend of TESTED) {
  Deno.test(`gradients of functions of entries on ${backend} are those of finite differences`, async () => {
    const uniform = uniformsFrom(81);
    const weights = randomFloats(uniform, ROWS * COLUMNS);
    for (const [name, [f, exact]] of Object.entries(UNARY)) {
      const input = away(uniform, name.endsWith("sqrt"));
      await assertFiniteDifferences(backend, f, (x) => x.map(exact), [input], weights, name);
    }
    for (const [name, [f, exact]] of Object.entries(BINARY)) {
      const inputs = [away(uniform, false), away(uniform, false)];
      const each: Exact = (a, b) => a.map((x, i) => exact(x, b[i]));
      await assertFiniteDifferences(backend, f as (...x: tf.Tensor[]) => tf.Tensor, each, inputs, weights, name);
    }
  });

  Deno.test(`gradients of reductions and movements on ${backend} are those of finite differences`, async () => {
    const uniform = uniformsFrom(82);
    const moved = Object.entries(MOVEMENTS).map(([name, [f, from]]): [string, [(x: tf.Tensor) => tf.Tensor, Exact]] => {
      const exact: Exact = (x) => Float64Array.from(from, (at) => at < 0 ? 7 : x[at]);
      return [name, [f, exact]];
    });
    for (const [name, [f, exact]] of [...Object.entries(REDUCTIONS), ...moved]) {
      const input = randomInput(uniform, SHAPE, 2);
      const weights = randomFloats(uniform, exact(Float64Array.from(input.data)).length);
      await assertFiniteDifferences(backend, f, exact, [input], weights, name);
    }
  });

  Deno.test(`gradients of matrix products on ${backend} are those of finite differences in all four forms`, async () => {
    const uniform = uniformsFrom(83);
    const [m, k, n] = [4, 3, 5];
    for (const [turnA, turnB] of [[false, false], [false, true], [true, false], [true, true]]) {
      const exact: Exact = (a, b) =>
        Float64Array.from({ length: m * n }, (_, at) => {
          const [i, j] = [Math.floor(at / n), at % n];
          let total = 0;
          for (let p = 0; p < k; p++) total += a[turnA ? p * m + i : i * k + p] * b[turnB ? j * k + p : p * n + j];
          return total;
        });
      const inputs = [randomInput(uniform, turnA ? [k, m] : [m, k]), randomInput(uniform, turnB ? [n, k] : [k, n])];
      const f = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, turnA, turnB);
      const what = `product, transposed ${turnA}, ${turnB}`;
      await assertFiniteDifferences(
        backend,
        f as (...x: tf.Tensor[]) => tf.Tensor,
        exact,
        inputs,
        randomFloats(uniform, m * n),
        what,
      );
    }
  });
}
