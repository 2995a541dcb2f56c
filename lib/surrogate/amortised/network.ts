/**
 * The network of the amortised posterior: messages between variables, then layers over the cells of every variable's grid
 * that see pools over cells and variables. It is equivariant under permutations of the variables and free of the resolution:
 * a grid of any number of cells has the same parameters.
 */

import type * as tf from "@tensorflow/tfjs-core";
import { nodeChannels, PAIR_FEATURES } from "../../environment/mod.ts";
import type { Stream } from "../../random/mod.ts";
import {
  type Activation,
  createParameters,
  createSystemNetwork,
  layerOf,
  layerShapes,
  messageShapes,
  messageStates,
  type NetworkFunction,
  type Parameters,
  type ParameterShape,
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
  const network = createSystemNetwork(parameters, () => networkOf(options), true);
  let ones = new Float32Array(0);
  return {
    parameters,
    forward(views) {
      const { count, width, cells } = views;
      const all = count * width * cells;
      if (ones.length < all) ones = new Float32Array(all).fill(1);
      return network.run(views, [
        { power: 1, columns: views.channels, data: views.nodes },
        { power: 2, columns: PAIR_FEATURES.length, data: views.pairs },
        { power: 1, each: cells, columns: CELL_CHANNELS, data: views.cell },
        { power: 1, columns: cells, data: ones.subarray(0, all) },
      ]);
    },
  };
}

/**
 * From who is present, the features of variables, pairs and cells, and `every`, 1 for each cell of each variable, to all outputs.
 */
function networkOf({ layers }: ResponseNetworkOptions): NetworkFunction {
  return (algebra, [present, nodes, pairs, cell, every]) => {
    type Table = typeof cell;
    const layer = (name: string, x: Table, activation: Activation) => layerOf(algebra, name, x, activation);
    const states = messageStates(algebra, 1, { nodes, pairs, present });
    /** A layer over rows that also sees something of what they belong to. */
    const over = (name: string, x: Table, shared: { readonly x: Table; readonly kernel: string }) =>
      algebra.sumLayer({ products: [{ x, kernel: name }], bias: `${name}/bias`, shared, activation: "relu" });
    let h = layer("cells/2", over("cells/1", cell, { x: states, kernel: "cells/1/variable" }), "relu");
    for (let block = 0; block < layers; block++) {
      const name = `block${block}`;
      const own = algebra.sumLayer({
        products: [{ x: states, kernel: `${name}/own` }, { x: algebra.pool(h, every), kernel: `${name}/cells` }],
        bias: `${name}/own/bias`,
        activation: "relu",
      });
      const mixed = over(`${name}/mix`, own, { x: algebra.pool(own, present), kernel: `${name}/every` });
      const inner = over(`${name}/in`, h, { x: mixed, kernel: `${name}/in/variable` });
      h = algebra.add(h, layer(`${name}/update`, inner, "linear"));
    }
    return algebra.concat([layer("outputs", h, "linear"), layer("action", h, "linear")]);
  };
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
