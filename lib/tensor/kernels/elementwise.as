// Functions of one or two floats, entry by entry. Two operands are walked through strides, so that either may be broadcast.

import { exp4, tanh4 } from "./math";

// The numbers are those of lib/tensor/simd/elementwise.ts.
const ADD: i32 = 0;
const SUBTRACT: i32 = 1;
const MULTIPLY: i32 = 2;
const DIVIDE: i32 = 3;
const MAXIMUM: i32 = 4;
const MINIMUM: i32 = 5;
const SQUARED_DIFFERENCE: i32 = 6;

// @ts-ignore: decorator
@inline
function both4(kind: i32, x: v128, y: v128): v128 {
  if (kind == ADD) return f32x4.add(x, y);
  if (kind == SUBTRACT) return f32x4.sub(x, y);
  if (kind == MULTIPLY) return f32x4.mul(x, y);
  if (kind == DIVIDE) return f32x4.div(x, y);
  if (kind == MAXIMUM) return f32x4.max(x, y);
  if (kind == MINIMUM) return f32x4.min(x, y);
  const difference = f32x4.sub(x, y);
  return f32x4.mul(difference, difference);
}

// One row of n results; a step of 0 repeats the operand's first float, a step of 1 walks along it.
// @ts-ignore: decorator
@inline
function row(kind: i32, a: usize, b: usize, out: usize, n: i32, stepA: i32, stepB: i32): void {
  const firstA = v128.load32_splat(a);
  const firstB = v128.load32_splat(b);
  let i: i32 = 0;
  if (stepA == 1 && stepB == 1) {
    for (; i + 4 <= n; i += 4) {
      const at = <usize> i * 4;
      v128.store(out + at, both4(kind, v128.load(a + at), v128.load(b + at)));
    }
  } else if (stepA == 1) {
    for (; i + 4 <= n; i += 4) v128.store(out + <usize> i * 4, both4(kind, v128.load(a + <usize> i * 4), firstB));
  } else if (stepB == 1) {
    for (; i + 4 <= n; i += 4) v128.store(out + <usize> i * 4, both4(kind, firstA, v128.load(b + <usize> i * 4)));
  } else {
    const value = both4(kind, firstA, firstB);
    for (; i + 4 <= n; i += 4) v128.store(out + <usize> i * 4, value);
  }
  for (; i < n; i++) {
    const at = <usize> i * 4;
    const x = stepA == 1 ? v128.load32_splat(a + at) : firstA;
    const y = stepB == 1 ? v128.load32_splat(b + at) : firstB;
    store<f32>(out + at, f32x4.extract_lane(both4(kind, x, y), 0));
  }
}

// @ts-ignore: decorator
@inline
function block(
  kind: i32,
  a: usize,
  b: usize,
  out: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  a0: i32,
  a1: i32,
  a2: i32,
  b0: i32,
  b1: i32,
  b2: i32,
): void {
  for (let i: i32 = 0; i < n0; i++) {
    for (let j: i32 = 0; j < n1; j++) {
      row(kind, a + <usize> (i * a0 + j * a1) * 4, b + <usize> (i * b0 + j * b1) * 4, out, n2, a2, b2);
      out += <usize> n2 * 4;
    }
  }
}

// out[i, j, k] = a[i, j, k] ∘ b[i, j, k], with a[i, j, k] at a + (i·a0 + j·a1 + k·a2) floats, and b likewise; a2 and b2 are
// 0 or 1.
export function combine(
  kind: i32,
  a: usize,
  b: usize,
  out: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  a0: i32,
  a1: i32,
  a2: i32,
  b0: i32,
  b1: i32,
  b2: i32,
): void {
  switch (kind) {
    case ADD:
      return block(ADD, a, b, out, n0, n1, n2, a0, a1, a2, b0, b1, b2);
    case SUBTRACT:
      return block(SUBTRACT, a, b, out, n0, n1, n2, a0, a1, a2, b0, b1, b2);
    case MULTIPLY:
      return block(MULTIPLY, a, b, out, n0, n1, n2, a0, a1, a2, b0, b1, b2);
    case DIVIDE:
      return block(DIVIDE, a, b, out, n0, n1, n2, a0, a1, a2, b0, b1, b2);
    case MAXIMUM:
      return block(MAXIMUM, a, b, out, n0, n1, n2, a0, a1, a2, b0, b1, b2);
    case MINIMUM:
      return block(MINIMUM, a, b, out, n0, n1, n2, a0, a1, a2, b0, b1, b2);
    default:
      return block(SQUARED_DIFFERENCE, a, b, out, n0, n1, n2, a0, a1, a2, b0, b1, b2);
  }
}

const NEGATE: i32 = 0;
const ABSOLUTE: i32 = 1;
const SQUARE: i32 = 2;
const ROOT: i32 = 3;
const INVERSE_ROOT: i32 = 4;
const INVERSE: i32 = 5;
const EXPONENTIAL: i32 = 6;
const SIGMOID: i32 = 7;
const TANH: i32 = 8;
const RELU: i32 = 9;

// @ts-ignore: decorator
@inline
function one4(kind: i32, x: v128): v128 {
  const one = f32x4.splat(1);
  if (kind == NEGATE) return f32x4.neg(x);
  if (kind == ABSOLUTE) return f32x4.abs(x);
  if (kind == SQUARE) return f32x4.mul(x, x);
  if (kind == ROOT) return f32x4.sqrt(x);
  if (kind == INVERSE_ROOT) return f32x4.div(one, f32x4.sqrt(x));
  if (kind == INVERSE) return f32x4.div(one, x);
  if (kind == EXPONENTIAL) {
    // Beyond the range of exp4 the result is no normal number.
    const low = v128.andnot(exp4(x), f32x4.lt(x, f32x4.splat(-87.33654)));
    return v128.bitselect(f32x4.splat(Infinity), low, f32x4.gt(x, f32x4.splat(88.72283)));
  }
  if (kind == SIGMOID) return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
  if (kind == TANH) return tanh4(x);
  return f32x4.max(x, f32x4.splat(0));
}

// @ts-ignore: decorator
@inline
function each(kind: i32, x: usize, out: usize, length: i32): void {
  let i: i32 = 0;
  for (; i + 4 <= length; i += 4) v128.store(out + <usize> i * 4, one4(kind, v128.load(x + <usize> i * 4)));
  for (; i < length; i++) {
    const at = <usize> i * 4;
    store<f32>(out + at, f32x4.extract_lane(one4(kind, v128.load32_splat(x + at)), 0));
  }
}

// out[i] = f(x[i])
export function transform(kind: i32, x: usize, out: usize, length: i32): void {
  switch (kind) {
    case NEGATE:
      return each(NEGATE, x, out, length);
    case ABSOLUTE:
      return each(ABSOLUTE, x, out, length);
    case SQUARE:
      return each(SQUARE, x, out, length);
    case ROOT:
      return each(ROOT, x, out, length);
    case INVERSE_ROOT:
      return each(INVERSE_ROOT, x, out, length);
    case INVERSE:
      return each(INVERSE, x, out, length);
    case EXPONENTIAL:
      return each(EXPONENTIAL, x, out, length);
    case SIGMOID:
      return each(SIGMOID, x, out, length);
    case TANH:
      return each(TANH, x, out, length);
    default:
      return each(RELU, x, out, length);
  }
}
