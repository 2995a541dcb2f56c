/**
 * The network of the neural surrogate over sufficient statistics: the states of the variables exchange messages that see the
 * statistics of each ordered pair (Gilmer et al. 2017), so that it is equivariant to the order of the variables, for any
 * number of them.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Stream } from "../../random/mod.ts";
import {
  createParameters,
  createSystemNetwork,
  layerOf,
  layerShapes,
  messageShapes,
  messageStates,
  type NetworkFunction,
  type ParameterShape,
  PLANNED_MULTIPLE,
} from "../../tensor/mod.ts";
import { NODES, PAIRS, type StatisticsFormViews, statisticsFormViews } from "./features.ts";
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
  const parameters = createParameters(shapesOf(options), stream);
  const plans = options.width % PLANNED_MULTIPLE === 0;
  const network = createSystemNetwork(parameters, () => networkOf(options.layers), plans);
  const forward = (views: StatisticsFormViews): tf.Tensor3D => {
    const outputs = network.run(views, [
      { power: 1, columns: NODES, data: views.nodes },
      { power: 2, columns: PAIRS, data: views.pairs },
    ]);
    return tf.reshape(outputs, [views.count, views.width, OUTPUTS]);
  };
  return {
    parameters,
    prepare(episodes, variables) {
      const views = statisticsFormViews(episodes, variables);
      return { views, forward: () => forward(views) };
    },
  };
}

/** From who is present and the features of variables and pairs to the outputs of each variable. */
function networkOf(rounds: number): NetworkFunction {
  return (algebra, [present, nodes, features]) => {
    const pairs = layerOf(algebra, "pairs", features, "relu");
    const states = messageStates(algebra, rounds, { nodes, pairs, present });
    return layerOf(algebra, "output", layerOf(algebra, "decode", states, "relu"), "linear");
  };
}

function shapesOf(options: StatisticsFormOptions): ParameterShape[] {
  const { width } = options;
  return [
    ...layerShapes("pairs", PAIRS, PAIR_WIDTH, Math.SQRT2),
    ...messagesFirst(messageShapes({ ...options, inputs: NODES, pairInputs: PAIR_WIDTH })),
    ...layerShapes("decode", width, width, Math.SQRT2),
    ...layerShapes("output", width, OUTPUTS, 0.1),
  ];
}

/** Kernels of messages before those of the pool: sums over all parameters, as the gradient's norm, keep their last bits. */
function messagesFirst(shapes: readonly ParameterShape[]): ParameterShape[] {
  const isPool = (shape?: ParameterShape) => shape?.name.endsWith("/pool") ?? false;
  return shapes.map((shape, k) => isPool(shape) ? shapes[k + 1] : isPool(shapes[k - 1]) ? shapes[k - 1] : shape);
}
