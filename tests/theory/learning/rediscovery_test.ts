import assert from "node:assert/strict";
import { createStream } from "../../../lib/random/mod.ts";
import { useBackend } from "../../../lib/tensor/mod.ts";
import { evaluateTheories } from "../../../lib/theory/learning/evaluate.ts";
import { isLegal, SearchLog } from "../../../lib/theory/learning/search.ts";
import { type Prompt, prompt } from "../../../lib/theory/language/prompt.ts";
import { rediscoverable } from "../../../lib/theory/learning/rediscovery.ts";
import { TASK_NAMES, theoryTask } from "../../../lib/theory/language/tasks.ts";
import { TheoryPolicy } from "../../../lib/theory/learning/policy.ts";
import { TheoryScorer } from "../../../lib/theory/learning/reward.ts";
import { tokenId } from "../../../lib/theory/language/vocabulary.ts";

await useBackend("cpu");

const names = (prompts: readonly Prompt[]) => [
  ...new Set(prompts.flatMap((one) => rediscoverable(one).map(({ name }) => name))),
];

Deno.test("every task knows which theories of the literature its prompts can be completed to", () => {
  const of = (task: typeof TASK_NAMES[number]) => theoryTask(task);
  const generations = (name: string) => [1, 2, 3, 4].map((n) => `${name}, ${n} generation${n > 1 ? "s" : ""}`);
  const neutrinos = "Standard Model with right-handed neutrinos";
  assert.deepEqual(names(of("T0").prompts), ["Standard Model, 1 generation"]);
  assert.deepEqual(names(of("T1").prompts), [`${neutrinos}, 1 generation`]);
  assert.deepEqual(names(of("T3").prompts), [`${neutrinos}, 3 generations`]);
  assert.deepEqual(names(of("T4").prompts), [...generations("Standard Model"), ...generations(neutrinos)]);
  assert.deepEqual(names(of("T5").prompts), [
    "Standard Model × B−L with right-handed neutrinos",
    "Standard Model × (L_µ − L_τ)",
  ]);
  assert.ok(names(of("T5").heldOut).includes("Standard Model × B−L with neutrino charges 4, 4, −5"));
  assert.deepEqual(names(of("T6").prompts), [
    "SU(5)",
    "SU(5), 3 generations",
    "Pati–Salam",
    "left–right",
    "flipped SU(5)",
  ]);
  assert.deepEqual(names(of("T6").heldOut), ["trinification", "minimal 331"]);
  for (const one of [...of("T2").prompts, ...of("T2").heldOut]) {
    assert.ok(names([one]).includes("Standard Model, 3 generations"), one.name);
  }
});

Deno.test("the string of a rediscoverable theory is legal for its prompt and free of anomalies", () => {
  for (const name of TASK_NAMES) {
    const task = theoryTask(name);
    const scorer = new TheoryScorer(task);
    for (const one of [...task.prompts, ...task.heldOut]) {
      for (const { name: known, tokens } of rediscoverable(one)) {
        assert.ok(isLegal(tokens, one), `${one.name}: ${known}`);
        assert.equal(scorer.score(tokens, one).anomalyScore, 1, `${one.name}: ${known}`);
      }
    }
  }
});

Deno.test("an evaluation counts exact matches, and pass@k of a theory is that of its prompts", () => {
  const task = theoryTask("T0");
  const [{ limits, script }] = task.prompts;
  const [{ tokens }] = rediscoverable(task.prompts[0]);
  // All charges are given but the last, which is right half of the time.
  const last = script.length - 3;
  const narrow = prompt(
    "narrow",
    limits,
    tokens.map((token, i) => i === last ? [tokenId("y5"), tokenId("y6")] : token),
  );
  const scorer = new TheoryScorer({ ...task, prompts: [narrow] });
  const policy = new TheoryPolicy(
    { layers: 1, width: 8, heads: 1, feedForward: 8, dropout: 0 },
    1,
    createStream(1),
  );
  const result = evaluateTheories(policy, scorer, [narrow], { perPrompt: 32, ks: [1, 4] }, createStream(2));
  const [found] = result.rediscovered;
  assert.equal(found.name, "Standard Model, 1 generation");
  assert.ok(found.matches > 4 && found.matches < 28);
  assert.equal(found.matches, result.success * 32);
  assert.deepEqual([...found.passAt], [...result.passAt]);
  assert.deepEqual([found.prompts, found.samples], [1, 32]);
});

Deno.test("a known theory that misses the task's goal is not asked for", () => {
  const task = theoryTask("T3");
  const policy = new TheoryPolicy({ layers: 1, width: 8, heads: 1, feedForward: 8, dropout: 0 }, 1, createStream(1));
  const result = evaluateTheories(
    policy,
    new TheoryScorer(task),
    task.prompts,
    { perPrompt: 2, ks: [1] },
    createStream(2),
  );
  assert.deepEqual(names(task.prompts), ["Standard Model with right-handed neutrinos, 3 generations"]);
  assert.deepEqual(result.rediscovered, []);
});

Deno.test("a log that is restored goes on as the one that was stored", () => {
  const task = theoryTask("T0");
  const scorer = new TheoryScorer(task);
  const [target] = rediscoverable(task.prompts[0]);
  const play = (log: SearchLog) =>
    log.add(target.tokens, task.prompts[0], scorer.score(target.tokens, task.prompts[0]));
  const [log, other] = [new SearchLog(), new SearchLog()];
  other.restore(JSON.parse(JSON.stringify(log.state())));
  assert.deepEqual(other.record(), log.record());
  [log, other].forEach(play);
  const copy = new SearchLog();
  copy.restore(JSON.parse(JSON.stringify(log.state())));
  play(copy);
  assert.deepEqual([copy.record().calls, copy.record().firstSuccess], [2, 1]);
  assert.deepEqual([...copy.record().contents.keys()], [target.key]);
  assert.equal(other.record().firstSuccess, 1);
});
