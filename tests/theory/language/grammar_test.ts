import assert from "node:assert/strict";
import { createStream } from "../../../lib/random/mod.ts";
import { contentKey, fieldTokens, parseTheory, printTheory } from "../../../lib/theory/language/text.ts";
import { decode, encode, tokenId, VOCABULARY_SIZE } from "../../../lib/theory/language/vocabulary.ts";
import { DIALECTS, EXTRA_U1, STANDARD } from "../../../lib/theory/language/dialect.ts";
import { freeLimits, grammarStart, legalInto, stepUnchecked } from "../../../lib/theory/language/grammar.ts";
import { isLegal, uniformString } from "../../../lib/theory/learning/search.ts";
import { prompt, startWalk, stepWalk } from "../../../lib/theory/language/prompt.ts";
import { renormalisableInteractions } from "../../../lib/theory/physics/interactions.ts";
import { TASK_NAMES, theoryTask } from "../../../lib/theory/language/tasks.ts";

const FREE = freeLimits(STANDARD);
const SM = "BOS SU3 SU2 U1 VEV c1 w2 y3 F c1 w1 y6 n3 F c1 w2 y-3 n3 F c3 w2 y1 n3 F c3b w1 y-4 n3 F c3b w1 y2 n3 EOS";

Deno.test("100,000 random walks over all dialects never meet an empty mask, and each string parses back to itself", () => {
  const mask = new Uint8Array(VOCABULARY_SIZE);
  const stream = createStream(7);
  const walks = 100_000 / DIALECTS.length;
  let strings = 0;
  let reparsed = 0;
  for (const dialect of DIALECTS) {
    const limits = freeLimits(dialect);
    for (let walk = 0; walk < walks; walk++) {
      let state = grammarStart(limits);
      const tokens: number[] = [];
      while (state.phase !== "done") {
        const count = legalInto(state, mask);
        assert.ok(count > 0, `empty mask after ${decode(tokens)}`);
        let left = stream.integer(count);
        let token = 0;
        while (mask[token] === 0 || left-- > 0) token++;
        tokens.push(token);
        state = stepUnchecked(state, token);
      }
      strings++;
      if (walk % 5 > 0) continue;
      const { theory } = parseTheory(tokens, limits);
      assert.equal(decode(printTheory(theory)), decode(tokens));
      reparsed++;
    }
  }
  assert.deepEqual([strings, reparsed], [100_000, 20_000]);
});

Deno.test("the Standard Model's string parses, prints back and has its derived Yukawa couplings", () => {
  const { theory, given } = parseTheory(encode(SM), FREE);
  assert.equal(decode(printTheory(theory)), SM);
  assert.equal(given, 5);
  const terms = renormalisableInteractions(theory).map(({ kind, monomial, couplings }) =>
    `${kind}: ${monomial.join(" ")} ×${couplings}`
  );
  assert.deepEqual(terms, [
    "yukawa: (1,1)_1 (1,2)_-1/2 (1,2)_1/2* ×9",
    "yukawa: (3,2)_1/6 (3b,1)_-2/3 (1,2)_1/2 ×9",
    "yukawa: (3,2)_1/6 (3b,1)_1/3 (1,2)_1/2* ×9",
    "scalarMass: (1,2)_1/2 (1,2)_1/2* ×1",
    "scalarQuartic: (1,2)_1/2 (1,2)_1/2 (1,2)_1/2* (1,2)_1/2* ×1",
  ]);
});

Deno.test("derived interactions know exchange symmetry, real fields, portals and cubics", () => {
  const terms = (fields: string) =>
    renormalisableInteractions(parseTheory(encode(`BOS SU3 SU2 U1 ${fields} EOS`), FREE).theory)
      .map(({ kind, monomial, couplings }) => `${kind}: ${monomial.join(" ")} ×${couplings}`);
  assert.deepEqual(terms("F c1 w2 y0 n1"), []);
  assert.deepEqual(terms("F c1 w2 y0 n3"), ["fermionMass: (1,2)_0 (1,2)_0 ×3"]);
  assert.deepEqual(terms("F c1 w1 y0 n3"), ["fermionMass: (1,1)_0 (1,1)_0 ×6"]);
  assert.deepEqual(terms("F c3 w1 y-2 n2 F c3b w1 y2 n3"), ["fermionMass: (3,1)_-1/3 (3b,1)_1/3 ×6"]);
  const octet = terms("R c8 w1 y0 n1");
  assert.deepEqual(octet, [
    "scalarMass: (8,1)_0 (8,1)_0 ×1",
    "scalarCubic: (8,1)_0 (8,1)_0 (8,1)_0 ×1",
    "scalarQuartic: (8,1)_0 (8,1)_0 (8,1)_0 (8,1)_0 ×1",
  ]);
  // The scalar potential of the two-Higgs-doublet model has 4 quadratic and 10 quartic structures when (a, b) and (b, a) conjugates are both counted.
  assert.deepEqual(terms("S c1 w2 y3 n2"), [
    "scalarMass: (1,2)_1/2 (1,2)_1/2* ×4",
    "scalarQuartic: (1,2)_1/2 (1,2)_1/2 (1,2)_1/2* (1,2)_1/2* ×10",
  ]);
  assert.ok(terms("S c1 w2 y3 n1 R c1 w3 y0 n1").includes("scalarCubic: (1,2)_1/2 (1,2)_1/2* (1,3)_0 ×1"));
});

Deno.test("illegal strings are refused at the first wrong token, with the legal ones named", () => {
  const refuse = (text: string, message: RegExp) => assert.throws(() => parseTheory(encode(text), FREE), message);
  refuse("BOS SU2 SU3 F w1 c1 n1 EOS", /position 2: token SU3 is illegal .* legal: F S R U1/);
  refuse("BOS SU3 F c3 n1 F c1 n1 EOS", /position 6: token c1 is illegal .*legal: c3b c6 c8/);
  refuse("BOS SU3 F c3 n1 F c3 n1 EOS", /position 6: token c3 is illegal/);
  refuse("BOS SU3 S c3b n1 EOS", /position 3: token c3b is illegal .*legal: c3 c6/);
  refuse("BOS U1 S y0 n1 EOS", /position 3: token y0 is illegal/);
  refuse("BOS SU2 U1 R w2 y0 n1 EOS", /token w2 is illegal/);
  refuse("BOS SU3 SU2 U1 VEV c1 w1 y0 EOS", /token w1 is illegal/);
  refuse("BOS SU3 SU2 U1 F c1 w3 y7 n1 EOS", /token y7 is illegal/);
  refuse("BOS SU3 F c8 n1 F", /token F is illegal after 1 fields .*legal: EOS S R/);
  refuse("BOS SU3 F c3 n1", /EOS is missing/);
  assert.throws(() => encode("BOS SU9"), /"SU9" is not a token/);
});

Deno.test("equal theories have one string: order, merging and conjugate scalars are normalised", () => {
  const { theory } = parseTheory(encode("BOS SU3 U1 F c1 y2 n1 F c3 y1 n4 F c3 y1 n2 S c3 y-2 n1 EOS"), FREE);
  const shuffled = {
    ...theory,
    fields: theory.fields.toReversed().flatMap((
      f,
    ) => [{ ...f, multiplicity: 1 }, { ...f, multiplicity: f.multiplicity - 1 }]).filter((f) => f.multiplicity > 0),
  };
  assert.equal(decode(printTheory(shuffled)), decode(printTheory(theory)));
  const scalar = theory.fields.at(-1)!;
  const other = {
    ...scalar,
    irreps: scalar.irreps.map((r) => ({ ...r, labels: [...r.labels].reverse() })),
    charges: [2],
  };
  assert.deepEqual(fieldTokens([other], [2, 7]), fieldTokens([scalar], [2, 7]));
});

Deno.test("the content key forgets conjugation, the sign of hypercharge and scalars, and nothing else", () => {
  const key = (text: string) => contentKey(parseTheory(encode(text), FREE).theory);
  const base = key("BOS SU3 SU2 U1 F c1 w1 y6 n1 F c1 w2 y-3 n1 F c3 w2 y1 n1 F c3b w1 y-4 n1 F c3b w1 y2 n1 EOS");
  assert.equal(
    key("BOS SU3 SU2 U1 F c1 w1 y-6 n1 F c1 w2 y3 n1 F c3 w1 y-2 n1 F c3 w1 y4 n1 F c3b w2 y-1 n1 EOS"),
    base,
  );
  assert.equal(
    key("BOS SU3 SU2 U1 F c1 w1 y6 n1 F c1 w2 y-3 n1 F c3 w1 y-4 n1 F c3 w1 y2 n1 F c3b w2 y1 n1 S c1 w2 y3 n1 EOS"),
    base,
  );
  assert.notEqual(
    key("BOS SU3 SU2 U1 F c1 w1 y6 n1 F c1 w2 y-3 n1 F c3 w2 y1 n1 F c3b w1 y-4 n1 F c3b w1 y2 n2 EOS"),
    base,
  );
});

Deno.test("every task's prompts can be written within their stated length, and their strings are legal", () => {
  for (const name of TASK_NAMES) {
    const task = theoryTask(name);
    for (const item of [...task.prompts, ...task.heldOut]) {
      for (let draw = 0; draw < 20; draw++) {
        const tokens = uniformString(item, createStream(draw).child(item.name));
        assert.ok(tokens.length <= item.maxLength, `${item.name}: ${tokens.length} > ${item.maxLength}`);
        assert.ok(isLegal(tokens, item));
      }
    }
    const keys = new Set(task.prompts.map(({ script }) => JSON.stringify(script)));
    assert.ok(task.heldOut.every(({ script }) => !keys.has(JSON.stringify(script))));
  }
  assert.equal(theoryTask("T2").prompts.length + theoryTask("T2").heldOut.length, 25);
});

Deno.test("holes take only their listed tokens, and a prompt with an illegal fixed token is refused", () => {
  const [hypercharges] = theoryTask("T0").prompts;
  const mask = new Uint8Array(VOCABULARY_SIZE);
  let walk = startWalk(hypercharges!);
  for (const token of encode("BOS SU3 SU2 U1 F c3 w2")) walk = stepWalk(walk, token, mask);
  assert.throws(() => stepWalk(walk, tokenId("y7"), mask), /token y7 is illegal at position 7/);
  assert.equal(stepWalk(walk, tokenId("y6"), mask).tokens.length, 8);
  assert.throws(() => prompt("bad", freeLimits(EXTRA_U1), encode("BOS SU3 w2")), /token w2 is illegal/);
});
