/** What the tests of lib/tensor share: random numbers, comparisons across backends, finite differences in float64. */

import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { type BackendName, useBackend } from "../../lib/tensor/mod.ts";

/** The backends that the tests of gradients and of random shapes are about: TENSOR_BACKENDS in the environment names others. */
export const TESTED = (Deno.env.get("TENSOR_BACKENDS") ?? "simd,cpu").split(",") as BackendName[];

/** Uniform numbers in [0, 1) (mulberry32); the same seed gives the same numbers. */
export function uniformsFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `length` numbers in [−scale, scale). */
export function randomFloats(uniform: () => number, length: number, scale = 1): Float32Array {
  return Float32Array.from({ length }, () => (2 * uniform() - 1) * scale);
}

/** Rows of zeros and ones with `least` ones or more. */
export function randomMask(uniform: () => number, rows: number, columns: number, least = 1): Float32Array {
  const mask = Float32Array.from({ length: rows * columns }, () => uniform() < 0.7 ? 1 : 0);
  for (let r = 0; r < rows; r++) for (let c = 0; c < Math.min(least, columns); c++) mask[r * columns + c] = 1;
  return mask;
}

/** A whole number in [from, to]. */
export function randomInteger(uniform: () => number, from: number, to: number): number {
  return from + Math.floor(uniform() * (to - from + 1));
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Asserts equality within `tolerance` relative to 1 + |expected|; non-finite numbers must be the same. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.equal(actual.length, expected.length, `${what}: length`);
  for (let i = 0; i < actual.length; i++) {
    const [x, y] = [actual[i], expected[i]];
    if (Object.is(x, y) || x === y) continue;
    const close = Number.isFinite(y) && Math.abs(x - y) <= tolerance * (1 + Math.abs(y));
    assert.ok(close, `${what}: [${i}] is ${x}, expected ${y}`);
  }
}

/** Numbers with their shape: an input of a function under test. */
export interface Input {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export function randomInput(uniform: () => number, shape: readonly number[], scale = 1): Input {
  return { shape, data: randomFloats(uniform, sizeOf(shape), scale) };
}

/**
 * A shape of `rank` sizes in 1 … 130 with at most `most` entries.
 * @param empty whether one of the sizes is 0 instead
 */
export function randomSizes(uniform: () => number, rank: number, empty: boolean, most = 20_000): number[] {
  for (;;) {
    const shape = Array.from({ length: rank }, () => randomInteger(uniform, 1, 130));
    if (sizeOf(shape) > most) continue;
    if (empty) shape[randomInteger(uniform, 0, rank - 1)] = 0;
    return shape;
  }
}

/** The input with `wrong` in one place that `mayBreak` allows. */
export function breakOne(
  uniform: () => number,
  { shape, data }: Input,
  wrong: number,
  mayBreak: (index: number) => boolean = () => true,
): Input {
  const places = Array.from(data, (_, i) => i).filter(mayBreak);
  const broken = data.slice();
  if (places.length > 0) broken[places[randomInteger(uniform, 0, places.length - 1)]] = wrong;
  return { shape, data: broken };
}

/** The result of a function on a backend. */
export async function resultOn(
  backend: BackendName,
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly Input[],
): Promise<Input> {
  await useBackend(backend);
  const y = tf.tidy(() => f(...inputs.map(({ shape, data }) => tf.tensor(data, [...shape], "float32"))));
  const data = await y.data<"float32">();
  y.dispose();
  return { shape: y.shape, data };
}

/** The result of a function on a backend and the gradients of `Σ weightᵢ·resultᵢ` in every input. */
export async function resultAndGradients(
  backend: BackendName,
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly Input[],
  weights: Float32Array,
): Promise<{ result: Float32Array; shape: number[]; gradients: Float32Array[] }> {
  await useBackend(backend);
  const [y, ...slopes] = tf.tidy(() => {
    const tensors = inputs.map(({ shape, data }) => tf.tensor(data, [...shape], "float32"));
    const weighted = (...given: tf.Tensor[]) => {
      const out = f(...given);
      return tf.sum(tf.mul(out, tf.tensor(weights, out.shape))) as tf.Scalar;
    };
    return [f(...tensors), ...tf.grads(weighted)(tensors)];
  });
  const [result, ...gradients] = await Promise.all([y, ...slopes].map((x) => x.data<"float32">()));
  tf.dispose([y, slopes]);
  return { result, shape: y.shape, gradients };
}

/** Compares a function and its gradients on `simd` with the same on `cpu`. */
export async function assertSameOnBothBackends(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly Input[],
  weights: Float32Array,
  tolerance: number,
  what: string,
): Promise<void> {
  const simd = await resultAndGradients("simd", f, inputs, weights);
  const cpu = await resultAndGradients("cpu", f, inputs, weights);
  assert.deepEqual(simd.shape, cpu.shape, `${what}: shape`);
  assertClose(simd.result, cpu.result, tolerance, `${what}: result`);
  simd.gradients.forEach((g, i) => assertClose(g, cpu.gradients[i], tolerance, `${what}: gradient of input ${i}`));
}

/**
 * Asserts that the gradients of a tensor function on a backend are those of `reference` by central differences in float64,
 * and that both give the same results.
 * @param reference the function over flat float64 arrays
 */
export async function assertFiniteDifferences(
  backend: BackendName,
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  reference: (...inputs: Float64Array[]) => Float64Array,
  inputs: readonly Input[],
  weights: Float32Array,
  what: string,
): Promise<void> {
  const { result, gradients } = await resultAndGradients(backend, f, inputs, weights);
  const exact = inputs.map(({ data }) => Float64Array.from(data));
  assertClose(result, reference(...exact), 3e-6, `${what} on ${backend}`);
  const value = () => reference(...exact).reduce((sum, y, i) => sum + weights[i] * y, 0);
  const step = 1e-6;
  exact.forEach((x, p) => {
    const expected = x.map((_, i) => {
      const middle = x[i];
      x[i] = middle + step;
      const above = value();
      x[i] = middle - step;
      const below = value();
      x[i] = middle;
      return (above - below) / (2 * step);
    });
    assertClose(gradients[p], expected, 2e-5, `${what} on ${backend}: gradient of input ${p}`);
  });
}

/** A function and inputs for it. */
export interface Case {
  readonly inputs: readonly Input[];
  readonly f: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** Whether TensorFlow.js has no gradient for it. */
  readonly noGradient?: boolean;
}

/** Compares a function, and its gradients if asked, on a backend with the same on `cpu`. */
export async function assertAgreesWithCpu(
  backend: BackendName,
  { inputs, f, noGradient }: Case,
  tolerance: number,
  name: string,
  gradients: boolean,
): Promise<void> {
  const what = `${name} on ${backend}, ${inputs.map(({ shape }) => `[${shape}]`).join(" and ")}`;
  const cpu = await resultOn("cpu", f, inputs);
  const own = await resultOn(backend, f, inputs);
  assert.deepEqual(own.shape, cpu.shape, `${what}: shape`);
  assertClose(own.data, cpu.data, tolerance, what);
  if (!gradients || noGradient === true) return;
  const weights = randomFloats(uniformsFrom(cpu.data.length), cpu.data.length);
  const [expected, actual] = [
    await resultAndGradients("cpu", f, inputs, weights),
    await resultAndGradients(backend, f, inputs, weights),
  ];
  actual.gradients.forEach((g, i) =>
    assertClose(g, expected.gradients[i], tolerance, `${what}: gradient of input ${i}`)
  );
}
