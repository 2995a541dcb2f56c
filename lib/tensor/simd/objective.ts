/** The clipped objective on the simd backend: one operation with its own gradient. */

import * as tf from "@tensorflow/tfjs-core";
import { simdBackend, tensorOf } from "./backend.ts";
import type { ClipRange, ObjectiveData } from "../distributions.ts";

/**
 * See `clippedObjective` in ../distributions.ts.
 * @param scored log-probabilities `[views, perRow]` and entropies `[views, 1]`, or one tensor with both behind each other
 */
export function simdClippedObjective(
  scored: readonly [tf.Tensor2D, tf.Tensor2D] | readonly [tf.Tensor2D],
  data: ObjectiveData,
  { low, high }: ClipRange,
): tf.Scalar {
  const [views, perRow] = data.oldLogProb.shape;
  const isJoint = scored.length === 1;
  const pitch = isJoint ? perRow + 1 : perRow;
  const operation = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const backend = simdBackend();
    const now = backend.values(given[0] as tf.Tensor);
    const spread = isJoint ? now : backend.values(given[1] as tf.Tensor);
    const [before, gain, share] = [data.oldLogProb, data.advantage, data.weight].map((x) => backend.values(x));
    const bonus = backend.values(data.entropyWeight);
    /** Slopes by what was given: each row's log-probabilities and its entropy, behind each other. */
    const slope = new Float64Array(views * (perRow + 1));
    let sum = 0;
    for (let r = 0; r < views; r++) {
      for (let k = 0; k < perRow; k++) {
        const i = r * perRow + k;
        const ratio = Math.exp(now[r * pitch + k] - before[i]);
        const free = ratio * gain[i];
        const clipped = Math.max(1 - low, Math.min(1 + high, ratio)) * gain[i];
        sum += share[i] * Math.min(free, clipped);
        slope[r * (perRow + 1) + k] = free > clipped ? 0 : share[i] * free;
      }
      sum += bonus[r] * spread[isJoint ? r * pitch + perRow : r];
      slope[r * (perRow + 1) + perRow] = bonus[r];
    }
    const out = backend.output([]);
    backend.values(out)[0] = sum;
    return {
      value: tensorOf(out),
      gradFunc: (dy: tf.Tensor) => {
        const own = simdBackend();
        const upstream = own.values(dy)[0];
        /** Columns `from` … `from + width − 1` of the slopes. */
        const scaled = (from: number, width: number): tf.Tensor => {
          const gradient = own.output([views, width]);
          const into = own.values(gradient);
          for (let r = 0; r < views; r++) {
            for (let k = 0; k < width; k++) into[r * width + k] = upstream * slope[r * (perRow + 1) + from + k];
          }
          return tensorOf(gradient);
        };
        return isJoint ? [scaled(0, perRow + 1)] : [scaled(0, perRow), scaled(perRow, 1)];
      },
    };
  });
  return operation(...scored) as tf.Scalar;
}
