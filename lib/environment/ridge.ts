/**
 * Ridge regressions of every variable on all others from one inverse. With P = (Λ + Σ zzᵀ)⁻¹, the coefficients of
 * variable j on the rest are −P[j, k] / P[j, j] (block inversion). Rows in which j itself was set say nothing about j's
 * mechanism (Cooper & Yoo 1999); they are taken out of j's regression by Woodbury's identity.
 */

import { semidefiniteCholeskyInto, solvePositiveInto } from "../numeric/mod.ts";

/** Ridge of the standardised coefficients, and of the intercept, which is hardly penalised. */
const RIDGE = 1;
const INTERCEPT_RIDGE = 1e-2;

/** One P among those of a batch: `[dimension, dimension]` from `offset` on, of which the first `used` rows and columns count. */
export interface RidgeInverse {
  readonly data: Float64Array;
  readonly offset: number;
  readonly dimension: number;
  readonly used: number;
}

/** The prior inverse Λ⁻¹ of one episode. */
export function resetRidgeInto({ data, offset, dimension }: RidgeInverse): void {
  data.fill(0, offset, offset + dimension * dimension);
  for (let k = 0; k < dimension; k++) data[offset + k * dimension + k] = 1 / (k === 0 ? INTERCEPT_RIDGE : RIDGE);
}

/** From this many excluded rows on, Woodbury's identity costs more than going back to P⁻¹. */
const MANY_ROWS = 256;

/** Pivots below this are rounding: what is left of a regression by then is known to be positive. */
const LEAST_PIVOT = 1e-12;

/** P ← P − Pzzᵀ P / (1 + zᵀPz): one more row (Sherman & Morrison 1950). O(size²). */
export function addRidgeRowInto(
  { data: inverse, offset, dimension, used }: RidgeInverse,
  z: Float64Array,
  scratch: Float64Array,
): void {
  let quadratic = 1;
  for (let i = 0; i < used; i++) {
    let sum = 0;
    const base = offset + i * dimension;
    for (let j = 0; j < used; j++) sum += inverse[base + j] * z[j];
    scratch[i] = sum;
    quadratic += sum * z[i];
  }
  for (let i = 0; i < used; i++) {
    const factor = scratch[i] / quadratic;
    const base = offset + i * dimension;
    for (let j = 0; j < used; j++) inverse[base + j] -= factor * scratch[j];
  }
}

/** Standardised rows `[count, used]` at the stride of the inverse that they are taken out of. */
export interface ExcludedRows {
  readonly rows: Float64Array;
  readonly count: number;
}

/**
 * Column `column` of P with the rows of `excluded` taken out: `P e + P U (I − Uᵀ P U)⁻¹ Uᵀ P e`.
 * @param out at least `used` long
 */
export function columnWithoutRowsInto(
  out: Float64Array,
  whole: RidgeInverse,
  column: number,
  excluded: ExcludedRows,
  scratch: RidgeScratch,
): void {
  const { data: inverse, offset, dimension, used } = whole;
  const { rows, count } = excluded;
  for (let i = 0; i < used; i++) out[i] = inverse[offset + i * dimension + column];
  if (count === 0) return;
  if (count > MANY_ROWS) return solveWithoutRowsInto(out, whole, column, excluded);
  const { projected, system, weights } = scratch;
  for (let r = 0; r < count; r++) {
    const z = r * dimension;
    let weight = 0;
    for (let i = 0; i < used; i++) {
      let sum = 0;
      const base = offset + i * dimension;
      for (let j = 0; j < used; j++) sum += inverse[base + j] * rows[z + j];
      projected[z + i] = sum;
      weight += rows[z + i] * inverse[base + column];
    }
    weights[r] = weight;
  }
  for (let r = 0; r < count; r++) {
    for (let c = 0; c <= r; c++) {
      let sum = 0;
      for (let i = 0; i < used; i++) sum += rows[r * dimension + i] * projected[c * dimension + i];
      const value = (r === c ? 1 : 0) - sum;
      system[r * count + c] = value;
      system[c * count + r] = value;
    }
  }
  solvePositiveInto(system, count, weights, LEAST_PIVOT);
  for (let r = 0; r < count; r++) {
    for (let i = 0; i < used; i++) out[i] += projected[r * dimension + i] * weights[r];
  }
}

/** {@linkcode columnWithoutRowsInto} through P⁻¹ itself: O(used⁴ + count·used²), where Woodbury's identity takes O(count³). */
function solveWithoutRowsInto(
  out: Float64Array,
  { data: inverse, offset, dimension, used }: RidgeInverse,
  column: number,
  { rows, count }: ExcludedRows,
): void {
  const precision = new Float64Array(used * used);
  for (let k = 0; k < used; k++) {
    const matrix = new Float64Array(used * used);
    for (let i = 0; i < used; i++) {
      const base = offset + i * dimension;
      matrix.set(inverse.subarray(base, base + used), i * used);
    }
    const unit = precision.subarray(k * used, (k + 1) * used);
    unit[k] = 1;
    solvePositiveInto(matrix, used, unit, LEAST_PIVOT);
  }
  for (let r = 0; r < count; r++) {
    const z = r * dimension;
    for (let i = 0; i < used; i++) {
      for (let j = 0; j < used; j++) precision[i * used + j] -= rows[z + i] * rows[z + j];
    }
  }
  out.fill(0, 0, used);
  out[column] = 1;
  solvePositiveInto(precision, used, out, LEAST_PIVOT);
}

/** A pivot below this share of its sum of squares is rounding. */
const NEGLIGIBLE = 1e-13;
/** Fewer excluded rows than this are not worth joining. */
const MOST_ROWS = 20;

/** Rows that are left at most of `count` excluded ones, see {@linkcode joinRowsInto}. */
export const mostExcluded = (count: number, used: number): number => Math.min(count, Math.max(MOST_ROWS, used));

/**
 * Where there are more rows than {@linkcode mostExcluded}, `used` rows with the same Σ zzᵀ in their place (its Cholesky
 * factor): what is taken out of a regression then costs no more, however often a variable is set.
 * @param rows standardised rows, `[count, used]` at stride `dimension`; written
 * @param scratch at least `used²` long
 * @returns how many rows there are now
 */
export function joinRowsInto(
  rows: Float64Array,
  count: number,
  dimension: number,
  used: number,
  scratch: Float64Array,
): number {
  if (count <= mostExcluded(count, used)) return count;
  scratch.fill(0, 0, used * used);
  for (let r = 0; r < count; r++) {
    for (let i = 0; i < used; i++) {
      const z = rows[r * dimension + i];
      for (let j = 0; j <= i; j++) scratch[i * used + j] += z * rows[r * dimension + j];
    }
  }
  // Row k of the result is column k of the factor. What a pivot loses to rounding is nothing: the rest depends on the others.
  semidefiniteCholeskyInto(scratch, used, NEGLIGIBLE);
  for (let k = 0; k < used; k++) {
    for (let i = 0; i < used; i++) rows[k * dimension + i] = i < k ? 0 : scratch[i * used + k];
  }
  return used;
}

/** Buffers of {@linkcode columnWithoutRowsInto}. */
export interface RidgeScratch {
  readonly projected: Float64Array;
  readonly system: Float64Array;
  readonly weights: Float64Array;
}

/** Buffers for at most `most` excluded rows. */
export function createRidgeScratch(most: number, dimension: number): RidgeScratch {
  const rows = Math.min(most, MANY_ROWS);
  return {
    projected: new Float64Array(rows * dimension),
    system: new Float64Array(rows * rows),
    weights: new Float64Array(rows),
  };
}
