/** The joint distribution over variables and levels on the simd backend: one operation with its own gradient. */

import * as tf from "@tensorflow/tfjs-core";
import { simdBackend, tensorOf } from "./backend.ts";

/** See `jointCategorical` in ../layers.ts: log-probabilities and, behind them, the entropy of each row. */
export function simdJointCategorical(
  scores: tf.Tensor3D,
  settable: Float32Array,
  columns: Int32Array,
  perRow: number,
): tf.Tensor2D {
  const [rows, variables, outputs] = scores.shape;
  const levels = outputs - 1;
  const width = variables * levels;
  const operation = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const backend = simdBackend();
    const values = backend.values(given[0] as tf.Tensor);
    const logProb = new Float64Array(rows * width);
    const entropy = new Float64Array(rows);
    const out = backend.output([rows, perRow + 1]);
    const result = backend.values(out);
    for (let r = 0; r < rows; r++) {
      const total = jointLogSoftmaxInto(
        logProb,
        r * width,
        values,
        r * variables * outputs,
        settable,
        r * variables,
        variables,
        levels,
      );
      for (let i = 0; i < width; i++) {
        const x = logProb[r * width + i] -= total;
        if (x !== -Infinity) entropy[r] -= Math.exp(x) * x;
      }
      for (let k = 0; k < perRow; k++) result[r * (perRow + 1) + k] = logProb[r * width + columns[r * perRow + k]];
      result[r * (perRow + 1) + perRow] = entropy[r];
    }
    return {
      value: tensorOf(out),
      gradFunc: (dy: tf.Tensor) => {
        const own = simdBackend();
        const upstream = own.values(dy);
        const gradient = own.output([rows, variables, outputs]);
        const into = own.values(gradient).fill(0);
        const joint = new Float64Array(width);
        for (let r = 0; r < rows; r++) {
          let sum = 0;
          joint.fill(0);
          for (let k = 0; k < perRow; k++) {
            const g = upstream[r * (perRow + 1) + k];
            joint[columns[r * perRow + k]] += g;
            sum += g;
          }
          const dEntropy = upstream[r * (perRow + 1) + perRow];
          for (let i = 0; i < width; i++) {
            const x = logProb[r * width + i];
            if (x === -Infinity) continue;
            const p = Math.exp(x);
            const g = joint[i] - sum * p - dEntropy * p * (x + entropy[r]);
            const at = (r * variables + Math.floor(i / levels)) * outputs;
            into[at] += g;
            into[at + 1 + i % levels] += g;
          }
        }
        return [tensorOf(gradient)];
      },
    };
  });
  return operation(scores) as tf.Tensor2D;
}

/** Joint logits of one row into `out`, −∞ where a variable cannot be set; returns the logarithm of their sum of exponentials. */
function jointLogSoftmaxInto(
  out: Float64Array,
  at: number,
  scores: Float32Array,
  from: number,
  settable: Float32Array,
  mask: number,
  variables: number,
  levels: number,
): number {
  let highest = -Infinity;
  for (let i = 0; i < variables; i++) {
    const own = from + i * (levels + 1);
    for (let k = 0; k < levels; k++) {
      const logit = settable[mask + i] > 0 ? scores[own] + scores[own + 1 + k] : -Infinity;
      out[at + i * levels + k] = logit;
      if (logit > highest) highest = logit;
    }
  }
  let sum = 0;
  for (let i = 0; i < variables * levels; i++) sum += Math.exp(out[at + i] - highest);
  return highest + Math.log(sum);
}
