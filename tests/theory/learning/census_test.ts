import assert from "node:assert/strict";
import { chiralRemainder } from "../../../lib/theory/physics/gauge.ts";
import { ClosingSolver } from "../../../lib/theory/language/closing.ts";
import { contentKey, readTheory } from "../../../lib/theory/language/text.ts";
import { EOS } from "../../../lib/theory/language/vocabulary.ts";
import { knownContents } from "../../../lib/theory/language/known.ts";
import { STANDARD } from "../../../lib/theory/language/dialect.ts";
import { successCensus } from "../../../lib/theory/learning/census.ts";
import { TheoryScorer } from "../../../lib/theory/learning/reward.ts";
import { theoryTask } from "../../../lib/theory/language/tasks.ts";

const task = theoryTask("T4");
const [prompt] = task.prompts;

Deno.test("the census of theories with at most three fields agrees with scoring every anomaly-free theory", () => {
  const { strings, contents } = successCensus(new TheoryScorer(task), prompt, 3);
  const solver = new ClosingSolver(prompt.limits, STANDARD.factors);
  const scorer = new TheoryScorer(task);
  const expected = new Set<string>();
  let successes = 0;
  for (const size of [1, 2, 3]) {
    for (const closing of solver.closings([], size)) {
      const tokens = [...prompt.script as number[], ...solver.tokens(closing), EOS];
      const { theory } = readTheory(tokens, STANDARD);
      if (chiralRemainder(theory).length === 0 || !scorer.score(tokens, prompt).success) continue;
      successes++;
      expected.add(contentKey(theory));
    }
  }
  assert.deepEqual([...contents.keys()].sort(), [...expected].sort());
  // (3,2)_0 + (3b,1)_1/2 + (3b,1)_−1/2 with two or four copies, and their conjugates.
  assert.deepEqual([strings, successes, contents.size], [4, 4, 2]);
});

Deno.test("the census of five fields holds the Standard Model with one to four generations", () => {
  const { contents } = successCensus(new TheoryScorer(task), prompt, 5);
  const sizes = [...contents.values()];
  assert.deepEqual([3, 4, 5].map((size) => sizes.filter((fields) => fields === size).length), [2, 48, 1187]);
  const names = [...contents.keys()].flatMap((key) => knownContents().get(key)?.name ?? []).sort();
  assert.deepEqual(names, [1, 2, 3, 4].map((n) => `Standard Model, ${n} generation${n > 1 ? "s" : ""}`));
});
