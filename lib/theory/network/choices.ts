/** The distribution of each decision over its legal tokens: log-probability of what was chosen, and entropy. */

import * as tf from "@tensorflow/tfjs-core";
import { gatherColumns, maskedLogSoftmax } from "../../tensor/mod.ts";
import { tensorsAreOnHost, withGradient } from "./layers.ts";

/** Log-probability and entropy of each row, `[rows, 1]`, differentiable in the logits. */
export interface ChoiceScores {
  readonly logProb: tf.Tensor2D;
  readonly entropy: tf.Tensor2D;
}

/**
 * Scores of the chosen columns under `softmax(logits / temperature)` restricted to the legal ones.
 * @param logits `[rows, columns]`
 * @param legal `[rows, columns]`, at least one 1 in each row
 * @param chosen `[rows]`, each legal
 */
export function scoreChoices(
  logits: tf.Tensor2D,
  legal: Uint8Array,
  chosen: Int32Array,
  temperature: number,
): ChoiceScores {
  const [rows] = logits.shape;
  if (!tensorsAreOnHost()) return composedScores(logits, legal, chosen, temperature);
  const both = withGradient([logits], (input) => hostScores(input as tf.Tensor2D, legal, chosen, temperature));
  return { logProb: tf.slice(both, [0, 0], [rows, 1]), entropy: tf.slice(both, [0, 1], [rows, 1]) };
}

/** Log-probabilities of all columns, −1e9 where illegal. Differentiable. */
export function legalLogProbabilities(logits: tf.Tensor2D, legal: Uint8Array, temperature: number): tf.Tensor2D {
  return maskedLogSoftmax(tf.div(logits, temperature), tf.tensor2d(Float32Array.from(legal), logits.shape));
}

/** {@linkcode scoreChoices} made of TensorFlow.js operations. */
export function composedScores(
  logits: tf.Tensor2D,
  legal: Uint8Array,
  chosen: Int32Array,
  temperature: number,
): ChoiceScores {
  const logProbs = legalLogProbabilities(logits, legal, temperature);
  return {
    logProb: gatherColumns(logProbs, chosen, 1),
    entropy: tf.neg(tf.sum(tf.mul(tf.exp(logProbs), logProbs), 1, true)),
  };
}

function hostScores(logits: tf.Tensor2D, legal: Uint8Array, chosen: Int32Array, temperature: number) {
  const [rows, columns] = logits.shape;
  const values = logits.dataSync<"float32">();
  const probability = new Float32Array(rows * columns);
  const logs = new Float32Array(rows * columns);
  const out = new Float32Array(2 * rows);
  for (let row = 0, from = 0; row < rows; row++, from += columns) {
    let highest = -Infinity;
    for (let c = from; c < from + columns; c++) if (legal[c] === 1 && values[c] > highest) highest = values[c];
    let total = 0;
    for (let c = from; c < from + columns; c++) {
      if (legal[c] === 0) continue;
      logs[c] = (values[c] - highest) / temperature;
      total += Math.exp(logs[c]);
    }
    const normaliser = Math.log(total);
    let entropy = 0;
    for (let c = from; c < from + columns; c++) {
      if (legal[c] === 0) continue;
      logs[c] -= normaliser;
      probability[c] = Math.exp(logs[c]);
      entropy -= probability[c] * logs[c];
    }
    out[2 * row] = logs[from + chosen[row]];
    out[2 * row + 1] = entropy;
  }
  return {
    value: tf.tensor2d(out, [rows, 2]),
    gradient: (dy: tf.Tensor2D) => {
      const slope = dy.dataSync<"float32">();
      const gradient = new Float32Array(rows * columns);
      for (let row = 0, from = 0; row < rows; row++, from += columns) {
        const dLog = slope[2 * row] / temperature;
        const dEntropy = slope[2 * row + 1] / temperature;
        for (let c = from; c < from + columns; c++) {
          if (legal[c] === 1) gradient[c] = -probability[c] * (dLog + dEntropy * (logs[c] + out[2 * row + 1]));
        }
        gradient[from + chosen[row]] += dLog;
      }
      return [tf.tensor2d(gradient, [rows, columns])];
    },
  };
}
