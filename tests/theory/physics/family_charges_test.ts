import assert from "node:assert/strict";
import { countFamilyCharges, moebius } from "../../../lib/theory/physics/family_charges.ts";

/** Every assignment, one after the other: canonical solutions as texts. */
function bruteForce(bound: number, neutrinos: boolean): number {
  const triples: number[][] = [];
  for (let a = -bound; a <= bound; a++) {
    for (let b = a; b <= bound; b++) for (let c = b; c <= bound; c++) triples.push([a, b, c]);
  }
  const power = (triple: readonly number[], p: number) => triple.reduce((sum, q) => sum + q ** p, 0);
  const found = new Set<string>();
  for (const q of triples) {
    for (const l of triples) {
      if (3 * power(q, 1) + power(l, 1) !== 0) continue;
      for (const u of triples) {
        for (const d of triples) {
          if (2 * power(q, 1) !== power(u, 1) + power(d, 1)) continue;
          for (const e of triples) {
            const hyper = power(q, 1) + 3 * power(l, 1) - 8 * power(u, 1) - 2 * power(d, 1) - 6 * power(e, 1);
            const squares = power(q, 2) - power(l, 2) - 2 * power(u, 2) + power(d, 2) + power(e, 2);
            if (hyper !== 0 || squares !== 0) continue;
            for (const n of neutrinos ? triples : [[0, 0, 0]]) {
              const trace = (p: number) =>
                6 * power(q, p) + 2 * power(l, p) - 3 * power(u, p) - 3 * power(d, p) - power(e, p) - power(n, p);
              if (trace(1) === 0 && trace(3) === 0) found.add(canonical([q, l, u, d, e, n]));
            }
          }
        }
      }
    }
  }
  return found.size;
}

/** The smaller of a solution and its negative, without a common factor. */
function canonical(species: readonly (readonly number[])[]): string {
  const divisor = species.flat().reduce((a, b) => {
    let [x, y] = [Math.abs(a), Math.abs(b)];
    while (y > 0) [x, y] = [y, x % y];
    return x;
  }, 0) || 1;
  const text = (sign: number) =>
    JSON.stringify(species.map((own) => own.map((q) => sign * q / divisor + 0).sort((a, b) => a - b)));
  return [text(1), text(-1)].sort()[0];
}

Deno.test("counts of charges equal those of trying every assignment", () => {
  assert.equal(countFamilyCharges(1, false), bruteForce(1, false));
  assert.equal(countFamilyCharges(1, true), bruteForce(1, true));
});

Deno.test("counts of charges are the published ones", () => {
  const counts = (neutrinos: boolean) => [1, 2, 3, 4, 5, 6].map((bound) => countFamilyCharges(bound, neutrinos));
  assert.deepEqual(counts(false), [8, 22, 82, 251, 626, 1983]);
  assert.deepEqual(counts(true), [38, 358, 4116, 24552, 111152, 435305]);
});

Deno.test("Möbius's function sums to 0 over the divisors of every number but 1", () => {
  for (let n = 1; n <= 60; n++) {
    let sum = 0;
    for (let k = 1; k <= n; k++) if (n % k === 0) sum += moebius(k);
    assert.equal(sum, n === 1 ? 1 : 0);
  }
});

Deno.test("a bound that makes no sense is refused", () => {
  for (const bound of [0, 1.5, 41]) assert.throws(() => countFamilyCharges(bound, true), /from 1 to 40, got/);
});
