import assert from "node:assert/strict";
import { contentKey, readTheory } from "../../../lib/theory/language/text.ts";
import { enumerateCharges } from "../../../lib/theory/physics/enumeration.ts";
import { fermions } from "../../../lib/theory/physics/gauge.ts";
import type { Prompt } from "../../../lib/theory/language/prompt.ts";
import { type Task, theoryTask } from "../../../lib/theory/language/tasks.ts";

/** Counts the successes among all fillings of a template prompt, and their contents, by brute force. */
function count(task: Task, { script, limits }: Prompt, abelian: number): readonly number[] {
  const { theory } = readTheory(script.map((item) => typeof item === "number" ? item : item[0]), limits.dialect);
  const hole = script.find((item) => typeof item !== "number") as readonly number[];
  const { assignments, solutions } = enumerateCharges(theory.group, fermions(theory), abelian, (hole.length - 1) / 2);
  const successes = solutions.map((charges) => ({
    ...theory,
    fields: theory.fields.map((field, f) => ({ ...field, charges: field.charges.with(abelian, charges[f]) })),
  })).filter((one) => task.goals.every((goal) => goal.shortfall({ theory: one, given: one.fields.length }) === 0));
  return [assignments, successes.length, new Set(successes.map(contentKey)).size];
}

Deno.test("the tasks that hand out the fields have the documented numbers of strings, successes and contents", () => {
  const [t0, t1, t5] = [theoryTask("T0"), theoryTask("T1"), theoryTask("T5")];
  assert.deepEqual(count(t0, t0.prompts[0], 0), [371_293, 4, 1]);
  assert.deepEqual(count(t1, t1.prompts[0], 0), [4_826_809, 28, 5]);
  assert.deepEqual(count(t5, t5.prompts[0], 1), [4_826_809, 26, 13]);
  assert.deepEqual(count(t5, t5.prompts[1], 1), [40_353_607, 108, 3]);
});

Deno.test("the prompts of T5 differ before the first choice, so that a writer knows which one it completes", () => {
  const openings = theoryTask("T5").prompts.map(({ script }) =>
    script.slice(0, script.findIndex((item) => typeof item !== "number")).join()
  );
  assert.equal(new Set(openings).size, openings.length);
});
