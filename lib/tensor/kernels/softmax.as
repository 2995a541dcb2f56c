// Softmax and log-softmax over rows, some of whose entries may be excluded.

import { exp4 } from "./math";

// @ts-ignore: decorator
@inline
function exp1(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.splat(x)), 0);
}

// @ts-ignore: decorator
@inline
function sumLanes(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

// Σ a·b
export function dotRow(a: usize, b: usize, n: i32): f32 {
  let sums = f32x4.splat(0);
  let i: i32 = 0;
  for (; i + 4 <= n; i += 4) {
    const at = <usize> i * 4;
    sums = f32x4.add(sums, f32x4.mul(v128.load(a + at), v128.load(b + at)));
  }
  let sum = sumLanes(sums);
  for (; i < n; i++) {
    const at = <usize> i * 4;
    sum += load<f32>(a + at) * load<f32>(b + at);
  }
  return sum;
}

// x = x + bias where there is a visible entry, else −∞; returns the highest. bias and mask may be 0 (absent).
function excludeRow(x: usize, bias: usize, mask: usize, n: i32): f32 {
  const none = f32x4.splat(-Infinity);
  const zero = f32x4.splat(0);
  let highest4 = none;
  let i: i32 = 0;
  for (; i + 4 <= n; i += 4) {
    const at = <usize> i * 4;
    let value = v128.load(x + at);
    if (bias != 0) value = f32x4.add(value, v128.load(bias + at));
    if (mask != 0) value = v128.bitselect(none, value, f32x4.eq(v128.load(mask + at), zero));
    v128.store(x + at, value);
    highest4 = f32x4.max(highest4, value);
  }
  let highest = max(
    max(f32x4.extract_lane(highest4, 0), f32x4.extract_lane(highest4, 1)),
    max(f32x4.extract_lane(highest4, 2), f32x4.extract_lane(highest4, 3)),
  );
  for (; i < n; i++) {
    const at = <usize> i * 4;
    let value = load<f32>(x + at);
    if (bias != 0) value += load<f32>(bias + at);
    if (mask != 0 && load<f32>(mask + at) == 0) value = -Infinity;
    store<f32>(x + at, value);
    highest = max(highest, value);
  }
  return highest;
}

// x = softmax(x + bias) over the visible ones of its first n entries, 0 for all others of `length`; all 0 if none is
// visible.
export function softmaxRow(x: usize, bias: usize, mask: usize, length: i32, n: i32): void {
  memory.fill(x + <usize> n * 4, 0, <usize> (length - n) * 4);
  const highest = excludeRow(x, bias, mask, n);
  if (highest == -Infinity) {
    memory.fill(x, 0, <usize> n * 4);
    return;
  }
  const none = f32x4.splat(-Infinity);
  let sums = f32x4.splat(0);
  let i: i32 = 0;
  for (; i + 4 <= n; i += 4) {
    const at = <usize> i * 4;
    const value = v128.load(x + at);
    const e = v128.andnot(exp4(f32x4.sub(value, f32x4.splat(highest))), f32x4.eq(value, none));
    sums = f32x4.add(sums, e);
    v128.store(x + at, e);
  }
  let sum = sumLanes(sums);
  for (; i < n; i++) {
    const at = <usize> i * 4;
    const value = load<f32>(x + at);
    const e: f32 = value == -Infinity ? 0 : exp1(value - highest);
    sum += e;
    store<f32>(x + at, e);
  }
  const share: f32 = 1 / sum;
  i = 0;
  for (; i + 4 <= n; i += 4) {
    const at = <usize> i * 4;
    v128.store(x + at, f32x4.mul(v128.load(x + at), f32x4.splat(share)));
  }
  for (; i < n; i++) {
    const at = <usize> i * 4;
    store<f32>(x + at, load<f32>(x + at) * share);
  }
}

// out = softmax of each row of x.
export function softmax(x: usize, out: usize, rows: i32, columns: i32): void {
  const width = <usize> columns * 4;
  memory.copy(out, x, <usize> rows * width);
  for (let r: i32 = 0; r < rows; r++) softmaxRow(out + <usize> r * width, 0, 0, columns, columns);
}

// out = log softmax of each row of x over its visible entries, `excluded` for the others. mask may be 0 (absent).
export function logSoftmax(x: usize, mask: usize, out: usize, rows: i32, columns: i32, excluded: f32): void {
  const none = f32x4.splat(-Infinity);
  const width = <usize> columns * 4;
  memory.copy(out, x, <usize> rows * width);
  for (let r: i32 = 0; r < rows; r++) {
    const row = out + <usize> r * width;
    const highest = excludeRow(row, 0, mask == 0 ? 0 : mask + <usize> r * width, columns);
    let sums = f32x4.splat(0);
    let i: i32 = 0;
    for (; i + 4 <= columns; i += 4) {
      const value = v128.load(row + <usize> i * 4);
      const e = exp4(f32x4.sub(value, f32x4.splat(highest)));
      sums = f32x4.add(sums, v128.andnot(e, f32x4.eq(value, none)));
    }
    let sum = sumLanes(sums);
    for (; i < columns; i++) {
      const value = load<f32>(row + <usize> i * 4);
      if (value != -Infinity) sum += exp1(value - highest);
    }
    const total = highest + Mathf.log(sum);
    for (i = 0; i < columns; i++) {
      const at = row + <usize> i * 4;
      const hidden = mask != 0 && load<f32>(mask + <usize> r * width + <usize> i * 4) == 0;
      store<f32>(at, hidden ? excluded : load<f32>(at) - total);
    }
  }
}

// dx = dy − softmax · Σ dy over the visible entries, 0 for the others; y is the log-softmax.
export function logSoftmaxGradient(y: usize, mask: usize, dy: usize, dx: usize, rows: i32, columns: i32): void {
  const width = <usize> columns * 4;
  for (let r: i32 = 0; r < rows; r++) {
    const line = <usize> r * width;
    let sum: f32 = 0;
    for (let i: i32 = 0; i < columns; i++) {
      const at = line + <usize> i * 4;
      if (mask == 0 || load<f32>(mask + at) != 0) sum += load<f32>(dy + at);
    }
    let i: i32 = 0;
    for (; i + 4 <= columns; i += 4) {
      const at = line + <usize> i * 4;
      let value = f32x4.sub(v128.load(dy + at), f32x4.mul(exp4(v128.load(y + at)), f32x4.splat(sum)));
      if (mask != 0) value = v128.andnot(value, f32x4.eq(v128.load(mask + at), f32x4.splat(0)));
      v128.store(dx + at, value);
    }
    for (; i < columns; i++) {
      const at = line + <usize> i * 4;
      const hidden = mask != 0 && load<f32>(mask + at) == 0;
      store<f32>(dx + at, hidden ? 0 : load<f32>(dy + at) - exp1(load<f32>(y + at)) * sum);
    }
  }
}
