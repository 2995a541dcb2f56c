/** What a network is written in, whoever computes it: tables of rows and columns, and the few operations on them. */

import type { Activation } from "../contracts.ts";

/** One product of a layer's sum, with the name of its kernel. */
export interface NamedProduct<X> {
  /** `[rows, inputs]` */
  readonly x: X;
  /** Name of the parameter `[inputs, outputs]`. */
  readonly kernel: string;
}

/** A layer `activation(Σ xᵢ·kernelᵢ + bias + shared)`. */
export interface SumLayer<X> {
  readonly products: readonly NamedProduct<X>[];
  /** Name of the parameter `[outputs]`; null for none. */
  readonly bias: string | null;
  /** A product whose x has one row for each group of equally many consecutive rows. */
  readonly shared?: NamedProduct<X>;
  readonly activation: Activation;
}

/**
 * Operations on tables `X` `[rows, columns]`. Systems of several variables are groups of equally many consecutive rows, padded;
 * `present` `[groups, rows of a group]` is 1 where there is one.
 */
export interface Algebra<X> {
  /** `[rows, outputs]` */
  sumLayer(layer: SumLayer<X>): X;
  /**
   * Messages `relu(receiver_i + sender_j + pair_ij)` between the rows of each group, their mean and maximum over the other rows
   * that are present, behind each other; a row alone receives zeros.
   * @param receiver `[groups · n, channels]`
   * @param sender `[groups · n, channels]`
   * @param pair `[groups · n · n, channels]`, receiver before sender
   * @returns `[groups · n, 2 · channels]`
   */
  pairMessages(receiver: X, sender: X, pair: X, present: X): X;
  /** Mean and maximum over the rows of each group that are present, behind each other: `[groups, 2 · channels]`. */
  pool(x: X, present: X): X;
  add(a: X, b: X): X;
  scale(x: X, factor: number): X;
  /** Every row of a group of equally many consecutive rows times one row of `scales` `[groups, columns]`, data. */
  scaleGroups(x: X, scales: X): X;
  /** Layer norm of each row; `scale` and `shift` name parameters `[columns]`. */
  layerNorm(x: X, scale: string, shift: string): X;
  /** Columns behind each other. */
  concat(parts: readonly X[]): X;
}

/** A network: the same function of its inputs in every algebra. */
export type NetworkFunction = <X>(algebra: Algebra<X>, inputs: readonly X[]) => X;
