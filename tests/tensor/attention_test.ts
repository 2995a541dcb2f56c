/** Attention and layer norm against their compositions and against float64. */

import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../lib/tensor/mod.ts";
import { attention, layerNorm } from "../../lib/tensor/attention.ts";
import type { AttentionOptions } from "../../lib/tensor/contracts.ts";
import {
  assertClose,
  assertFiniteDifferences,
  assertSameOnBothBackends,
  randomFloats,
  randomInput,
  randomInteger,
  randomMask,
  resultOn,
  TESTED,
  uniformsFrom,
} from "./support.ts";

const BACKENDS = ["simd", "wasm", "cpu"] as const;
const KINDS = [
  { masked: false, causal: false, biased: false },
  { masked: true, causal: false, biased: true },
  { masked: false, causal: true, biased: true },
  { masked: true, causal: true, biased: false },
] as const;

interface Sizes {
  readonly batch: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly headWidth: number;
}

/** The function under test of [query, key, value] or [query, key, value, bias]. */
function attend(heads: number, mask: Float32Array | null, causal: boolean) {
  return (...inputs: tf.Tensor[]) => {
    const [q, k, v, bias] = inputs as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D, tf.Tensor4D | undefined];
    const options: AttentionOptions = {
      heads,
      causal,
      ...(mask === null ? {} : { mask: tf.tensor2d(mask, [k.shape[0], k.shape[1]]) }),
      ...(bias === undefined ? {} : { bias }),
    };
    return attention(q, k, v, options);
  };
}

const inputsOf = (uniform: () => number, { batch, heads, queries, keys, headWidth }: Sizes, biased: boolean) => [
  randomInput(uniform, [batch, queries, heads * headWidth], 2),
  randomInput(uniform, [batch, keys, heads * headWidth], 2),
  randomInput(uniform, [batch, keys, heads * headWidth], 2),
  ...(biased ? [randomInput(uniform, [batch, heads, queries, keys], 2)] : []),
];

/** The definition, in float64. */
function reference({ batch, heads, queries, keys, headWidth }: Sizes, mask: Float32Array | null, causal: boolean) {
  const width = heads * headWidth;
  return (q: Float64Array, k: Float64Array, v: Float64Array, bias?: Float64Array) => {
    const out = new Float64Array(batch * queries * width);
    for (let b = 0; b < batch; b++) {
      for (let h = 0; h < heads; h++) {
        for (let i = 0; i < queries; i++) {
          const weights = Array.from({ length: keys }, (_, j) => {
            if ((mask !== null && mask[b * keys + j] === 0) || (causal && j > i)) return 0;
            let score = 0;
            for (let d = 0; d < headWidth; d++) {
              score += q[(b * queries + i) * width + h * headWidth + d] * k[(b * keys + j) * width + h * headWidth + d];
            }
            return Math.exp(
              score / Math.sqrt(headWidth) + (bias?.[((b * heads + h) * queries + i) * keys + j] ?? 0),
            );
          });
          const total = weights.reduce((x, y) => x + y, 0);
          for (let d = 0; d < headWidth && total > 0; d++) {
            for (let j = 0; j < keys; j++) {
              out[(b * queries + i) * width + h * headWidth + d] += weights[j] / total *
                v[(b * keys + j) * width + h * headWidth + d];
            }
          }
        }
      }
    }
    return out;
  };
}

Deno.test("attention and its gradients agree with the composition on random shapes, masks and biases", async () => {
  const uniform = uniformsFrom(61);
  for (let trial = 0; trial < 12; trial++) {
    const { masked, causal, biased } = KINDS[trial % KINDS.length];
    const queries = randomInteger(uniform, 1, trial === 0 ? 130 : 40);
    const sizes = {
      batch: randomInteger(uniform, 1, 3),
      heads: randomInteger(uniform, 1, 4),
      queries,
      keys: causal ? queries : randomInteger(uniform, 1, 60),
      headWidth: randomInteger(uniform, 1, 20),
    };
    const mask = masked ? randomMask(uniform, sizes.batch, sizes.keys) : null;
    const inputs = inputsOf(uniform, sizes, biased);
    await assertSameOnBothBackends(
      attend(sizes.heads, mask, causal),
      inputs,
      randomFloats(uniform, inputs[0].data.length),
      5e-5,
      JSON.stringify(sizes),
    );
  }
});

Deno.test("attention is its definition in float64, and its gradients are those of finite differences", async () => {
  const uniform = uniformsFrom(62);
  const sizes = { batch: 2, heads: 2, queries: 5, keys: 5, headWidth: 3 };
  for (const { masked, causal, biased } of KINDS) {
    const mask = masked ? Float32Array.of(1, 0, 1, 1, 0, 1, 1, 1, 0, 0) : null;
    const inputs = inputsOf(uniform, sizes, biased);
    const weights = randomFloats(uniform, inputs[0].data.length);
    for (const backend of TESTED) {
      await assertFiniteDifferences(
        backend,
        attend(sizes.heads, mask, causal),
        reference(sizes, mask, causal) as (...inputs: Float64Array[]) => Float64Array,
        inputs,
        weights,
        `attention ${JSON.stringify({ masked, causal, biased })}`,
      );
    }
  }
});

Deno.test("padding has no influence: neither its values nor their gradient", async () => {
  const uniform = uniformsFrom(63);
  const sizes = { batch: 1, heads: 2, queries: 3, keys: 4, headWidth: 4 };
  const [q, k, v] = inputsOf(uniform, sizes, false);
  const changed = [k, v].map(({ shape, data }) => ({ shape, data: data.map((x, i) => i >= 3 * 8 ? 1e6 * x : x) }));
  const f = attend(2, Float32Array.of(1, 1, 1, 0), false);
  for (const backend of BACKENDS) {
    const [before, after] = [await resultOn(backend, f, [q, k, v]), await resultOn(backend, f, [q, ...changed])];
    assert.deepEqual(after.data, before.data, backend);
    const slopes = tf.tidy(() => {
      const tensors = [q, k, v].map(({ shape, data }) => tf.tensor(data, [...shape]));
      const loss = (...given: tf.Tensor[]) => tf.sum(tf.square(f(...given))) as tf.Scalar;
      return tf.grads(loss)(tensors).slice(1).map((g) => g.dataSync().subarray(3 * 8));
    });
    for (const slope of slopes) assert.ok(slope.every((x) => x === 0), backend);
  }
});

Deno.test("a query that sees no key receives zeros and passes zeros back", async () => {
  const uniform = uniformsFrom(64);
  const sizes = { batch: 2, heads: 1, queries: 2, keys: 5, headWidth: 4 };
  const inputs = inputsOf(uniform, sizes, false);
  const f = attend(1, Float32Array.of(0, 0, 0, 0, 0, 1, 1, 0, 0, 1), false);
  for (const backend of BACKENDS) {
    await useBackend(backend);
    tf.tidy(() => {
      const tensors = inputs.map(({ shape, data }) => tf.tensor(data, [...shape]));
      const out = f(...tensors).dataSync();
      assert.ok(out.subarray(0, 8).every((x) => x === 0) && out.subarray(8).every((x) => x !== 0), backend);
      const loss = (...given: tf.Tensor[]) => tf.sum(tf.exp(f(...given))) as tf.Scalar;
      for (const slope of tf.grads(loss)(tensors)) {
        const data = slope.dataSync();
        assert.ok(data.every(Number.isFinite) && data.subarray(0, data.length / 2).every((x) => x === 0), backend);
      }
    });
  }
});

Deno.test("scores far apart give exact weights, and what is not a number shows", async () => {
  for (const backend of BACKENDS) {
    await useBackend(backend);
    tf.tidy(() => {
      const q = tf.tensor3d([1000, 0, 0, 0], [1, 1, 4]);
      const k = tf.tensor3d([1, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0], [1, 3, 4]);
      const v = tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [1, 3, 4]);
      assert.deepEqual([...attention(q, k, v, { heads: 1 }).dataSync()], [1, 2, 3, 4], backend);
      const broken = tf.tensor3d([NaN, 0, 0, 0], [1, 1, 4]);
      assert.ok(attention(broken, k, v, { heads: 1 }).dataSync().every(Number.isNaN), backend);
    });
  }
});

Deno.test("shapes that do not fit together are refused with both of them", () => {
  tf.tidy(() => {
    const x = tf.zeros([2, 3, 4]) as tf.Tensor3D;
    assert.throws(() => attention(x, x, x, { heads: 3 }), /width of 4 into 3 heads/);
    assert.throws(
      () => attention(x, tf.zeros([2, 3, 5]), x, { heads: 1 }),
      /key has shape \[2,3,5\], expected \[2,3,4\]/,
    );
    assert.throws(() => attention(x, x, x, { heads: 1, mask: tf.zeros([2, 4]) }), /mask has shape \[2,4\]/);
    const longer = tf.zeros([2, 5, 4]) as tf.Tensor3D;
    assert.throws(
      () => attention(x, longer, longer, { heads: 1, causal: true }),
      /as many queries as keys, got 3 and 5/,
    );
  });
});

Deno.test("layer norm agrees with its composition on random shapes", async () => {
  const uniform = uniformsFrom(65);
  for (let trial = 0; trial < 10; trial++) {
    const [rows, width] = [randomInteger(uniform, 1, 130), randomInteger(uniform, 2, 130)];
    const inputs = [
      randomInput(uniform, [rows, width], 3),
      randomInput(uniform, [width]),
      randomInput(uniform, [width]),
    ];
    await assertSameOnBothBackends(
      (x, scale, shift) => layerNorm(x as tf.Tensor2D, scale as tf.Tensor1D, shift as tf.Tensor1D),
      inputs,
      randomFloats(uniform, rows * width),
      1e-4,
      `${rows}×${width}`,
    );
  }
});

Deno.test("gradients of layer norm are those of finite differences", async () => {
  const uniform = uniformsFrom(66);
  const [rows, width] = [3, 7];
  const exact = (x: Float64Array, scale: Float64Array, shift: Float64Array) =>
    x.map((_, at) => {
      const row = x.subarray(Math.floor(at / width) * width, (Math.floor(at / width) + 1) * width);
      const mean = row.reduce((a, b) => a + b, 0) / width;
      const variance = row.reduce((a, b) => a + (b - mean) ** 2, 0) / width;
      return (x[at] - mean) / Math.sqrt(variance + 1e-5) * scale[at % width] + shift[at % width];
    });
  for (const backend of TESTED) {
    await assertFiniteDifferences(
      backend,
      (x, scale, shift) => layerNorm(x as tf.Tensor2D, scale as tf.Tensor1D, shift as tf.Tensor1D),
      exact as (...inputs: Float64Array[]) => Float64Array,
      [randomInput(uniform, [rows, width]), randomInput(uniform, [width]), randomInput(uniform, [width])],
      randomFloats(uniform, rows * width),
      "layer norm",
    );
  }
});

Deno.test("a row of equal numbers is normalised to the shift, and only a broken row breaks", async () => {
  for (const backend of BACKENDS) {
    await useBackend(backend);
    const data = tf.tidy(() => {
      const x = tf.tensor2d([5, 5, 5, 5, 5, 1, Infinity, 2, 3, 4], [2, 5]);
      return layerNorm(x, tf.ones([5]) as tf.Tensor1D, tf.fill([5], 2) as tf.Tensor1D).dataSync();
    });
    assertClose(data.subarray(0, 5), Array(5).fill(2), 1e-6, backend);
    assert.ok(data.subarray(5).some(Number.isNaN), backend);
  }
});
