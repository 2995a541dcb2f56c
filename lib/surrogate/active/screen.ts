/** Which variables are worth considering where there are more than the hypotheses can hold. */

import type { Moments } from "./moments.ts";

/**
 * The `most` variables whose correlation with the target, over the rows seen, is largest in absolute value, in label order;
 * all of them where there are no more.
 */
export function screen(moments: Moments, target: number, most: number): Int32Array {
  const others = Array.from({ length: moments.dimension - 1 }, (_, v) => v).filter((v) => v !== target);
  if (others.length <= most) return Int32Array.from(others);
  const strength = new Map(others.map((v) => [v, correlation(moments, v, target)]));
  const strongest = others.toSorted((a, b) => (strength.get(b) ?? 0) - (strength.get(a) ?? 0) || a - b);
  return Int32Array.from(strongest.slice(0, most).sort((a, b) => a - b));
}

function correlation({ all, dimension }: Moments, a: number, b: number): number {
  const n = all[0];
  const centred = (i: number, j: number) => all[i * dimension + j] - all[i] * all[j] / Math.max(1, n);
  const scale = Math.sqrt(centred(a + 1, a + 1) * centred(b + 1, b + 1));
  return scale > 0 ? Math.abs(centred(a + 1, b + 1)) / scale : 0;
}
