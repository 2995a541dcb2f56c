// a·b + c in two roundings. The build puts this file or fma.relaxed.as in the place of "./fma".

// @ts-ignore: decorator
@inline
export function fma(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c);
}
