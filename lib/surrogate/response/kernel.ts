/** Covariances of a response around its prior. */

/**
 * Covariance `constant² + linear²(¼ + vw) + smooth²·M(|v − w| / length)` over scaled values (a domain is 2 long); M is the
 * Matérn function with ν = 5/2 (Rasmussen & Williams 2006, equation 4.17). Deviations are in standard deviations of the target.
 */
export interface ResponseKernel {
  readonly constant: number;
  readonly linear: number;
  readonly smooth: number;
  readonly length: number;
}

/** Matérn functions of the distances between two lists of values, `[values, others]`, by length. */
export type MaternShapes = ReadonlyMap<number, Float64Array>;

/** One matrix for each length that one of the kernels has. */
export function maternShapes(
  values: Float64Array,
  others: Float64Array,
  kernels: readonly ResponseKernel[],
): MaternShapes {
  const known = new Map<number, Float64Array>();
  for (const { smooth, length } of kernels) {
    if (smooth === 0 || known.has(length)) continue;
    const matrix = new Float64Array(values.length * others.length);
    for (let p = 0, at = 0; p < values.length; p++) {
      for (let q = 0; q < others.length; q++) {
        const r = Math.sqrt(5) / length * Math.abs(values[p] - others[q]);
        matrix[at++] = (1 + r + r * r / 3) * Math.exp(-r);
      }
    }
    known.set(length, matrix);
  }
  return known;
}

/** Writes the covariance of two lists of values, `[values, others]`, with `known` added where there is such a matrix. */
export function covarianceInto(
  out: Float64Array,
  { constant, linear, smooth, length }: ResponseKernel,
  [values, others, shapes]: readonly [Float64Array, Float64Array, MaternShapes],
  known: Float64Array | null,
): void {
  const slope = linear * linear;
  const level = constant * constant + 0.25 * slope;
  const bend = smooth * smooth;
  const shape = bend === 0 ? null : shapes.get(length) ?? null;
  for (let p = 0, at = 0; p < values.length; p++) {
    for (let q = 0; q < others.length; q++, at++) out[at] = level + slope * values[p] * others[q];
  }
  if (shape !== null) { for (let at = 0; at < out.length; at++) out[at] += bend * shape[at]; }
  if (known !== null) { for (let at = 0; at < out.length; at++) out[at] += known[at]; }
}

/** The variance at one value. */
export function varianceAt({ constant, linear, smooth }: ResponseKernel, value: number): number {
  return constant ** 2 + linear ** 2 * (0.25 + value ** 2) + smooth ** 2;
}
