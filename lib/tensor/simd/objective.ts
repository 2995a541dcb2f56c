/** The clipped objective on the simd backend: one operation with its own gradient. */

import * as tf from "@tensorflow/tfjs-core";
import { simdBackend, tensorOf } from "./backend.ts";
import type { ClipRange, ObjectiveData } from "../distributions.ts";

/** See `clippedObjective` in ../distributions.ts. */
export function simdClippedObjective(
  logProb: tf.Tensor2D,
  entropy: tf.Tensor2D,
  data: ObjectiveData,
  { low, high }: ClipRange,
): tf.Scalar {
  const operation = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const backend = simdBackend();
    const [now, spread] = (given.slice(0, 2) as tf.Tensor[]).map((tensor) => backend.values(tensor));
    const [before, gain, share] = [data.oldLogProb, data.advantage, data.weight].map((x) => backend.values(x));
    const bonus = backend.values(data.entropyWeight).slice();
    const slope = new Float64Array(now.length);
    let sum = 0;
    for (let i = 0; i < now.length; i++) {
      const ratio = Math.exp(now[i] - before[i]);
      const free = ratio * gain[i];
      const clipped = Math.max(1 - low, Math.min(1 + high, ratio)) * gain[i];
      sum += share[i] * Math.min(free, clipped);
      slope[i] = free > clipped ? 0 : share[i] * free;
    }
    for (let i = 0; i < bonus.length; i++) sum += bonus[i] * spread[i];
    const out = backend.output([]);
    backend.values(out)[0] = sum;
    return {
      value: tensorOf(out),
      gradFunc: (dy: tf.Tensor) => {
        const own = simdBackend();
        const upstream = own.values(dy)[0];
        const scaled = (weights: Float64Array | Float32Array, shape: number[]): tf.Tensor => {
          const gradient = own.output(shape);
          const into = own.values(gradient);
          for (let i = 0; i < weights.length; i++) into[i] = upstream * weights[i];
          return tensorOf(gradient);
        };
        return [scaled(slope, logProb.shape), scaled(bonus, entropy.shape)];
      },
    };
  });
  return operation(logProb, entropy) as tf.Scalar;
}
