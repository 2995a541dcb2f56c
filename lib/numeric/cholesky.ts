/** Cholesky factors of small dense matrices, `[n, n]` row by row, in place: only the lower triangle is read and written. */

/**
 * Replaces row i of a symmetric matrix by that of its Cholesky factor, given the rows before it. O(i²/2).
 * @param matrix rows of `stride` numbers; those before i are the factor's
 * @param least a pivot below this counts as this
 * @returns the pivot, the square of the factor's diagonal element; not above 0 where the matrix is not positive definite
 */
export function factorRowInto(matrix: Float64Array, stride: number, i: number, least = 0): number {
  const row = i * stride;
  for (let j = 0; j < i; j++) {
    const other = j * stride;
    let sum = matrix[row + j];
    for (let k = 0; k < j; k++) sum -= matrix[row + k] * matrix[other + k];
    matrix[row + j] = sum / matrix[other + j];
  }
  let pivot = matrix[row + i];
  for (let k = 0; k < i; k++) pivot -= matrix[row + k] * matrix[row + k];
  if (pivot < least) pivot = least;
  matrix[row + i] = Math.sqrt(pivot);
  return pivot;
}

/**
 * Replaces the lower triangle of a symmetric matrix by its Cholesky factor L, `LLᵀ = A`. O(n³/6).
 * @param matrix `[n, n]`; what lies above the diagonal is left alone
 * @param least a pivot below this counts as this
 * @returns whether the matrix is positive definite; if not, the lower triangle is left half done
 */
export function choleskyInto(matrix: Float64Array, n: number, least = 0): boolean {
  for (let i = 0; i < n; i++) if (!(factorRowInto(matrix, n, i, least) > 0)) return false;
  return true;
}

/**
 * The same of a positive semi-definite matrix. Where what is left of a diagonal element is at most `tolerance` times the
 * element, and so rounding or nothing, the factor's column is 0: the variable depends on those before it.
 */
export function semidefiniteCholeskyInto(matrix: Float64Array, n: number, tolerance = 0): void {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j < i; j++) {
      const other = j * n;
      let sum = matrix[row + j];
      for (let k = 0; k < j; k++) sum -= matrix[row + k] * matrix[other + k];
      const pivot = matrix[other + j];
      matrix[row + j] = pivot > 0 ? sum / pivot : 0;
    }
    let pivot = matrix[row + i];
    for (let k = 0; k < i; k++) pivot -= matrix[row + k] ** 2;
    let whole = pivot;
    for (let k = 0; k < i; k++) whole += matrix[row + k] ** 2;
    matrix[row + i] = pivot > tolerance * whole ? Math.sqrt(pivot) : 0;
  }
}

/** Replaces element i of b by that of the solution of `L x = b`, given the elements before it. */
export function solveRowInto(factor: Float64Array, stride: number, i: number, vector: Float64Array, offset = 0): void {
  let sum = vector[offset + i];
  for (let k = 0; k < i; k++) sum -= factor[i * stride + k] * vector[offset + k];
  vector[offset + i] = sum / factor[i * stride + i];
}

/**
 * Replaces b by the solution of `L x = b`. O(n²/2).
 * @param factor `[n, n]` lower triangle
 * @param vector b, `[n]` from `offset` on
 */
export function solveLowerInto(factor: Float64Array, n: number, vector: Float64Array, offset = 0): void {
  for (let i = 0; i < n; i++) solveRowInto(factor, n, i, vector, offset);
}

/** Replaces b by the solution of `Lᵀ x = b`. O(n²/2). */
export function solveUpperInto(factor: Float64Array, n: number, vector: Float64Array, offset = 0): void {
  for (let i = n - 1; i >= 0; i--) {
    let sum = vector[offset + i];
    for (let k = i + 1; k < n; k++) sum -= factor[k * n + i] * vector[offset + k];
    vector[offset + i] = sum / factor[i * n + i];
  }
}

/**
 * Replaces b by the solution of `A x = b` and A by its factor. O(n³/6).
 * @param least a pivot below this counts as this; b is not a number where the matrix is not positive definite even so
 */
export function solvePositiveInto(matrix: Float64Array, n: number, vector: Float64Array, least = 0): void {
  if (!choleskyInto(matrix, n, least)) {
    vector.fill(NaN, 0, n);
    return;
  }
  solveLowerInto(matrix, n, vector);
  solveUpperInto(matrix, n, vector);
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
