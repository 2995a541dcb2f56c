/** Which variables are worth considering where there are more than the hypotheses can hold. */

/**
 * The `most` variables whose correlation with the target, over the rows seen, is largest in absolute value, in label order;
 * all of them where there are no more.
 * @param cross `[variables + 1, variables + 1]` Σ zzᵀ, the intercept first
 */
export function screen(cross: Float64Array, variables: number, target: number, most: number): Int32Array {
  const others = Array.from({ length: variables }, (_, v) => v).filter((v) => v !== target);
  if (others.length <= most) return Int32Array.from(others);
  const strength = new Map(others.map((v) => [v, correlation(cross, variables + 1, v, target)]));
  const strongest = others.toSorted((a, b) => (strength.get(b) ?? 0) - (strength.get(a) ?? 0) || a - b);
  return Int32Array.from(strongest.slice(0, most).sort((a, b) => a - b));
}

function correlation(cross: Float64Array, dimension: number, a: number, b: number): number {
  const n = cross[0];
  const centred = (i: number, j: number) => cross[i * dimension + j] - cross[i] * cross[j] / Math.max(1, n);
  const scale = Math.sqrt(centred(a + 1, a + 1) * centred(b + 1, b + 1));
  return scale > 0 ? Math.abs(centred(a + 1, b + 1)) / scale : 0;
}
