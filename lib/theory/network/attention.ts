/** Causal attention with rotary embedding over the rows of a prefix tree, on typed arrays, and its gradient. */

import type { PrefixTree } from "./prefix_tree.ts";

/** Sizes of the heads, the tree that says who attends to whom, and the rotary tables of the positions. */
export interface AttentionShape {
  readonly tree: PrefixTree;
  readonly width: number;
  readonly heads: number;
  /** `[longest, width / heads / 2]` each. */
  readonly rotary: { readonly cos: Float32Array; readonly sin: Float32Array };
}

/** What the gradient needs of the forward pass. */
export interface AttentionKept {
  /** `[rows, 3 · width]` with rotated queries and keys. */
  readonly rotated: Float32Array;
  /** `[heads, ancestors]` attention weights. */
  readonly weights: Float32Array;
}

/**
 * Rotates the queries and keys of every row in place by its position's angle, or back by it.
 * @param rows `[rows, 3 · width]`
 */
function rotateInto(rows: Float32Array, { tree, width, heads, rotary }: AttentionShape, sign: 1 | -1): void {
  const half = width / heads / 2;
  const { cos, sin } = rotary;
  for (let row = 0; row < tree.rows; row++) {
    const table = tree.depth[row] * half;
    // Queries and keys are the first 2 · heads blocks of a row.
    for (let block = 0; block < 2 * heads; block++) {
      const from = row * 3 * width + block * 2 * half;
      for (let i = 0; i < half; i++) {
        const low = rows[from + i];
        const high = rows[from + half + i];
        const c = cos[table + i];
        const s = sign * sin[table + i];
        rows[from + i] = low * c - high * s;
        rows[from + half + i] = high * c + low * s;
      }
    }
  }
}

/** The attended values `[rows, width]` of projected rows `[rows, 3 · width]`: queries, keys, values. */
export function attentionForward(
  projected: Float32Array,
  shape: AttentionShape,
): { readonly out: Float32Array; readonly kept: AttentionKept } {
  const { tree: { rows, offsets, ancestors, longest }, width, heads } = shape;
  const headWidth = width / heads;
  const scale = 1 / Math.sqrt(headWidth);
  const rotated = Float32Array.from(projected);
  rotateInto(rotated, shape, 1);
  const weights = new Float32Array(heads * ancestors.length);
  const out = new Float32Array(rows * width);
  const scores = new Float64Array(longest);
  for (let row = 0; row < rows; row++) {
    const begin = offsets[row];
    const count = offsets[row + 1] - begin;
    for (let h = 0; h < heads; h++) {
      const query = row * 3 * width + h * headWidth;
      let highest = -Infinity;
      for (let j = 0; j < count; j++) {
        const key = ancestors[begin + j] * 3 * width + width + h * headWidth;
        let score = 0;
        for (let d = 0; d < headWidth; d++) score += rotated[query + d] * rotated[key + d];
        score *= scale;
        scores[j] = score;
        if (score > highest) highest = score;
      }
      let total = 0;
      for (let j = 0; j < count; j++) {
        scores[j] = Math.exp(scores[j] - highest);
        total += scores[j];
      }
      const at = h * ancestors.length + begin;
      const to = row * width + h * headWidth;
      for (let j = 0; j < count; j++) {
        const weight = scores[j] / total;
        weights[at + j] = weight;
        const value = ancestors[begin + j] * 3 * width + 2 * width + h * headWidth;
        for (let d = 0; d < headWidth; d++) out[to + d] += weight * rotated[value + d];
      }
    }
  }
  return { out, kept: { rotated, weights } };
}

/**
 * Writes the gradient with respect to the projected rows.
 * @param gradient `[rows, 3 · width]`, zeros
 * @param slope `[rows, width]`, the gradient with respect to the attended values
 */
export function attentionBackwardInto(
  gradient: Float32Array,
  slope: Float32Array,
  { rotated, weights }: AttentionKept,
  shape: AttentionShape,
): void {
  const { tree: { rows, offsets, ancestors, longest }, width, heads } = shape;
  const headWidth = width / heads;
  const scale = 1 / Math.sqrt(headWidth);
  const products = new Float64Array(longest);
  for (let row = 0; row < rows; row++) {
    const begin = offsets[row];
    const count = offsets[row + 1] - begin;
    for (let h = 0; h < heads; h++) {
      const from = row * width + h * headWidth;
      const at = h * ancestors.length + begin;
      const query = row * 3 * width + h * headWidth;
      let mean = 0;
      for (let j = 0; j < count; j++) {
        const value = ancestors[begin + j] * 3 * width + 2 * width + h * headWidth;
        const weight = weights[at + j];
        let product = 0;
        for (let d = 0; d < headWidth; d++) {
          product += slope[from + d] * rotated[value + d];
          gradient[value + d] += weight * slope[from + d];
        }
        products[j] = product;
        mean += weight * product;
      }
      for (let j = 0; j < count; j++) {
        const key = ancestors[begin + j] * 3 * width + width + h * headWidth;
        const dScore = weights[at + j] * (products[j] - mean) * scale;
        for (let d = 0; d < headWidth; d++) {
          gradient[query + d] += dScore * rotated[key + d];
          gradient[key + d] += dScore * rotated[query + d];
        }
      }
    }
  }
  // The inverse rotation is the transposed one.
  rotateInto(gradient, shape, -1);
}
