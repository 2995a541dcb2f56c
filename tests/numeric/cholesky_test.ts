import assert from "node:assert/strict";
import {
  choleskyInto,
  halfLogDeterminant,
  invertSubsetInto,
  lowRankFactor,
  semidefiniteCholeskyInto,
  solveLowerInto,
  solvePositiveInto,
  solveUpperInto,
} from "../../lib/numeric/mod.ts";

/** [[4, 2, −2], [2, 10, 5], [−2, 5, 9]] is the square of [[2, 0, 0], [1, 3, 0], [−1, 2, 2]]. */
const MATRIX = [4, 2, -2, 2, 10, 5, -2, 5, 9];

Deno.test("a matrix is replaced by its Cholesky factor, and what lies above the diagonal stays", () => {
  const matrix = Float64Array.from(MATRIX);
  assert.ok(choleskyInto(matrix, 3));
  assert.deepEqual([...matrix], [2, 2, -2, 1, 3, 5, -1, 2, 2]);
  assert.equal(halfLogDeterminant(matrix, 3), Math.log(12));
});

Deno.test("both triangles are solved, from an offset on", () => {
  const factor = Float64Array.from(MATRIX);
  choleskyInto(factor, 3);
  // A (1, −2, 3) = (−6, −3, 15).
  const vector = Float64Array.of(7, -6, -3, 15, 7);
  solveLowerInto(factor, 3, vector, 1);
  assert.deepEqual([...vector], [7, -3, 0, 6, 7]);
  solveUpperInto(factor, 3, vector, 1);
  assert.deepEqual([...vector], [7, 1, -2, 3, 7]);
});

Deno.test("a matrix that is not positive definite is refused, and so is one with a number missing", () => {
  for (const matrix of [[1, 2, 2, 1], [0, 0, 0, 1], [NaN, 0, 0, 1], [1, 0, NaN, 1]]) {
    assert.equal(choleskyInto(Float64Array.from(matrix), 2), false);
  }
});

Deno.test("a factor of low rank has no more columns than the matrix needs, and reproduces it", () => {
  const rows = [[1, 2], [0.5, -1], [3, 0], [-2, 0.1]];
  const matrix = Float64Array.from(rows.flatMap((a) => rows.map((b) => a[0] * b[0] + a[1] * b[1])));
  const factor = lowRankFactor(matrix, 4, 1e-12);
  assert.equal(factor.length, 4 * 2);
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) {
      const product = factor[2 * i] * factor[2 * j] + factor[2 * i + 1] * factor[2 * j + 1];
      assert.ok(Math.abs(product - matrix[4 * i + j]) < 1e-12);
    }
  }
});

Deno.test("a factor of low rank stops where the rest is below the tolerance, and of nothing there is none", () => {
  const matrix = Float64Array.of(1, 0, 0, 0, 0.5, 0, 0, 0, 1e-4);
  assert.equal(lowRankFactor(matrix, 3, 1e-3).length, 3 * 2);
  assert.equal(lowRankFactor(matrix, 3, 1e-5).length, 3 * 3);
  assert.equal(lowRankFactor(new Float64Array(9), 3, 1e-3).length, 0);
});

Deno.test("a system is solved by its factor; without one the solution is not a number, unless small pivots are lifted", () => {
  const vector = Float64Array.of(-6, -3, 15);
  const matrix = Float64Array.from(MATRIX);
  solvePositiveInto(matrix, 3, vector);
  assert.deepEqual([...vector], [1, -2, 3]);
  assert.deepEqual([...matrix], [2, 2, -2, 1, 3, 5, -1, 2, 2]);
  const singular = [9, 3, 3, 1];
  const unsolved = Float64Array.of(12, 8);
  solvePositiveInto(Float64Array.from(singular), 2, unsolved);
  assert.deepEqual([...unsolved], [NaN, NaN]);
  // The second pivot is lifted from 0 to 4: L is [[3, 0], [1, 2]].
  const lifted = Float64Array.of(12, 8);
  solvePositiveInto(Float64Array.from(singular), 2, lifted, 4);
  assert.deepEqual([...lifted], [1, 1]);
});

Deno.test("a semi-definite matrix has 0 for the columns of variables that depend on those before them", () => {
  // Rows (1), (2) and (0, 3): the second is twice the first.
  const rows = [[1, 0], [2, 0], [1, 3]];
  const matrix = Float64Array.from(rows.flatMap((a) => rows.map((b) => a[0] * b[0] + a[1] * b[1])));
  semidefiniteCholeskyInto(matrix, 3);
  assert.deepEqual([0, 3, 4, 6, 7, 8].map((at) => matrix[at]), [1, 2, 0, 1, 0, 3]);
  // What is left of the second element is a millionth of it: nothing by one tolerance, something by another.
  const nearly = (tolerance: number) => {
    const own = Float64Array.of(1, 0, 1, 1 + 1e-6);
    semidefiniteCholeskyInto(own, 2, tolerance);
    return own[3];
  };
  assert.equal(nearly(1e-5), 0);
  assert.ok(Math.abs(nearly(1e-7) - 1e-3) < 1e-9);
});

Deno.test("rows and columns of a matrix are inverted apart from the rest", () => {
  const out = new Float64Array(4);
  // [[9, −2], [−2, 4]] has the determinant 32.
  invertSubsetInto(out, Float64Array.from(MATRIX), 3, Int32Array.of(2, 0), 2);
  assert.ok([4 / 32, 2 / 32, 2 / 32, 9 / 32].every((value, k) => Math.abs(value - out[k]) < 1e-15));
});
