/** Cholesky factors of small dense matrices, `[n, n]` row by row, in place: only the lower triangle is read and written. */

/**
 * Replaces the lower triangle of a symmetric matrix by its Cholesky factor L, `LLᵀ = A`. O(n³/6).
 * @param matrix `[n, n]`; what lies above the diagonal is left alone
 * @returns whether the matrix is positive definite; if not, the lower triangle is left half done
 */
export function choleskyInto(matrix: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j < i; j++) {
      const other = j * n;
      let sum = matrix[row + j];
      for (let k = 0; k < j; k++) sum -= matrix[row + k] * matrix[other + k];
      matrix[row + j] = sum / matrix[other + j];
    }
    let pivot = matrix[row + i];
    for (let k = 0; k < i; k++) pivot -= matrix[row + k] * matrix[row + k];
    if (!(pivot > 0)) return false;
    matrix[row + i] = Math.sqrt(pivot);
  }
  return true;
}

/**
 * Replaces b by the solution of `L x = b`. O(n²/2).
 * @param factor `[n, n]` lower triangle
 * @param vector b, `[n]` from `offset` on
 */
export function solveLowerInto(factor: Float64Array, n: number, vector: Float64Array, offset = 0): void {
  for (let i = 0; i < n; i++) {
    let sum = vector[offset + i];
    for (let k = 0; k < i; k++) sum -= factor[i * n + k] * vector[offset + k];
    vector[offset + i] = sum / factor[i * n + i];
  }
}

/** Replaces b by the solution of `Lᵀ x = b`. O(n²/2). */
export function solveUpperInto(factor: Float64Array, n: number, vector: Float64Array, offset = 0): void {
  for (let i = n - 1; i >= 0; i--) {
    let sum = vector[offset + i];
    for (let k = i + 1; k < n; k++) sum -= factor[k * n + i] * vector[offset + k];
    vector[offset + i] = sum / factor[i * n + i];
  }
}

/** `½ log det(LLᵀ)`, the sum of the logarithms of the factor's diagonal. */
export function halfLogDeterminant(factor: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(factor[i * n + i]);
  return sum;
}

/**
 * A factor F with `FFᵀ ≈ A` of a positive semi-definite matrix, by Cholesky with complete pivoting (Higham 2002, section 10.3),
 * stopped where what is left of every diagonal element is at most `tolerance` times the greatest. O(n² · rank).
 * @param matrix `[n, n]`, of which the lower triangle and the diagonal are read
 * @returns `[n, rank]`
 */
export function lowRankFactor(matrix: Float64Array, n: number, tolerance: number): Float64Array {
  const left = Float64Array.from({ length: n }, (_, i) => matrix[i * n + i]);
  const limit = tolerance * left.reduce((most, value) => Math.max(most, value), 0);
  const columns: Float64Array[] = [];
  for (;;) {
    let pivot = 0;
    for (let i = 1; i < n; i++) if (left[i] > left[pivot]) pivot = i;
    if (columns.length === n || !(left[pivot] > limit)) break;
    const scale = 1 / Math.sqrt(left[pivot]);
    const column = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      let value = i < pivot ? matrix[pivot * n + i] : matrix[i * n + pivot];
      for (const known of columns) value -= known[i] * known[pivot];
      column[i] = value * scale;
      left[i] = i === pivot ? 0 : left[i] - column[i] ** 2;
    }
    columns.push(column);
  }
  const rank = columns.length;
  const factor = new Float64Array(n * rank);
  columns.forEach((column, k) => column.forEach((value, i) => factor[i * rank + k] = value));
  return factor;
}
