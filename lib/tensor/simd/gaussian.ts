/** The joint distribution of a variable and a real value on the simd backend: one operation with its own gradient. */

import * as tf from "@tensorflow/tfjs-core";
import { HALF_LOG_TAU } from "../../numeric/mod.ts";
import { simdBackend, tensorOf } from "./backend.ts";
import type { GaussianSpread } from "../contracts.ts";

/** See `jointGaussian` in ../distributions.ts: log-probabilities and, behind them, the entropy of each row. */
export function simdJointGaussian(
  scores: tf.Tensor3D,
  settable: Float32Array,
  variable: Int32Array,
  value: Float32Array,
  perRow: number,
  spread: GaussianSpread,
): tf.Tensor2D {
  const [rows, variables, outputs] = scores.shape;
  const logStdOf = (values: Float32Array, cell: number): number =>
    outputs === 3
      ? Math.max(spread.low, Math.min(spread.high, values[cell * outputs + 2] + spread.logStd))
      : spread.logStd;
  const operation = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const x = given[0] as tf.Tensor;
    const save = given.at(-1) as tf.GradSaveFunc;
    save([x]);
    const backend = simdBackend();
    const values = backend.values(x);
    const logProb = new Float64Array(rows * variables);
    const entropy = new Float64Array(rows);
    const out = backend.output([rows, perRow + 1]);
    const result = backend.values(out);
    for (let r = 0; r < rows; r++) {
      const first = r * variables;
      logSoftmaxInto(logProb, first, values, outputs, settable, variables);
      for (let i = first; i < first + variables; i++) {
        if (logProb[i] === -Infinity) continue;
        entropy[r] += Math.exp(logProb[i]) * (logStdOf(values, i) - logProb[i] + HALF_LOG_TAU + 0.5);
      }
      for (let k = 0; k < perRow; k++) {
        const cell = first + variable[r * perRow + k];
        const logStd = logStdOf(values, cell);
        const z = (value[r * perRow + k] - values[cell * outputs + 1]) / Math.exp(logStd);
        result[r * (perRow + 1) + k] = logProb[cell] - 0.5 * z * z - logStd - HALF_LOG_TAU;
      }
      result[r * (perRow + 1) + perRow] = entropy[r];
    }
    return {
      value: tensorOf(out),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const own = simdBackend();
        const read = own.values(saved[0]);
        const upstream = own.values(dy);
        const gradient = own.output([rows, variables, outputs]);
        const into = own.values(gradient).fill(0);
        /** A learned log standard deviation has a gradient between its bounds alone. */
        const addToLogStd = (cell: number, amount: number): void => {
          if (outputs !== 3) return;
          const free = read[cell * outputs + 2] + spread.logStd;
          if (!(free < spread.low || free > spread.high)) into[cell * outputs + 2] += amount;
        };
        for (let r = 0; r < rows; r++) {
          const first = r * variables;
          const at = r * (perRow + 1);
          let sum = 0;
          for (let k = 0; k < perRow; k++) {
            const g = upstream[at + k];
            sum += g;
            const cell = first + variable[r * perRow + k];
            const precision = Math.exp(-logStdOf(read, cell));
            const z = (value[r * perRow + k] - read[cell * outputs + 1]) * precision;
            into[cell * outputs] += g;
            into[cell * outputs + 1] += g * z * precision;
            addToLogStd(cell, g * (z * z - 1));
          }
          const dEntropy = upstream[at + perRow];
          for (let i = first; i < first + variables; i++) {
            if (logProb[i] === -Infinity) continue;
            const p = Math.exp(logProb[i]);
            const surprise = logStdOf(read, i) - logProb[i] + HALF_LOG_TAU + 0.5;
            into[i * outputs] += dEntropy * p * (surprise - entropy[r]) - sum * p;
            addToLogStd(i, dEntropy * p);
          }
        }
        return [tensorOf(gradient)];
      },
    };
  });
  return operation(scores) as tf.Tensor2D;
}

/** Log-softmax of the first score of each variable of one row, −∞ where a variable cannot be set. */
function logSoftmaxInto(
  out: Float64Array,
  first: number,
  scores: Float32Array,
  outputs: number,
  settable: Float32Array,
  variables: number,
): void {
  let highest = -Infinity;
  for (let i = first; i < first + variables; i++) {
    out[i] = settable[i] > 0 ? scores[i * outputs] : -Infinity;
    if (out[i] > highest) highest = out[i];
  }
  let sum = 0;
  for (let i = first; i < first + variables; i++) sum += Math.exp(out[i] - highest);
  const total = highest + Math.log(sum);
  for (let i = first; i < first + variables; i++) out[i] -= total;
}
