import assert from "node:assert/strict";
import { addToRegimeInto, createRegimeSums, joinRegimesInto } from "../../lib/numeric/mod.ts";

/** Two variables: two rows without intervention, one in which the first was set, two in which the second was. */
const ROWS = [
  { x: [1, 2], set: -1 },
  { x: [5, -1], set: 0 },
  { x: [3, 4], set: -1 },
  { x: [-2, 7], set: 1 },
  { x: [6, 7], set: 1 },
];

function sums() {
  const own = createRegimeSums(2);
  for (const { x, set } of ROWS) addToRegimeInto(own, Float64Array.of(99, ...x), set, 1);
  return own;
}

Deno.test("rows are summed by what was set in them", () => {
  const { rows, count, sum, cross } = sums();
  assert.equal(rows, 5);
  assert.deepEqual([...count], [2, 1, 2]);
  assert.deepEqual([...sum], [4, 6, 5, -1, 4, 14]);
  assert.deepEqual([...cross], [10, 14, 14, 20, 25, -5, -5, 1, 40, 28, 28, 98]);
});

Deno.test("regimes are joined, all or all but that of one variable, over what stood there before", () => {
  const [sum, cross] = [Float64Array.of(8, 8), new Float64Array(4).fill(8)];
  assert.equal(joinRegimesInto(sum, cross, sums(), -1), 5);
  assert.deepEqual([[...sum], [...cross]], [[13, 19], [75, 37, 37, 119]]);
  assert.equal(joinRegimesInto(sum, cross, sums(), 1), 3);
  assert.deepEqual([[...sum], [...cross]], [[9, 5], [35, 9, 9, 21]]);
});
