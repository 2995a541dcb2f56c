// Adam (Kingma & Ba 2015, algorithm 1) and the norm that its gradients are clipped by.

// Σ x²
export function sumOfSquares(x: usize, length: i32): f64 {
  let low = f64x2.splat(0), high = low;
  let i: i32 = 0;
  for (; i + 4 <= length; i += 4) {
    const value = v128.load(x + <usize> i * 4);
    const first = f64x2.promote_low_f32x4(value);
    const second = f64x2.promote_low_f32x4(v128.shuffle<f32>(value, value, 2, 3, 2, 3));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
  }
  const both = f64x2.add(low, high);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; i < length; i++) {
    const value = <f64> load<f32>(x + <usize> i * 4);
    sum += value * value;
  }
  return sum;
}

// One step on one parameter, in place; the gradient is multiplied by factor. Returns the squared norm of the change.
export function adam(
  parameter: usize,
  gradient: usize,
  first: usize,
  second: usize,
  length: i32,
  factor: f32,
  beta1: f32,
  // 1 − β₁, which float32 would not give exactly enough
  rest1: f32,
  beta2: f32,
  rest2: f32,
  // learningRate / (1 − β₁ᵗ)
  rate: f32,
  // 1 / √(1 − β₂ᵗ)
  correction: f32,
  epsilon: f32,
): f64 {
  let squares = f32x4.splat(0);
  let total: f64 = 0;
  let i: i32 = 0;
  for (; i + 4 <= length; i += 4) {
    const at = <usize> i * 4;
    const g = f32x4.mul(v128.load(gradient + at), f32x4.splat(factor));
    const m = f32x4.add(f32x4.mul(f32x4.splat(beta1), v128.load(first + at)), f32x4.mul(f32x4.splat(rest1), g));
    const v = f32x4.add(
      f32x4.mul(f32x4.splat(beta2), v128.load(second + at)),
      f32x4.mul(f32x4.mul(f32x4.splat(rest2), g), g),
    );
    const root = f32x4.add(f32x4.mul(f32x4.sqrt(v), f32x4.splat(correction)), f32x4.splat(epsilon));
    const change = f32x4.div(f32x4.mul(f32x4.splat(rate), m), root);
    v128.store(first + at, m);
    v128.store(second + at, v);
    v128.store(parameter + at, f32x4.sub(v128.load(parameter + at), change));
    squares = f32x4.add(squares, f32x4.mul(change, change));
  }
  for (; i < length; i++) {
    const at = <usize> i * 4;
    const g = load<f32>(gradient + at) * factor;
    const m = beta1 * load<f32>(first + at) + rest1 * g;
    const v = beta2 * load<f32>(second + at) + rest2 * g * g;
    const change = rate * m / (sqrt<f32>(v) * correction + epsilon);
    store<f32>(first + at, m);
    store<f32>(second + at, v);
    store<f32>(parameter + at, load<f32>(parameter + at) - change);
    total += <f64> change * change;
  }
  total += <f64> f32x4.extract_lane(squares, 0) + <f64> f32x4.extract_lane(squares, 1);
  return total + <f64> f32x4.extract_lane(squares, 2) + <f64> f32x4.extract_lane(squares, 3);
}
