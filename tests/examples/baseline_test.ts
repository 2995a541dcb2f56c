import assert from "node:assert/strict";
import { commit, compare } from "../../examples/baseline.ts";
import { BASELINES } from "../../lib/policy/mod.ts";

Deno.test("a baseline of one's own plays the library's problems, and gains by committing", () => {
  const values = compare([BASELINES.random, commit], 40);
  assert.deepEqual([...values.keys()], ["random", "commit"]);
  const [random, own] = [...values.values()];
  assert.ok(Math.abs(random) < 0.15, `random interventions are worth nothing: ${random}`);
  assert.ok(own > random + 0.1, `the best of them, half of the time: ${own}`);
});

Deno.test("its parameters are its own, and checked", () => {
  assert.deepEqual(commit.grid, [{ share: 0.5 }, { share: 0.25 }, { share: 0.75 }]);
  assert.throws(() => commit.create({}), /Cannot make commit: share is missing/);
});
