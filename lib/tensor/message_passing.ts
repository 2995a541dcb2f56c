/**
 * Message passing over the variables of a system (Gilmer et al. 2017), permutation-equivariant (Zaheer et al. 2017). Each
 * round, variable i receives from every j the message `relu(W_a h_i + W_b h_j + W_c e_ij)`, averaged and maximised over j,
 * and sees the mean and maximum of all h.
 */

import type { Activation } from "./contracts.ts";
import type { ParameterShape } from "./parameters.ts";
import type { Algebra } from "./planned/algebra.ts";

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

/** The tables of a batch of systems. */
export interface MessageTables<X> {
  /** `[count · n, inputs]` */
  readonly nodes: X;
  /** `[count · n · n, pairInputs]`, receiver before sender. */
  readonly pairs: X;
  /** `[count, n]` 1 where there is a variable. */
  readonly present: X;
}

/** The layer `name` on one table. */
export function layerOf<X>({ sumLayer }: Algebra<X>, name: string, x: X, activation: Activation): X {
  return sumLayer({ products: [{ x, kernel: name }], bias: `${name}/bias`, activation });
}

/** The layer `name` on own states, the messages received, and the pool of all states. */
export function pooledLayer<X>(algebra: Algebra<X>, name: string, h: X, messages: X | null, present: X): X {
  const own = [{ x: h, kernel: name }];
  return algebra.sumLayer({
    products: messages === null ? own : [...own, { x: messages, kernel: `${name}/messages` }],
    bias: `${name}/bias`,
    shared: { x: algebra.pool(h, present), kernel: `${name}/pool` },
    activation: "relu",
  });
}

/** The states of the variables after all rounds, `[count · n, width]`. */
export function messageStates<X>(algebra: Algebra<X>, rounds: number, { nodes, pairs, present }: MessageTables<X>): X {
  const layer = (name: string, x: X, activation: Activation) => layerOf(algebra, name, x, activation);
  let h = layer("encode/2", layer("encode/1", nodes, "relu"), "relu");
  for (let round = 0; round < rounds; round++) {
    const name = `round${round}`;
    const received = algebra.pairMessages(
      layer(`${name}/receiver`, h, "linear"),
      layer(`${name}/sender`, h, "linear"),
      layer(`${name}/pair`, pairs, "linear"),
      present,
    );
    const mixed = pooledLayer(algebra, `${name}/mix`, h, received, present);
    h = algebra.add(h, layer(`${name}/update`, mixed, "linear"));
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

/** The parameters that {@linkcode messageStates} uses. */
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
