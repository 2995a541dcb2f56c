/**
 * Every kernel that the simd backend has of its own, and the same kernel of TensorFlow.js's wasm backend, against the CPU
 * backend: on random shapes of 1 to 130 in each dimension, with an empty one, and with entries that are not finite.
 */

import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../lib/tensor/mod.ts";
import {
  assertAgreesWithCpu,
  breakOne,
  type Case,
  type Input,
  randomFloats,
  randomInput,
  randomInteger,
  randomSizes,
  sizeOf,
  TESTED,
  uniformsFrom,
} from "./support.ts";

type Uniform = () => number;
/** Draws a case of a kernel; `empty` asks for a dimension of size 0. */
type Draw = (uniform: Uniform, empty: boolean) => Case;

/** Numbers in ±[0.5, 1.5): none near 0, where quotients and roots are steep. */
const awayFromZero = (uniform: Uniform, shape: readonly number[], positive = false): Input => ({
  shape,
  data: randomFloats(uniform, sizeOf(shape)).map((x) => (positive || x > 0 ? 1 : -1) * (0.5 + Math.abs(x))),
});

const anyShape = (uniform: Uniform, empty: boolean) => randomSizes(uniform, randomInteger(uniform, 1, 3), empty);

/**
 * Two shapes that broadcast: some sizes are 1 in one of them, and one may have fewer dimensions. TensorFlow.js has no
 * gradient of broadcast extremes and squared differences.
 */
const binary =
  (f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, noBroadcastGradient = false): Draw => (uniform, empty) => {
    const shape = anyShape(uniform, empty);
    const thinned = shape.map((size) => uniform() < 0.3 ? 1 : size).slice(uniform() < 0.3 ? 1 : 0);
    const inputs = [awayFromZero(uniform, shape), awayFromZero(uniform, thinned)];
    if (uniform() < 0.5) inputs.reverse();
    return { inputs, f, noGradient: noBroadcastGradient && thinned.join() !== shape.join() };
  };

const unary = (f: (x: tf.Tensor) => tf.Tensor, positive = false): Draw => (uniform, empty) => ({
  inputs: [awayFromZero(uniform, anyShape(uniform, empty), positive)],
  f,
});

const reduction = (f: (x: tf.Tensor, axes: number[], keepDims: boolean) => tf.Tensor): Draw => (uniform, empty) => {
  const shape = anyShape(uniform, empty);
  const axes = shape.flatMap((_, d) => uniform() < 0.5 ? [d] : []);
  const keepDims = uniform() < 0.5;
  return { inputs: [randomInput(uniform, shape)], f: (x) => f(x, axes.length === 0 ? [0] : axes, keepDims) };
};

const matMul: Draw = (uniform, empty) => {
  const [m, n, k] = randomSizes(uniform, 3, empty, 400_000);
  const batch = uniform() < 0.5 ? [] : [randomInteger(uniform, 1, 3)];
  const [turnA, turnB] = [uniform() < 0.5, uniform() < 0.5];
  const inputs = [turnA ? [k, m] : [m, k], turnB ? [n, k] : [k, n]].map((shape) =>
    randomInput(uniform, [...batch, ...shape])
  );
  return { inputs, f: (a, b) => tf.matMul(a, b, turnA, turnB) };
};

const fusedMatMul: Draw = (uniform, empty) => {
  const [m, n, k] = randomSizes(uniform, 3, empty, 400_000);
  const activation = uniform() < 0.5 ? "relu" : "linear";
  const inputs = [[m, k], [k, n], [n]].map((shape) => randomInput(uniform, shape));
  const f = (...[a, b, bias]: tf.Tensor[]) =>
    tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, bias, activation });
  return { inputs, f };
};

const concat: Draw = (uniform, empty) => {
  const shape = anyShape(uniform, empty);
  const axis = randomInteger(uniform, 0, shape.length - 1);
  const most = Math.floor(20_000 / Math.max(1, sizeOf(shape.filter((_, d) => d !== axis))));
  const other = shape.map((size, d) => d === axis ? randomInteger(uniform, 1, Math.min(130, most)) : size);
  return {
    inputs: [randomInput(uniform, shape), randomInput(uniform, other)],
    f: (a, b) => tf.concat([a, b], axis),
  };
};

const tile: Draw = (uniform, empty) => {
  const shape = anyShape(uniform, empty);
  const reps = shape.map(() => randomInteger(uniform, 1, 3));
  return { inputs: [randomInput(uniform, shape)], f: (x) => tf.tile(x, reps) };
};

const transpose: Draw = (uniform, empty) => {
  const shape = anyShape(uniform, empty);
  const order = shape.map((_, d) => ({ d, key: uniform() })).sort((a, b) => a.key - b.key).map(({ d }) => d);
  return { inputs: [randomInput(uniform, shape)], f: (x) => tf.transpose(x, order) };
};

const slice: Draw = (uniform, empty) => {
  const shape = anyShape(uniform, empty);
  const begin = shape.map((size) => randomInteger(uniform, 0, Math.max(0, size - 1)));
  const size = shape.map((each, d) => randomInteger(uniform, 0, each - begin[d]));
  return { inputs: [randomInput(uniform, shape)], f: (x) => tf.slice(x, begin, size) };
};

const pad: Draw = (uniform, empty) => {
  const shape = anyShape(uniform, empty);
  const paddings = shape.map(() => [randomInteger(uniform, 0, 3), randomInteger(uniform, 0, 3)] as [number, number]);
  return { inputs: [randomInput(uniform, shape)], f: (x) => tf.pad(x, paddings, -7) };
};

const KERNELS: Readonly<Record<string, Draw>> = {
  Add: binary(tf.add),
  Sub: binary(tf.sub),
  Multiply: binary(tf.mul),
  RealDiv: binary(tf.div),
  Maximum: binary(tf.maximum, true),
  Minimum: binary(tf.minimum, true),
  SquaredDifference: binary(tf.squaredDifference, true),
  Neg: unary(tf.neg),
  Abs: unary(tf.abs),
  Square: unary(tf.square),
  Sqrt: unary(tf.sqrt, true),
  Rsqrt: unary(tf.rsqrt, true),
  Reciprocal: unary(tf.reciprocal),
  Exp: unary(tf.exp),
  Sigmoid: unary(tf.sigmoid),
  Tanh: unary(tf.tanh),
  Relu: unary(tf.relu),
  Sum: reduction(tf.sum),
  Mean: reduction(tf.mean),
  Max: reduction(tf.max),
  Min: reduction(tf.min),
  Softmax: (uniform, empty) => ({
    inputs: [randomInput(uniform, anyShape(uniform, empty), 5)],
    f: (x) => tf.softmax(x),
  }),
  BatchMatMul: matMul,
  _FusedMatMul: fusedMatMul,
  Concat: concat,
  Tile: tile,
  Transpose: transpose,
  Slice: slice,
  PadV2: pad,
};

Deno.test("the cases are those of every kernel that simd does not take from the CPU backend", async () => {
  await useBackend("simd");
  const own = tf.getKernelsForBackend("simd").filter(({ kernelName, kernelFunc }) =>
    kernelFunc !== tf.getKernel(kernelName, "cpu")?.kernelFunc
  );
  assert.deepEqual(own.map(({ kernelName }) => kernelName).sort(), Object.keys(KERNELS).sort());
});

/** Kernels of TensorFlow.js's wasm backend that take the number where there is one and NaN. */
const DROPS_NAN = ["Maximum", "Minimum", "Relu", "_FusedMatMul"];

for (const backend of TESTED.filter((name) => name !== "cpu")) {
  // A software adapter compiles every new program.
  const trials = backend === "webgpu" ? 1 : 3;

  Deno.test(`every kernel of ${backend} and its gradient agree with the CPU backend's on random shapes`, async () => {
    for (const [k, [name, draw]] of Object.entries(KERNELS).entries()) {
      const uniform = uniformsFrom(1000 + k);
      for (let trial = 0; trial < trials; trial++) {
        await assertAgreesWithCpu(backend, draw(uniform, false), 5e-5, name, true);
      }
    }
  });

  // A GPU need not know NaN.
  if (backend === "webgpu") continue;

  Deno.test(`every kernel of ${backend} passes on NaN and both infinities as the CPU backend's does`, async () => {
    for (const [k, [name, draw]] of Object.entries(KERNELS).entries()) {
      const uniform = uniformsFrom(3000 + k);
      for (const wrong of [NaN, Infinity, -Infinity]) {
        const drawn = draw(uniform, false);
        if (backend === "wasm" && DROPS_NAN.includes(name)) continue;
        const inputs = drawn.inputs.map((input) => breakOne(uniform, input, wrong));
        await assertAgreesWithCpu(backend, { ...drawn, inputs }, 5e-5, `${name} of ${wrong}`, false);
      }
    }
  });
}

// TensorFlow.js's wasm backend reads past the end of empty tensors.
Deno.test("every kernel of simd takes empty tensors as the CPU backend's does", async () => {
  for (const [k, [name, draw]] of Object.entries(KERNELS).entries()) {
    const uniform = uniformsFrom(2000 + k);
    for (let trial = 0; trial < 3; trial++) await assertAgreesWithCpu("simd", draw(uniform, true), 5e-5, name, false);
  }
});
