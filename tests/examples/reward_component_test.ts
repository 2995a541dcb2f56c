import assert from "node:assert/strict";
import { rewardsAt } from "../../examples/reward_component.ts";

const VALUES = [-1, -0.5, 0, 0.5, 1];

Deno.test("a component of one's own adds its weighted judgement to the others", () => {
  const without = rewardsAt(VALUES, 0);
  const added = rewardsAt(VALUES, 0.5).map((reward, k) => reward - without[k]);
  VALUES.forEach((u, k) => assert.ok(Math.abs(added[k] - 0.5 * (1 - u * u)) < 1e-12, `${added[k]} at ${u}`));
  assert.ok(new Set(without).size > 1, "the other components see the value too");
});

Deno.test("a weight that makes no sense is refused by the name of the component", () => {
  assert.throws(() => rewardsAt(VALUES, -1), /component gentleness by -1/);
});
