/**
 * The two ways in which a policy distributes the value of an intervention on the domain scaled to [−1, 1]. A head turns the
 * network's outputs of each variable into `log π(i, v) = log softmax(ℓ)ᵢ + log p(v | i)` and its entropy.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Stream } from "../random/mod.ts";
import { jointCategorical, jointGaussian, jointLogProb } from "../tensor/mod.ts";

/** The distribution of the value given the variable: levels of the domain, or a Gaussian. */
export type ValueHeadOptions =
  /** `levels` equally spaced values, both ends of the domain among them. */
  | { readonly kind: "categorical"; readonly levels: number }
  /**
   * Normal around a mean that the network gives, with a fixed standard deviation or one that the network gives too. The
   * environment cuts a value outside [−1, 1] to the nearer end, so both ends have positive probability.
   */
  | { readonly kind: "gaussian"; readonly std: { readonly kind: "fixed" | "learned"; readonly value: number } };

/** Interventions, `perView` of them for each view: candidate k of view s stands at `s * perView + k`. */
export interface ViewActions {
  readonly perView: number;
  readonly variable: Int32Array;
  /** Scaled to [−1, 1]; a Gaussian draw may lie outside. */
  readonly value: Float64Array;
  /** `[views]` keys of the channels that the network had dropped when it drew; left out if it had dropped none. */
  readonly dropout?: Uint32Array;
}

/** Actions with what their draw was worth. */
export interface DrawnActions extends ViewActions {
  /** Joint log-probability of each. */
  readonly logProb: Float64Array;
}

/** One value distribution. `scores` are the network's outputs, `[views, width, outputs]`; `settable` `[views, width]`. */
export interface ValueHead {
  /** Outputs that each variable needs. */
  readonly outputs: number;
  /** Whether the action space is discrete, so that the KL is exact. */
  readonly discrete: boolean;
  /** Differentiable joint log-probability `[views, perView]` and entropy `[views, 1]`, nats. */
  score(
    scores: tf.Tensor3D,
    settable: Float32Array,
    actions: ViewActions,
  ): { logProb: tf.Tensor2D; entropy: tf.Tensor2D };
  /** Exact KL(first ‖ second), `[views, 1]`; discrete heads only. */
  divergence?(first: tf.Tensor3D, second: tf.Tensor3D, settable: Float32Array): tf.Tensor2D;
  /**
   * `perView` independent draws for each view, or `perView` copies of the mode if `streams` is null.
   * @param temperature divides the logits (and multiplies the standard deviation); log-probabilities are the tempered ones
   */
  draw(
    scores: Float32Array,
    settable: Float32Array,
    width: number,
    perView: number,
    streams: readonly Stream[] | null,
    temperature: number,
  ): DrawnActions;
}

const HALF_LOG_TAU = 0.5 * Math.log(2 * Math.PI);
/** Bounds of a learned log standard deviation. */
const LOG_STD = { low: -3, high: 1 };

/**
 * The head that gives the joint distribution over a variable and its value.
 * @throws RangeError for fewer than 2 levels or a standard deviation that is not positive
 */
export function createValueHead(options: ValueHeadOptions): ValueHead {
  return options.kind === "categorical" ? categorical(options.levels) : gaussian(options.std);
}

function categorical(levels: number): ValueHead {
  if (!Number.isInteger(levels) || levels < 2) {
    throw new RangeError(`Cannot choose among ${levels} values: levels must be a whole number ≥ 2`);
  }
  const levelOf = (value: number) => Math.round((value + 1) / 2 * (levels - 1));
  const valueOf = (level: number) => 2 * level / (levels - 1) - 1;
  return {
    outputs: 1 + levels,
    discrete: true,
    score(scores, settable, actions) {
      const columns = Int32Array.from(actions.variable, (i, a) => i * levels + levelOf(actions.value[a]));
      return jointCategorical(scores, settable, columns, actions.perView);
    },
    divergence(first, second, settable) {
      const p = jointLogProb(first, settable);
      const q = jointLogProb(second, settable);
      return tf.sum(tf.mul(tf.mul(tf.exp(p.logProb), p.mask), tf.sub(p.logProb, q.logProb)), 1, true) as tf.Tensor2D;
    },
    draw(scores, settable, width, perView, streams, temperature) {
      const views = settable.length / width;
      const drawn = emptyDraws(views, perView);
      const arms = width * levels;
      const logits = new Float64Array(arms);
      for (let s = 0; s < views; s++) {
        for (let i = 0; i < width; i++) {
          const at = (s * width + i) * (levels + 1);
          for (let k = 0; k < levels; k++) {
            logits[i * levels + k] = settable[s * width + i] > 0
              ? (scores[at] + scores[at + 1 + k]) / temperature
              : -Infinity;
          }
        }
        const total = logSumExp(logits);
        const best = streams === null ? indexOfMax(logits) : -1;
        for (let a = 0; a < perView; a++) {
          const arm = streams === null ? best : drawIndex(logits, total, streams[s].uniform());
          drawn.variable[s * perView + a] = Math.floor(arm / levels);
          drawn.value[s * perView + a] = valueOf(arm % levels);
          drawn.logProb[s * perView + a] = logits[arm] - total;
        }
      }
      return drawn;
    },
  };
}

function gaussian(std: { readonly kind: "fixed" | "learned"; readonly value: number }): ValueHead {
  if (!(std.value > 0)) throw new RangeError(`Cannot draw values with standard deviation ${std.value}: must be > 0`);
  const learned = std.kind === "learned";
  const start = Math.log(std.value);
  return {
    outputs: learned ? 3 : 2,
    discrete: false,
    score(scores, settable, actions) {
      const spread = { logStd: start, ...LOG_STD };
      const value = Float32Array.from(actions.value);
      return jointGaussian(scores, settable, actions.variable, value, actions.perView, spread);
    },
    draw(scores, settable, width, perView, streams, temperature) {
      const views = settable.length / width;
      const outputs = learned ? 3 : 2;
      const drawn = emptyDraws(views, perView);
      const logits = new Float64Array(width);
      for (let s = 0; s < views; s++) {
        for (let i = 0; i < width; i++) {
          logits[i] = settable[s * width + i] > 0 ? scores[(s * width + i) * outputs] / temperature : -Infinity;
        }
        const total = logSumExp(logits);
        const best = streams === null ? indexOfMax(logits) : -1;
        for (let a = 0; a < perView; a++) {
          const i = streams === null ? best : drawIndex(logits, total, streams[s].uniform());
          const at = (s * width + i) * outputs;
          const own = learned ? Math.max(LOG_STD.low, Math.min(LOG_STD.high, scores[at + 2] + start)) : start;
          const logStd = own + Math.log(temperature);
          const z = streams === null ? 0 : streams[s].normal();
          // Stored as float32, since that is what the loss will see again.
          const value = Math.fround(scores[at + 1] + z * Math.exp(logStd));
          const back = (value - scores[at + 1]) / Math.exp(logStd);
          drawn.variable[s * perView + a] = i;
          drawn.value[s * perView + a] = value;
          drawn.logProb[s * perView + a] = logits[i] - total - 0.5 * back * back - logStd - HALF_LOG_TAU;
        }
      }
      return drawn;
    },
  };
}

function emptyDraws(views: number, perView: number): DrawnActions {
  const length = views * perView;
  return {
    perView,
    variable: new Int32Array(length),
    value: new Float64Array(length),
    logProb: new Float64Array(length),
  };
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
