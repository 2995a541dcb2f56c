/** The head whose values are normal around a mean that the network gives. */

import * as tf from "@tensorflow/tfjs-core";
import { HALF_LOG_TAU } from "../../numeric/mod.ts";
import { jointGaussian } from "../../tensor/mod.ts";
import { drawActions } from "./draws.ts";
import { openStop, relativeToStopping, stopBonus, withStop } from "./stopping.ts";
import type { ValueHead, ViewActions } from "./types.ts";

/** Bounds of a learned log standard deviation. */
const LOG_STD = { low: -3, high: 1 };

/**
 * A head of normal values around a mean that the network gives.
 * @throws RangeError for a standard deviation that is not positive
 */
export function gaussian(std: { readonly kind: "fixed" | "learned"; readonly value: number }): ValueHead {
  if (!(std.value > 0)) throw new RangeError(`Cannot draw values with standard deviation ${std.value}: must be > 0`);
  const learned = std.kind === "learned";
  const start = Math.log(std.value);
  const outputs = learned ? 3 : 2;
  return {
    outputs,
    discrete: false,
    score(scores, settable, actions, stop) {
      const spread = { logStd: start, ...LOG_STD };
      const value = Float32Array.from(actions.value);
      if (stop !== undefined) return stoppingGaussian(scores, settable, actions, stop, spread);
      return jointGaussian(scores, settable, actions.variable, value, actions.perView, spread);
    },
    draw({ scores, settable, width, stop }, perView, { streams, temperature }) {
      const logits = new Float64Array(width);
      const logitsOf = (view: number): Float64Array => {
        for (let i = 0; i < width; i++) {
          const isStop = i === stop?.[view];
          const bonus = isStop ? stopBonus(settable, view, width, 1) : 0;
          logits[i] = isStop || settable[view * width + i] > 0
            ? (scores[(view * width + i) * outputs] + bonus) / temperature
            : -Infinity;
        }
        return logits;
      };
      return drawActions(settable.length / width, perView, streams, logitsOf, (view, i, logProb, stream) => {
        if (i === stop?.[view]) return { variable: i, value: 0, logProb };
        const at = (view * width + i) * outputs;
        const own = learned ? Math.max(LOG_STD.low, Math.min(LOG_STD.high, scores[at + 2] + start)) : start;
        const logStd = own + Math.log(temperature);
        const z = stream === null ? 0 : stream.normal();
        // Stored as float32, since that is what the loss will see again.
        const value = Math.fround(scores[at + 1] + z * Math.exp(logStd));
        const back = (value - scores[at + 1]) / Math.exp(logStd);
        return { variable: i, value, logProb: logProb - 0.5 * back * back - logStd - HALF_LOG_TAU };
      });
    },
  };
}

/**
 * The joint distribution with stopping as one more choice without a value. The target's density, which the kernel counts like
 * any other's, is known (mean 0, the initial deviation): it is taken out of log-probabilities and entropy again.
 */
function stoppingGaussian(
  scores: tf.Tensor3D,
  settable: Float32Array,
  { variable, value, perView }: ViewActions,
  stop: Int32Array,
  spread: { readonly logStd: number; readonly low: number; readonly high: number },
): { logProb: tf.Tensor2D; entropy: tf.Tensor2D } {
  const views = stop.length;
  const width = settable.length / views;
  const outputs = scores.shape[2];
  const arms = openStop(settable, stop, outputs, 1);
  const allowed = Float32Array.from(stop, (target) => target < 0 ? 0 : 1);
  const logStd = outputs === 3 ? Math.max(spread.low, Math.min(spread.high, spread.logStd)) : spread.logStd;
  const density = -logStd - HALF_LOG_TAU;
  const choices = perView + 1;
  // The last column is that of stopping, or a copy of the first choice where that is not possible.
  const pick = (view: number, k: number) => k < perView ? view * perView + k : -1;
  const variables = withStop(variable, perView, stop, (target) => target);
  const values = Float32Array.from({ length: views * choices }, (_, c) => {
    const [view, k] = [Math.floor(c / choices), c % choices];
    const at = pick(view, k);
    return at >= 0 ? value[at] : stop[view] >= 0 ? 0 : value[view * perView];
  });
  const scored = jointGaussian(arms.apply(scores), arms.settable, variables, values, choices, spread);
  const isStop = Float32Array.from(variable, (v, a) => v === stop[Math.floor(a / perView)] ? density : 0);
  const ownEntropy = logStd + HALF_LOG_TAU + 0.5;
  const bonus = allowed.map((x, view) => x * (stopBonus(settable, view, width, 1) - ownEntropy));
  const { logProb, entropy } = relativeToStopping(scored, perView, bonus, density);
  return { logProb: tf.sub(logProb, tf.tensor2d(isStop, [views, perView])), entropy };
}
