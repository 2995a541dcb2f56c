import assert from "node:assert/strict";
import { advantagesOf, train } from "../../examples/grpo.ts";

Deno.test("advantages are deviations from the group's mean in units of its sample standard deviation", () => {
  const [a, b, c, d] = advantagesOf(Float64Array.of(1, 3, 5, 5), 2);
  const unit = 1 / (Math.SQRT2 + 1e-4);
  assert.ok(Math.abs(a + unit) < 1e-6 && Math.abs(b - unit) < 1e-6);
  assert.deepEqual([c, d], [0, 0]);
});

Deno.test("the algorithm in one file learns to intervene on systems that it has never seen", async () => {
  const values = await train(30);
  const mean = (from: number) => values.slice(from, from + 5).reduce((sum, v) => sum + v, 0) / 5;
  assert.ok(mean(25) > mean(0) + 0.1, `from ${mean(0)} it comes to ${mean(25)}`);
});
