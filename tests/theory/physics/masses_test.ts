import assert from "node:assert/strict";
import { DIALECTS, gaugeGroup, STANDARD } from "../../../lib/theory/language/dialect.ts";
import { encode } from "../../../lib/theory/language/vocabulary.ts";
import { freeLimits } from "../../../lib/theory/language/grammar.ts";
import { invariantTensors } from "../../../lib/theory/physics/tensors.ts";
import { irrep } from "../../../lib/theory/physics/representation.ts";
import { parseTheory } from "../../../lib/theory/language/text.ts";
import { PRIME, reduceInto } from "../../../lib/theory/physics/modular.ts";
import { Spectrometer } from "../../../lib/theory/physics/masses.ts";
import { stateSpace } from "../../../lib/theory/physics/weights.ts";

const exotics = (fields: string, allowed = 0) => {
  const { theory } = parseTheory(encode(`BOS SU3 SU2 U1 ${fields} EOS`), freeLimits(STANDARD));
  return new Spectrometer(theory.group).spectrum(theory, allowed).exotics;
};
const HIGGS = "VEV c1 w2 y3";
const SM = "F c1 w1 y6 n3 F c1 w2 y-3 n3 F c3 w2 y1 n3 F c3b w1 y-4 n3 F c3b w1 y2 n3";

Deno.test("the rank modulo the prime is the rank over the rationals", () => {
  assert.equal(reduceInto(Float64Array.of(1, 2, 3, 2, 4, 6, 1, 0, 1), 3, 3).length, 2);
  assert.equal(reduceInto(Float64Array.of(2, 1, 1, PRIME - 1), 2, 2).length, 2);
  assert.equal(reduceInto(new Float64Array(4), 2, 2).length, 0);
});

Deno.test("irreps have the right number of states, traceless weight sums, and one highest weight", () => {
  for (
    const [n, labels] of [[2, [4]], [3, [1, 1]], [3, [2, 1]], [4, [0, 1, 0]], [5, [1, 0, 0, 1]], [5, [
      2,
      0,
      0,
      0,
    ]]] as const
  ) {
    const space = stateSpace(irrep(n, labels));
    assert.equal(space.dimension, irrep(n, labels).dimension);
    for (let axis = 0; axis < n; axis++) {
      const total = space.weights.reduce((sum, weight) => sum + weight[axis]!, 0);
      assert.equal(total * n, space.boxes * space.dimension);
    }
    const raised = new Set(space.raising.flatMap((root) => root.map(({ from }) => from)));
    assert.equal(space.dimension - raised.size, 1);
  }
});

Deno.test("the number of invariant tensors is that of the textbook tensor products", () => {
  const count = (n: number, ...labels: readonly (readonly number[])[]) => {
    const [a, b, c] = labels.map((l) => stateSpace(irrep(n, l)));
    return invariantTensors(a!, b!, c!).length;
  };
  assert.equal(count(3, [1, 0], [0, 1], [0, 0]), 1);
  assert.equal(count(3, [1, 0], [1, 0], [0, 0]), 0);
  assert.equal(count(3, [1, 0], [1, 0], [1, 0]), 1);
  assert.equal(count(3, [1, 0], [0, 1], [1, 1]), 1);
  assert.equal(count(3, [1, 1], [1, 1], [1, 1]), 2);
  assert.equal(count(3, [2, 0], [0, 1], [0, 1]), 1);
  assert.equal(count(2, [1], [1], [2]), 1);
  assert.equal(count(2, [1], [1], [1]), 0);
  assert.equal(count(5, [0, 1, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0]), 1);
  assert.equal(count(5, [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 1]), 1);
  assert.equal(count(5, [1, 0, 0, 1], [1, 0, 0, 1], [1, 0, 0, 1]), 2);
});

Deno.test("the Standard Model has no massless charged state after symmetry breaking, and 42 before", () => {
  assert.equal(exotics(`${HIGGS} ${SM}`), 0);
  assert.equal(exotics(SM), 42);
  assert.equal(exotics(SM, 3), 0);
  assert.equal(exotics(SM, 2), 14);
});

Deno.test("a field without a partner stays massless, and a vectorlike pair does not", () => {
  assert.equal(exotics(`${HIGGS} ${SM.replace("F c1 w1 y6 n3 ", "")}`), 3);
  assert.equal(exotics("F c3 w1 y-2 n1 F c3b w1 y2 n1"), 0);
  assert.equal(exotics("F c3 w1 y-2 n2 F c3b w1 y2 n1"), 3);
  assert.equal(exotics("F c3 w1 y-2 n1 F c3b w1 y3 n1"), 6);
  assert.equal(exotics("F c8 w1 y0 n1"), 0);
  assert.equal(exotics("F c6 w1 y0 n1"), 6);
});

Deno.test("a neutral doublet needs a second copy for its antisymmetric mass, a triplet does not", () => {
  assert.deepEqual([1, 2, 3, 4].map((n) => exotics(`F c1 w2 y0 n${n}`)), [2, 0, 2, 0]);
  assert.deepEqual([1, 2].map((n) => exotics(`F c1 w3 y0 n${n}`)), [0, 0]);
});

Deno.test("unified groups give the Standard Model's masses through their own Higgs fields", () => {
  const read = (name: string, text: string) => {
    const dialect = DIALECTS.find((d) => d.name === name)!;
    const { theory } = parseTheory(encode(text), freeLimits(dialect));
    return new Spectrometer(gaugeGroup(dialect, dialect.factors)).spectrum(theory).exotics;
  };
  assert.equal(read("SU(5)", "BOS SU5 VEV f5 F f5b n3 F f10 n3 EOS"), 0);
  assert.equal(read("SU(5)", "BOS SU5 F f5b n3 F f10 n3 EOS"), 42);
  assert.equal(read("SU(5)", "BOS SU5 VEV f5 F f10 n1 EOS") > 0, true);
  assert.equal(read("Pati–Salam", "BOS SU4 SU2 SU2R VEV p1 w2 r2 F p4 w2 r1 n3 F p4b w1 r2 n3 EOS"), 0);
  // The sextet of minimal 331 is what gives the third charged lepton its mass: triplet Yukawas are antisymmetric in flavour.
  const fields =
    "F c1 l3 x0 n3 F c3 l3 x2 n1 F c3 l3b x-1 n2 F c3b l1 x-5 n1 F c3b l1 x-2 n3 F c3b l1 x1 n3 F c3b l1 x4 n2 EOS";
  const triplets = "BOS SU3 SU3L U1X VEV c1 l3 x-3 VEV c1 l3 x0 VEV c1 l3 x3";
  assert.equal(read("331", `${triplets} ${fields}`), 2);
  assert.equal(read("331", `${triplets} VEV c1 l6 x0 ${fields}`), 0);
});
