/** Adam against the same recursion in float64, its clipping, and the round trip of its state. */

import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import {
  adamStepInto,
  createVariableAdam,
  decodeSafetensors,
  encodeSafetensors,
  initialAdam,
  useBackend,
} from "../../lib/tensor/mod.ts";
import { adamFromTensors, adamTensors } from "../../lib/tensor/adam.ts";
import { assertClose, randomFloats, uniformsFrom } from "./support.ts";

const OPTIONS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const SIZES = [1, 7, 64, 130];

Deno.test("steps are those of Kingma and Ba's algorithm 1 in float64, with the gradient clipped by its global norm", () => {
  const uniform = uniformsFrom(41);
  const parameters = SIZES.map((size) => randomFloats(uniform, size));
  const exact = parameters.map((p) => Float64Array.from(p));
  const first = SIZES.map((size) => new Float64Array(size));
  const second = SIZES.map((size) => new Float64Array(size));
  let state = initialAdam(SIZES);
  for (let t = 1; t <= 50; t++) {
    const gradients = SIZES.map((size) => randomFloats(uniform, size, t % 2 === 0 ? 3 : 0.01));
    const clip = 1.5;
    const norm = Math.sqrt(gradients.reduce((sum, g) => g.reduce((s, x) => s + x * x, sum), 0));
    let change = 0;
    exact.forEach((p, k) =>
      p.forEach((x, i) => {
        const g = gradients[k][i] * Math.min(1, clip / norm);
        first[k][i] = 0.9 * first[k][i] + 0.1 * g;
        second[k][i] = 0.999 * second[k][i] + 0.001 * g * g;
        p[i] = x - 0.01 * (first[k][i] / (1 - 0.9 ** t)) / (Math.sqrt(second[k][i] / (1 - 0.999 ** t)) + 1e-8);
        change += (p[i] - x) ** 2;
      })
    );
    const step = adamStepInto(parameters, gradients, state, OPTIONS, 0.01, clip);
    state = step.state;
    assertClose([step.result.gradientNorm, step.result.parameterChange], [norm, Math.sqrt(change)], 1e-5, `step ${t}`);
  }
  assert.equal(state.step, 50);
  parameters.forEach((p, k) => assertClose(p, exact[k], 1e-5, `parameter ${k}`));
  state.first.forEach((m, k) => assertClose(m, first[k], 1e-6, `first moment ${k}`));
  state.second.forEach((v, k) => assertClose(v, second[k], 1e-6, `second moment ${k}`));
});

Deno.test("the first step moves every parameter by the learning rate, against its gradient", () => {
  const parameter = Float32Array.of(1, 1, 1);
  adamStepInto([parameter], [Float32Array.of(2, -0.5, 0)], initialAdam([3]), OPTIONS, 0.125, Infinity);
  assertClose(parameter, [0.875, 1.125, 1], 1e-6, "parameters");
});

Deno.test("a gradient that is not a number shows in its norm", () => {
  const { result } = adamStepInto(
    [new Float32Array(5)],
    [Float32Array.of(0, NaN, 0, 0, 1)],
    initialAdam([5]),
    OPTIONS,
    0.1,
    1,
  );
  assert.ok(Number.isNaN(result.gradientNorm));
});

Deno.test("training goes on from a stored state exactly as without the stop, also after many steps", () => {
  const names = SIZES.map((size) => `p${size}`);
  const shapes = SIZES.map((size) => [size]);
  const uniform = uniformsFrom(42);
  const parameters = SIZES.map((size) => randomFloats(uniform, size));
  let state = initialAdam(SIZES);
  for (let t = 0; t < 3; t++) {
    state = adamStepInto(parameters, SIZES.map((size) => randomFloats(uniform, size)), state, OPTIONS, 0.01, 1).state;
  }
  state = { ...state, step: 16_777_217 };
  const restored = adamFromTensors(
    decodeSafetensors(encodeSafetensors(adamTensors(state, names, shapes))),
    names,
    SIZES,
  );
  assert.equal(restored.step, 16_777_217);
  const gradients = SIZES.map((size) => randomFloats(uniform, size));
  const copies = parameters.map((p) => p.slice());
  adamStepInto(parameters, gradients, state, OPTIONS, 0.01, 1);
  adamStepInto(copies, gradients, restored, OPTIONS, 0.01, 1);
  assert.deepEqual(copies, parameters);
  assert.deepEqual(restored.first, state.first);
});

Deno.test("a state of another network is refused with what is missing", () => {
  const tensors = adamTensors(initialAdam([2, 3]), ["a", "b"], [[2], [3]]);
  assert.throws(() => adamFromTensors(tensors, ["a", "c"], [2, 3]), /state has no first\/c/);
  assert.throws(() => adamFromTensors(tensors, ["a", "b"], [2, 4]), /first\/b has 3 numbers, expected 4/);
});

Deno.test("Adam on variables takes the same steps on every backend, from tensors and from arrays", async () => {
  for (const backend of ["simd", "cpu"] as const) {
    await useBackend(backend);
    const uniform = uniformsFrom(43);
    const values = SIZES.map((size) => randomFloats(uniform, size));
    const variables = values.map((data) => tf.variable(tf.tensor1d(data.slice())));
    const adam = createVariableAdam(variables, OPTIONS);
    let state = initialAdam(SIZES);
    for (let t = 0; t < 20; t++) {
      const gradients = SIZES.map((size) => randomFloats(uniform, size));
      const expected = adamStepInto(values, gradients, state, OPTIONS, 0.01, 3);
      state = expected.state;
      const given = gradients.map((g, p) => p % 2 === 0 ? g : tf.tensor1d(g.slice()));
      const { gradientNorm, parameterChange } = await adam.step(given, 0.01, 3);
      tf.dispose(given.filter((g) => g instanceof tf.Tensor));
      const { result } = expected;
      assertClose([gradientNorm, parameterChange], [result.gradientNorm, result.parameterChange], 1e-5, backend);
    }
    variables.forEach((variable, p) => assertClose(variable.dataSync(), values[p], 1e-5, `${backend}, variable ${p}`));
    assert.equal(adam.state().step, 20);
    adam.state().second.forEach((v, p) => assertClose(v, state.second[p], 1e-6, `${backend}, moment ${p}`));
    adam.dispose();
    tf.dispose(variables);
  }
});

Deno.test("Adam on variables goes on from its state, refuses another's, and leaves clones alone", async () => {
  for (const backend of ["simd", "cpu"] as const) {
    await useBackend(backend);
    const variables = [tf.variable(tf.ones([5]))];
    const clone = variables[0].clone();
    const adam = createVariableAdam(variables, OPTIONS);
    const gradient = Float32Array.of(1, -2, 3, 0, 0.5);
    await adam.step([gradient], 0.1, 1);
    assert.deepEqual([...clone.dataSync()], [1, 1, 1, 1, 1], backend);
    const copies = [tf.variable(variables[0].clone())];
    const other = createVariableAdam(copies, OPTIONS);
    other.restore(adam.state());
    await adam.step([gradient], 0.1, 1);
    await other.step([gradient], 0.1, 1);
    assert.deepEqual(copies[0].dataSync(), variables[0].dataSync(), backend);
    assert.throws(() => other.restore(initialAdam([4])), /has 4 numbers, expected 5/);
    [adam, other].forEach((each) => each.dispose());
    tf.dispose([...variables, ...copies, clone]);
  }
});
