/** Draws among the choices of each view of a batch, by their logits. */

import type { Stream } from "../../random/mod.ts";
import type { DrawnActions, DrawOptions } from "./types.ts";

/** What a choice is as an action, with its log-probability. */
export interface DrawnAction {
  readonly variable: number;
  readonly value: number;
  readonly logProb: number;
}

/**
 * `perView` draws for each of `views` views, or copies of the most probable choice.
 * @param logitsOf of the choices of a view; −∞ is never drawn
 * @param actionOf a choice of a view whose log-probability is given; the stream is null where the mode is asked for
 */
export function drawActions(
  views: number,
  perView: number,
  streams: DrawOptions["streams"],
  logitsOf: (view: number) => Float64Array,
  actionOf: (view: number, choice: number, logProb: number, stream: Stream | null) => DrawnAction,
): DrawnActions {
  const drawn = {
    perView,
    variable: new Int32Array(views * perView),
    value: new Float64Array(views * perView),
    logProb: new Float64Array(views * perView),
  };
  for (let view = 0; view < views; view++) {
    const logits = logitsOf(view);
    const total = logSumExp(logits);
    const stream = streams === null ? null : streams[view];
    const best = stream === null ? indexOfMax(logits) : -1;
    for (let k = view * perView; k < (view + 1) * perView; k++) {
      const choice = stream === null ? best : drawIndex(logits, total, stream.uniform());
      const { variable, value, logProb } = actionOf(view, choice, logits[choice] - total, stream);
      drawn.variable[k] = variable;
      drawn.value[k] = value;
      drawn.logProb[k] = logProb;
    }
  }
  return drawn;
}

function logSumExp(logits: Float64Array): number {
  const highest = logits[indexOfMax(logits)];
  let sum = 0;
  for (const x of logits) sum += Math.exp(x - highest);
  return highest + Math.log(sum);
}

function indexOfMax(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** Inverse transform sampling; an impossible index is never drawn. */
function drawIndex(logits: Float64Array, total: number, uniform: number): number {
  let cumulative = 0;
  let last = 0;
  for (let i = 0; i < logits.length; i++) {
    if (logits[i] === -Infinity) continue;
    cumulative += Math.exp(logits[i] - total);
    last = i;
    if (uniform < cumulative) return i;
  }
  return last;
}
