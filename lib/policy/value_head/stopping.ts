/** Stopping as one more choice of a view, in place of the target's; see {@linkcode ValueHead}. */

import * as tf from "@tensorflow/tfjs-core";

/**
 * Scores with one more choice where a view may stop: the target becomes possible with its first value alone.
 * @param outputs scores of each variable
 * @param levels values of each variable that are choices of their own
 */
export function openStop(
  settable: Float32Array,
  stop: Int32Array,
  outputs: number,
  levels: number,
): { readonly settable: Float32Array; apply(scores: tf.Tensor3D): tf.Tensor3D } {
  const width = settable.length / stop.length;
  const opened = settable.slice();
  const kept = new Float32Array(settable.length * outputs).fill(1);
  const offset = new Float32Array(settable.length * outputs);
  stop.forEach((target, view) => {
    if (target < 0) return;
    const place = view * width + target;
    opened[place] = 1;
    kept.fill(0, place * outputs + 1, (place + 1) * outputs);
    offset[place * outputs] = stopBonus(settable, view, width, levels);
    offset.fill(IMPOSSIBLE, place * outputs + 2, place * outputs + 1 + levels);
  });
  const shape: [number, number, number] = [stop.length, width, outputs];
  return {
    settable: opened,
    apply: (scores) => tf.add(tf.mul(scores, tf.tensor3d(kept, shape)), tf.tensor3d(offset, shape)),
  };
}

/** The logarithm of the number of choices beside stopping: what a stop's logit is counted from. */
export function stopBonus(settable: Float32Array, view: number, width: number, levels: number): number {
  let open = 0;
  for (let i = view * width; i < (view + 1) * width; i++) if (settable[i] > 0) open++;
  return open === 0 ? 0 : Math.log(open * levels);
}

/** A score that leaves nothing of a probability. */
const IMPOSSIBLE = -1e9;

/** The choices of each view and that of stopping behind them, or the first again where it may not stop. */
export function withStop(
  choices: Int32Array,
  perView: number,
  stop: Int32Array,
  choiceOf: (target: number) => number,
): Int32Array {
  const more = new Int32Array(stop.length * (perView + 1));
  stop.forEach((target, view) => {
    more.set(choices.subarray(view * perView, (view + 1) * perView), view * (perView + 1));
    more[view * (perView + 1) + perView] = target >= 0 ? choiceOf(target) : choices[view * perView];
  });
  return more;
}

/**
 * Log-probabilities of the choices without that of stopping, which is the last, and the entropy plus `bonus` times the
 * probability of stopping.
 * @param bonus `[views]` 0 where a view may not stop
 * @param density log-density that is counted in the log-probability of stopping
 */
export function relativeToStopping(
  { logProb, entropy }: { readonly logProb: tf.Tensor2D; readonly entropy: tf.Tensor2D },
  perView: number,
  bonus: Float32Array,
  density: number,
): { logProb: tf.Tensor2D; entropy: tf.Tensor2D } {
  const views = bonus.length;
  const stopping = tf.exp(tf.sub(tf.slice2d(logProb, [0, perView], [views, 1]), density));
  return {
    logProb: tf.slice2d(logProb, [0, 0], [views, perView]),
    entropy: tf.add(entropy, tf.mul(stopping, tf.tensor2d(bonus, [views, 1]))),
  };
}
