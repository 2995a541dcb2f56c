/**
 * Linear algebra over the prime field of 2^26 − 5 elements, where products of two residues are exact doubles. The rank of a
 * matrix whose free entries are random residues is the generic rank except with probability below (rank)/2^26.
 */

/** The largest prime below 2^26. */
export const PRIME = 67108859;

/** The residue in [0, PRIME) of an integer. */
export function residue(value: number): number {
  const remainder = value % PRIME;
  return remainder < 0 ? remainder + PRIME : remainder;
}

/** a·b mod PRIME for residues. */
export function multiply(a: number, b: number): number {
  return (a * b) % PRIME;
}

/** The inverse of a non-zero residue. @throws RangeError for 0 */
export function invert(value: number): number {
  if (value === 0) throw new RangeError("0 has no inverse modulo a prime");
  let [r0, r1, s0, s1] = [PRIME, value, 0, 1];
  while (r1 !== 0) {
    const quotient = Math.floor(r0 / r1);
    [r0, r1] = [r1, r0 - quotient * r1];
    [s0, s1] = [s1, s0 - quotient * s1];
  }
  return residue(s0);
}

/**
 * Reduces `matrix` `[rows, columns]` in place to row-echelon form with unit pivots (fully reduced above them too).
 * @returns the pivot columns, in order; their number is the rank
 */
export function reduceInto(matrix: Float64Array, rows: number, columns: number): number[] {
  const pivots: number[] = [];
  for (let column = 0; column < columns && pivots.length < rows; column++) {
    const top = pivots.length;
    let pivot = top;
    while (pivot < rows && matrix[pivot * columns + column] === 0) pivot++;
    if (pivot === rows) continue;
    if (pivot !== top) {
      for (let j = column; j < columns; j++) {
        const held = matrix[pivot * columns + j]!;
        matrix[pivot * columns + j] = matrix[top * columns + j]!;
        matrix[top * columns + j] = held;
      }
    }
    const scale = invert(matrix[top * columns + column]!);
    for (let j = column; j < columns; j++) matrix[top * columns + j] = multiply(matrix[top * columns + j]!, scale);
    for (let i = 0; i < rows; i++) {
      const factor = matrix[i * columns + column]!;
      if (i === top || factor === 0) continue;
      const opposite = PRIME - factor;
      for (let j = column; j < columns; j++) {
        matrix[i * columns + j] = (matrix[i * columns + j]! + opposite * matrix[top * columns + j]!) % PRIME;
      }
    }
    pivots.push(column);
  }
  return pivots;
}

/** A basis of the null space of `matrix` `[rows, columns]`, which is overwritten. */
export function nullSpace(matrix: Float64Array, rows: number, columns: number): Float64Array[] {
  const pivots = reduceInto(matrix, rows, columns);
  const pivotSet = new Set(pivots);
  const basis: Float64Array[] = [];
  for (let free = 0; free < columns; free++) {
    if (pivotSet.has(free)) continue;
    const vector = new Float64Array(columns);
    vector[free] = 1;
    pivots.forEach((column, row) => vector[column] = residue(-matrix[row * columns + free]!));
    basis.push(vector);
  }
  return basis;
}
