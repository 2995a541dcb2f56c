/** Gradients of every layer against central differences of the same layer written in float64. */

import * as tf from "@tensorflow/tfjs-core";
import {
  type Activation,
  denseSum,
  gatherColumns,
  jointCategorical,
  jointGaussian,
  maskedLogSoftmax,
  poolVariables,
} from "../../lib/tensor/mod.ts";
import { pairMessages } from "../../lib/tensor/layers.ts";
import { assertFiniteDifferences, randomFloats, randomInput, TESTED, uniformsFrom } from "./support.ts";

/** erf to 1e-15 by its Taylor series, for |x| ≤ 4. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-17 && n < 200; n++) {
    term *= -x * x / n;
    sum += term / (2 * n + 1);
  }
  return 2 / Math.sqrt(Math.PI) * sum;
}

const EXACT: Record<Activation, (x: number) => number> = {
  linear: (x) => x,
  relu: (x) => Math.max(0, x),
  tanh: Math.tanh,
  gelu: (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
};

function product(x: Float64Array, kernel: Float64Array, rows: number, depth: number, columns: number): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      for (let d = 0; d < depth; d++) out[r * columns + c] += x[r * depth + d] * kernel[d * columns + c];
    }
  }
  return out;
}

Deno.test("gradients of a layer with shared rows and bias are those of finite differences, for every activation", async () => {
  const uniform = uniformsFrom(21);
  const [groups, each, depth, other, columns] = [2, 3, 5, 3, 6];
  const rows = groups * each;
  const inputs = [
    randomInput(uniform, [rows, depth]),
    randomInput(uniform, [depth, columns]),
    randomInput(uniform, [groups, other]),
    randomInput(uniform, [other, columns]),
    randomInput(uniform, [columns]),
  ];
  const weights = randomFloats(uniform, rows * columns);
  for (const activation of ["linear", "relu", "gelu", "tanh"] as const) {
    const f = (...given: tf.Tensor[]) => {
      const [x, kernel, sharedX, sharedKernel] = given as tf.Tensor2D[];
      const shared = { x: sharedX, kernel: sharedKernel, constant: false };
      return denseSum([{ x, kernel, constant: false }], given[4] as tf.Tensor1D, shared, activation);
    };
    const reference = (...[x, kernel, sharedX, sharedKernel, bias]: Float64Array[]) => {
      const own = product(x, kernel, rows, depth, columns);
      const common = product(sharedX, sharedKernel, groups, other, columns);
      return own.map((y, i) => {
        const [row, column] = [Math.floor(i / columns), i % columns];
        return EXACT[activation](y + bias[column] + common[Math.floor(row / each) * columns + column]);
      });
    };
    for (const backend of TESTED) await assertFiniteDifferences(backend, f, reference, inputs, weights, activation);
  }
});

Deno.test("gradients of messages between variables are those of finite differences", async () => {
  const uniform = uniformsFrom(22);
  const [views, n, channels] = [2, 4, 4];
  const present = Float32Array.of(1, 1, 0, 1, 1, 0, 0, 0);
  const reference = (...[a, b, e]: Float64Array[]) => {
    const out = new Float64Array(views * n * 2 * channels);
    for (let row = 0; row < views * n; row++) {
      const first = row - row % n;
      const others = Array.from({ length: n }, (_, j) => j).filter((j) =>
        first + j !== row && present[first + j] === 1
      );
      if (present[row] === 0 || others.length === 0) continue;
      for (let c = 0; c < channels; c++) {
        const values = others.map((j) =>
          Math.max(0, a[row * channels + c] + b[(first + j) * channels + c] + e[(row * n + j) * channels + c])
        );
        out[row * 2 * channels + c] = values.reduce((x, y) => x + y) / others.length;
        out[row * 2 * channels + channels + c] = Math.max(...values);
      }
    }
    return out;
  };
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
  const weights = randomFloats(uniform, views * n * 2 * channels);
  for (const backend of TESTED) await assertFiniteDifferences(backend, f, reference, inputs, weights, "messages");
});

Deno.test("gradients of pooling over variables are those of finite differences", async () => {
  const uniform = uniformsFrom(23);
  const [views, n, channels] = [2, 5, 4];
  const present = Float32Array.of(1, 0, 1, 1, 1, 0, 0, 1, 0, 0);
  const reference = (h: Float64Array) => {
    const out = new Float64Array(views * 2 * channels);
    for (let v = 0; v < views; v++) {
      const rows = Array.from({ length: n }, (_, i) => v * n + i).filter((row) => present[row] === 1);
      for (let c = 0; c < channels; c++) {
        const values = rows.map((row) => h[row * channels + c]);
        out[v * 2 * channels + c] = values.reduce((x, y) => x + y) / rows.length;
        out[v * 2 * channels + channels + c] = Math.max(...values);
      }
    }
    return out;
  };
  const f = (h: tf.Tensor) => poolVariables(h as tf.Tensor3D, tf.tensor2d(present, [views, n]));
  const weights = randomFloats(uniform, views * 2 * channels);
  const h = randomInput(uniform, [views, n, channels]);
  for (const backend of TESTED) await assertFiniteDifferences(backend, f, reference, [h], weights, "pooling");
});

Deno.test("gradients of the joint distribution are those of finite differences", async () => {
  const uniform = uniformsFrom(24);
  const [views, variables, levels] = [2, 3, 4];
  const settable = Float32Array.of(1, 0, 1, 1, 1, 1);
  const columns = Int32Array.of(0, 9, 9, 5, 5, 11);
  const reference = (scores: Float64Array) => {
    const out = new Float64Array(views * 4);
    for (let v = 0; v < views; v++) {
      const logits = Array.from({ length: variables * levels }, (_, i) => {
        const at = (v * variables + Math.floor(i / levels)) * (levels + 1);
        const allowed = settable[v * variables + Math.floor(i / levels)] === 1;
        return allowed ? scores[at] + scores[at + 1 + i % levels] : -Infinity;
      });
      const total = Math.log(logits.reduce((sum, x) => sum + Math.exp(x), 0));
      for (let k = 0; k < 3; k++) out[v * 4 + k] = logits[columns[v * 3 + k]] - total;
      out[v * 4 + 3] = -logits.reduce((sum, x) => x === -Infinity ? sum : sum + Math.exp(x - total) * (x - total), 0);
    }
    return out;
  };
  const f = (scores: tf.Tensor) => {
    const { logProb, entropy } = jointCategorical(scores as tf.Tensor3D, settable, columns, 3);
    return tf.concat([logProb, entropy], 1);
  };
  const scores = randomInput(uniform, [views, variables, levels + 1], 2);
  const weights = randomFloats(uniform, views * 4);
  for (const backend of TESTED) await assertFiniteDifferences(backend, f, reference, [scores], weights, "joint");
});

Deno.test("gradients of chosen entries of a masked log-softmax are those of finite differences", async () => {
  const uniform = uniformsFrom(25);
  const [rows, width] = [3, 5];
  const mask = Float32Array.of(1, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0, 0, 0, 1, 0);
  const columns = Int32Array.of(4, 4, 1, 3, 3, 3);
  const reference = (x: Float64Array) =>
    Float64Array.from(columns, (column, k) => {
      const from = Math.floor(k / 2) * width;
      let sum = 0;
      for (let c = 0; c < width; c++) sum += mask[from + c] * Math.exp(x[from + c]);
      return x[from + column] - Math.log(sum);
    });
  const f = (x: tf.Tensor) =>
    gatherColumns(maskedLogSoftmax(x as tf.Tensor2D, tf.tensor2d(mask, [rows, width])), columns, 2);
  const x = randomInput(uniform, [rows, width], 3);
  const weights = randomFloats(uniform, rows * 2);
  for (const backend of TESTED) await assertFiniteDifferences(backend, f, reference, [x], weights, "log-softmax");
});

Deno.test("gradients of the distribution over variables and real values are those of finite differences", async () => {
  const uniform = uniformsFrom(27);
  const [views, variables] = [2, 3];
  const spread = { logStd: -0.3, low: -0.9, high: 0.4 };
  const settable = Float32Array.of(1, 0, 1, 1, 1, 1);
  const variable = Int32Array.of(0, 2, 2, 1);
  const value = Float32Array.of(0.3, -1, 0.8, 0.1);
  const halfLogTau = 0.5 * Math.log(2 * Math.PI);
  const reference = (scores: Float64Array) => {
    const out = new Float64Array(views * 3);
    const logStdOf = (cell: number) =>
      Math.max(spread.low, Math.min(spread.high, scores[cell * 3 + 2] + spread.logStd));
    for (let v = 0; v < views; v++) {
      const cells = [0, 1, 2].map((i) => v * variables + i).filter((cell) => settable[cell] === 1);
      const total = Math.log(cells.reduce((sum, cell) => sum + Math.exp(scores[cell * 3]), 0));
      for (let k = 0; k < 2; k++) {
        const cell = v * variables + variable[v * 2 + k];
        const z = (value[v * 2 + k] - scores[cell * 3 + 1]) / Math.exp(logStdOf(cell));
        out[v * 3 + k] = scores[cell * 3] - total - 0.5 * z * z - logStdOf(cell) - halfLogTau;
      }
      for (const cell of cells) {
        const logP = scores[cell * 3] - total;
        out[v * 3 + 2] += Math.exp(logP) * (logStdOf(cell) - logP + halfLogTau + 0.5);
      }
    }
    return out;
  };
  const f = (scores: tf.Tensor) => {
    const { logProb, entropy } = jointGaussian(scores as tf.Tensor3D, settable, variable, value, 2, spread);
    return tf.concat([logProb, entropy], 1);
  };
  const [scores, weights] = [randomInput(uniform, [views, variables, 3]), randomFloats(uniform, views * 3)];
  for (const backend of TESTED) await assertFiniteDifferences(backend, f, reference, [scores], weights, "Gaussian");
});
