/**
 * The network of the statistics policy: messages between variables (see `tensor/message_passing.ts`), a pool, and outputs that
 * also see the features themselves.
 */

import * as tf from "@tensorflow/tfjs-core";
import { PAIR_FEATURES, type StatisticsViews } from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";
import {
  createParameters,
  denseSum,
  dropChannels,
  layerShapes,
  messageShapes,
  namedLayers,
  type Parameters,
  type ParameterShape,
  passMessages,
  poolingShapes,
} from "../tensor/mod.ts";

/** Sizes of a network over statistics of variables and pairs. */
export interface StatisticsNetworkOptions {
  /** Channels of a variable's state. */
  readonly width: number;
  /** Rounds of messages. */
  readonly layers: number;
  /** Message heads, of {@linkcode HEAD_WIDTH} channels each. */
  readonly heads: number;
  /** Share of the channels that are dropped before the output while the policy acts to learn. */
  readonly dropout: number;
  /** Features of each variable. */
  readonly inputs: number;
  /** Outputs of each variable. */
  readonly outputs: number;
}

/** Outputs start near 0; the factor lets them reach decisive logits within few steps of Adam. */
const OUTPUT_SCALE = 10;
const OUTPUT_DEVIATION = 0.01;

/** A permutation-equivariant network with messages between the variables. */
export interface StatisticsNetwork {
  readonly parameters: Parameters;
  /**
   * `[views, width, outputs]`, differentiable in the parameters.
   * @param dropout `[views]` keys of the dropped channels; null drops none
   */
  forward(views: StatisticsViews, dropout: Uint32Array | null): tf.Tensor3D;
}

/**
 * A statistics network with fresh parameters.
 * @throws RangeError for a width, number of layers, heads, inputs or outputs below 1, or a dropout outside [0, 1)
 */
export function createStatisticsNetwork(options: StatisticsNetworkOptions, stream: Stream): StatisticsNetwork {
  checkOptions(options);
  const { inputs, outputs, dropout: rate } = options;
  const parameters = createParameters(shapesOf(options), stream);
  const named = namedLayers(parameters);

  return {
    parameters,
    forward: (views, dropout) =>
      tf.tidy(() => {
        const { count, width: n } = views;
        const nodes = tf.tensor2d(views.nodes, [count * n, inputs]);
        const present = tf.tensor2d(views.present, [count, n]);
        const pairs = tf.tensor2d(views.pairs, [count * n * n, PAIR_FEATURES.length]);
        const states = passMessages(named, options, { nodes, pairs, constantPairs: true, present });
        const decoded = named.withPool("decode", states, null, present);
        const kept = dropChannels(decoded, dropout, 0, rate);
        const sums = denseSum(
          [
            { x: kept, kernel: named.kernel("output"), constant: false },
            { x: nodes, kernel: named.kernel("skip"), constant: true },
          ],
          named.bias("output"),
          null,
          "linear",
        );
        return tf.reshape(tf.mul(sums, OUTPUT_SCALE), [count, n, outputs]);
      }),
  };
}

function shapesOf(options: StatisticsNetworkOptions): ParameterShape[] {
  const { width, inputs, outputs } = options;
  return [
    ...messageShapes({ ...options, pairInputs: PAIR_FEATURES.length }),
    ...poolingShapes("decode", width, 0),
    ...layerShapes("output", width, outputs, OUTPUT_DEVIATION),
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
