/**
 * The network of the history policy: alternating attention over the variables of a row and over the rows of a variable, for
 * any number of both; what a variable's cells have come to is pooled over the rows that are there, and joined with what is
 * public about the variable and with the pool of all variables.
 */

import * as tf from "@tensorflow/tfjs-core";
import { HISTORY_CHANNELS, HISTORY_STATICS, type HistoryViews } from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";
import {
  type AlternatingOptions,
  alternatingShapes,
  checkAlternating,
  createParameters,
  dense,
  denseSum,
  encodeTable,
  poolVariables,
} from "../tensor/mod.ts";
import { checkSizes, OUTPUT_DEVIATION, OUTPUT_SCALE, type ViewNetwork } from "./network.ts";

/** Sizes of a network over the rows of a history. */
export interface HistoryNetworkOptions {
  /** Channels of a cell's state, a multiple of `heads`. */
  readonly width: number;
  /** Pairs of attention over variables and over rows. */
  readonly layers: number;
  readonly heads: number;
  /** Share of the channels of each block's output that are dropped while the policy acts to learn. */
  readonly dropout: number;
  /** What is public about each variable besides the rows; left out: {@linkcode HISTORY_STATICS}. */
  readonly statics?: number;
  /** Outputs of each variable. */
  readonly outputs: number;
}

/**
 * A history network with fresh parameters.
 * @throws RangeError for a width, number of layers, heads or outputs below 1, heads that do not divide the width, or a dropout outside [0, 1)
 */
export function createHistoryNetwork(options: HistoryNetworkOptions, stream: Stream): ViewNetwork<HistoryViews> {
  const { width, outputs, statics = HISTORY_STATICS.length } = options;
  const alternating: AlternatingOptions = { ...options, channels: HISTORY_CHANNELS.length };
  checkAlternating(alternating);
  checkSizes(options, ["outputs"]);
  const decode = Math.SQRT2 / Math.sqrt(6 * width);
  const parameters = createParameters([
    ...alternatingShapes(alternating),
    { name: "decode", shape: [2 * width, width], deviation: decode },
    { name: "decode/statics", shape: [statics, width], deviation: decode },
    { name: "decode/pool", shape: [4 * width, width], deviation: decode },
    { name: "decode/bias", shape: [width], deviation: 0 },
    { name: "mix", shape: [width, width], deviation: Math.SQRT2 / Math.sqrt(width) },
    { name: "mix/bias", shape: [width], deviation: 0 },
    { name: "output", shape: [width, outputs], deviation: OUTPUT_DEVIATION / Math.sqrt(width) },
    { name: "output/bias", shape: [outputs], deviation: 0 },
  ], stream);
  const p = (name: string) => parameters.get(name) as unknown as tf.Tensor2D;
  const b = (name: string) => parameters.get(`${name}/bias`) as unknown as tf.Tensor1D;
  return {
    parameters,
    forward: (views, dropout) =>
      tf.tidy(() => {
        const { count, width: n } = views;
        const encoded = encodeTable(parameters, alternating, { ...views, variables: n }, dropout);
        const known = tf.tensor2d(views.statics, [count * n, statics]);
        const pooled = poolVariables(encoded, tf.tensor2d(views.present, [count, n]));
        const decoded = denseSum(
          [
            { x: tf.reshape(encoded, [count * n, 2 * width]), kernel: p("decode"), constant: false },
            { x: known, kernel: p("decode/statics"), constant: true },
          ],
          b("decode"),
          { x: pooled, kernel: p("decode/pool"), constant: false },
          "relu",
        );
        const sums = dense(dense(decoded, p("mix"), b("mix"), "relu"), p("output"), b("output"), "linear");
        return tf.reshape(tf.mul(sums, OUTPUT_SCALE), [count, n, outputs]);
      }),
  };
}
