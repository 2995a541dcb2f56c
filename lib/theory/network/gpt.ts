/**
 * A decoder-only transformer over theory tokens: pre-LayerNorm blocks (Xiong et al. 2020, arXiv:2002.04745), rotary position
 * embedding (Su et al. 2021, arXiv:2104.09864, half rotation, base 10000), GELU feed-forward, bias-free projections, and an
 * output head tied to the embedding. Weights start from N(0, 0.02²), so that the first policy is nearly uniform over the
 * legal tokens.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Stream } from "../../random/mod.ts";
import { dropoutScales } from "../../tensor/mod.ts";
import { causalAttention, gelu, normalise, takeRows } from "./layers.ts";
import type { PrefixTree } from "./prefix_tree.ts";
import { VOCABULARY_SIZE } from "../language/mod.ts";

/** Size of the network. */
export interface GptOptions {
  readonly layers: number;
  /** Width of the residual stream; a multiple of 2·heads. */
  readonly width: number;
  readonly heads: number;
  readonly feedForward: number;
  /** Share of channels dropped after the embedding, the attention and the feed-forward while strings are written to learn from. */
  readonly dropout: number;
}

/** The default: learns in minutes on two cores. */
export const SMALL_GPT: GptOptions = { layers: 2, width: 128, heads: 4, feedForward: 256, dropout: 0 };
/** The founding document's network. */
export const FOUNDING_GPT: GptOptions = { layers: 4, width: 512, heads: 8, feedForward: 1024, dropout: 0.1 };

/** Base of the rotary frequencies. */
export const ROTARY_BASE = 10000;
const INITIAL_STD = 0.02;

/** The weights of one block. */
export interface GptBlock {
  readonly attentionScale: tf.Variable;
  readonly attentionShift: tf.Variable;
  /** `[width, 3·width]`: queries, keys, values. */
  readonly queryKeyValue: tf.Variable;
  /** `[width, width]` */
  readonly attentionOut: tf.Variable;
  readonly forwardScale: tf.Variable;
  readonly forwardShift: tf.Variable;
  /** `[width, feedForward]` */
  readonly forwardIn: tf.Variable;
  /** `[feedForward, width]` */
  readonly forwardOut: tf.Variable;
}

/** The weights of the network. */
export interface GptWeights {
  /** `[VOCABULARY_SIZE, width]`, also the output head. */
  readonly embedding: tf.Variable;
  readonly blocks: readonly GptBlock[];
  readonly finalScale: tf.Variable;
  readonly finalShift: tf.Variable;
}

/** @throws RangeError for a size that makes no network, naming it */
export function checkGptOptions(options: GptOptions): void {
  for (const name of ["layers", "width", "heads", "feedForward"] as const) {
    if (!Number.isInteger(options[name]) || options[name] < 1) {
      throw new RangeError(`${name} must be a whole number ≥ 1, got ${options[name]}`);
    }
  }
  if (options.width % (2 * options.heads) !== 0) {
    throw new RangeError(`width ${options.width} must be a multiple of 2 × heads = ${2 * options.heads}`);
  }
  if (!(options.dropout >= 0 && options.dropout < 1)) {
    throw new RangeError(`dropout must lie in [0, 1), got ${options.dropout}`);
  }
}

/** A network with fresh weights, drawn from the stream. */
export function createGpt(options: GptOptions, stream: Stream): GptWeights {
  checkGptOptions(options);
  const { width, feedForward } = options;
  const matrix = (name: string, rows: number, columns: number) => {
    const draws = new Float64Array(rows * columns);
    stream.child(name).fillNormalInto(draws);
    return tf.variable(tf.tensor2d(Float32Array.from(draws, (z) => INITIAL_STD * z), [rows, columns]));
  };
  const constant = (value: number) => tf.variable(tf.fill([width], value));
  const blocks = Array.from({ length: options.layers }, (_, layer): GptBlock => ({
    attentionScale: constant(1),
    attentionShift: constant(0),
    queryKeyValue: matrix(`block ${layer} query key value`, width, 3 * width),
    attentionOut: matrix(`block ${layer} attention out`, width, width),
    forwardScale: constant(1),
    forwardShift: constant(0),
    forwardIn: matrix(`block ${layer} forward in`, width, feedForward),
    forwardOut: matrix(`block ${layer} forward out`, feedForward, width),
  }));
  return {
    embedding: matrix("embedding", VOCABULARY_SIZE, width),
    blocks,
    finalScale: constant(1),
    finalShift: constant(0),
  };
}

/** Names and variables in the order of checkpoints. */
export function gptParameters(weights: GptWeights): readonly (readonly [string, tf.Variable])[] {
  return [
    ["embedding", weights.embedding],
    ...weights.blocks.flatMap((block, layer) =>
      Object.entries(block).map(([name, variable]) => [`block${layer}.${name}`, variable] as const)
    ),
    ["finalScale", weights.finalScale],
    ["finalShift", weights.finalShift],
  ];
}

/** Cosines and sines of the rotary embedding, `[length, headWidth / 2]` each. */
export function rotaryTables(
  length: number,
  headWidth: number,
): { readonly cos: Float32Array; readonly sin: Float32Array } {
  const half = headWidth / 2;
  const cos = new Float32Array(length * half);
  const sin = new Float32Array(length * half);
  for (let position = 0; position < length; position++) {
    for (let i = 0; i < half; i++) {
      const angle = position * ROTARY_BASE ** (-i / half);
      cos[position * half + i] = Math.cos(angle);
      sin[position * half + i] = Math.sin(angle);
    }
  }
  return { cos, sin };
}

/**
 * What the channels are multiplied by at each place where some are dropped: after the embedding, and after the attention and
 * the feed-forward of each block. A key drops the same channels of a position in every string, so that strings that begin
 * alike stay alike, and the one that writes a string can score it.
 * @param key null drops none
 * @returns `[length, width]` for each place; null if nothing is dropped
 */
export function gptDropout(options: GptOptions, length: number, key: number | null): readonly Float32Array[] | null {
  if (key === null || options.dropout === 0) return null;
  const keys = Uint32Array.of(key);
  const sites = 1 + 2 * options.layers;
  return Array.from({ length: sites }, (_, s) => dropoutScales(keys, s, length * options.width, options.dropout));
}

/**
 * The last hidden states of the rows of a prefix tree, after the final layer norm. Differentiable in the weights.
 * @param dropout the key of the dropped channels; null drops none
 * @returns `[rows, width]`
 */
export function gptHidden(
  weights: GptWeights,
  options: GptOptions,
  tree: PrefixTree,
  dropout: number | null,
): tf.Tensor2D {
  const { width, heads } = options;
  const shape = { tree, width, heads, rotary: rotaryTables(tree.longest, width / heads) };
  const scales = gptDropout(options, tree.longest, dropout);
  let site = 0;
  const drop = (x: tf.Tensor2D): tf.Tensor2D => {
    if (scales === null) return x;
    const own = scales[site++];
    const rows = new Float32Array(tree.rows * width);
    tree.depth.forEach((depth, row) => rows.set(own.subarray(depth * width, (depth + 1) * width), row * width));
    return tf.mul(x, tf.tensor2d(rows, [tree.rows, width]));
  };
  let x: tf.Tensor2D = drop(takeRows(weights.embedding as unknown as tf.Tensor2D, tree.tokens));
  const project = (rows: tf.Tensor2D, weight: tf.Variable) =>
    tf.matMul(rows, weight as unknown as tf.Tensor2D) as tf.Tensor2D;
  for (const block of weights.blocks) {
    const projected = project(normalise(x, block.attentionScale, block.attentionShift), block.queryKeyValue);
    x = tf.add(x, drop(project(causalAttention(projected, shape), block.attentionOut)));
    const hidden = gelu(project(normalise(x, block.forwardScale, block.forwardShift), block.forwardIn));
    x = tf.add(x, drop(project(hidden, block.forwardOut)));
  }
  return normalise(x, weights.finalScale, weights.finalShift);
}
