/**
 * The network of the statistics policy: permutation-equivariant over variables (Zaheer et al. 2017), with messages between
 * pairs of variables (Gilmer et al. 2017). Each round, variable i receives from every j the message
 * `relu(W_a h_i + W_b h_j + W_c e_ij)`, averaged and maximised over j, and sees the mean and maximum of all h.
 */

import * as tf from "@tensorflow/tfjs-core";
import { PAIR_FEATURES, type StatisticsViews } from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";
import {
  createParameters,
  denseSum,
  dropChannels,
  pairMessages,
  type Parameters,
  type ParameterShape,
  poolVariables,
} from "../tensor/mod.ts";

export interface StatisticsNetworkOptions {
  /** Channels of a variable's state. */
  readonly width: number;
  /** Rounds of messages. */
  readonly layers: number;
  /** Message heads, of `HEAD_WIDTH` channels each. */
  readonly heads: number;
  /** Share of the channels that are dropped before the output while the policy acts to learn. */
  readonly dropout: number;
  /** Features of each variable. */
  readonly inputs: number;
  /** Outputs of each variable. */
  readonly outputs: number;
}

export const HEAD_WIDTH = 8;
/** Outputs start near 0; the factor lets them reach decisive logits within few steps of Adam. */
const OUTPUT_SCALE = 10;
const OUTPUT_DEVIATION = 0.01;

export interface StatisticsNetwork {
  readonly parameters: Parameters;
  /**
   * `[views, width, outputs]`, differentiable in the parameters.
   * @param dropout `[views]` keys of the dropped channels; null drops none
   */
  forward(views: StatisticsViews, dropout: Uint32Array | null): tf.Tensor3D;
}

/** @throws RangeError for a width, number of layers, heads, inputs or outputs below 1, or a dropout outside [0, 1) */
export function createStatisticsNetwork(options: StatisticsNetworkOptions, stream: Stream): StatisticsNetwork {
  checkOptions(options);
  const { width, layers, heads, inputs, outputs, dropout: rate } = options;
  const parameters = createParameters(shapesOf(options), stream);
  const p = (name: string) => parameters.get(name) as unknown as tf.Tensor2D;
  const b = (name: string) => parameters.get(`${name}/bias`) as unknown as tf.Tensor1D;
  const layer = (name: string, x: tf.Tensor2D, activation: "linear" | "relu", constant = false) =>
    denseSum([{ x, kernel: p(name), constant }], b(name), null, activation);

  return {
    parameters,
    forward: (views, dropout) =>
      tf.tidy(() => {
        const { count, width: n } = views;
        const nodes = tf.tensor2d(views.nodes, [count * n, inputs]);
        const pairs = tf.tensor2d(views.pairs, [count * n * n, PAIR_FEATURES.length]);
        const present = tf.tensor2d(views.present, [count, n]);
        /** A layer on a variable's own inputs and the pool of all variables' states. */
        const withPool = (name: string, h: tf.Tensor2D, messages: tf.Tensor2D | null): tf.Tensor2D => {
          const own = [{ x: h, kernel: p(name), constant: false }];
          if (messages !== null) own.push({ x: messages, kernel: p(`${name}/messages`), constant: false });
          const pooled = poolVariables(tf.reshape(h, [count, n, width]), present);
          return denseSum(own, b(name), { x: pooled, kernel: p(`${name}/pool`), constant: false }, "relu");
        };
        let h = layer("encode/2", layer("encode/1", nodes, "relu", true), "relu");
        for (let l = 0; l < layers; l++) {
          const messages = pairMessages(
            tf.reshape(layer(`round${l}/receiver`, h, "linear"), [count, n, heads * HEAD_WIDTH]),
            tf.reshape(layer(`round${l}/sender`, h, "linear"), [count, n, heads * HEAD_WIDTH]),
            tf.reshape(layer(`round${l}/pair`, pairs, "linear", true), [count, n, n, heads * HEAD_WIDTH]),
            present,
          );
          const mixed = withPool(`round${l}/mix`, h, tf.reshape(messages, [count * n, 2 * heads * HEAD_WIDTH]));
          h = tf.add(h, layer(`round${l}/update`, mixed, "linear"));
        }
        const decoded = withPool("decode", h, null);
        const kept = dropChannels(decoded, dropout, 0, rate);
        const sums = denseSum(
          [{ x: kept, kernel: p("output"), constant: false }, { x: nodes, kernel: p("skip"), constant: true }],
          b("output"),
          null,
          "linear",
        );
        return tf.reshape(tf.mul(sums, OUTPUT_SCALE), [count, n, outputs]);
      }),
  };
}

function shapesOf({ width, layers, heads, inputs, outputs }: StatisticsNetworkOptions): ParameterShape[] {
  const messages = heads * HEAD_WIDTH;
  const kernel = (name: string, rows: number, columns: number, gain: number): ParameterShape[] => [
    { name, shape: [rows, columns], deviation: gain / Math.sqrt(rows) },
    { name: `${name}/bias`, shape: [columns], deviation: 0 },
  ];
  /** A layer of own inputs, messages and pooled states, initialised as the one layer on all of them that it is. */
  const pooling = (name: string, received: number): ParameterShape[] => {
    const deviation = Math.SQRT2 / Math.sqrt(3 * width + received);
    return [
      { name, shape: [width, width], deviation },
      { name: `${name}/bias`, shape: [width], deviation: 0 },
      { name: `${name}/pool`, shape: [2 * width, width], deviation },
      ...(received > 0 ? [{ name: `${name}/messages`, shape: [received, width], deviation }] : []),
    ];
  };
  return [
    ...kernel("encode/1", inputs, width, Math.SQRT2),
    ...kernel("encode/2", width, width, Math.SQRT2),
    ...Array.from({ length: layers }, (_, l) => [
      ...kernel(`round${l}/receiver`, width, messages, 1),
      ...kernel(`round${l}/sender`, width, messages, 1),
      ...kernel(`round${l}/pair`, PAIR_FEATURES.length, messages, 1),
      ...pooling(`round${l}/mix`, 2 * messages),
      ...kernel(`round${l}/update`, width, width, 0.5),
    ]).flat(),
    ...pooling("decode", 0),
    ...kernel("output", width, outputs, OUTPUT_DEVIATION),
    { name: "skip", shape: [inputs, outputs], deviation: 0 },
  ];
}

function checkOptions(options: StatisticsNetworkOptions): void {
  for (const name of ["width", "layers", "heads", "inputs", "outputs"] as const) {
    if (!Number.isInteger(options[name]) || options[name] < 1) {
      throw new RangeError(`Cannot build a network with ${name} = ${options[name]}: it must be a whole number ≥ 1`);
    }
  }
  if (!(options.dropout >= 0 && options.dropout < 1)) {
    throw new RangeError(`Cannot build a network with dropout = ${options.dropout}: it must be in [0, 1)`);
  }
}
