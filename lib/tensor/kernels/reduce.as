// Sums and extremes over one axis of [outer, count, inner].

const SUM: i32 = 0;
const MAXIMUM: i32 = 1;

// @ts-ignore: decorator
@inline
function both4(kind: i32, x: v128, y: v128): v128 {
  if (kind == SUM) return f32x4.add(x, y);
  return kind == MAXIMUM ? f32x4.max(x, y) : f32x4.min(x, y);
}

// @ts-ignore: decorator
@inline
function both1(kind: i32, x: f32, y: f32): f32 {
  if (kind == SUM) return x + y;
  return kind == MAXIMUM ? max(x, y) : min(x, y);
}

// Σ x in float64: long sums lose nothing.
function sumOf(x: usize, count: i32): f32 {
  let low = f64x2.splat(0), high = low;
  let i: i32 = 0;
  for (; i + 4 <= count; i += 4) {
    const value = v128.load(x + <usize> i * 4);
    low = f64x2.add(low, f64x2.promote_low_f32x4(value));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(value, value, 2, 3, 2, 3)));
  }
  const both = f64x2.add(low, high);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; i < count; i++) sum += <f64> load<f32>(x + <usize> i * 4);
  return <f32> sum;
}

function extremeOf(kind: i32, x: usize, count: i32): f32 {
  let extreme = load<f32>(x);
  for (let i: i32 = 1; i < count; i++) extreme = both1(kind, extreme, load<f32>(x + <usize> i * 4));
  return extreme;
}

// out[o, i] = reduction over the count > 0 entries x[o, :, i]; kind: 0 sum, 1 maximum, 2 minimum.
export function reduce(kind: i32, x: usize, out: usize, outer: i32, count: i32, inner: i32): void {
  const width = <usize> inner * 4;
  for (let o: i32 = 0; o < outer; o++) {
    const from = x + <usize> o * count * width;
    const to = out + <usize> o * width;
    if (inner == 1) {
      store<f32>(to, kind == SUM ? sumOf(from, count) : extremeOf(kind, from, count));
      continue;
    }
    memory.copy(to, from, width);
    for (let c: i32 = 1; c < count; c++) {
      const line = from + <usize> c * width;
      let i: i32 = 0;
      for (; i + 4 <= inner; i += 4) {
        const at = <usize> i * 4;
        v128.store(to + at, both4(kind, v128.load(to + at), v128.load(line + at)));
      }
      for (; i < inner; i++) {
        const at = <usize> i * 4;
        store<f32>(to + at, both1(kind, load<f32>(to + at), load<f32>(line + at)));
      }
    }
  }
}
