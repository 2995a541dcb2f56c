/**
 * Every layer and distribution on simd, where each is one fused operation, and on wasm, against the composition on the CPU
 * backend: on random shapes of 1 to 130 in each dimension, with no rows, and with an entry that is not finite.
 */

import * as tf from "@tensorflow/tfjs-core";
import {
  type Activation,
  dense,
  denseSum,
  gatherColumns,
  jointCategorical,
  jointGaussian,
  maskedLogSoftmax,
  poolVariables,
  type Scored,
} from "../../lib/tensor/mod.ts";
import { attention, layerNorm } from "../../lib/tensor/attention.ts";
import { pairMessages } from "../../lib/tensor/layers.ts";
import {
  assertAgreesWithCpu,
  breakOne,
  type Case,
  randomFloats,
  randomInput,
  randomInteger,
  randomMask,
  randomSizes,
  TESTED,
  uniformsFrom,
} from "./support.ts";

type Uniform = () => number;

/** A layer under test; a draw with `empty` has no rows (or views). */
interface Layer {
  readonly draw: (uniform: Uniform, empty: boolean) => Case;
  /** Entries of an input that may be broken: the others have no influence. */
  readonly mayBreak?: (input: number, index: number, shape: readonly number[]) => boolean;
  /** Whether −∞ is a score like any other, of a choice that is impossible, where the composition multiplies 0 by −∞. */
  readonly mayExclude?: boolean;
  /** Layers that refuse to have no rows. */
  readonly neverEmpty?: boolean;
}

const ACTIVATIONS: readonly Activation[] = ["linear", "relu", "gelu", "tanh"];
const MOST = 20_000;

const inputsOf = (uniform: Uniform, ...shapes: readonly (readonly number[])[]) =>
  shapes.map((shape) => randomInput(uniform, shape));

/** Sizes of which the first is 0 where the layer is to have no rows. */
function sizes(uniform: Uniform, count: number, empty: boolean, most = MOST): number[] {
  const drawn = randomSizes(uniform, count, false, most);
  return empty ? [0, ...drawn.slice(1)] : drawn;
}

const denseLayer = (activation: Activation): Layer => ({
  draw: (uniform, empty) => {
    const [rows, inputs, outputs] = sizes(uniform, 3, empty, 200_000);
    const f = (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) =>
      dense(x as tf.Tensor2D, kernel as tf.Tensor2D, bias as tf.Tensor1D, activation);
    return { inputs: inputsOf(uniform, [rows, inputs], [inputs, outputs], [outputs]), f };
  },
});

/** Two layers, the first of which has a part that groups of rows share. */
const denseChain = (activation: Activation): Layer => ({
  draw: (uniform) => {
    const [groups, each, depth] = randomSizes(uniform, 3, false, 8000);
    const [shared, hidden, outputs] = randomSizes(uniform, 3, false);
    const f = (...given: tf.Tensor[]) => {
      const [x, kernel, sharedX, sharedKernel, last] = given as tf.Tensor2D[];
      return denseSum(
        [{ x, kernel, constant: false }],
        given[5] as tf.Tensor1D,
        { x: sharedX, kernel: sharedKernel, constant: false },
        activation,
        [{ kernel: last, bias: null, activation: "linear" }],
      );
    };
    const shapes = [[groups * each, depth], [depth, hidden], [groups, shared], [shared, hidden], [hidden, outputs], [
      hidden,
    ]];
    // As after an initialisation: entries of the order of one in every layer.
    const inputs = shapes.map((shape, i) =>
      randomInput(uniform, shape, [1, 3].includes(i) ? 1 / Math.sqrt(shape[0]) : 1)
    );
    return { inputs, f };
  },
  neverEmpty: true,
});

const joint = (scored: Scored): tf.Tensor => tf.concat([scored.logProb, scored.entropy], 1);

const choices = (uniform: Uniform, count: number, options: number): Int32Array =>
  Int32Array.from({ length: count }, () => randomInteger(uniform, 0, options - 1));

const LAYERS: Readonly<Record<string, Layer>> = {
  ...Object.fromEntries(ACTIVATIONS.map((activation) => [`dense ${activation}`, denseLayer(activation)])),
  ...Object.fromEntries(ACTIVATIONS.map((activation) => [`denseSum ${activation}`, denseChain(activation)])),
  pairMessages: {
    draw: (uniform, empty) => {
      const variables = randomInteger(uniform, 1, 60);
      const [views, channels] = sizes(uniform, 2, empty, Math.max(4, 40_000 / variables ** 2));
      const present = new Float32Array(views * variables).fill(1);
      const f = (...[receiver, sender, pair]: tf.Tensor[]) =>
        pairMessages(
          receiver as tf.Tensor3D,
          sender as tf.Tensor3D,
          pair as tf.Tensor4D,
          tf.tensor2d(present, [views, variables]),
        );
      const node = [views, variables, channels];
      return { inputs: inputsOf(uniform, node, node, [views, variables, variables, channels]), f };
    },
    // A variable sends no message to itself.
    mayBreak: (input, index, shape) => {
      const cell = Math.floor(index / shape[shape.length - 1]);
      return input === 2 && Math.floor(cell / shape[2]) % shape[1] !== cell % shape[2];
    },
  },
  poolVariables: {
    draw: (uniform, empty) => {
      const [views, variables, channels] = sizes(uniform, 3, empty);
      const present = new Float32Array(views * variables).fill(1);
      const f = (h: tf.Tensor) => poolVariables(h as tf.Tensor3D, tf.tensor2d(present, [views, variables]));
      return { inputs: inputsOf(uniform, [views, variables, channels]), f };
    },
  },
  attention: {
    draw: (uniform, empty) => {
      const [queries, keys] = randomSizes(uniform, 2, false, 4000);
      const [batch, heads] = [empty ? 0 : randomInteger(uniform, 1, 3), randomInteger(uniform, 1, 4)];
      const width = heads * randomInteger(uniform, 1, 32);
      const f = (...[query, key, value]: tf.Tensor[]) =>
        attention(query as tf.Tensor3D, key as tf.Tensor3D, value as tf.Tensor3D, { heads });
      return { inputs: inputsOf(uniform, [batch, queries, width], [batch, keys, width], [batch, keys, width]), f };
    },
  },
  layerNorm: {
    draw: (uniform, empty) => {
      // Two numbers or more: one alone is normalised to 0.
      const [rows, width] = sizes(uniform, 2, empty).map((size, d) => d === 1 ? Math.max(8, size) : size);
      const f = (...[x, scale, shift]: tf.Tensor[]) =>
        layerNorm(x as tf.Tensor2D, scale as tf.Tensor1D, shift as tf.Tensor1D);
      return { inputs: inputsOf(uniform, [rows, width], [width], [width]), f };
    },
  },
  maskedLogSoftmax: {
    draw: (uniform, empty) => {
      const [rows, columns] = sizes(uniform, 2, empty);
      const mask = randomMask(uniform, rows, columns);
      const f = (x: tf.Tensor) => {
        const present = tf.tensor2d(mask, [rows, columns]);
        return tf.where(tf.greater(present, 0), maskedLogSoftmax(x as tf.Tensor2D, present), 0);
      };
      return { inputs: inputsOf(uniform, [rows, columns]), f };
    },
    // The first entry of each row is never masked.
    mayBreak: (_, index, shape) => index % shape[1] === 0,
  },
  gatherColumns: {
    draw: (uniform, empty) => {
      const [rows, columns] = sizes(uniform, 2, empty);
      const perRow = randomInteger(uniform, 1, 9);
      const chosen = choices(uniform, rows * perRow, columns);
      return {
        inputs: inputsOf(uniform, [rows, columns]),
        f: (x) => gatherColumns(x as tf.Tensor2D, chosen, perRow),
      };
    },
    mayBreak: () => false,
  },
  jointCategorical: {
    draw: (uniform, empty) => {
      const [views, variables, levels] = sizes(uniform, 3, empty);
      const perRow = randomInteger(uniform, 1, 5);
      const settable = new Float32Array(views * variables).fill(1);
      const columns = choices(uniform, views * perRow, variables * levels);
      const f = (x: tf.Tensor) => joint(jointCategorical(x as tf.Tensor3D, settable, columns, perRow));
      return { inputs: inputsOf(uniform, [views, variables, 1 + levels]), f };
    },
    mayExclude: true,
  },
  jointGaussian: {
    draw: (uniform, empty) => {
      const [views, variables] = sizes(uniform, 2, empty);
      const [perRow, outputs] = [randomInteger(uniform, 1, 5), randomInteger(uniform, 2, 3)];
      const settable = new Float32Array(views * variables).fill(1);
      const variable = choices(uniform, views * perRow, variables);
      const value = randomFloats(uniform, views * perRow, 2);
      const spread = { logStd: -0.4, low: -1, high: 0.2 };
      const f = (x: tf.Tensor) => joint(jointGaussian(x as tf.Tensor3D, settable, variable, value, perRow, spread));
      return { inputs: inputsOf(uniform, [views, variables, outputs]), f };
    },
    // The logit of a variable.
    mayBreak: (_, index, shape) => index % shape[2] === 0,
    mayExclude: true,
  },
};

for (const backend of TESTED.filter((name) => name !== "cpu")) {
  // A software adapter compiles every new program.
  const trials = backend === "webgpu" ? 1 : 3;

  Deno.test(`every layer on ${backend} and its gradient agree with the CPU backend on random shapes`, async () => {
    for (const [k, [name, { draw }]] of Object.entries(LAYERS).entries()) {
      const uniform = uniformsFrom(4000 + k);
      for (let trial = 0; trial < trials; trial++) {
        await assertAgreesWithCpu(backend, draw(uniform, false), 1e-4, name, true);
      }
    }
  });

  // A GPU need not know NaN.
  if (backend === "webgpu") continue;

  Deno.test(`every layer on ${backend} passes on NaN and both infinities as on the CPU backend`, async () => {
    for (const [k, [name, { draw, mayBreak, mayExclude }]] of Object.entries(LAYERS).entries()) {
      const uniform = uniformsFrom(5000 + k);
      for (const wrong of mayExclude === true ? [NaN, Infinity] : [NaN, Infinity, -Infinity]) {
        const drawn = draw(uniform, false);
        // TensorFlow.js's wasm backend turns NaN into numbers in its ReLU.
        if (backend === "wasm" && name.endsWith("relu")) continue;
        const inputs = drawn.inputs.map((input, i) =>
          breakOne(uniform, input, wrong, (index) => mayBreak?.(i, index, input.shape) ?? true)
        );
        await assertAgreesWithCpu(backend, { ...drawn, inputs }, 1e-4, `${name} of ${wrong}`, false);
      }
    }
  });
}

// TensorFlow.js's wasm backend divides by zero where a tensor is empty.
Deno.test("layers on simd take no rows as on the CPU backend", async () => {
  for (const [k, [name, { draw, neverEmpty }]] of Object.entries(LAYERS).entries()) {
    if (neverEmpty === true) continue;
    await assertAgreesWithCpu("simd", draw(uniformsFrom(6000 + k), true), 1e-4, name, false);
  }
});
