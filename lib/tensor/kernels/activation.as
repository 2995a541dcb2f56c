// Activations that are not piecewise linear: y and its derivative in one pass, in place of z.

import { exp4, normal4, tanh4 } from "./math";

const TANH: i32 = 3;

// y[i] = f(z[i]), slope[i] = f′(z[i]); y holds z before. kind: 2 GELU (exact), 3 tanh.
export function activate(y: usize, slope: usize, length: i32, kind: i32): void {
  let i: i32 = 0;
  for (; i + 4 <= length; i += 4) {
    const at = <usize> i * 4;
    four(y + at, y + at, slope + at, kind);
  }
  if (i == length) return;
  // The last ones go through a buffer below the arena.
  const spare: usize = 64;
  const at = <usize> i * 4;
  const bytes = <usize> (length - i) * 4;
  memory.copy(spare, y + at, bytes);
  four(spare, spare, spare + 16, kind);
  memory.copy(y + at, spare, bytes);
  memory.copy(slope + at, spare + 16, bytes);
}

// @ts-ignore: decorator
@inline
function four(from: usize, y: usize, slope: usize, kind: i32): void {
  const z = v128.load(from);
  const one = f32x4.splat(1);
  if (kind == TANH) {
    const value = tanh4(z);
    v128.store(y, value);
    v128.store(slope, f32x4.sub(one, f32x4.mul(value, value)));
    return;
  }
  const e = exp4(f32x4.mul(f32x4.mul(z, z), f32x4.splat(-0.5)));
  const below = normal4(z, e);
  v128.store(y, f32x4.mul(z, below));
  v128.store(slope, f32x4.add(below, f32x4.mul(z, f32x4.mul(e, f32x4.splat(0.3989422804)))));
}
