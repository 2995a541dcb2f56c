import assert from "node:assert/strict";
import { chiralCharges } from "../../../lib/theory/physics/chiral_charges.ts";

Deno.test("chiral sets: the published numbers", () => {
  const counts = [[5, 10], [5, 20], [5, 30], [6, 10], [6, 20], [7, 10], [8, 10]].map(([size, bound]) =>
    chiralCharges(size, bound).length
  );
  assert.deepEqual(counts, [2, 3, 11, 2, 38, 11, 24]);
});

Deno.test("chiral sets satisfy what they are asked for, once each", () => {
  const sets = chiralCharges(6, 20);
  const texts = new Set<string>();
  for (const set of sets) {
    assert.equal(set.reduce((sum, z) => sum + z, 0), 0);
    assert.equal(set.reduce((sum, z) => sum + z ** 3, 0), 0);
    assert.ok(set.every((z) => z !== 0 && Math.abs(z) <= 20 && !set.includes(-z)));
    assert.ok(![2, 3, 5, 7].some((p) => set.every((z) => z % p === 0)));
    texts.add(set.join());
    texts.add(set.map((z) => -z).reverse().join());
  }
  assert.equal(texts.size, 2 * sets.length);
});

Deno.test("the smallest chiral set of five charges is found, and no set of three or four is", () => {
  assert.ok(chiralCharges(5, 9).some((set) => set.join() === "-9,-5,-1,7,8"));
  // x³ + y³ = z³ has no solution; four charges fall into pairs.
  assert.deepEqual(chiralCharges(3, 30), []);
  assert.deepEqual(chiralCharges(4, 15), []);
  assert.throws(() => chiralCharges(2, 5), /at least 3 charges/);
  assert.throws(() => chiralCharges(5, 0), /whole number/);
});
