// Multi-head attention and its gradient, one head after the other. Heads lie beside each other in the rows of q, k and v.

import { gemm } from "./gemm";
import { dotRow, softmaxRow } from "./softmax";
import { transpose } from "./transpose";

// The columns of one head, times factor: to[rows, headWidth] from rows that are `width` floats apart.
function takeHead(from: usize, to: usize, rows: i32, width: i32, headWidth: i32, factor: f32): void {
  for (let r: i32 = 0; r < rows; r++) {
    const line = from + <usize> r * width * 4;
    const row = to + <usize> r * headWidth * 4;
    let d: i32 = 0;
    for (; d + 4 <= headWidth; d += 4) {
      const at = <usize> d * 4;
      v128.store(row + at, f32x4.mul(v128.load(line + at), f32x4.splat(factor)));
    }
    for (; d < headWidth; d++) {
      const at = <usize> d * 4;
      store<f32>(row + at, load<f32>(line + at) * factor);
    }
  }
}

// The inverse of takeHead, without a factor.
function putHead(from: usize, to: usize, rows: i32, width: i32, headWidth: i32): void {
  for (let r: i32 = 0; r < rows; r++) {
    memory.copy(to + <usize> r * width * 4, from + <usize> r * headWidth * 4, <usize> headWidth * 4);
  }
}

// weights[b, h, i, j] = softmax over the visible j of (scale · q[b, i, h] · k[b, j, h] + bias[b, h, i, j]), 0 elsewhere;
// out[b, i, h] = Σ_j weights[b, h, i, j] v[b, j, h]. A key is visible if mask[b, j] ≠ 0 and, if causal, j ≤ i. mask and bias
// may be 0 (absent). scratch holds 2·headWidth·(queries + keys) floats.
export function attention(
  q: usize,
  k: usize,
  v: usize,
  mask: usize,
  bias: usize,
  weights: usize,
  out: usize,
  scratch: usize,
  batch: i32,
  heads: i32,
  queries: i32,
  keys: i32,
  headWidth: i32,
  causal: bool,
  scale: f32,
): void {
  const width = heads * headWidth;
  const own = scratch;
  const turned = own + <usize> queries * headWidth * 4;
  const value = turned + <usize> keys * headWidth * 4;
  const sum = value + <usize> keys * headWidth * 4;
  const cells = <usize> queries * keys * 4;
  for (let b: i32 = 0; b < batch; b++) {
    const visible = mask == 0 ? 0 : mask + <usize> b * keys * 4;
    for (let h: i32 = 0; h < heads; h++) {
      const query = (<usize> b * queries * width + <usize> h * headWidth) * 4;
      const key = (<usize> b * keys * width + <usize> h * headWidth) * 4;
      const head = <usize> (b * heads + h) * cells;
      takeHead(k + key, value, keys, width, headWidth, 1);
      transpose(value, turned, keys, headWidth);
      takeHead(q + query, own, queries, width, headWidth, scale);
      gemm(own, turned, weights + head, queries, keys, headWidth, false);
      for (let i: i32 = 0; i < queries; i++) {
        const row = head + <usize> i * keys * 4;
        softmaxRow(weights + row, bias == 0 ? 0 : bias + row, visible, keys, causal ? min(i + 1, keys) : keys);
      }
      takeHead(v + key, value, keys, width, headWidth, 1);
      gemm(weights + head, value, sum, queries, headWidth, keys, false);
      putHead(sum, out + query, queries, width, headWidth);
    }
  }
}

// Gradients of attention from that of out; dbias receives the gradient of the scores. If oneBias, its cells are used by one
// head after the other instead of being kept. scratch holds 3·headWidth·(queries + keys) + queries·keys floats.
export function attentionGradient(
  q: usize,
  k: usize,
  v: usize,
  weights: usize,
  dout: usize,
  dq: usize,
  dk: usize,
  dv: usize,
  dbias: usize,
  oneBias: bool,
  scratch: usize,
  batch: i32,
  heads: i32,
  queries: i32,
  keys: i32,
  headWidth: i32,
  scale: f32,
): void {
  const width = heads * headWidth;
  const ofQueries = <usize> queries * headWidth * 4;
  const ofKeys = <usize> keys * headWidth * 4;
  const slope = scratch;
  const own = slope + ofQueries;
  const queryResult = own + ofQueries;
  const value = queryResult + ofQueries;
  const turned = value + ofKeys;
  const keyResult = turned + ofKeys;
  const cross = keyResult + ofKeys;
  const cells = <usize> queries * keys * 4;
  for (let b: i32 = 0; b < batch; b++) {
    for (let h: i32 = 0; h < heads; h++) {
      const query = (<usize> b * queries * width + <usize> h * headWidth) * 4;
      const key = (<usize> b * keys * width + <usize> h * headWidth) * 4;
      const share = weights + <usize> (b * heads + h) * cells;
      const score = dbias + (oneBias ? 0 : <usize> (b * heads + h) * cells);
      takeHead(dout + query, slope, queries, width, headWidth, 1);
      transpose(share, cross, queries, keys);
      gemm(cross, slope, keyResult, keys, headWidth, queries, false);
      putHead(keyResult, dv + key, keys, width, headWidth);
      takeHead(v + key, value, keys, width, headWidth, 1);
      transpose(value, turned, keys, headWidth);
      gemm(slope, turned, score, queries, keys, headWidth, false);
      for (let i: i32 = 0; i < queries; i++) {
        const row = <usize> i * keys * 4;
        softmaxGradientRow(share + row, score + row, keys);
      }
      takeHead(k + key, value, keys, width, headWidth, scale);
      gemm(score, value, queryResult, queries, headWidth, keys, false);
      putHead(queryResult, dq + query, queries, width, headWidth);
      takeHead(q + query, own, queries, width, headWidth, scale);
      transpose(score, cross, queries, keys);
      gemm(cross, own, keyResult, keys, headWidth, queries, false);
      putHead(keyResult, dk + key, keys, width, headWidth);
    }
  }
}

// slope[j] = p[j] · (slope[j] − Σ p·slope): the gradient of a softmax with respect to its scores, in place.
function softmaxGradientRow(p: usize, slope: usize, n: i32): void {
  const mean = dotRow(p, slope, n);
  let j: i32 = 0;
  for (; j + 4 <= n; j += 4) {
    const at = <usize> j * 4;
    v128.store(slope + at, f32x4.mul(v128.load(p + at), f32x4.sub(v128.load(slope + at), f32x4.splat(mean))));
  }
  for (; j < n; j++) {
    const at = <usize> j * 4;
    store<f32>(slope + at, load<f32>(p + at) * (load<f32>(slope + at) - mean));
  }
}
