import assert from "node:assert/strict";
import { createStream } from "../../../lib/random/mod.ts";
import { readField, readFraction } from "../../../lib/theory/language/notation.ts";
import { type OwnPrompt, type OwnTask, ownTask, OwnTaskError } from "../../../lib/theory/language/own_task.ts";
import { extendWalk, isFinished, legalNextInto, playForced, startWalk } from "../../../lib/theory/language/prompt.ts";
import { theoryTask } from "../../../lib/theory/language/tasks.ts";
import { parseTheory } from "../../../lib/theory/language/text.ts";
import { decode, encode, factorIndex, VOCABULARY_SIZE } from "../../../lib/theory/language/vocabulary.ts";

const STANDARD = ["SU3", "SU2", "U1"].map(factorIndex);
const SM_FIELDS = ["(1,1)_1", "(1,2)_-1/2", "(3,2)_1/6", "(3b,1)_-2/3", "(3b,1)_1/3"];

const prompt = (changes: Partial<OwnPrompt> = {}): OwnPrompt => ({
  name: "own",
  fields: [],
  add: 3,
  scalars: false,
  charges: {},
  ...changes,
});

const task = (changes: Partial<OwnTask> = {}): OwnTask => ({
  name: "own",
  title: "a task",
  group: "standard",
  prompts: [prompt()],
  held_out: [],
  goals: [],
  contains: [],
  count_exotics: true,
  cancellation: 0.5,
  ...changes,
});

Deno.test("fields are read as reports write them, with ? for a charge that is left open", () => {
  const tokens = (text: string) => readField(text, STANDARD).tokens;
  assert.equal(decode(tokens("(3b,1)_-2/3") as number[]), "c3b w1 y-4");
  assert.equal(decode(tokens("(3*, 2)_1/6") as number[]), "c3b w2 y1");
  assert.equal(readField("3×(3,2)_1/6", STANDARD).copies, 3);
  assert.equal(readField("3 x (3,2)_1/6", STANDARD).copies, 3);
  assert.equal(tokens("(8,3)_?").at(-1), null);
  assert.deepEqual(readFraction("-0.25"), { numerator: -1, denominator: 4 });
  assert.deepEqual(readFraction(2), { numerator: 2, denominator: 1 });
  for (
    const [text, words] of [
      ["(3,4)_1/6", /SU2 has no representation 4; it has 1, 2, 3/],
      ["(3,2)_1/7", /the U1 charge 1\/7 is no multiple of 1\/6/],
      ["(3,2)_2", /the U1 charge 2 is outside ±9\/6/],
      ["(3,2)", /has 0 charges; expected 1 \(U1\)/],
      ["(3)_1/6", /has 1 representations; expected 2 \(SU3, SU2\)/],
      ["0×(3,2)_1/6", /0 copies/],
      ["quark", /"quark" is no field; write e\.g\./],
      ["(3,2)_x", /"x" is no fraction/],
    ] as const
  ) assert.throws(() => readField(text, STANDARD), words);
});

Deno.test("T0, T3, T4 and the SU(5) prompt of T6, written as tasks of one's own, are the same prompts", () => {
  const same = (own: OwnPrompt, name: "T0" | "T3" | "T4" | "T6", changes: Partial<OwnTask> = {}) => {
    const theirs = theoryTask(name);
    const built = ownTask(task({
      prompts: [own],
      count_exotics: theirs.countExotics,
      cancellation: theirs.cancellation,
      ...changes,
    }));
    assert.deepEqual(built.prompts[0], theirs.prompts[0]);
    assert.deepEqual(built.goals, theirs.goals);
    assert.equal(built.countExotics, theirs.countExotics);
  };
  const open = ["(3,2)_?", "(3b,1)_?", "(3b,1)_?", "(1,2)_?", "(1,1)_?"];
  same(prompt({ name: "hypercharges", fields: open, add: 0, charges: { U1: 1 } }), "T0", { goals: ["charged_first"] });
  const given = SM_FIELDS.toReversed().map((field) => `3×${field}`);
  same(prompt({ name: "Standard Model", fields: given }), "T3", { goals: ["chiral", "vectorlike_addition"] });
  same(prompt({ name: "free", add: 6 }), "T4", { goals: ["chiral"] });
  same(prompt({ name: "SU(5)", scalars: true }), "T6", { goals: ["chiral"], group: "SU(5)" });
});

Deno.test("a group of one's own that says what a named one does is played as the named one", () => {
  const group = {
    factors: ["U1", "SU2", "SU3"],
    electric: { SU2: ["1/2", "-1/2"], U1: 1 },
    colour: "SU3",
    vacuum: ["(1,2)_1/2"],
    max_charge: 2,
  };
  const [own] = ownTask(task({ group })).prompts;
  const [named] = ownTask(task()).prompts;
  assert.deepEqual(own, { ...named, limits: { ...named.limits, dialect: { ...named.limits.dialect, name: "own" } } });
});

Deno.test("whatever the group, every string that is begun can be finished, and is a theory of it", () => {
  const groups: OwnTask["group"][] = [
    {
      factors: ["SU2", "SU2R", "U1"],
      electric: { SU2: ["1/2", "-1/2"], SU2R: ["1/2", "-1/2"], U1: 1 },
      vacuum: [],
      max_charge: "13/6",
    },
    { factors: ["SU4", "U1X"], electric: {}, vacuum: ["(4)_1/3"] },
    { factors: ["U1", "U1X"], electric: { U1: 1, U1X: "-1/2" }, vacuum: [], max_charge: 1 },
    { factors: ["SU2"], electric: {}, vacuum: [] },
  ];
  const mask = new Uint8Array(VOCABULARY_SIZE);
  for (const [g, group] of groups.entries()) {
    const [own] = ownTask(task({ group, prompts: [prompt({ add: 4, scalars: true })] })).prompts;
    for (let s = 0; s < 100; s++) {
      const stream = createStream(s).child(g);
      let walk = playForced(startWalk(own), mask);
      for (let at = 0; !isFinished(walk); at++) {
        const legal = legalNextInto(walk, mask);
        assert.ok(legal > 0, `group ${g}, string ${s}: nothing is legal after ${decode(walk.tokens)}`);
        const choices = [...mask.keys()].filter((token) => mask[token] === 1);
        walk = playForced(extendWalk(walk, stream.child(at).choice(choices)), mask);
        assert.ok(walk.tokens.length <= own.maxLength);
      }
      parseTheory(walk.tokens, own.limits);
    }
  }
});

Deno.test("a theory must contain what is asked for, as often as asked", () => {
  const { goals: [goal] } = ownTask(task({ contains: ["2×(1,1)_0", "(8,1)_0"] }));
  const shortfall = (fields: string) => {
    const limits = ownTask(task()).prompts[0].limits;
    return goal.shortfall(parseTheory(encode(`BOS SU3 SU2 U1 ${fields} EOS`), limits));
  };
  assert.equal(shortfall("F c1 w1 y0 n2 F c8 w1 y0 n1"), 0);
  assert.equal(shortfall("F c1 w1 y0 n1 F c8 w1 y0 n1"), 1 / 3);
  assert.equal(shortfall("F c1 w1 y6 n1"), 1);
});

Deno.test("a task that cannot be says where and why", () => {
  const dark = { factors: ["U1X"], electric: {}, vacuum: [] };
  const faults: readonly (readonly [Partial<OwnTask>, string, RegExp])[] = [
    [{ prompts: [prompt({ fields: ["(3,2)_1/6"], add: 0 })] }, "prompts.0.add", /nothing is left to write/],
    [{ prompts: [prompt({ fields: ["(3,2)_?"] })] }, "prompts.0.add", /leave it at 0/],
    [
      { held_out: [prompt({ fields: ["(3,2)_1/6", "(3,5)_1"] })] },
      "held_out.0.fields.1",
      /SU2 has no representation 5/,
    ],
    [
      { prompts: [prompt({ fields: ["(3,2)_?"], add: 0, charges: { U1: 7 } })] },
      "prompts.0.charges.U1",
      /1\/6 to 9\/6/,
    ],
    [{ prompts: [prompt({ charges: { U1X: 1 } })] }, "prompts.0.charges.U1X", /no U\(1\) of the group/],
    [{ contains: ["(1,1)_?"] }, "contains.0", /"\?" stands only in the fields of a prompt/],
    [{ goals: ["independent_charges"] }, "goals.0", /no two U\(1\) factors/],
    [{ goals: ["vectorlike_addition"] }, "goals.0", /given fields/],
    [{ group: { ...dark, electric: { U1: 1 } } }, "group.electric.U1", /no factor U1; it has U1X/],
    [{ group: { ...dark, colour: "U1X" } }, "group.colour", /holds no colour/],
    [
      { group: { factors: ["SU2"], electric: { SU2: [1, 1] }, vacuum: [] } },
      "group.electric.SU2",
      /sum to 60\/30, not 0/,
    ],
    [{ group: { factors: ["SU2"], electric: { SU2: [1] }, vacuum: [] } }, "group.electric.SU2", /2 axes/],
    [
      { group: { factors: ["SU2", "U1"], electric: {}, vacuum: [], max_charge: "1/2" } },
      "group.max_charge",
      /too small/,
    ],
    [{ group: { ...dark, vacuum: ["()_1/7"] } }, "group.vacuum.0", /no multiple of 1\/3/],
  ];
  for (const [changes, path, words] of faults) {
    assert.throws(() => ownTask(task(changes)), (error) => {
      assert.ok(error instanceof OwnTaskError, String(error));
      assert.equal(error.path.join("."), path);
      assert.match(error.message, words);
      return true;
    });
  }
});
