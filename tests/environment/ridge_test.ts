import assert from "node:assert/strict";
import {
  addRidgeRowInto,
  columnWithoutRowsInto,
  createRidgeScratch,
  joinRowsInto,
  mostExcluded,
  resetRidgeInto,
} from "../../lib/environment/ridge.ts";
import { createStream } from "../../lib/random/mod.ts";

const USED = 5;
const DIMENSION = 6;

/** Rows `[count, used]` at stride `dimension`, the first entry 1 and the third one (a variable that was set) ±2. */
function randomRows(count: number, seed: number): Float64Array {
  const stream = createStream(seed);
  const rows = new Float64Array(count * DIMENSION);
  for (let r = 0; r < count; r++) {
    for (let i = 0; i < USED; i++) rows[r * DIMENSION + i] = i === 0 ? 1 : stream.normal();
    rows[r * DIMENSION + 2] = r % 2 === 0 ? 2 : -2;
  }
  return rows;
}

const whole = (data: Float64Array) => ({ data, offset: 0, dimension: DIMENSION, used: USED });

/** The inverse of the regression on rows. */
function inverseOf(...parts: readonly Float64Array[]): Float64Array {
  const data = new Float64Array(DIMENSION * DIMENSION);
  const inverse = whole(data);
  resetRidgeInto(inverse);
  const scratch = new Float64Array(USED);
  for (const rows of parts) {
    for (let r = 0; r < rows.length / DIMENSION; r++) {
      addRidgeRowInto(inverse, rows.subarray(r * DIMENSION, r * DIMENSION + USED), scratch);
    }
  }
  return data;
}

function columnWithout(excluded: Float64Array, count: number, kept: Float64Array, all: Float64Array): Float64Array {
  const out = new Float64Array(USED);
  const scratch = createRidgeScratch(count, DIMENSION);
  columnWithoutRowsInto(out, whole(inverseOf(kept, all)), 3, { rows: excluded, count }, scratch);
  return out;
}

Deno.test("many excluded rows are joined to as many as there are variables, with the same regression left", () => {
  const kept = randomRows(20, 1);
  for (const count of [40, 300]) {
    const excluded = randomRows(count, 2);
    const joined = excluded.slice();
    const left = joinRowsInto(joined, count, DIMENSION, USED, new Float64Array(USED * USED));
    assert.equal(left, USED);
    const expected = inverseOf(kept).filter((_, k) => k % DIMENSION === 3).slice(0, USED);
    const found = columnWithout(joined, left, kept, excluded);
    for (let i = 0; i < USED; i++) assert.ok(Math.abs(found[i] - expected[i]) < 1e-9, `${found[i]} ${expected[i]}`);
  }
});

Deno.test("excluded rows that all are alike are joined without a square root of what is below zero", () => {
  const excluded = new Float64Array(50 * DIMENSION);
  for (let r = 0; r < 50; r++) excluded.set([1, 0.3, 2, -0.7, 0.1], r * DIMENSION);
  const joined = excluded.slice();
  const left = joinRowsInto(joined, 50, DIMENSION, USED, new Float64Array(USED * USED));
  const kept = randomRows(20, 3);
  const expected = inverseOf(kept).filter((_, k) => k % DIMENSION === 3).slice(0, USED);
  const found = columnWithout(joined, left, kept, excluded);
  for (let i = 0; i < USED; i++) assert.ok(Math.abs(found[i] - expected[i]) < 1e-9, `${found[i]} ${expected[i]}`);
});

Deno.test("few excluded rows stay as they are, and no more are left than are announced", () => {
  const rows = randomRows(20, 4);
  const copy = rows.slice();
  assert.equal(joinRowsInto(copy, 20, DIMENSION, USED, new Float64Array(USED * USED)), 20);
  assert.deepEqual(copy, rows);
  assert.equal(mostExcluded(20, USED), 20);
  assert.equal(mostExcluded(1000, USED), 20);
  assert.equal(mostExcluded(1000, 200), 200);
});
