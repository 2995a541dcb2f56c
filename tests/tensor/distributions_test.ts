/** Distributions and the surrogate on the simd backend against their compositions on the CPU backend. */

import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { jointCategorical, jointGaussian, maskedLogSoftmax, useBackend } from "../../lib/tensor/mod.ts";
import {
  assertClose,
  assertSameOnBothBackends,
  randomFloats,
  randomInput,
  randomInteger,
  randomMask,
  resultAndGradients,
  uniformsFrom,
} from "./support.ts";

/** Variables that can be set, `perRow` for each row. */
function randomVariables(uniform: () => number, settable: Float32Array, variables: number, perRow: number): Int32Array {
  return Int32Array.from({ length: settable.length / variables * perRow }, (_, at) => {
    const row = Math.floor(at / perRow) * variables;
    const allowed = Array.from({ length: variables }, (_, i) => i).filter((i) => settable[row + i] === 1);
    return allowed[randomInteger(uniform, 0, allowed.length - 1)];
  });
}

Deno.test("the joint distribution over variables and levels agrees with its composition", async () => {
  const uniform = uniformsFrom(15);
  for (const [views, variables, levels, perRow] of [[1, 1, 1, 1], [3, 5, 7, 4], [8, 2, 21, 1], [2, 130, 3, 9]]) {
    const settable = randomMask(uniform, views, variables);
    const columns = Int32Array.from({ length: views * perRow }, (_, at) => {
      const row = Math.floor(at / perRow) * variables;
      const allowed = Array.from({ length: variables }, (_, i) => i).filter((i) => settable[row + i] === 1);
      return allowed[randomInteger(uniform, 0, allowed.length - 1)] * levels + randomInteger(uniform, 0, levels - 1);
    });
    const f = (scores: tf.Tensor) => {
      const { logProb, entropy } = jointCategorical(scores as tf.Tensor3D, settable, columns, perRow);
      return tf.concat([logProb, entropy], 1);
    };
    const scores = randomInput(uniform, [views, variables, 1 + levels], 3);
    const what = `${views} views of ${variables} variables, ${levels} levels`;
    await assertSameOnBothBackends(f, [scores], randomFloats(uniform, views * (perRow + 1)), 1e-5, what);
  }
});

Deno.test("a score that is not a number shows in the log-probability, the entropy and the gradient", async () => {
  const f = (scores: tf.Tensor) => {
    const { logProb, entropy } = jointCategorical(
      scores as tf.Tensor3D,
      Float32Array.of(1, 0, 1, 1),
      Int32Array.of(0, 2),
      1,
    );
    return tf.concat([logProb, entropy], 1);
  };
  const scores = { shape: [2, 2, 3], data: new Float32Array(12) };
  scores.data[8] = NaN;
  const { result, gradients } = await resultAndGradients("simd", f, [scores], Float32Array.of(1, 1, 1, 1));
  assertClose(result, [-Math.log(2), Math.log(2), NaN, NaN], 1e-6, "results");
  assert.ok(gradients[0].subarray(0, 6).every(Number.isFinite));
  assert.ok(gradients[0].subarray(6).some(Number.isNaN));
});

Deno.test("masked entries have no probability and no gradient", async () => {
  const uniform = uniformsFrom(16);
  for (const [rows, columns] of [[1, 1], [4, 9], [13, 130]]) {
    const mask = randomMask(uniform, rows, columns);
    const f = (x: tf.Tensor) => {
      const present = tf.tensor2d(mask, [rows, columns]);
      return tf.mul(maskedLogSoftmax(x as tf.Tensor2D, present), present);
    };
    const x = randomInput(uniform, [rows, columns], 4);
    const weights = randomFloats(uniform, rows * columns);
    await assertSameOnBothBackends(f, [x], weights, 1e-5, `${rows}×${columns}`);
    const { gradients } = await resultAndGradients("simd", f, [x], weights);
    gradients[0].forEach((g, i) => assert.ok(mask[i] === 1 || g === 0, `gradient ${g} of a masked entry`));
    await useBackend("simd");
    const total = tf.tidy(() => {
      const logProb = maskedLogSoftmax(tf.tensor2d(x.data, [rows, columns]), tf.tensor2d(mask, [rows, columns]));
      return tf.sum(tf.exp(logProb), 1).dataSync();
    });
    assertClose(total, new Float32Array(rows).fill(1), 1e-5, "sums of probabilities");
  }
});

Deno.test("the joint distribution over variables and real values agrees with its composition", async () => {
  const uniform = uniformsFrom(18);
  const spread = { logStd: -0.4, low: -1, high: 0.2 };
  for (const outputs of [2, 3]) {
    for (const [views, variables, perRow] of [[1, 1, 1], [3, 5, 4], [8, 2, 1], [2, 130, 9]]) {
      const settable = randomMask(uniform, views, variables);
      const variable = randomVariables(uniform, settable, variables, perRow);
      const value = randomFloats(uniform, views * perRow, 2);
      const f = (scores: tf.Tensor) => {
        const { logProb, entropy } = jointGaussian(scores as tf.Tensor3D, settable, variable, value, perRow, spread);
        return tf.concat([logProb, entropy], 1);
      };
      const what = `${views} views of ${variables} variables, ${outputs} outputs`;
      const scores = randomInput(uniform, [views, variables, outputs]);
      await assertSameOnBothBackends(f, [scores], randomFloats(uniform, views * (perRow + 1)), 2e-5, what);
    }
  }
});
