import assert from "node:assert/strict";
import { conjugateIrrep, irrep, irrepName } from "../../../lib/theory/physics/representation.ts";
import { rational } from "../../../lib/theory/physics/exact.ts";

const facts = (n: number, labels: readonly number[]) => {
  const { dimension, twiceIndex, cubicIndex } = irrep(n, labels);
  return [dimension, twiceIndex, cubicIndex];
};

Deno.test("SU(2) irreps have index j(j+1)(2j+1)/3 and no cubic index", () => {
  for (let label = 1; label <= 7; label++) {
    const twice = 2 * rational(label * (label + 2) * (label + 1), 12).numerator /
      rational(label * (label + 2) * (label + 1), 12).denominator;
    assert.deepEqual(facts(2, [label]), [label + 1, twice, 0]);
  }
  assert.deepEqual([1, 2, 3, 4, 5].map((label) => irrep(2, [label]).twiceIndex), [1, 4, 10, 20, 35]);
});

Deno.test("SU(3) irreps match the closed formulas in (p, q) for every p, q ≤ 4", () => {
  for (let p = 0; p <= 4; p++) {
    for (let q = 0; q <= 4; q++) {
      const dimension = (p + 1) * (q + 1) * (p + q + 2) / 2;
      const twiceIndex = dimension * (p * p + q * q + p * q + 3 * p + 3 * q) / 12;
      const cubic = dimension * (p - q) * (p + 2 * q + 3) * (q + 2 * p + 3) / 60;
      assert.deepEqual(facts(3, [p, q]), [dimension, twiceIndex, cubic]);
    }
  }
  assert.deepEqual(facts(3, [2, 1]), [15, 20, 14]);
  assert.deepEqual(facts(3, [2, 2]), [27, 54, 0]);
});

Deno.test("fundamental, antisymmetric, symmetric and adjoint irreps of SU(N) match the textbook", () => {
  for (let n = 3; n <= 8; n++) {
    const labels = (...ones: readonly number[]) =>
      Array.from({ length: n - 1 }, (_, i) => ones.filter((o) => o === i).length);
    assert.deepEqual(facts(n, labels(0)), [n, 1, 1]);
    assert.deepEqual(facts(n, labels(0, 0)), [n * (n + 1) / 2, n + 2, n + 4]);
    assert.deepEqual(facts(n, labels(0, n - 2)), [n * n - 1, 2 * n, 0]);
    if (n > 3) assert.deepEqual(facts(n, labels(1)), [n * (n - 1) / 2, n - 2, n - 4]);
  }
});

Deno.test("conjugation keeps dimension and index and flips the cubic index", () => {
  for (const [n, labels] of [[3, [2, 1]], [4, [1, 0, 0]], [5, [0, 1, 0, 0]], [6, [2, 0, 1, 0, 0]]] as const) {
    const reversed = irrep(n, [...labels].reverse());
    assert.deepEqual(conjugateIrrep(irrep(n, labels)), reversed);
    assert.equal(reversed.cubicIndex, -irrep(n, labels).cubicIndex);
  }
});

Deno.test("pseudoreal irreps are the even-dimensional ones of SU(2) and the 20 of SU(6), not the 6 of SU(4)", () => {
  assert.deepEqual([1, 2, 3, 4].map((label) => irrep(2, [label]).pseudoreal), [true, false, true, false]);
  assert.equal(irrep(6, [0, 0, 1, 0, 0]).pseudoreal, true);
  assert.equal(irrep(4, [0, 1, 0]).pseudoreal, false);
  assert.equal(irrep(3, [1, 1]).pseudoreal, false);
});

Deno.test("irreps are named by dimension and bar, and refuse labels that make no sense", () => {
  assert.deepEqual([irrepName(irrep(3, [1, 0])), irrepName(irrep(3, [0, 1])), irrepName(irrep(3, [1, 1]))], [
    "3",
    "3b",
    "8",
  ]);
  assert.throws(() => irrep(3, [1]), /SU\(3\) needs 2 non-negative Dynkin labels, got \[1\]/);
  assert.throws(() => irrep(1, []), /n ≥ 2, got 1/);
  assert.throws(() => irrep(2, [-1]), RangeError);
});
