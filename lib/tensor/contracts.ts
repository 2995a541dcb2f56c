/** What layers, attention and distributions are handed, whichever backend computes them. */

import type * as tf from "@tensorflow/tfjs-core";

/** What a layer does to its sum. */
export type Activation = "linear" | "relu" | "gelu" | "tanh";

/** One product of a layer's sum. */
export interface Product {
  /** `[rows, inputs]` */
  readonly x: tf.Tensor2D;
  /** `[inputs, outputs]` */
  readonly kernel: tf.Tensor2D;
  /** Whether x is data, whose gradient nobody needs. */
  readonly constant: boolean;
}

/** A layer on the one before it. */
export interface DenseLayer {
  /** `[inputs, outputs]` */
  readonly kernel: tf.Tensor2D;
  /** `[outputs]` */
  readonly bias: tf.Tensor1D | null;
  readonly activation: Activation;
}

/** Which keys a query sees, and how its scores are shifted. */
export interface AttentionOptions {
  /** Heads, a divisor of the width; each uses its own consecutive columns of queries, keys and values. */
  readonly heads: number;
  /** `[batch, keys]` 1 where there is a key, 0 where there is padding; data, without a gradient. */
  readonly mask?: tf.Tensor2D;
  /** `[batch, heads, queries, keys]` added to the scores; differentiable. */
  readonly bias?: tf.Tensor4D;
  /** Whether query i sees the keys 0 … i alone; needs as many queries as keys. */
  readonly causal?: boolean;
}

/** How a Gaussian's log standard deviation comes about. */
export interface GaussianSpread {
  /** Its value, or where the learned one starts. */
  readonly logStd: number;
  /** Bounds of the learned one. */
  readonly low: number;
  readonly high: number;
}
