// Products of contiguous matrices.
//
// Deno's engine checks the bounds of every load, so tiles are chosen for few loads: 2 × 16 results take 4 loads of B and
// half a load of A for 8 multiplications of vectors. An entry of C is summed in the same order in every tile, so that it
// does not depend on the number of rows.

import { fma } from "./fma";
import { transposeBlock } from "./transpose";

// Rows and columns of B worked on at a time: they stay in the first-level cache.
const DEPTH: i32 = 128;
const WIDTH: i32 = 64;
// Rows of a transposed A that are turned at a time.
const HEIGHT: i32 = 64;

// C[m, n] (+)= Σ_k A[m, k] B[k, n]
export function gemm(a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, accumulate: bool): void {
  if (k == 0) {
    if (!accumulate) memory.fill(c, 0, <usize> m * n * 4);
    return;
  }
  const row = <usize> k * 4;
  const line = <usize> n * 4;
  for (let from: i32 = 0; from < k; from += DEPTH) {
    const depth = min(DEPTH, k - from);
    const keep = accumulate || from > 0;
    for (let left: i32 = 0; left < n; left += WIDTH) {
      panel(a + <usize> from * 4, row, b + <usize> from * line, c, line, m, left, min(left + WIDTH, n), depth, keep);
    }
  }
}

// C[m, n] (+)= Σ_k A[k, m] B[k, n]; scratch holds 64 · 128 floats.
export function gemmAcross(
  a: usize,
  b: usize,
  c: usize,
  scratch: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
): void {
  if (k == 0) {
    if (!accumulate) memory.fill(c, 0, <usize> m * n * 4);
    return;
  }
  const line = <usize> n * 4;
  const across = <usize> m * 4;
  for (let from: i32 = 0; from < k; from += DEPTH) {
    const depth = min(DEPTH, k - from);
    const keep = accumulate || from > 0;
    for (let top: i32 = 0; top < m; top += HEIGHT) {
      const rows = min(HEIGHT, m - top);
      const block = a + <usize> from * across + <usize> top * 4;
      transposeBlock(block, across, scratch, <usize> depth * 4, depth, rows);
      const to = c + <usize> top * line;
      for (let left: i32 = 0; left < n; left += WIDTH) {
        const right = min(left + WIDTH, n);
        panel(scratch, <usize> depth * 4, b + <usize> from * line, to, line, rows, left, right, depth, keep);
      }
    }
  }
}

// Columns left … right − 1. Rows beyond the last one repeat it.
function panel(
  a: usize,
  row: usize,
  b: usize,
  c: usize,
  line: usize,
  m: i32,
  left: i32,
  right: i32,
  depth: i32,
  keep: bool,
): void {
  const wide = left + (right - left & ~15);
  if (wide > left) {
    for (let i: i32 = 0; i < m; i += 2) {
      const next = i + 1 < m ? 1 : 0;
      const from = a + <usize> i * row;
      const to = c + <usize> i * line;
      for (let j = left; j < wide; j += 16) {
        const at = <usize> j * 4;
        tile2x16(from, row * next, b + at, to + at, line, line * next, depth, keep);
      }
    }
  }
  for (let i: i32 = 0; i < m; i += 4) {
    const last = m - 1 - i;
    const from = a + <usize> i * row;
    const to = c + <usize> i * line;
    let j = wide;
    if (right - j >= 8) {
      tile4x8(from, row, b + <usize> j * 4, to + <usize> j * 4, line, last, depth, keep);
      j += 8;
    }
    for (; j < right; j += 4) {
      tile4x4(from, row, b + <usize> j * 4, to + <usize> j * 4, line, last, depth, keep, right - j);
    }
  }
}

// Two rows of 16 columns; nextA and nextC lead from the first row to the second.
function tile2x16(
  a: usize,
  nextA: usize,
  b: usize,
  c: usize,
  line: usize,
  nextC: usize,
  k: i32,
  keep: bool,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c02 = c00, c03 = c00, c10 = c00, c11 = c00, c12 = c00, c13 = c00;
  if (keep) {
    c00 = v128.load(c), c01 = v128.load(c, 16), c02 = v128.load(c, 32), c03 = v128.load(c, 48);
    c10 = v128.load(c + nextC), c11 = v128.load(c + nextC, 16);
    c12 = v128.load(c + nextC, 32), c13 = v128.load(c + nextC, 48);
  }
  let b0: v128, b1: v128, b2: v128, b3: v128, x: v128;
  let p: i32 = 0;
  for (; p + 4 <= k; p += 4) {
    const a0 = v128.load(a), a1 = v128.load(a + nextA);
    b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    x = lane0(a0);
    c00 = fma(x, b0, c00), c01 = fma(x, b1, c01), c02 = fma(x, b2, c02), c03 = fma(x, b3, c03);
    x = lane0(a1);
    c10 = fma(x, b0, c10), c11 = fma(x, b1, c11), c12 = fma(x, b2, c12), c13 = fma(x, b3, c13);
    b += line;
    b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    x = lane1(a0);
    c00 = fma(x, b0, c00), c01 = fma(x, b1, c01), c02 = fma(x, b2, c02), c03 = fma(x, b3, c03);
    x = lane1(a1);
    c10 = fma(x, b0, c10), c11 = fma(x, b1, c11), c12 = fma(x, b2, c12), c13 = fma(x, b3, c13);
    b += line;
    b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    x = lane2(a0);
    c00 = fma(x, b0, c00), c01 = fma(x, b1, c01), c02 = fma(x, b2, c02), c03 = fma(x, b3, c03);
    x = lane2(a1);
    c10 = fma(x, b0, c10), c11 = fma(x, b1, c11), c12 = fma(x, b2, c12), c13 = fma(x, b3, c13);
    b += line;
    b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    x = lane3(a0);
    c00 = fma(x, b0, c00), c01 = fma(x, b1, c01), c02 = fma(x, b2, c02), c03 = fma(x, b3, c03);
    x = lane3(a1);
    c10 = fma(x, b0, c10), c11 = fma(x, b1, c11), c12 = fma(x, b2, c12), c13 = fma(x, b3, c13);
    b += line;
    a += 16;
  }
  for (; p < k; p++) {
    b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    x = v128.load32_splat(a);
    c00 = fma(x, b0, c00), c01 = fma(x, b1, c01), c02 = fma(x, b2, c02), c03 = fma(x, b3, c03);
    x = v128.load32_splat(a + nextA);
    c10 = fma(x, b0, c10), c11 = fma(x, b1, c11), c12 = fma(x, b2, c12), c13 = fma(x, b3, c13);
    b += line;
    a += 4;
  }
  v128.store(c, c00), v128.store(c, c01, 16), v128.store(c, c02, 32), v128.store(c, c03, 48);
  c += nextC;
  v128.store(c, c10), v128.store(c, c11, 16), v128.store(c, c12, 32), v128.store(c, c13, 48);
}

// Up to four rows of 8 columns, the last of which is row `last`.
function tile4x8(
  a: usize,
  row: usize,
  b: usize,
  c: usize,
  line: usize,
  last: i32,
  k: i32,
  keep: bool,
): void {
  const far = <usize> min(2, last) * row, farther = <usize> min(3, last) * row;
  const next = <usize> min(1, last) * row;
  const d1 = c + <usize> min(1, last) * line, d2 = c + <usize> min(2, last) * line, d3 = c + <usize> min(3, last) * line;
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  if (keep) {
    c00 = v128.load(c), c01 = v128.load(c, 16);
    c10 = v128.load(d1), c11 = v128.load(d1, 16);
    c20 = v128.load(d2), c21 = v128.load(d2, 16);
    c30 = v128.load(d3), c31 = v128.load(d3, 16);
  }
  let b0: v128, b1: v128, x: v128;
  let p: i32 = 0;
  for (; p + 4 <= k; p += 4) {
    const a0 = v128.load(a), a1 = v128.load(a + next), a2 = v128.load(a + far), a3 = v128.load(a + farther);
    b0 = v128.load(b), b1 = v128.load(b, 16);
    x = lane0(a0);
    c00 = fma(x, b0, c00), c01 = fma(x, b1, c01);
    x = lane0(a1);
    c10 = fma(x, b0, c10), c11 = fma(x, b1, c11);
    x = lane0(a2);
    c20 = fma(x, b0, c20), c21 = fma(x, b1, c21);
    x = lane0(a3);
    c30 = fma(x, b0, c30), c31 = fma(x, b1, c31);
    b += line;
    b0 = v128.load(b), b1 = v128.load(b, 16);
    x = lane1(a0);
    c00 = fma(x, b0, c00), c01 = fma(x, b1, c01);
    x = lane1(a1);
    c10 = fma(x, b0, c10), c11 = fma(x, b1, c11);
    x = lane1(a2);
    c20 = fma(x, b0, c20), c21 = fma(x, b1, c21);
    x = lane1(a3);
    c30 = fma(x, b0, c30), c31 = fma(x, b1, c31);
    b += line;
    b0 = v128.load(b), b1 = v128.load(b, 16);
    x = lane2(a0);
    c00 = fma(x, b0, c00), c01 = fma(x, b1, c01);
    x = lane2(a1);
    c10 = fma(x, b0, c10), c11 = fma(x, b1, c11);
    x = lane2(a2);
    c20 = fma(x, b0, c20), c21 = fma(x, b1, c21);
    x = lane2(a3);
    c30 = fma(x, b0, c30), c31 = fma(x, b1, c31);
    b += line;
    b0 = v128.load(b), b1 = v128.load(b, 16);
    x = lane3(a0);
    c00 = fma(x, b0, c00), c01 = fma(x, b1, c01);
    x = lane3(a1);
    c10 = fma(x, b0, c10), c11 = fma(x, b1, c11);
    x = lane3(a2);
    c20 = fma(x, b0, c20), c21 = fma(x, b1, c21);
    x = lane3(a3);
    c30 = fma(x, b0, c30), c31 = fma(x, b1, c31);
    b += line;
    a += 16;
  }
  for (; p < k; p++) {
    b0 = v128.load(b), b1 = v128.load(b, 16);
    x = v128.load32_splat(a);
    c00 = fma(x, b0, c00), c01 = fma(x, b1, c01);
    x = v128.load32_splat(a + next);
    c10 = fma(x, b0, c10), c11 = fma(x, b1, c11);
    x = v128.load32_splat(a + far);
    c20 = fma(x, b0, c20), c21 = fma(x, b1, c21);
    x = v128.load32_splat(a + farther);
    c30 = fma(x, b0, c30), c31 = fma(x, b1, c31);
    b += line;
    a += 4;
  }
  v128.store(c, c00), v128.store(c, c01, 16);
  v128.store(d1, c10), v128.store(d1, c11, 16);
  v128.store(d2, c20), v128.store(d2, c21, 16);
  v128.store(d3, c30), v128.store(d3, c31, 16);
}

// Up to four rows of up to 4 columns. Lanes beyond the matrix read what follows it (the arena keeps room behind its last
// block) and are not stored.
function tile4x4(
  a: usize,
  row: usize,
  b: usize,
  c: usize,
  line: usize,
  last: i32,
  k: i32,
  keep: bool,
  lanes: i32,
): void {
  const far = <usize> min(2, last) * row, farther = <usize> min(3, last) * row;
  const next = <usize> min(1, last) * row;
  const d1 = c + <usize> min(1, last) * line, d2 = c + <usize> min(2, last) * line, d3 = c + <usize> min(3, last) * line;
  let c00 = f32x4.splat(0), c10 = c00, c20 = c00, c30 = c00;
  if (keep) {
    c00 = v128.load(c);
    c10 = v128.load(d1);
    c20 = v128.load(d2);
    c30 = v128.load(d3);
  }
  let b0: v128, x: v128;
  let p: i32 = 0;
  for (; p + 4 <= k; p += 4) {
    const a0 = v128.load(a), a1 = v128.load(a + next), a2 = v128.load(a + far), a3 = v128.load(a + farther);
    b0 = v128.load(b);
    x = lane0(a0);
    c00 = fma(x, b0, c00);
    x = lane0(a1);
    c10 = fma(x, b0, c10);
    x = lane0(a2);
    c20 = fma(x, b0, c20);
    x = lane0(a3);
    c30 = fma(x, b0, c30);
    b += line;
    b0 = v128.load(b);
    x = lane1(a0);
    c00 = fma(x, b0, c00);
    x = lane1(a1);
    c10 = fma(x, b0, c10);
    x = lane1(a2);
    c20 = fma(x, b0, c20);
    x = lane1(a3);
    c30 = fma(x, b0, c30);
    b += line;
    b0 = v128.load(b);
    x = lane2(a0);
    c00 = fma(x, b0, c00);
    x = lane2(a1);
    c10 = fma(x, b0, c10);
    x = lane2(a2);
    c20 = fma(x, b0, c20);
    x = lane2(a3);
    c30 = fma(x, b0, c30);
    b += line;
    b0 = v128.load(b);
    x = lane3(a0);
    c00 = fma(x, b0, c00);
    x = lane3(a1);
    c10 = fma(x, b0, c10);
    x = lane3(a2);
    c20 = fma(x, b0, c20);
    x = lane3(a3);
    c30 = fma(x, b0, c30);
    b += line;
    a += 16;
  }
  for (; p < k; p++) {
    b0 = v128.load(b);
    x = v128.load32_splat(a);
    c00 = fma(x, b0, c00);
    x = v128.load32_splat(a + next);
    c10 = fma(x, b0, c10);
    x = v128.load32_splat(a + far);
    c20 = fma(x, b0, c20);
    x = v128.load32_splat(a + farther);
    c30 = fma(x, b0, c30);
    b += line;
    a += 4;
  }
  put(c, c00, lanes);
  put(d1, c10, lanes);
  put(d2, c20, lanes);
  put(d3, c30, lanes);
}

// Writes the first lanes.
// @ts-ignore: decorator
@inline
function put(c: usize, sum: v128, lanes: i32): void {
  if (lanes >= 4) {
    v128.store(c, sum);
    return;
  }
  store<f32>(c, f32x4.extract_lane(sum, 0));
  if (lanes > 1) store<f32>(c, f32x4.extract_lane(sum, 1), 4);
  if (lanes > 2) store<f32>(c, f32x4.extract_lane(sum, 2), 8);
}

// @ts-ignore: decorator
@inline
function lane0(a: v128): v128 {
  return v128.shuffle<f32>(a, a, 0, 0, 0, 0);
}

// @ts-ignore: decorator
@inline
function lane1(a: v128): v128 {
  return v128.shuffle<f32>(a, a, 1, 1, 1, 1);
}

// @ts-ignore: decorator
@inline
function lane2(a: v128): v128 {
  return v128.shuffle<f32>(a, a, 2, 2, 2, 2);
}

// @ts-ignore: decorator
@inline
function lane3(a: v128): v128 {
  return v128.shuffle<f32>(a, a, 3, 3, 3, 3);
}
