import assert from "node:assert/strict";
import { linear, trainLinear } from "../../examples/policy.ts";

Deno.test("a kind of policy of one's own is trained by what trains the shipped ones", async () => {
  const values = await trainLinear(30);
  const mean = (from: number) => values.slice(from, from + 5).reduce((sum, v) => sum + v, 0) / 5;
  assert.ok(mean(25) > mean(0) + 0.1, `from ${mean(0)} it comes to ${mean(25)}`);
});

Deno.test("it says what it refuses and why", () => {
  const settings = {
    width: 1,
    heads: 1,
    responsePoints: 0,
    valueHead: { kind: "categorical", levels: 2 },
    exploration: null,
    sets: false,
  } as const;
  assert.deepEqual(linear.refuses({ ...settings, dropout: 0 }), {});
  assert.match(linear.refuses({ ...settings, dropout: 0.1 }).dropout ?? "", /no channels/);
});
