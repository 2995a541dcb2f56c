/**
 * The network of the amortised posterior: messages between variables, then layers over the cells of every variable's grid
 * that see pools over cells and variables. It is equivariant under permutations of the variables and free of the resolution:
 * a grid of any number of cells has the same parameters.
 */

import * as tf from "@tensorflow/tfjs-core";
import { nodeChannels, PAIR_FEATURES } from "../../environment/mod.ts";
import type { Stream } from "../../random/mod.ts";
import {
  createParameters,
  denseSum,
  layerShapes,
  messageShapes,
  namedLayers,
  type Parameters,
  type ParameterShape,
  passMessages,
  poolVariables,
} from "../../tensor/mod.ts";
import { CELL_CHANNELS, type ResponseViews, variableChannels } from "./views.ts";

/** The size of the network. */
export interface ResponseNetworkOptions {
  /** Channels of a cell's and of a variable's state; a multiple of 4. */
  readonly width: number;
  /** Blocks over cells. */
  readonly layers: number;
  /** Message heads, of 8 channels each. */
  readonly heads: number;
}

/**
 * Outputs of a cell: how far the mean lies from that of the averaged processes, in their standard deviations; the logarithm of
 * the standard deviation over theirs; what is added to the mean, in units at stake, for the final answer; and for acting.
 */
export const CELL_OUTPUTS = 4;

/** The network with its parameters. */
export interface ResponseNetwork {
  readonly parameters: Parameters;
  /** `[count · width · cells, CELL_OUTPUTS]`, differentiable in the parameters. */
  forward(views: ResponseViews): tf.Tensor2D;
}

/** A network with fresh parameters from `stream`: at first its posterior is nearly that of the averaged processes. */
export function createResponseNetwork(options: ResponseNetworkOptions, stream: Stream): ResponseNetwork {
  const parameters = createParameters(shapesOf(options), stream);
  const layers = namedLayers(parameters);
  const { kernel, bias, layer } = layers;
  return {
    parameters,
    forward(views) {
      const { count, width, cells } = views;
      const variables = count * width;
      const present = tf.tensor2d(views.present, [count, width]);
      const all = tf.ones([variables, cells]) as tf.Tensor2D;
      const states = passMessages(layers, { layers: 1, heads: options.heads }, {
        nodes: tf.tensor2d(views.nodes, [variables, views.channels]),
        pairs: tf.tensor2d(views.pairs, [variables * width, PAIR_FEATURES.length]),
        constantPairs: true,
        present,
      });
      const cell = tf.tensor2d(views.cell, [variables * cells, CELL_CHANNELS]);
      /** A layer over cells that also sees something of their variable. */
      const over = (name: string, x: tf.Tensor2D, constant: boolean, of: tf.Tensor2D) =>
        denseSum(
          [{ x, kernel: kernel(name), constant }],
          bias(name),
          { x: of, kernel: kernel(`${name}/variable`), constant: false },
          "relu",
        );
      let h = layer("cells/2", over("cells/1", cell, true, states), "relu");
      for (let block = 0; block < options.layers; block++) {
        const name = `block${block}`;
        const pooled = poolVariables(tf.reshape(h, [variables, cells, options.width]), all);
        const own = denseSum(
          [
            { x: states, kernel: kernel(`${name}/own`), constant: false },
            { x: pooled, kernel: kernel(`${name}/cells`), constant: false },
          ],
          bias(`${name}/own`),
          null,
          "relu",
        );
        const every = poolVariables(tf.reshape(own, [count, width, options.width]), present);
        const mixed = denseSum(
          [{ x: own, kernel: kernel(`${name}/mix`), constant: false }],
          bias(`${name}/mix`),
          { x: every, kernel: kernel(`${name}/every`), constant: false },
          "relu",
        );
        h = tf.add(h, layer(`${name}/update`, over(`${name}/in`, h, false, mixed), "linear"));
      }
      // Columns side by side as products: their gradients are products too, which cost less than those of `concat`.
      return tf.add(
        tf.matMul(layer("outputs", h, "linear"), columns(CELL_OUTPUTS - 1, 0)),
        tf.matMul(layer("action", h, "linear"), columns(1, CELL_OUTPUTS - 1)),
      );
    },
  };
}

/** `[count, CELL_OUTPUTS]`: what puts `count` columns from column `from` on. */
function columns(count: number, from: number): tf.Tensor2D {
  return tf.tensor2d(
    Float32Array.from(
      { length: count * CELL_OUTPUTS },
      (_, k) => k % CELL_OUTPUTS === from + Math.floor(k / CELL_OUTPUTS) ? 1 : 0,
    ),
    [count, CELL_OUTPUTS],
  );
}

function shapesOf({ width, layers, heads }: ResponseNetworkOptions): ParameterShape[] {
  if (!Number.isInteger(width) || width < 4 || width % 4 !== 0) {
    throw new RangeError(`Cannot make a network of width ${width}: it must be a multiple of 4`);
  }
  const joined = (name: string, rows: number, columns: number, gain: number): ParameterShape => ({
    name,
    shape: [rows, columns],
    deviation: gain / Math.sqrt(rows),
  });
  return [
    ...messageShapes({
      width,
      layers: 1,
      heads,
      inputs: variableChannels(nodeChannels({ responsePoints: 0 })),
      pairInputs: PAIR_FEATURES.length,
    }),
    ...layerShapes("cells/1", CELL_CHANNELS, width, Math.SQRT2),
    joined("cells/1/variable", width, width, 1),
    ...layerShapes("cells/2", width, width, Math.SQRT2),
    ...Array.from({ length: layers }, (_, block) => [
      ...layerShapes(`block${block}/own`, width, width, 1),
      joined(`block${block}/cells`, 2 * width, width, 1),
      ...layerShapes(`block${block}/mix`, width, width, 1),
      joined(`block${block}/every`, 2 * width, width, 1),
      ...layerShapes(`block${block}/in`, width, width, 1),
      joined(`block${block}/in/variable`, width, width, 1),
      ...layerShapes(`block${block}/update`, width, width, 0.5),
    ]).flat(),
    ...layerShapes("outputs", width, CELL_OUTPUTS - 1, 0.02),
    // What is learned by acting begins at nothing: the policy is that of the posterior.
    ...layerShapes("action", width, 1, 0),
  ];
}
