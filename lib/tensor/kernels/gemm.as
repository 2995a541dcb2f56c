// Matrix products. A is read through strides, B and C are contiguous along columns.

import { fma } from "./fma";

// Rows of the inner dimension worked on at a time: two panels of them stay in the first-level cache.
const DEPTH: i32 = 128;

// C[m, n] (+)= Σ_k A[m, k] B[k, n], with A[m, k] at a + (m·rowStride + k·depthStride) floats. Row strides of B and C are n.
export function gemm(
  a: usize,
  rowStride: i32,
  depthStride: i32,
  b: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
): void {
  if (k == 0) {
    if (!accumulate) memory.fill(c, 0, <usize> m * n * 4);
    return;
  }
  for (let from: i32 = 0; from < k; from += DEPTH) {
    const depth = min(DEPTH, k - from);
    const keep = accumulate || from > 0;
    const aFrom = a + <usize> from * depthStride * 4;
    const bFrom = b + <usize> from * n * 4;
    let i: i32 = 0;
    for (; i + 6 <= m; i += 6) {
      rows6(aFrom + <usize> i * rowStride * 4, rowStride, depthStride, bFrom, c + <usize> i * n * 4, n, depth, keep);
    }
    for (; i + 4 <= m; i += 4) {
      rows4(aFrom + <usize> i * rowStride * 4, rowStride, depthStride, bFrom, c + <usize> i * n * 4, n, depth, keep);
    }
    for (; i < m; i++) {
      row1(aFrom + <usize> i * rowStride * 4, depthStride, bFrom, c + <usize> i * n * 4, n, depth, keep);
    }
  }
}

function rows6(a: usize, rowStride: i32, depthStride: i32, b: usize, c: usize, n: i32, k: i32, keep: bool): void {
  const row = <usize> rowStride * 4;
  const depth = <usize> depthStride * 4;
  const line = <usize> n * 4;
  let j: i32 = 0;
  for (; j + 8 <= n; j += 8) {
    const out = c + <usize> j * 4;
    let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
    let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
    if (keep) {
      c00 = v128.load(out), c01 = v128.load(out, 16);
      c10 = v128.load(out + line), c11 = v128.load(out + line, 16);
      c20 = v128.load(out + 2 * line), c21 = v128.load(out + 2 * line, 16);
      c30 = v128.load(out + 3 * line), c31 = v128.load(out + 3 * line, 16);
      c40 = v128.load(out + 4 * line), c41 = v128.load(out + 4 * line, 16);
      c50 = v128.load(out + 5 * line), c51 = v128.load(out + 5 * line, 16);
    }
    let pa = a;
    let pb = b + <usize> j * 4;
    for (let p: i32 = 0; p < k; p++) {
      const b0 = v128.load(pb), b1 = v128.load(pb, 16);
      let x = v128.load32_splat(pa);
      c00 = fma(x, b0, c00), c01 = fma(x, b1, c01);
      x = v128.load32_splat(pa + row);
      c10 = fma(x, b0, c10), c11 = fma(x, b1, c11);
      x = v128.load32_splat(pa + 2 * row);
      c20 = fma(x, b0, c20), c21 = fma(x, b1, c21);
      x = v128.load32_splat(pa + 3 * row);
      c30 = fma(x, b0, c30), c31 = fma(x, b1, c31);
      x = v128.load32_splat(pa + 4 * row);
      c40 = fma(x, b0, c40), c41 = fma(x, b1, c41);
      x = v128.load32_splat(pa + 5 * row);
      c50 = fma(x, b0, c50), c51 = fma(x, b1, c51);
      pa += depth;
      pb += line;
    }
    v128.store(out, c00), v128.store(out, c01, 16);
    v128.store(out + line, c10), v128.store(out + line, c11, 16);
    v128.store(out + 2 * line, c20), v128.store(out + 2 * line, c21, 16);
    v128.store(out + 3 * line, c30), v128.store(out + 3 * line, c31, 16);
    v128.store(out + 4 * line, c40), v128.store(out + 4 * line, c41, 16);
    v128.store(out + 5 * line, c50), v128.store(out + 5 * line, c51, 16);
  }
  for (; j < n; j += 4) strip(a, 6, row, depth, b + <usize> j * 4, c + <usize> j * 4, line, n - j, k, keep);
}

function rows4(a: usize, rowStride: i32, depthStride: i32, b: usize, c: usize, n: i32, k: i32, keep: bool): void {
  const row = <usize> rowStride * 4;
  const depth = <usize> depthStride * 4;
  const line = <usize> n * 4;
  let j: i32 = 0;
  for (; j + 8 <= n; j += 8) {
    const out = c + <usize> j * 4;
    let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
    if (keep) {
      c00 = v128.load(out), c01 = v128.load(out, 16);
      c10 = v128.load(out + line), c11 = v128.load(out + line, 16);
      c20 = v128.load(out + 2 * line), c21 = v128.load(out + 2 * line, 16);
      c30 = v128.load(out + 3 * line), c31 = v128.load(out + 3 * line, 16);
    }
    let pa = a;
    let pb = b + <usize> j * 4;
    for (let p: i32 = 0; p < k; p++) {
      const b0 = v128.load(pb), b1 = v128.load(pb, 16);
      let x = v128.load32_splat(pa);
      c00 = fma(x, b0, c00), c01 = fma(x, b1, c01);
      x = v128.load32_splat(pa + row);
      c10 = fma(x, b0, c10), c11 = fma(x, b1, c11);
      x = v128.load32_splat(pa + 2 * row);
      c20 = fma(x, b0, c20), c21 = fma(x, b1, c21);
      x = v128.load32_splat(pa + 3 * row);
      c30 = fma(x, b0, c30), c31 = fma(x, b1, c31);
      pa += depth;
      pb += line;
    }
    v128.store(out, c00), v128.store(out, c01, 16);
    v128.store(out + line, c10), v128.store(out + line, c11, 16);
    v128.store(out + 2 * line, c20), v128.store(out + 2 * line, c21, 16);
    v128.store(out + 3 * line, c30), v128.store(out + 3 * line, c31, 16);
  }
  for (; j < n; j += 4) strip(a, 4, row, depth, b + <usize> j * 4, c + <usize> j * 4, line, n - j, k, keep);
}

function row1(a: usize, depthStride: i32, b: usize, c: usize, n: i32, k: i32, keep: bool): void {
  const depth = <usize> depthStride * 4;
  const line = <usize> n * 4;
  let j: i32 = 0;
  for (; j + 8 <= n; j += 8) {
    const out = c + <usize> j * 4;
    let c0 = keep ? v128.load(out) : f32x4.splat(0);
    let c1 = keep ? v128.load(out, 16) : f32x4.splat(0);
    let pa = a;
    let pb = b + <usize> j * 4;
    for (let p: i32 = 0; p < k; p++) {
      const x = v128.load32_splat(pa);
      c0 = fma(x, v128.load(pb), c0);
      c1 = fma(x, v128.load(pb, 16), c1);
      pa += depth;
      pb += line;
    }
    v128.store(out, c0), v128.store(out, c1, 16);
  }
  for (; j < n; j += 4) strip(a, 1, 0, depth, b + <usize> j * 4, c + <usize> j * 4, line, n - j, k, keep);
}

// Up to 4 columns of up to 6 rows. Lanes beyond the matrix read what follows it (the arena keeps room behind its last
// block) and are not stored; rows beyond the last one repeat it.
function strip(
  a: usize,
  rows: i32,
  row: usize,
  depth: usize,
  b: usize,
  c: usize,
  line: usize,
  columns: i32,
  k: i32,
  keep: bool,
): void {
  const last = rows - 1;
  const row1 = row * min(1, last), row2 = row * min(2, last), row3 = row * min(3, last);
  const row4 = row * min(4, last), row5 = row * min(5, last);
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;
  let pa = a;
  let pb = b;
  for (let p: i32 = 0; p < k; p++) {
    const x = v128.load(pb);
    c0 = fma(v128.load32_splat(pa), x, c0);
    c1 = fma(v128.load32_splat(pa + row1), x, c1);
    c2 = fma(v128.load32_splat(pa + row2), x, c2);
    c3 = fma(v128.load32_splat(pa + row3), x, c3);
    c4 = fma(v128.load32_splat(pa + row4), x, c4);
    c5 = fma(v128.load32_splat(pa + row5), x, c5);
    pa += depth;
    pb += line;
  }
  put(c, c0, columns, keep);
  if (rows > 1) put(c + line, c1, columns, keep);
  if (rows > 2) put(c + 2 * line, c2, columns, keep);
  if (rows > 3) put(c + 3 * line, c3, columns, keep);
  if (rows > 4) put(c + 4 * line, c4, columns, keep);
  if (rows > 5) put(c + 5 * line, c5, columns, keep);
}

// Writes (or adds) the first lanes of a sum.
function put(c: usize, given: v128, columns: i32, keep: bool): void {
  const sum = keep ? f32x4.add(v128.load(c), given) : given;
  if (columns >= 4) {
    v128.store(c, sum);
    return;
  }
  store<f32>(c, f32x4.extract_lane(sum, 0));
  if (columns > 1) store<f32>(c, f32x4.extract_lane(sum, 1), 4);
  if (columns > 2) store<f32>(c, f32x4.extract_lane(sum, 2), 8);
}

// out[columns, rows] = in[rows, columns]ᵀ, in tiles of 4 × 4.
export function transpose(input: usize, out: usize, rows: i32, columns: i32): void {
  const line = <usize> columns * 4;
  const lineOut = <usize> rows * 4;
  let r: i32 = 0;
  for (; r + 4 <= rows; r += 4) {
    let from = input + <usize> r * line;
    let to = out + <usize> r * 4;
    let c: i32 = 0;
    for (; c + 4 <= columns; c += 4) {
      const x0 = v128.load(from), x1 = v128.load(from + line);
      const x2 = v128.load(from + 2 * line), x3 = v128.load(from + 3 * line);
      const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
      const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5), high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
      v128.store(to + lineOut, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
      v128.store(to + 2 * lineOut, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
      v128.store(to + 3 * lineOut, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
      from += 16;
      to += 4 * lineOut;
    }
    transposeTile(input, out, r, r + 4, c, columns, line, lineOut);
  }
  transposeTile(input, out, r, rows, 0, columns, line, lineOut);
}

function transposeTile(
  input: usize,
  out: usize,
  fromRow: i32,
  toRow: i32,
  fromColumn: i32,
  toColumn: i32,
  line: usize,
  lineOut: usize,
): void {
  for (let r = fromRow; r < toRow; r++) {
    for (let c = fromColumn; c < toColumn; c++) {
      store<f32>(out + <usize> c * lineOut + <usize> r * 4, load<f32>(input + <usize> r * line + <usize> c * 4));
    }
  }
}
