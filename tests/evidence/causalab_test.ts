import assert from "node:assert/strict";
import { drawSystem, edgeF1, type LinearSystem, readSystem, solveSystem } from "../../lib/evidence/causalab.ts";
import { createStream } from "../../lib/random/mod.ts";

/** X1 → X0 → X2 ← X1, by hand. */
const SYSTEM: LinearSystem = { bases: [20, 30, 40], coefficients: [[0, 2, 0], [0, 0, 0], [3, 1, 0]] };

Deno.test("a system is read off by its equations", () => {
  assert.deepEqual(readSystem(SYSTEM, SYSTEM.bases), [80, 30, 310]);
  assert.deepEqual(readSystem(SYSTEM, [20.123, 30, 40]), [80.12, 30, 310.37]);
});

Deno.test("shifts of every variable but the last reveal every system", () => {
  for (let size = 3; size <= 7; size++) {
    for (let s = 0; s < 40; s++) {
      const truth = drawSystem(size, createStream(size).child(s));
      assert.ok(truth.coefficients.every((row) => row[size - 1] === 0), "the frequency causes nothing");
      const reads: number[][] = [];
      const read = (bases: readonly number[]) => {
        reads.push([...bases]);
        return readSystem(truth, bases);
      };
      const found = solveSystem(truth.bases, read, Array.from({ length: size - 1 }, (_, i) => i));
      assert.deepEqual(found.coefficients, truth.coefficients);
      found.bases.forEach((base, v) => assert.ok(Math.abs(base - truth.bases[v]) < 0.3));
      assert.equal(reads.length, size, "one reading as it is, one for each shift");
      assert.equal(edgeF1(truth, found), 1);
    }
  }
});

Deno.test("a variable that is never shifted is taken to cause nothing", () => {
  const found = solveSystem(SYSTEM.bases, (bases) => readSystem(SYSTEM, bases), [0]);
  assert.deepEqual(found.coefficients, [[0, 0, 0], [0, 0, 0], [3, 0, 0]]);
  assert.equal(edgeF1(SYSTEM, found), 0.5);
});

Deno.test("F1 counts directed edges, and is 1 where there are none", () => {
  const reversed: LinearSystem = { ...SYSTEM, coefficients: [[0, 0, 0], [2, 0, 0], [3, 1, 0]] };
  assert.equal(edgeF1(SYSTEM, reversed), 2 / 3);
  const none: LinearSystem = { ...SYSTEM, coefficients: SYSTEM.coefficients.map((row) => row.map(() => 0)) };
  assert.equal(edgeF1(none, none), 1);
  assert.equal(edgeF1(SYSTEM, none), 0);
});
