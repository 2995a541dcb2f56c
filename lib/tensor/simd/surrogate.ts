/** The clipped surrogate on the simd backend: one operation with its own gradient. */

import * as tf from "@tensorflow/tfjs-core";
import { simdBackend, tensorOf } from "./backend.ts";
import type { ClipRange } from "../distributions.ts";

/** See `clippedSurrogate` in ../distributions.ts. */
export function simdClippedSurrogate(
  logProb: tf.Tensor,
  oldLogProb: tf.Tensor,
  advantage: tf.Tensor,
  weight: tf.Tensor,
  { low, high }: ClipRange,
): tf.Scalar {
  const operation = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const x = given[0] as tf.Tensor;
    const backend = simdBackend();
    const [now, before, gain, share] = [x, oldLogProb, advantage, weight].map((tensor) => backend.values(tensor));
    const slope = new Float64Array(now.length);
    let sum = 0;
    for (let i = 0; i < now.length; i++) {
      const ratio = Math.exp(now[i] - before[i]);
      const free = ratio * gain[i];
      const clipped = Math.max(1 - low, Math.min(1 + high, ratio)) * gain[i];
      sum += share[i] * Math.min(free, clipped);
      slope[i] = free > clipped ? 0 : share[i] * free;
    }
    const out = backend.output([]);
    backend.values(out)[0] = sum;
    return {
      value: tensorOf(out),
      gradFunc: (dy: tf.Tensor) => {
        const own = simdBackend();
        const upstream = own.values(dy)[0];
        const gradient = own.output(logProb.shape);
        const into = own.values(gradient);
        for (let i = 0; i < slope.length; i++) into[i] = upstream * slope[i];
        return [tensorOf(gradient)];
      },
    };
  });
  return operation(logProb) as tf.Scalar;
}
