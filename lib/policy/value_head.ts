/**
 * The two ways in which a policy distributes the value of an intervention on the domain scaled to [−1, 1]. A head turns the
 * network's outputs of each variable into `log π(i, v) = log softmax(ℓ)ᵢ + log p(v | i)` and its entropy.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { SetViews } from "../environment/mod.ts";
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

/** What a head needs to know of any batch of views. */
export interface SettableViews {
  readonly count: number;
  readonly width: number;
  /** `[views, width]` 1 where the variable may be intervened on. */
  readonly settable: Float32Array;
  /** Where sets of variables are chosen: which are allowed. */
  readonly sets?: SetViews;
}

/**
 * Interventions, `perView` of them for each view: candidate k of view s stands at `s * perView + k`, and at as many `slots` from
 * `(s * perView + k) * slots` on where it is a set, −1 behind the last variable.
 */
export interface ViewActions {
  readonly perView: number;
  /** Left out: 1. */
  readonly slots?: number;
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

/**
 * One value distribution. `scores` are the network's outputs, `[views, width, outputs]`; `settable` `[views, width]`. Where a
 * view may stop, its `stop` is the target: one more choice, without a value, whose logit is the variable's own score and the
 * logarithm of the number of all other choices, so that a network that knows nothing stops half of the time. Stopping is drawn
 * as the variable `stop`, and scored as that variable. Entropy is relative to the same measure, `−Σ p log(p / m)` with m the
 * number of all other choices for stopping and 1 for each of them: it is greatest where nothing is known, and a bonus on it
 * does not keep a policy from stopping.
 */
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
    stop?: Int32Array,
  ): { logProb: tf.Tensor2D; entropy: tf.Tensor2D };
  /** Exact KL(first ‖ second), `[views, 1]`; discrete heads only. */
  divergence?(first: tf.Tensor3D, second: tf.Tensor3D, settable: Float32Array, stop?: Int32Array): tf.Tensor2D;
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
    stop?: Int32Array,
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
    score(scores, settable, actions, stop) {
      const { perView } = actions;
      const isStop = (a: number) => actions.variable[a] === stop?.[Math.floor(a / perView)];
      const levelled = (a: number) => isStop(a) ? 0 : levelOf(actions.value[a]);
      const columns = Int32Array.from(actions.variable, (i, a) => i * levels + levelled(a));
      if (stop === undefined) return jointCategorical(scores, settable, columns, perView);
      const arms = stopArms(settable, stop, 1 + levels);
      const more = withStop(columns, perView, stop, (target) => target * levels);
      const scored = jointCategorical(arms.apply(scores), arms.settable, more, perView + 1);
      const bonus = Float32Array.from(
        stop,
        (target, view) => target < 0 ? 0 : stopBonus(settable, view, settable.length / stop.length, levels),
      );
      return relativeToStopping(scored, perView, bonus, 0);
    },
    divergence(first, second, settable, stop) {
      const arms = stop === undefined ? null : stopArms(settable, stop, 1 + levels);
      const p = jointLogProb(arms?.apply(first) ?? first, arms?.settable ?? settable);
      const q = jointLogProb(arms?.apply(second) ?? second, arms?.settable ?? settable);
      return tf.sum(tf.mul(tf.mul(tf.exp(p.logProb), p.mask), tf.sub(p.logProb, q.logProb)), 1, true) as tf.Tensor2D;
    },
    draw(scores, settable, width, perView, streams, temperature, stop) {
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
          if (i === stop?.[s]) {
            logits[i * levels] = (scores[at] + stopBonus(settable, s, width, levels)) / temperature;
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
    score(scores, settable, actions, stop) {
      const spread = { logStd: start, ...LOG_STD };
      const value = Float32Array.from(actions.value);
      if (stop !== undefined) return stoppingGaussian(scores, settable, actions, stop, spread);
      return jointGaussian(scores, settable, actions.variable, value, actions.perView, spread);
    },
    draw(scores, settable, width, perView, streams, temperature, stop) {
      const views = settable.length / width;
      const outputs = learned ? 3 : 2;
      const drawn = emptyDraws(views, perView);
      const logits = new Float64Array(width);
      for (let s = 0; s < views; s++) {
        for (let i = 0; i < width; i++) {
          const isStop = i === stop?.[s];
          const bonus = isStop ? stopBonus(settable, s, width, 1) : 0;
          logits[i] = isStop || settable[s * width + i] > 0
            ? (scores[(s * width + i) * outputs] + bonus) / temperature
            : -Infinity;
        }
        const total = logSumExp(logits);
        const best = streams === null ? indexOfMax(logits) : -1;
        for (let a = 0; a < perView; a++) {
          const i = streams === null ? best : drawIndex(logits, total, streams[s].uniform());
          if (i === stop?.[s]) {
            drawn.variable[s * perView + a] = i;
            drawn.logProb[s * perView + a] = logits[i] - total;
            continue;
          }
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

/**
 * Scores with one more choice where a view may stop: the target becomes possible with its first value alone.
 * @param outputs scores of each variable
 */
function stopArms(
  settable: Float32Array,
  stop: Int32Array,
  outputs: number,
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
    offset[place * outputs] = stopBonus(settable, view, width, outputs - 1);
    offset.fill(IMPOSSIBLE, place * outputs + 2, (place + 1) * outputs);
  });
  const shape: [number, number, number] = [stop.length, width, outputs];
  return {
    settable: opened,
    apply: (scores) => tf.add(tf.mul(scores, tf.tensor3d(kept, shape)), tf.tensor3d(offset, shape)),
  };
}

/** The logarithm of the number of choices beside stopping: what a stop's logit is counted from. */
function stopBonus(settable: Float32Array, view: number, width: number, levels: number): number {
  let open = 0;
  for (let i = view * width; i < (view + 1) * width; i++) if (settable[i] > 0) open++;
  return open === 0 ? 0 : Math.log(open * levels);
}

/** A score that leaves nothing of a probability. */
const IMPOSSIBLE = -1e9;

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
  const opened = settable.slice();
  const kept = new Float32Array(settable.length * outputs).fill(1);
  const offset = new Float32Array(settable.length * outputs);
  const allowed = Float32Array.from(stop, (target) => target < 0 ? 0 : 1);
  stop.forEach((target, view) => {
    if (target < 0) return;
    opened[view * width + target] = 1;
    kept.fill(0, (view * width + target) * outputs + 1, (view * width + target + 1) * outputs);
    offset[(view * width + target) * outputs] = stopBonus(settable, view, width, 1);
  });
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
  const shape: [number, number, number] = [views, width, outputs];
  const masked = tf.add(tf.mul(scores, tf.tensor3d(kept, shape)), tf.tensor3d(offset, shape)) as tf.Tensor3D;
  const scored = jointGaussian(masked, opened, variables, values, choices, spread);
  const isStop = Float32Array.from(variable, (v, a) => v === stop[Math.floor(a / perView)] ? density : 0);
  const ownEntropy = logStd + HALF_LOG_TAU + 0.5;
  const bonus = allowed.map((x, view) => x * (stopBonus(settable, view, width, 1) - ownEntropy));
  const { logProb, entropy } = relativeToStopping(scored, perView, bonus, density);
  return { logProb: tf.sub(logProb, tf.tensor2d(isStop, [views, perView])), entropy };
}

/** The choices of each view and that of stopping behind them, or the first again where it may not stop. */
function withStop(
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
function relativeToStopping(
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
