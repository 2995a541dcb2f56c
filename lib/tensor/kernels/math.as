// Elementary functions on four floats. All of them pass on what is not a number.

// eˣ to 2 ulp (Cephes expf: x = n·ln 2 + r, polynomial in r); below −87.3 and above 88.3 it stays at the bounds' values.
// @ts-ignore: decorator
@inline
export function exp4(given: v128): v128 {
  const x = f32x4.min(f32x4.max(given, f32x4.splat(-87.33654)), f32x4.splat(88.37626));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

// tanh x: an odd polynomial below 0.625 (Cephes tanhf), else from e⁻²ˣ.
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const size = f32x4.abs(x);
  const square = f32x4.mul(x, x);
  let p = f32x4.splat(-5.70498872745e-3);
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(2.06390887954e-2));
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(-5.37397155531e-2));
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(1.33314422036e-1));
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(-3.33332819422e-1));
  const small = f32x4.add(f32x4.mul(f32x4.mul(p, square), x), x);
  const e = exp4(f32x4.mul(size, f32x4.splat(-2)));
  const one = f32x4.splat(1);
  const far = f32x4.div(f32x4.sub(one, e), f32x4.add(one, e));
  const sign = v128.and(x, f32x4.splat(-0.0));
  return v128.bitselect(v128.or(far, sign), small, f32x4.gt(size, f32x4.splat(0.625)));
}

// Φ(x), the standard normal distribution function, from e = exp(−x²/2) (Abramowitz & Stegun 7.1.26, error below 1e-7).
// @ts-ignore: decorator
@inline
export function normal4(x: v128, e: v128): v128 {
  const one = f32x4.splat(1);
  const t = f32x4.div(one, f32x4.add(one, f32x4.mul(f32x4.abs(x), f32x4.splat(0.23164190))));
  let p = f32x4.splat(0.5 * 1.061405429);
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.5 * -1.453152027));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.5 * 1.421413741));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.5 * -0.284496736));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.5 * 0.254829592));
  const above = f32x4.mul(f32x4.mul(p, t), e);
  return v128.bitselect(above, f32x4.sub(one, above), f32x4.lt(x, f32x4.splat(0)));
}
