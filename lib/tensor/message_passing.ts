/**
 * Message passing over the variables of a system (Gilmer et al. 2017), permutation-equivariant (Zaheer et al. 2017). Each
 * round, variable i receives from every j the message `relu(W_a h_i + W_b h_j + W_c e_ij)`, averaged and maximised over j,
 * and sees the mean and maximum of all h.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Activation } from "./contracts.ts";
import { denseSum, pairMessages, poolVariables } from "./layers.ts";
import type { Parameters, ParameterShape } from "./parameters.ts";

/** Channels of a message head. */
export const HEAD_WIDTH = 8;

/** The size of a network that passes messages. */
export interface MessageOptions {
  /** Channels of a variable's state. */
  readonly width: number;
  /** Rounds of messages. */
  readonly layers: number;
  /** Message heads, of {@linkcode HEAD_WIDTH} channels each. */
  readonly heads: number;
  /** Features of each variable. */
  readonly inputs: number;
  /** Features of each ordered pair of variables. */
  readonly pairInputs: number;
}

/** A batch of systems, padded to `n` variables. */
export interface MessageInputs {
  /** `[count × n, inputs]`, data without a gradient. */
  readonly nodes: tf.Tensor2D;
  /** `[count × n × n, pairInputs]`, receiver before sender. */
  readonly pairs: tf.Tensor2D;
  /** Whether `pairs` are data, whose gradient nobody needs. */
  readonly constantPairs: boolean;
  /** `[count, n]` 1 where there is a variable. */
  readonly present: tf.Tensor2D;
}

/** The parameters of a network by name, as differentiable tensors. */
export interface NamedLayers {
  /** `[inputs, outputs]` */
  kernel(name: string): tf.Tensor2D;
  /** `[outputs]` of the layer `name`. */
  bias(name: string): tf.Tensor1D;
  /** `activation(x · kernel + bias)` of the layer `name`; `constant` if nobody needs the gradient of x. */
  layer(name: string, x: tf.Tensor2D, activation: Activation, constant?: boolean): tf.Tensor2D;
  /** A layer on the variables' own states `[count × n, width]`, the messages they received, and the pool of all states. */
  withPool(name: string, h: tf.Tensor2D, messages: tf.Tensor2D | null, present: tf.Tensor2D): tf.Tensor2D;
}

/** Layers whose parameters have names: `name`, `name/bias`, and `name/messages`, `name/pool` of a layer with a pool. */
export function namedLayers(parameters: Parameters): NamedLayers {
  const kernel = (name: string) => parameters.get(name) as unknown as tf.Tensor2D;
  const bias = (name: string) => parameters.get(`${name}/bias`) as unknown as tf.Tensor1D;
  return {
    kernel,
    bias,
    layer: (name, x, activation, constant = false) =>
      denseSum([{ x, kernel: kernel(name), constant }], bias(name), null, activation),
    withPool(name, h, messages, present) {
      const own = [{ x: h, kernel: kernel(name), constant: false }];
      if (messages !== null) own.push({ x: messages, kernel: kernel(`${name}/messages`), constant: false });
      const [count, n] = present.shape;
      const pooled = poolVariables(tf.reshape(h, [count, n, h.shape[1]]), present);
      return denseSum(own, bias(name), { x: pooled, kernel: kernel(`${name}/pool`), constant: false }, "relu");
    },
  };
}

/** The states of the variables after all rounds, `[count × n, width]`; differentiable in the parameters. */
export function passMessages(
  { layer, withPool }: NamedLayers,
  { layers, heads }: Pick<MessageOptions, "layers" | "heads">,
  { nodes, pairs, constantPairs, present }: MessageInputs,
): tf.Tensor2D {
  const [count, n] = present.shape;
  const channels = heads * HEAD_WIDTH;
  let h = layer("encode/2", layer("encode/1", nodes, "relu", true), "relu");
  for (let round = 0; round < layers; round++) {
    const messages = pairMessages(
      tf.reshape(layer(`round${round}/receiver`, h, "linear"), [count, n, channels]),
      tf.reshape(layer(`round${round}/sender`, h, "linear"), [count, n, channels]),
      tf.reshape(layer(`round${round}/pair`, pairs, "linear", constantPairs), [count, n, n, channels]),
      present,
    );
    const mixed = withPool(`round${round}/mix`, h, tf.reshape(messages, [count * n, 2 * channels]), present);
    h = tf.add(h, layer(`round${round}/update`, mixed, "linear"));
  }
  return h;
}

/** A kernel with normal initial values of deviation `gain / √rows`, and a bias that starts at 0. */
export function layerShapes(name: string, rows: number, columns: number, gain: number): ParameterShape[] {
  return [
    { name, shape: [rows, columns], deviation: gain / Math.sqrt(rows) },
    { name: `${name}/bias`, shape: [columns], deviation: 0 },
  ];
}

/** A layer of own states, received messages and pooled states, initialised as the one layer on all of them that it is. */
export function poolingShapes(name: string, width: number, received: number): ParameterShape[] {
  const deviation = Math.SQRT2 / Math.sqrt(3 * width + received);
  return [
    { name, shape: [width, width], deviation },
    { name: `${name}/bias`, shape: [width], deviation: 0 },
    { name: `${name}/pool`, shape: [2 * width, width], deviation },
    ...(received > 0 ? [{ name: `${name}/messages`, shape: [received, width], deviation }] : []),
  ];
}

/** The parameters that {@linkcode passMessages} uses. */
export function messageShapes({ width, layers, heads, inputs, pairInputs }: MessageOptions): ParameterShape[] {
  const channels = heads * HEAD_WIDTH;
  return [
    ...layerShapes("encode/1", inputs, width, Math.SQRT2),
    ...layerShapes("encode/2", width, width, Math.SQRT2),
    ...Array.from({ length: layers }, (_, round) => [
      ...layerShapes(`round${round}/receiver`, width, channels, 1),
      ...layerShapes(`round${round}/sender`, width, channels, 1),
      ...layerShapes(`round${round}/pair`, pairInputs, channels, 1),
      ...poolingShapes(`round${round}/mix`, width, 2 * channels),
      ...layerShapes(`round${round}/update`, width, width, 0.5),
    ]).flat(),
  ];
}
