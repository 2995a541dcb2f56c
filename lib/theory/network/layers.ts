/**
 * The layers of the language model, differentiable. Each is one operation with a hand-written gradient: where tensors live
 * in this process's memory (the cpu, wasm and simd backends) it runs over typed arrays, elsewhere as a composition of
 * TensorFlow.js operations. Both give the same numbers up to rounding.
 */

import * as tf from "@tensorflow/tfjs-core";
import { attentionBackwardInto, attentionForward, type AttentionShape } from "./attention.ts";

/** Backends whose tensors this thread can read and write without waiting. */
const HOST_BACKENDS: readonly string[] = ["cpu", "wasm", "simd"];

/** Does the active backend keep its tensors in this process's memory? */
export function tensorsAreOnHost(): boolean {
  return HOST_BACKENDS.includes(tf.getBackend());
}

type Gradient = (dy: tf.Tensor2D, saved: tf.Tensor[]) => tf.Tensor[];
/** A value and how its gradient passes back to the inputs. */
export interface Operation {
  readonly value: tf.Tensor2D;
  readonly gradient: Gradient;
}

/** An operation on tensors with its own gradient. */
export function withGradient(
  inputs: readonly tf.Tensor[],
  forward: (...inputs: tf.Tensor[]) => Operation,
): tf.Tensor2D {
  const operation = tf.customGrad((...all: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const tensors = all.slice(0, inputs.length) as tf.Tensor[];
    const save = all[inputs.length] as tf.GradSaveFunc;
    save(tensors);
    const { value, gradient } = forward(...tensors);
    return { value, gradFunc: gradient };
  });
  return operation(...inputs);
}

const read = (x: tf.Tensor): Float32Array => x.dataSync<"float32">();

/** Added to the variance of a layer norm. */
export const NORM_EPSILON = 1e-5;

/** Layer norm over the last axis (Ba et al. 2016). `x` `[rows, width]`, `scale` and `shift` `[width]` */
export function normalise(x: tf.Tensor2D, scale: tf.Tensor, shift: tf.Tensor): tf.Tensor2D {
  if (tensorsAreOnHost()) return hostNormalise(x, scale, shift);
  const { mean, variance } = tf.moments(x, 1, true);
  const unit = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, NORM_EPSILON)));
  return tf.add(tf.mul(unit, scale), shift);
}

function hostNormalise(x: tf.Tensor2D, scale: tf.Tensor, shift: tf.Tensor): tf.Tensor2D {
  const [rows, width] = x.shape;
  return withGradient([x, scale, shift], (input, gamma, beta) => {
    const values = read(input);
    const scales = read(gamma);
    const shifts = read(beta);
    const unit = new Float32Array(rows * width);
    const inverse = new Float64Array(rows);
    const out = new Float32Array(rows * width);
    for (let row = 0, from = 0; row < rows; row++, from += width) {
      let mean = 0;
      for (let i = 0; i < width; i++) mean += values[from + i];
      mean /= width;
      let variance = 0;
      for (let i = 0; i < width; i++) variance += (values[from + i] - mean) * (values[from + i] - mean);
      inverse[row] = 1 / Math.sqrt(variance / width + NORM_EPSILON);
      for (let i = 0; i < width; i++) {
        unit[from + i] = (values[from + i] - mean) * inverse[row];
        out[from + i] = unit[from + i] * scales[i] + shifts[i];
      }
    }
    return {
      value: tf.tensor2d(out, [rows, width]),
      gradient: (dy) => {
        const slope = read(dy);
        const dx = new Float32Array(rows * width);
        const dScale = new Float32Array(width);
        const dShift = new Float32Array(width);
        for (let row = 0, from = 0; row < rows; row++, from += width) {
          let mean = 0;
          let correlation = 0;
          for (let i = 0; i < width; i++) {
            const d = slope[from + i];
            dScale[i] += d * unit[from + i];
            dShift[i] += d;
            mean += d * scales[i];
            correlation += d * scales[i] * unit[from + i];
          }
          mean /= width;
          correlation /= width;
          for (let i = 0; i < width; i++) {
            dx[from + i] = (slope[from + i] * scales[i] - mean - unit[from + i] * correlation) * inverse[row];
          }
        }
        return [tf.tensor2d(dx, [rows, width]), tf.tensor1d(dScale), tf.tensor1d(dShift)];
      },
    };
  });
}

/** √(2/π) and the cubic coefficient of GELU's tanh form (Hendrycks & Gimpel 2016, arXiv:1606.08415). */
export const GELU_SCALE = Math.sqrt(2 / Math.PI);
/** See `GELU_SCALE`. */
export const GELU_CUBIC = 0.044715;

/** GELU in its tanh form. */
export function gelu(x: tf.Tensor2D): tf.Tensor2D {
  if (tensorsAreOnHost()) return hostGelu(x);
  const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.square(x), x), GELU_CUBIC)), GELU_SCALE);
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
}

function hostGelu(x: tf.Tensor2D): tf.Tensor2D {
  return withGradient([x], (input) => {
    const values = read(input);
    // ½(1 + tanh u) = 1 / (1 + e^{−2u}), several times faster than Math.tanh.
    const gate = new Float32Array(values.length);
    const out = new Float32Array(values.length);
    for (let i = 0; i < values.length; i++) {
      const v = values[i];
      gate[i] = 1 / (1 + Math.exp(-2 * GELU_SCALE * (v + GELU_CUBIC * v * v * v)));
      out[i] = v * gate[i];
    }
    return {
      value: tf.tensor2d(out, x.shape),
      gradient: (dy) => {
        const slope = read(dy);
        const dx = new Float32Array(values.length);
        for (let i = 0; i < values.length; i++) {
          const v = values[i];
          const inner = 2 * GELU_SCALE * (1 + 3 * GELU_CUBIC * v * v);
          dx[i] = slope[i] * gate[i] * (1 + v * (1 - gate[i]) * inner);
        }
        return [tf.tensor2d(dx, x.shape)];
      },
    };
  });
}

/**
 * Causal attention with rotary embedding: a row sees its prefix and itself.
 * @param projected `[rows, 3 · width]`: queries, keys and values behind each other
 * @returns `[rows, width]`
 */
export function causalAttention(projected: tf.Tensor2D, shape: AttentionShape): tf.Tensor2D {
  if (!tensorsAreOnHost()) return composedAttention(projected, shape);
  return withGradient([projected], (input) => {
    const { out, kept } = attentionForward(read(input), shape);
    return {
      value: tf.tensor2d(out, [shape.tree.rows, shape.width]),
      gradient: (dy) => {
        const gradient = new Float32Array(input.size);
        attentionBackwardInto(gradient, read(dy), kept, shape);
        return [tf.tensor2d(gradient, projected.shape)];
      },
    };
  });
}

/** {@linkcode causalAttention} made of TensorFlow.js operations, for a tree without merged prefixes. */
export function composedAttention(projected: tf.Tensor2D, { tree, width, heads, rotary }: AttentionShape): tf.Tensor2D {
  const length = tree.longest;
  const sequences = tree.rows / length;
  const headWidth = width / heads;
  const cosine = tf.tensor4d(rotary.cos, [1, length, 1, headWidth / 2]);
  const sine = tf.tensor4d(rotary.sin, [1, length, 1, headWidth / 2]);
  const rotate = (x: tf.Tensor4D): tf.Tensor4D => {
    const [low, high] = tf.split(x, 2, 3);
    return tf.concat(
      [tf.sub(tf.mul(low, cosine), tf.mul(high, sine)), tf.add(tf.mul(high, cosine), tf.mul(low, sine))],
      3,
    );
  };
  const parts = tf.split(tf.reshape(projected, [sequences, length, 3 * heads, headWidth]), 3, 2) as tf.Tensor4D[];
  const order = [0, 2, 1, 3];
  const scores = tf.mul(
    tf.matMul(tf.transpose(rotate(parts[0]), order), tf.transpose(rotate(parts[1]), order), false, true),
    1 / Math.sqrt(headWidth),
  );
  const future = new Float32Array(length * length);
  for (let i = 0; i < length; i++) future.fill(-1e9, i * length + i + 1, (i + 1) * length);
  const weights = tf.softmax(tf.add(scores, tf.tensor2d(future, [length, length])));
  const attended = tf.transpose(tf.matMul(weights, tf.transpose(parts[2], order)), order);
  return tf.reshape(attended, [sequences * length, width]);
}

/**
 * The rows `rowOf` of a matrix, one after the other; rows may repeat.
 * @param x `[rows, width]`
 * @returns `[rowOf.length, width]`
 */
export function takeRows(x: tf.Tensor2D, rowOf: Int32Array): tf.Tensor2D {
  if (!tensorsAreOnHost()) return tf.gather(x, tf.tensor1d(rowOf, "int32"));
  const [rows, width] = x.shape;
  return withGradient([x], (input) => {
    const values = read(input);
    const out = new Float32Array(rowOf.length * width);
    rowOf.forEach((row, i) => out.set(values.subarray(row * width, (row + 1) * width), i * width));
    return {
      value: tf.tensor2d(out, [rowOf.length, width]),
      gradient: (dy) => {
        const slope = read(dy);
        const gradient = new Float32Array(rows * width);
        rowOf.forEach((row, i) => {
          for (let c = 0; c < width; c++) gradient[row * width + c] += slope[i * width + c];
        });
        return [tf.tensor2d(gradient, [rows, width])];
      },
    };
  });
}
