/** The head whose values are levels of the domain: variable and level are one categorical distribution. */

import * as tf from "@tensorflow/tfjs-core";
import { jointCategorical, jointLogProb } from "../../tensor/mod.ts";
import { drawActions } from "./draws.ts";
import { openStop, relativeToStopping, stopBonus, withStop } from "./stopping.ts";
import type { ValueHead } from "./types.ts";

/**
 * A head over `levels` equally spaced values.
 * @throws RangeError for fewer than 2 levels
 */
export function categorical(levels: number): ValueHead {
  if (!Number.isInteger(levels) || levels < 2) {
    throw new RangeError(`Cannot choose among ${levels} values: levels must be a whole number ≥ 2`);
  }
  const levelOf = (value: number) => Math.round((value + 1) / 2 * (levels - 1));
  const valueOf = (level: number) => 2 * level / (levels - 1) - 1;
  return {
    outputs: 1 + levels,
    discrete: true,
    score(scores, settable, actions, stop) {
      const { perView } = actions;
      const isStop = (a: number) => actions.variable[a] === stop?.[Math.floor(a / perView)];
      const levelled = (a: number) => isStop(a) ? 0 : levelOf(actions.value[a]);
      const columns = Int32Array.from(actions.variable, (i, a) => i * levels + levelled(a));
      if (stop === undefined) return jointCategorical(scores, settable, columns, perView);
      const arms = openStop(settable, stop, 1 + levels, levels);
      const more = withStop(columns, perView, stop, (target) => target * levels);
      const scored = jointCategorical(arms.apply(scores), arms.settable, more, perView + 1);
      const bonus = Float32Array.from(
        stop,
        (target, view) => target < 0 ? 0 : stopBonus(settable, view, settable.length / stop.length, levels),
      );
      return relativeToStopping(scored, perView, bonus, 0);
    },
    divergence(first, second, settable, stop) {
      const arms = stop === undefined ? null : openStop(settable, stop, 1 + levels, levels);
      const p = jointLogProb(arms?.apply(first) ?? first, arms?.settable ?? settable);
      const q = jointLogProb(arms?.apply(second) ?? second, arms?.settable ?? settable);
      return tf.sum(tf.mul(tf.mul(tf.exp(p.logProb), p.mask), tf.sub(p.logProb, q.logProb)), 1, true) as tf.Tensor2D;
    },
    draw({ scores, settable, width, stop }, perView, { streams, temperature }) {
      const logits = new Float64Array(width * levels);
      const logitsOf = (view: number): Float64Array => {
        for (let i = 0; i < width; i++) {
          const at = (view * width + i) * (levels + 1);
          for (let k = 0; k < levels; k++) {
            logits[i * levels + k] = settable[view * width + i] > 0
              ? (scores[at] + scores[at + 1 + k]) / temperature
              : -Infinity;
          }
          if (i === stop?.[view]) {
            logits[i * levels] = (scores[at] + stopBonus(settable, view, width, levels)) / temperature;
          }
        }
        return logits;
      };
      return drawActions(settable.length / width, perView, streams, logitsOf, (_, arm, logProb) => ({
        variable: Math.floor(arm / levels),
        value: valueOf(arm % levels),
        logProb,
      }));
    },
  };
}
