/**
 * The network of the statistics policy: messages between variables (see `tensor/message_passing.ts`), a pool, and outputs that
 * also see the features themselves.
 */

import * as tf from "@tensorflow/tfjs-core";
import { PAIR_FEATURES, type StatisticsViews } from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";
import {
  createParameters,
  createSystemNetwork,
  dropoutScales,
  layerShapes,
  messageShapes,
  messageStates,
  type NetworkFunction,
  type ParameterShape,
  PLANNED_MULTIPLE,
  pooledLayer,
  poolingShapes,
  type SystemTable,
} from "../tensor/mod.ts";
import { checkSizes, OUTPUT_DEVIATION, OUTPUT_SCALE, type ViewNetwork } from "./network.ts";

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

/**
 * A statistics network with fresh parameters.
 * @throws RangeError for a width, number of layers, heads, inputs or outputs below 1, or a dropout outside [0, 1)
 */
export function createStatisticsNetwork(
  options: StatisticsNetworkOptions,
  stream: Stream,
): ViewNetwork<StatisticsViews> {
  checkOptions(options);
  const { inputs, outputs, width, dropout: rate } = options;
  const parameters = createParameters(shapesOf(options), stream);
  const plans = width % PLANNED_MULTIPLE === 0;
  const network = createSystemNetwork(parameters, (variant) => networkOf(options, variant === DROPPING), plans);
  return {
    parameters,
    forward(views, dropout) {
      const { count, width: n } = views;
      const drops = dropout !== null && rate > 0;
      const tables: SystemTable[] = [
        { power: 1, columns: inputs, data: views.nodes },
        { power: 2, columns: PAIR_FEATURES.length, data: views.pairs },
        ...(drops ? [{ power: 0, columns: width, data: dropoutScales(dropout, 0, width, rate) } as const] : []),
      ];
      return tf.reshape(network.run(views, tables, drops ? DROPPING : ""), [count, n, outputs]);
    },
  };
}

/** The variant of the network that drops channels. */
const DROPPING = "dropping";

/** From who is present, the features of variables and pairs, and what dropped channels are multiplied by, to all outputs. */
function networkOf({ layers }: StatisticsNetworkOptions, drops: boolean): NetworkFunction {
  return (algebra, [present, nodes, pairs, scales]) => {
    const states = messageStates(algebra, layers, { nodes, pairs, present });
    const decoded = pooledLayer(algebra, "decode", states, null, present);
    const kept = drops ? algebra.scaleGroups(decoded, scales) : decoded;
    const sums = algebra.sumLayer({
      products: [{ x: kept, kernel: "output" }, { x: nodes, kernel: "skip" }],
      bias: "output/bias",
      activation: "linear",
    });
    return algebra.scale(sums, OUTPUT_SCALE);
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
  checkSizes(options, ["width", "layers", "heads", "inputs", "outputs"]);
  if (!(options.dropout >= 0 && options.dropout < 1)) {
    throw new RangeError(`Cannot build a network with dropout = ${options.dropout}: it must be in [0, 1)`);
  }
}
