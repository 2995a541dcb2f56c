/**
 * The network of the neural surrogate over sufficient statistics: the states of the variables exchange messages that see the
 * statistics of each ordered pair (Gilmer et al. 2017), so that it is equivariant to the order of the variables, for any
 * number of them.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Stream } from "../../random/mod.ts";
import {
  createParameters,
  dense,
  denseSum,
  pairMessages,
  type ParameterShape,
  poolVariables,
} from "../../tensor/mod.ts";
import { NODES, PAIRS, statisticsFormViews, type StatisticsViews } from "./features.ts";
import { OUTPUTS, type SurrogateForm } from "./form.ts";

/** The size of the statistics network. */
export interface StatisticsFormOptions {
  /** Channels of a variable's state. */
  readonly width: number;
  /** Rounds of messages. */
  readonly layers: number;
  /** Message heads, of 8 channels each. */
  readonly heads: number;
}

const HEAD_WIDTH = 8;
const PAIR_WIDTH = 32;

/** @throws RangeError for a width, number of layers or heads below 1 */
export function createStatisticsForm(
  options: StatisticsFormOptions,
  stream: Stream,
): SurrogateForm {
  for (const name of ["width", "layers", "heads"] as const) {
    if (!Number.isInteger(options[name]) || options[name] < 1) {
      throw new RangeError(`Cannot build a surrogate with ${name} = ${options[name]}: it must be a whole number ≥ 1`);
    }
  }
  const { width, layers, heads } = options;
  const channels = heads * HEAD_WIDTH;
  const parameters = createParameters(shapesOf(width, layers, channels), stream);
  const p = (name: string) => parameters.get(name) as unknown as tf.Tensor2D;
  const b = (name: string) => parameters.get(`${name}/bias`) as unknown as tf.Tensor1D;
  const layer = (name: string, x: tf.Tensor2D, activation: "linear" | "relu", constant = false) =>
    denseSum([{ x, kernel: p(name), constant }], b(name), null, activation);
  const forward = (views: StatisticsViews): tf.Tensor3D =>
    tf.tidy(() => {
      const { count, width: n } = views;
      const nodes = tf.tensor2d(views.nodes, [count * n, NODES]);
      const present = tf.tensor2d(views.present, [count, n]);
      const pairs = layer("pairs", tf.tensor2d(views.pairs, [count * n * n, PAIRS]), "relu", true);
      let h = layer("encode/2", layer("encode/1", nodes, "relu", true), "relu");
      for (let l = 0; l < layers; l++) {
        const message = (name: string, x: tf.Tensor2D) => layer(`round${l}/${name}`, x, "linear");
        const received = pairMessages(
          tf.reshape(message("receiver", h), [count, n, channels]),
          tf.reshape(message("sender", h), [count, n, channels]),
          tf.reshape(message("pair", pairs), [count, n, n, channels]),
          present,
        );
        const mixed = denseSum(
          [
            { x: h, kernel: p(`round${l}/mix`), constant: false },
            {
              x: tf.reshape(received, [count * n, 2 * channels]),
              kernel: p(`round${l}/mix/messages`),
              constant: false,
            },
          ],
          b(`round${l}/mix`),
          {
            x: poolVariables(tf.reshape(h, [count, n, width]), present),
            kernel: p(`round${l}/mix/pool`),
            constant: false,
          },
          "relu",
        );
        h = tf.add(h, layer(`round${l}/update`, mixed, "linear"));
      }
      const decoded = dense(h, p("decode"), b("decode"), "relu");
      return tf.reshape(dense(decoded, p("output"), b("output"), "linear"), [count, n, OUTPUTS]);
    });
  return {
    parameters,
    prepare(episodes, variables) {
      const views = statisticsFormViews(episodes, variables);
      return { views, forward: () => forward(views) };
    },
  };
}

function shapesOf(width: number, layers: number, channels: number): ParameterShape[] {
  const kernel = (name: string, rows: number, columns: number, gain: number): ParameterShape[] => [
    { name, shape: [rows, columns], deviation: gain / Math.sqrt(rows) },
    { name: `${name}/bias`, shape: [columns], deviation: 0 },
  ];
  const mix = Math.SQRT2 / Math.sqrt(3 * width + 2 * channels);
  return [
    ...kernel("pairs", PAIRS, PAIR_WIDTH, Math.SQRT2),
    ...kernel("encode/1", NODES, width, Math.SQRT2),
    ...kernel("encode/2", width, width, Math.SQRT2),
    ...Array.from({ length: layers }, (_, l): ParameterShape[] => [
      ...kernel(`round${l}/receiver`, width, channels, 1),
      ...kernel(`round${l}/sender`, width, channels, 1),
      ...kernel(`round${l}/pair`, PAIR_WIDTH, channels, 1),
      { name: `round${l}/mix`, shape: [width, width], deviation: mix },
      { name: `round${l}/mix/bias`, shape: [width], deviation: 0 },
      { name: `round${l}/mix/messages`, shape: [2 * channels, width], deviation: mix },
      { name: `round${l}/mix/pool`, shape: [2 * width, width], deviation: mix },
      ...kernel(`round${l}/update`, width, width, 0.5),
    ]).flat(),
    ...kernel("decode", width, width, Math.SQRT2),
    ...kernel("output", width, OUTPUTS, 0.1),
  ];
}
