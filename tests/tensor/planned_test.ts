/** Networks as plans: the same numbers and gradients as on tensors, and the gradients of finite differences. */

import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { createStream } from "../../lib/random/mod.ts";
import {
  createParameters,
  createSystemNetwork,
  type NetworkFunction,
  type ParameterShape,
  type SystemBatch,
  type SystemTable,
  useBackend,
} from "../../lib/tensor/mod.ts";
import { assertClose, randomFloats, uniformsFrom } from "./support.ts";

const WIDTH = 5;
/** Members of each system: all sizes, in no order; so many that they are computed in several parts. */
const SIZES = Array.from({ length: 120 }, (_, k) => 1 + 3 * k % WIDTH);
const CELLS = 3;
const [NODES, PAIRS, CELL, CHANNELS] = [6, 3, 2, 8];

const shape = (name: string, rows: number, columns: number): ParameterShape => ({
  name,
  shape: rows === 0 ? [columns] : [rows, columns],
  deviation: 0.5,
});

/** Every operation of the algebra, with tables of systems, members, pairs and cells, and a parameter that is used twice. */
const everything: NetworkFunction = (algebra, [present, nodes, pairs, cells, scales]) => {
  const layer = <X>(x: X, name: string, activation: "linear" | "relu" | "gelu" | "tanh") => ({
    products: [{ x, kernel: name }],
    bias: `${name}/bias`,
    activation,
  });
  const first = algebra.sumLayer(layer(nodes, "in", "gelu"));
  const h = algebra.scaleGroups(algebra.layerNorm(first, "norm/scale", "norm/shift"), scales);
  const messages = algebra.pairMessages(
    algebra.sumLayer(layer(h, "receiver", "linear")),
    algebra.sumLayer(layer(h, "receiver", "tanh")),
    algebra.sumLayer(layer(pairs, "pair", "linear")),
    present,
  );
  const mixed = algebra.sumLayer({
    products: [{ x: h, kernel: "own" }, { x: messages, kernel: "messages" }],
    bias: null,
    shared: { x: algebra.pool(h, present), kernel: "messages" },
    activation: "relu",
  });
  const states = algebra.add(h, algebra.scale(mixed, -0.7));
  const over = algebra.sumLayer({
    products: [{ x: cells, kernel: "cell" }],
    bias: "receiver/bias",
    shared: { x: states, kernel: "own" },
    activation: "tanh",
  });
  return algebra.concat([algebra.sumLayer(layer(over, "out", "linear")), over]);
};

const SHAPES = [
  shape("in", NODES, CHANNELS),
  shape("in/bias", 0, CHANNELS),
  shape("norm/scale", 0, CHANNELS),
  shape("norm/shift", 0, CHANNELS),
  shape("receiver", CHANNELS, CHANNELS),
  shape("receiver/bias", 0, CHANNELS),
  shape("pair", PAIRS, CHANNELS),
  shape("pair/bias", 0, CHANNELS),
  shape("own", CHANNELS, CHANNELS),
  shape("messages", 2 * CHANNELS, CHANNELS),
  shape("cell", CELL, CHANNELS),
  shape("out", CHANNELS, 2),
  shape("out/bias", 0, 2),
  shape("unused", 2, 2),
];

function batchOf(sizes: readonly number[], width = WIDTH): SystemBatch {
  const present = new Float32Array(sizes.length * width);
  sizes.forEach((size, k) => present.fill(1, k * width, k * width + size));
  return { count: sizes.length, width, present };
}

/** Random tables; what stands in the padding is as random as the rest. */
function tablesOf({ count, width }: SystemBatch, seed: number): SystemTable[] {
  const uniform = uniformsFrom(seed);
  const table = (power: 0 | 1 | 2, columns: number, each = 1): SystemTable => ({
    power,
    each,
    columns,
    data: randomFloats(uniform, count * width ** power * each * columns),
  });
  return [table(1, NODES), table(2, PAIRS), table(1, CELL, CELLS), table(0, CHANNELS)];
}

/** 1 for the rows of members that are there. */
function maskOf({ count, width, present }: SystemBatch, rowsOfMember: number, columns: number): Float32Array {
  const each = rowsOfMember * columns;
  return Float32Array.from({ length: count * width * each }, (_, k) => present[Math.floor(k / each)]);
}

/** The result where members are, and the gradients of its sum with random weights. */
async function computed(plans: boolean, batch: SystemBatch, tables: readonly SystemTable[], seed = 9) {
  const parameters = createParameters(SHAPES, createStream(seed));
  const network = createSystemNetwork(parameters, () => everything, plans);
  const weights = maskOf(batch, CELLS, CHANNELS + 2);
  const uniform = uniformsFrom(4);
  const weighted = weights.map((present) => present * (2 * uniform() - 1));
  let values = new Float32Array();
  const { value, grads } = tf.variableGrads(() => {
    const y = network.run(batch, tables);
    values = y.dataSync<"float32">().map((x, k) => weights[k] > 0 ? x : 0) as Float32Array<ArrayBuffer>;
    return tf.sum(tf.mul(y, tf.tensor2d(weighted, y.shape))) as tf.Scalar;
  }, [...parameters.list]);
  // Tensors know nothing of a parameter that is not used.
  const gradients = await Promise.all(parameters.list.map(({ name, size }) => {
    const gradient: tf.Tensor | undefined = grads[name];
    return gradient?.data<"float32">() ?? new Float32Array(size);
  }));
  tf.dispose([value, grads]);
  parameters.dispose();
  return { values, gradients };
}

Deno.test("a plan gives the values and the gradients of the same network on tensors, without and with padding", async () => {
  await useBackend("simd");
  const batch = batchOf(SIZES);
  const tables = tablesOf(batch, 1);
  const plan = await computed(true, batch, tables);
  const tensors = await computed(false, batch, tables);
  assertClose(plan.values, tensors.values, 2e-6, "values");
  SHAPES.forEach(({ name }, p) => assertClose(plan.gradients[p], tensors.gradients[p], 5e-5, `gradient of ${name}`));
  assert.ok(plan.gradients[SHAPES.length - 1].every((g) => g === 0), "a parameter that is not used has no gradient");
  SHAPES.slice(0, -1).forEach(({ name }, p) => assert.ok(plan.gradients[p].some((g) => g !== 0), name));
});

Deno.test("a plan's gradients are finite differences of its values", async () => {
  await useBackend("simd");
  const batch = batchOf([2, 4, 3], 4);
  const tables = tablesOf(batch, 3);
  const parameters = createParameters(SHAPES, createStream(21));
  const network = createSystemNetwork(parameters, () => everything, true);
  const mask = maskOf(batch, CELLS, CHANNELS + 2);
  const uniform = uniformsFrom(8);
  const weights = mask.map((present) => present * (2 * uniform() - 1));
  const loss = () => {
    const y = network.run(batch, tables);
    const sum = y.dataSync<"float32">().reduce((total, x, k) => total + x * weights[k], 0);
    y.dispose();
    return sum;
  };
  const { grads, value } = tf.variableGrads(() => {
    const y = network.run(batch, tables);
    return tf.sum(tf.mul(y, tf.tensor2d(weights, y.shape))) as tf.Scalar;
  }, [...parameters.list]);
  const step = 2e-3;
  for (const [p, variable] of parameters.list.entries()) {
    const data = Float32Array.from(await variable.data<"float32">());
    const gradient = await grads[variable.name].data<"float32">();
    const set = (values: Float32Array) => variable.assign(tf.tensor(values, variable.shape));
    for (let i = 0; i < data.length; i += Math.ceil(data.length / 5)) {
      const moved = (by: number) => {
        set(data.map((x, k) => k === i ? x + by : x));
        return loss();
      };
      const slope = (moved(step) - moved(-step)) / (2 * step);
      assert.ok(
        Math.abs(slope - gradient[i]) < 0.02 * (1 + Math.abs(slope)),
        `${SHAPES[p].name}[${i}]: ${gradient[i]}, by differences ${slope}`,
      );
    }
    set(data);
  }
  tf.dispose([grads, value]);
  parameters.dispose();
});

Deno.test("what stands in the padding, the width of a batch and its other systems change no bit of a system's result", async () => {
  await useBackend("simd");
  const parameters = createParameters(SHAPES, createStream(5));
  const network = createSystemNetwork(parameters, () => everything, true);
  const batch = batchOf(SIZES);
  const tables = tablesOf(batch, 1);
  const read = (own: SystemBatch, data: readonly SystemTable[]) => {
    const y = network.run(own, data);
    const values = y.dataSync<"float32">();
    y.dispose();
    return values;
  };
  const whole = read(batch, tables);
  const each = CELLS * (CHANNELS + 2);
  for (const [k, size] of SIZES.slice(0, 12).entries()) {
    const alone = batchOf([size], size);
    const cut = tables.map((table) => {
      const { power, each: rows = 1, columns, data } = table;
      const members = Array.from({ length: size }, (_, i) => i);
      const places = power === 0
        ? [0]
        : power === 1
        ? members
        : members.flatMap((i) => members.map((j) => i * WIDTH + j));
      const length = rows * columns;
      const from = k * WIDTH ** power * length;
      const own = places.flatMap((place) => [...data.subarray(from + place * length, from + (place + 1) * length)]);
      return { ...table, data: Float32Array.from(own) };
    });
    assert.deepEqual(read(alone, cut), whole.slice(k * WIDTH * each, (k * WIDTH + size) * each), `system ${k}`);
    const padding = whole.slice((k * WIDTH + size) * each, (k + 1) * WIDTH * each);
    assert.ok(padding.every((x) => x === 0), `padding of system ${k}`);
  }
  parameters.dispose();
});

Deno.test("plans leave nothing in the backend's memory, with and without a gradient", async () => {
  await useBackend("simd");
  const batch = batchOf(SIZES);
  const tables = tablesOf(batch, 1);
  const parameters = createParameters(SHAPES, createStream(5));
  const network = createSystemNetwork(parameters, () => everything, true);
  const once = () => {
    const { value, grads } = tf.variableGrads(
      () => tf.sum(network.run(batch, tables)) as tf.Scalar,
      [...parameters.list],
    );
    tf.dispose([value, grads]);
    network.run(batch, tables).dispose();
  };
  once();
  const { simdBackend } = await import("../../lib/tensor/simd/backend.ts");
  const before = { used: simdBackend().arena.used, tensors: tf.memory().numTensors };
  for (let k = 0; k < 3; k++) once();
  assert.deepEqual({ used: simdBackend().arena.used, tensors: tf.memory().numTensors }, before);
  parameters.dispose();
});

Deno.test("sizes that do not fit, members behind padding and systems without members are refused", async () => {
  await useBackend("simd");
  const parameters = createParameters(SHAPES, createStream(5));
  const run = (build: NetworkFunction, batch = batchOf([2, 2], 2)) =>
    createSystemNetwork(parameters, () => build, true).run(batch, tablesOf(batch, 1));
  const layer = { bias: null, activation: "linear" } as const;
  assert.throws(
    () => run((algebra, [, nodes]) => algebra.sumLayer({ ...layer, products: [{ x: nodes, kernel: "own" }] })),
    /Cannot multiply 6 columns with own of 8 rows/,
  );
  assert.throws(() => run((algebra, [present, nodes]) => algebra.pool(nodes, present)), /a pool of 6 channels/);
  assert.throws(
    () => run((algebra, [, nodes]) => algebra.sumLayer({ ...layer, products: [{ x: nodes, kernel: "none" }] })),
    /No parameter is named none/,
  );
  assert.throws(() => run((algebra, [, nodes, pairs]) => algebra.add(nodes, pairs)), /tables of other shapes/);
  const behind = { count: 1, width: 3, present: Float32Array.of(1, 0, 1) };
  assert.throws(() => run(everything, behind), /must stand before its padding/);
  assert.throws(() => run(everything, { ...behind, present: new Float32Array(3) }), /without members/);
  parameters.dispose();
});
