/** The arena of the simd backend: nothing leaks, nothing is shared by mistake, and growing leaves everything valid. */

import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { createVariableAdam, dense, jointCategorical, useBackend } from "../../lib/tensor/mod.ts";
import { pairMessages } from "../../lib/tensor/layers.ts";
import { simdBackend } from "../../lib/tensor/simd/backend.ts";
import { blockSize, createArena } from "../../lib/tensor/simd/memory.ts";
import { randomFloats, uniformsFrom } from "./support.ts";

Deno.test("10,000 training steps use no more memory than the first ones", async () => {
  await useBackend("simd");
  const uniform = uniformsFrom(31);
  const variable = (...shape: number[]) =>
    tf.variable(tf.tensor(randomFloats(uniform, shape.reduce((a, b) => a * b)), shape));
  const [kernel, bias, output] = [variable(3, 4), variable(4), variable(8, 3)];
  const parameters = [kernel, bias, output];
  const adam = createVariableAdam(parameters, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  const [views, n] = [2, 2];
  const nodes = tf.tensor2d(randomFloats(uniform, views * n * 3), [views * n, 3]);
  const pairs = tf.tensor4d(randomFloats(uniform, views * n * n * 4), [views, n, n, 4]);
  const settable = new Float32Array(views * n).fill(1);
  const present = tf.tensor2d(settable, [views, n]);
  const step = async () => {
    const { value, grads } = tf.variableGrads(() => {
      const h = dense(nodes, kernel as unknown as tf.Tensor2D, bias as unknown as tf.Tensor1D, "gelu");
      const states = tf.reshape(h, [views, n, 4]) as tf.Tensor3D;
      const messages = tf.reshape(pairMessages(states, states, pairs, present), [views * n, 8]) as tf.Tensor2D;
      const scores = tf.reshape(dense(messages, output as unknown as tf.Tensor2D, null, "tanh"), [views, n, 3]);
      const { entropy } = jointCategorical(scores as tf.Tensor3D, settable, Int32Array.of(0, 1), 1);
      return tf.sum(entropy) as tf.Scalar;
    }, parameters);
    await adam.step(parameters.map((p) => grads[p.name]), 1e-3, 1);
    tf.dispose([value, grads]);
  };
  for (let k = 0; k < 20; k++) await step();
  const { arena } = simdBackend();
  const [used, capacity, tensors] = [arena.used, arena.capacity, tf.memory().numTensors];
  for (let k = 0; k < 10_000; k++) await step();
  assert.deepEqual([arena.used, arena.capacity, tf.memory().numTensors], [used, capacity, tensors]);
  assert.ok(parameters.every((p) => p.dataSync().every(Number.isFinite)));
  adam.dispose();
  tf.dispose([...parameters, nodes, pairs, present]);
});

Deno.test("the arena gives back all that a tidy left behind", async () => {
  await useBackend("simd");
  const { arena } = simdBackend();
  const before = arena.used;
  tf.tidy(() => tf.matMul(tf.ones([130, 70]), tf.ones([70, 33]), false, false).dataSync());
  assert.equal(arena.used, before);
});

Deno.test("growing the memory keeps earlier views and their numbers", () => {
  const arena = createArena();
  const first = arena.allocate(1000).fill(3);
  const capacity = arena.capacity;
  const large = arena.allocate(capacity / 4 + 1).fill(7);
  assert.ok(arena.capacity > capacity);
  assert.ok(first.every((x) => x === 3));
  first[0] = 5;
  const out = arena.allocate(1000);
  arena.kernels.addInto(first.byteOffset, large.byteOffset, out.byteOffset, 1000);
  assert.deepEqual([out[0], out[1], out[999]], [12, 10, 10]);
});

Deno.test("a full memory says so", () => {
  const arena = createArena();
  assert.throws(() => arena.allocate(2 ** 28), /memory is full \(1024 MiB\)/);
  assert.equal(arena.used, 0);
  assert.equal(arena.allocate(4).fill(1).length, 4);
});

Deno.test("size classes hold what they are asked for, waste less than a third, and are aligned", () => {
  for (let bytes = 0; bytes < 5000; bytes++) {
    const size = blockSize(bytes);
    assert.ok(size >= bytes && size % 16 === 0 && (bytes < 64 || size < bytes * 1.34), `${bytes} → ${size}`);
    assert.equal(blockSize(size), size);
  }
});

Deno.test("a freed block is used again, and freeing twice or what is not a block changes nothing", () => {
  const arena = createArena();
  const a = arena.allocate(100);
  const offset = a.byteOffset;
  arena.free(a);
  arena.free(a);
  arena.free(a.subarray(1));
  arena.free(null);
  assert.equal(arena.used, 0);
  const [b, c] = [arena.allocate(100), arena.allocate(100)];
  assert.equal(b.byteOffset, offset);
  assert.notEqual(c.byteOffset, offset);
});

Deno.test("reshapes, clones, slices and reads stay right after their source is disposed of", async () => {
  await useBackend("simd");
  const make = () => tf.matMul(tf.ones([6, 4]), tf.ones([4, 8]));
  const source = tf.tidy(make);
  const copies = [
    tf.reshape(source, [48]),
    source.clone(),
    tf.slice(source, [0, 0], [6, 8]),
    tf.slice(source, [2, 0], [3, 8]),
    tf.cast(source, "float32"),
    tf.expandDims(source),
    ...tf.split(source, 2),
    ...tf.unstack(source),
    tf.concat([source]),
  ];
  const read = source.dataSync();
  source.dispose();
  const overwriting = Array.from({ length: 20 }, () => tf.tidy(() => tf.mul(make(), -1)));
  const more = Array.from({ length: 20 }, () => tf.tidy(() => tf.matMul(tf.ones([6, 4]), tf.fill([4, 8], 9))));
  assert.ok(read.every((x) => x === 4));
  for (const copy of copies) assert.ok(copy.dataSync().every((x) => x === 4), `${copy.shape}`);
  for (const x of [...copies, ...overwriting, ...more]) x.dispose();
});

Deno.test("a variable keeps its numbers when what it was assigned is disposed of", async () => {
  await useBackend("simd");
  const variable = tf.variable(tf.zeros([5, 5]));
  const next = tf.tidy(() => tf.matMul(tf.ones([5, 5]), tf.ones([5, 5])));
  variable.assign(next);
  next.dispose();
  const other = tf.tidy(() => tf.matMul(tf.ones([5, 5]), tf.zeros([5, 5])));
  assert.ok(variable.dataSync().every((x) => x === 5));
  tf.dispose([variable, other]);
});

Deno.test("tensors move between backends with their numbers", async () => {
  await useBackend("simd");
  const { arena } = simdBackend();
  const before = arena.used;
  const x = tf.tidy(() => tf.matMul(tf.ones([3, 3]), tf.ones([3, 3])));
  await useBackend("cpu");
  const y = tf.add(x, 1);
  assert.ok(y.dataSync().every((v) => v === 4));
  assert.equal(arena.used, before);
  await useBackend("simd");
  const z = tf.tidy(() => tf.matMul(y, tf.ones([3, 3])));
  assert.ok(z.dataSync().every((v) => v === 12));
  tf.dispose([x, y, z]);
});

Deno.test("parts of tensors and padding agree with the CPU backend in every rank", async () => {
  const uniform = uniformsFrom(32);
  const cases = [
    { shape: [7], begin: [2], size: [-1] },
    { shape: [5, 40], begin: [1, 3], size: [3, 20] },
    { shape: [5, 4], begin: [0, 3], size: [5, 1] },
    { shape: [3, 4, 5], begin: [1, 0, 2], size: [2, 4, 2] },
    { shape: [2, 3, 2, 3], begin: [0, 1, 1, 0], size: [2, 2, 1, 3] },
    { shape: [3, 4], begin: [1, 1], size: [0, 2] },
  ];
  for (const { shape, begin, size } of cases) {
    const data = randomFloats(uniform, shape.reduce((a, b) => a * b, 1));
    const results = [];
    for (const backend of ["simd", "cpu"] as const) {
      await useBackend(backend);
      results.push(tf.tidy(() => {
        const x = tf.tensor(data, shape);
        const part = tf.slice(x, begin, size);
        const padded = tf.pad(x, shape.map((_, d) => [d, 1] as [number, number]), -7);
        return [part.shape, [...part.dataSync()], padded.shape, [...padded.dataSync()]];
      }));
    }
    assert.deepEqual(results[0], results[1], `${shape} from ${begin}, ${size}`);
  }
});
