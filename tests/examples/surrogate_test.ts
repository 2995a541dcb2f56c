import assert from "node:assert/strict";
import { beliefsOf } from "../../examples/surrogate.ts";
import { createSurrogate } from "../../lib/surrogate/mod.ts";

Deno.test("a surrogate of one's own believes, one probability for each variable and none for the target", () => {
  const { beliefs, parents } = beliefsOf("correlation");
  assert.equal(beliefs.length, parents.length);
  assert.ok(beliefs.every((p) => p >= 0 && p <= 1));
  assert.ok(
    beliefs.some((p) => p > 0.5) && beliefs.some((p) => p === 0),
    "some variable correlates, the target is left out",
  );
  assert.notDeepEqual(beliefs, beliefsOf("exact").beliefs);
});

Deno.test("a kind that is not among those handed over is refused with the ones that are", () => {
  assert.throws(() => createSurrogate({ kind: "correlation" }), /No surrogate correlation: it is one of exact, active/);
});
