/** Inverses of small symmetric positive definite matrices. */

/**
 * The inverse of the rows and columns `indices[0 … used − 1]` of a symmetric positive definite matrix, by Gauss-Jordan
 * elimination without pivoting.
 * @param matrix `[n, n]`
 * @param out `[used, used]`, densely packed; at least `used²` long
 */
export function invertSubsetInto(
  out: Float64Array,
  matrix: Float64Array,
  n: number,
  indices: Int32Array,
  used: number,
): void {
  for (let a = 0; a < used; a++) {
    const row = indices[a] * n;
    for (let b = 0; b < used; b++) out[a * used + b] = matrix[row + indices[b]];
  }
  for (let k = 0; k < used; k++) {
    const pivot = 1 / out[k * used + k];
    out[k * used + k] = 1;
    for (let b = 0; b < used; b++) out[k * used + b] *= pivot;
    for (let a = 0; a < used; a++) {
      if (a === k) continue;
      const factor = out[a * used + k];
      if (factor === 0) continue;
      out[a * used + k] = 0;
      for (let b = 0; b < used; b++) out[a * used + b] -= factor * out[k * used + b];
    }
  }
}
