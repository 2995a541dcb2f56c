import assert from "node:assert/strict";
import { createStream } from "../../../lib/random/mod.ts";
import { anomalySums } from "../../../lib/theory/physics/anomaly.ts";
import { chiralRemainder, fermions } from "../../../lib/theory/physics/gauge.ts";
import {
  ClosedStrings,
  closingSearch,
  isClosable,
  successfulContents,
} from "../../../lib/theory/learning/closed_strings.ts";
import { ClosingSolver } from "../../../lib/theory/language/closing.ts";
import { contentKey, readTheory } from "../../../lib/theory/language/text.ts";
import { decode, encode, EOS } from "../../../lib/theory/language/vocabulary.ts";
import { freeLimits } from "../../../lib/theory/language/grammar.ts";
import { gaugeGroup, STANDARD, SU5 } from "../../../lib/theory/language/dialect.ts";
import { isLegal } from "../../../lib/theory/learning/search.ts";
import { knownContents } from "../../../lib/theory/language/known.ts";
import { prompt } from "../../../lib/theory/language/prompt.ts";
import { stringSource } from "../../../lib/theory/learning/supervised.ts";
import { TheoryScorer } from "../../../lib/theory/learning/reward.ts";
import { theoryTask } from "../../../lib/theory/language/tasks.ts";

const standard = new ClosingSolver(freeLimits(STANDARD), STANDARD.factors);
const closed = new ClosedStrings();

Deno.test("the solver knows every fermion field of the grammar", () => {
  // 5 colours × (19 + 19 + 13 hypercharges of singlets, doublets and triplets with |Q| ≤ 2) × 4 multiplicities.
  assert.equal(standard.fields.length, 5 * (19 + 19 + 13) * 4);
  assert.equal(new Set(standard.fields.map((_, f) => standard.tokens([f]).join())).size, standard.fields.length);
});

Deno.test("closings are anomaly-free in exact arithmetic, and together with legal strings they are all there are", () => {
  const solver = new ClosingSolver(freeLimits(SU5), SU5.factors);
  const open = prompt("any", freeLimits(SU5), encode("BOS SU5"));
  const group = gaugeGroup(SU5, SU5.factors);
  const isFree = (fields: readonly number[]) =>
    anomalySums({ group, vevs: [], fields: fields.map((f) => solver.fields[f]) }).every(({ numerator }) =>
      numerator === 0
    );
  const count = solver.fields.length;
  for (const given of [[], [solver.fields[4]], [solver.fields[9], solver.fields[13]]]) {
    const sums = anomalySums({ group, vevs: [], fields: given });
    const own = sums[0].numerator;
    for (const size of [1, 2, 3]) {
      const expected: string[] = [];
      const visit = (chosen: readonly number[]) => {
        if (chosen.length === size) {
          const tokens = [...open.script as number[], ...solver.tokens(chosen), EOS];
          const { theory } = readTheory(tokens, SU5);
          if (own + anomalySums(theory)[0].numerator === 0 && isLegal(tokens, open)) expected.push(chosen.join());
          return;
        }
        for (let f = chosen.at(-1) ?? 0; f < count; f++) visit([...chosen, f]);
      };
      visit([]);
      const found = [...solver.closings(given, size)];
      assert.deepEqual(found.map((closing) => closing.join()).sort(), expected.sort());
      if (given.length === 0) assert.ok(found.every(isFree));
    }
  }
});

Deno.test("closings of random Standard Model group fields leave no anomaly", () => {
  const stream = createStream(3);
  let closings = 0;
  for (let trial = 0; trial < 6; trial++) {
    const given = [stream.choice(standard.fields), stream.choice(standard.fields)];
    for (const size of [1, 2, 3]) {
      for (const closing of standard.closings(given, size)) {
        closings++;
        const fields = [...given, ...closing.map((f) => standard.fields[f])];
        const sums = anomalySums({ group: gaugeGroup(STANDARD, STANDARD.factors), vevs: [], fields });
        assert.ok(sums.every(({ numerator }) => numerator === 0));
      }
    }
  }
  assert.ok(closings > 50, `${closings}`);
  assert.throws(() => [...standard.closings([], 0)], /at least 1 field, got 0/);
});

Deno.test("every training prompt of T2 has one successful content, the Standard Model, among its closings", () => {
  const task = theoryTask("T2");
  const scorer = new TheoryScorer(task);
  for (const each of task.prompts) {
    const strings = closed.all(each);
    const successes = strings.filter((tokens) => scorer.score(tokens, each).success);
    assert.ok(strings.every((tokens) => isLegal(tokens, each)));
    const names = successes.map((tokens) => knownContents().get(contentKey(readTheory(tokens, STANDARD).theory))?.name);
    assert.deepEqual(names, ["Standard Model, 3 generations"], each.name);
  }
  assert.equal(successfulContents(scorer, task.prompts)!.size, 1);
  assert.equal(successfulContents(scorer, theoryTask("T4").prompts), undefined);
});

Deno.test("drawn strings are legal, free of anomalies, not vectorlike, and the same for the same stream", () => {
  for (const [name, draws] of [["T2", 20], ["T4", 12]] as const) {
    const task = theoryTask(name);
    const scorer = new TheoryScorer(task);
    for (let draw = 0; draw < draws; draw++) {
      const each = task.prompts[draw % task.prompts.length];
      const tokens = closed.draw(each, createStream(draw));
      assert.ok(isLegal(tokens, each), decode(tokens));
      assert.ok(scorer.score(tokens, each).anomalies.every(({ numerator }) => numerator === 0), decode(tokens));
      const { theory } = readTheory(tokens, each.limits.dialect);
      assert.ok(chiralRemainder({ ...theory, fields: fermions(theory) }).length > 0);
      assert.deepEqual(closed.draw(each, createStream(draw)), tokens);
    }
  }
});

Deno.test("the source of a supervised start never shows a theory of the literature", () => {
  const [one, , , , , , , , , , , , three] = theoryTask("T2").prompts;
  const source = stringSource("closed");
  const known = knownContents();
  for (let draw = 0; draw < 40; draw++) {
    const { theory } = readTheory(source(three, createStream(draw)), STANDARD);
    assert.ok(!known.has(contentKey(theory)));
  }
  assert.throws(() => source(one, createStream(0)), /no closing of prompt without c1 w1 y6 is acceptable/);
});

Deno.test("only open prompts of fermions can be closed", () => {
  // The left–right group of T6 has 5580 fields, too many for a table of pairs.
  assert.deepEqual(theoryTask("T6").prompts.map(isClosable), [true, true, false, true]);
  assert.ok(!isClosable(theoryTask("T0").prompts[0]));
  assert.throws(() => closed.draw(theoryTask("T5").prompts[0], createStream(0)), /has no open end/);
  assert.throws(() => closed.all(theoryTask("T4").prompts[0]), /prompt free gives no fields/);
});

Deno.test("the search by closings finds the Standard Model of T2 and counts its calls", () => {
  const task = theoryTask("T2");
  const scorer = new TheoryScorer(task);
  const record = closingSearch(scorer, task.prompts, 60, createStream(2));
  assert.deepEqual([record.calls, scorer.calls, record.contents.size], [60, 60, 1]);
  // Seventeen of the twenty prompts have one or two closings, the others about thirty.
  assert.ok(record.successes > 20 && record.successes < 60);
});
