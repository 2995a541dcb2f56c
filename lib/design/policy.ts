/**
 * A policy over the plane: a Gaussian in the coordinates of the belief, `design = mean + Σ_i a_i (σ_i + 0.01) axis_i`, cut to the
 * unit square. What it sees depends on the set of measurements and their number alone, so that their order cannot matter.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { ActionScores, TrainablePolicy } from "../grpo/mod.ts";
import type { Stream } from "../random/mod.ts";
import { createParameters, dense, type Parameters } from "../tensor/mod.ts";
import type { BeliefMoments } from "./belief.ts";
import { DESIGNS, type Point } from "./source.ts";

const FEATURES = 10;
const WIDTH = 64;
/** Where a measurement tells most of a source's distance. */
const NEAR = 0.01;
const HALF_LOG_TAU = 0.5 * Math.log(2 * Math.PI);

/** `[views, FEATURES]` */
export interface DesignViews {
  readonly count: number;
  readonly features: Float32Array;
}

/** `[views, 2]` in the coordinates of the belief. */
export interface DesignActions {
  readonly offsets: Float32Array;
}

/** What the policy sees: the time, and the shape and place of each belief. */
export function designViews(moments: readonly BeliefMoments[], time: number): DesignViews {
  const squash = (x: number) => Math.asinh(x);
  const features = moments.flatMap(({ mean, axes, deviations, skewness, kurtosis }) => [
    2 * time / DESIGNS - 1,
    ...deviations.map((s) => (Math.log(s) + 4) / 2),
    ...skewness.map(squash),
    ...kurtosis.map(squash),
    ...axes.map(([x, y]) => 2 * ((mean[0] - 0.5) * x + (mean[1] - 0.5) * y)),
  ]);
  return { count: moments.length, features: Float32Array.from(features) };
}

/** The design that an action means. */
export function designOf({ mean, axes, deviations }: BeliefMoments, offset: ArrayLike<number>): Point {
  const cut = (x: number) => Math.min(1, Math.max(0, x));
  const along = [0, 1].map((i) => offset[i] * (deviations[i] + NEAR));
  const at = (d: number) => cut(mean[d] + along[0] * axes[0][d] + along[1] * axes[1][d]);
  return [at(0), at(1)];
}

/** A network of two hidden layers that gives mean and logarithm of the deviation of each coordinate. */
export class DesignPolicy implements TrainablePolicy<DesignViews, DesignActions> {
  readonly named: Parameters;
  readonly discrete = false;

  constructor(stream: Stream) {
    const layer = (name: string, rows: number, columns: number, deviation: number) => [
      { name: `${name}/kernel`, shape: [rows, columns], deviation },
      { name: `${name}/bias`, shape: [columns], deviation: 0 },
    ];
    this.named = createParameters([
      ...layer("first", FEATURES, WIDTH, Math.sqrt(1 / FEATURES)),
      ...layer("second", WIDTH, WIDTH, Math.sqrt(1 / WIDTH)),
      ...layer("out", WIDTH, 4, 0.01),
    ], stream);
  }

  get parameters(): readonly tf.Variable[] {
    return this.named.list;
  }

  /** Means and log-deviations, `[views, 2]` each; deviations lie between e⁻³ and e. */
  #heads({ count, features }: DesignViews): readonly [tf.Tensor2D, tf.Tensor2D] {
    const apply = (x: tf.Tensor2D, name: string, activation: "tanh" | "linear") =>
      dense(
        x,
        this.named.get(`${name}/kernel`) as unknown as tf.Tensor2D,
        this.named.get(`${name}/bias`) as unknown as tf.Tensor1D,
        activation,
      );
    const hidden = apply(apply(tf.tensor2d(features, [count, FEATURES]), "first", "tanh"), "second", "tanh");
    const out = apply(hidden, "out", "linear");
    const logStd = tf.sub(tf.mul(2, tf.tanh(tf.slice2d(out, [0, 2], [count, 2]))), 1) as tf.Tensor2D;
    return [tf.slice2d(out, [0, 0], [count, 2]), logStd];
  }

  /** Draws an action a view, with its log-density `[views]`. */
  draw(views: DesignViews, streams: readonly Stream[]): DesignActions & { readonly logProb: Float32Array } {
    const [mean, logStd] = tf.tidy(() => this.#heads(views).map((head) => Float32Array.from(head.dataSync())));
    const offsets = new Float32Array(2 * views.count);
    const logProb = new Float32Array(views.count);
    for (let k = 0; k < offsets.length; k++) {
      const noise = streams[k >> 1].normal();
      offsets[k] = mean[k] + Math.exp(logStd[k]) * noise;
      logProb[k >> 1] -= 0.5 * noise * noise + logStd[k] + HALF_LOG_TAU;
    }
    return { offsets, logProb };
  }

  /** Log-densities and entropies, `[views, 1]`. */
  score(views: DesignViews, { offsets }: DesignActions): ActionScores {
    const [mean, logStd] = this.#heads(views);
    const error = tf.mul(tf.sub(tf.tensor2d(offsets, [views.count, 2]), mean), tf.exp(tf.neg(logStd)));
    const each = tf.sub(tf.mul(-0.5, tf.square(error)), tf.add(logStd, HALF_LOG_TAU));
    return {
      logProb: tf.sum(each, 1, true) as tf.Tensor2D,
      entropy: tf.sum(tf.add(logStd, HALF_LOG_TAU + 0.5), 1, true) as tf.Tensor2D,
    };
  }

  /** The given rows of a batch. */
  gather({ features }: DesignViews, { offsets }: DesignActions, indices: Int32Array) {
    const rows = (data: Float32Array, width: number) => {
      const taken = new Float32Array(indices.length * width);
      indices.forEach((row, i) => taken.set(data.subarray(row * width, (row + 1) * width), i * width));
      return taken;
    };
    return {
      views: { count: indices.length, features: rows(features, FEATURES) },
      actions: { offsets: rows(offsets, 2) },
    };
  }
}
