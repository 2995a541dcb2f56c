import assert from "node:assert/strict";
import { logImprovement, normalisedWeights } from "../../lib/numeric/mod.ts";
import reference from "../surrogate/fixtures/responses.json" with { type: "json" };

Deno.test("the logarithm of the improvement has full accuracy down to z = −10⁹, where the improvement itself is 0", () => {
  for (const { z, log } of reference.improvements) {
    const error = Math.abs(logImprovement(z) - log) / Math.max(1, Math.abs(log));
    assert.ok(error < 1e-12, `${z}: ${logImprovement(z)}, not ${log}`);
  }
});

Deno.test("the logarithm of the improvement rises everywhere, also where its formulas meet", () => {
  for (const z of [-1, -1e6]) {
    const steps = [-1e-3, -1e-6, 0, 1e-6, 1e-3].map((step) => logImprovement(z * (1 - step)));
    steps.slice(1).forEach((value, k) => assert.ok(value > steps[k], `around ${z}: ${steps.join(", ")}`));
  }
});

Deno.test("weights are shares of the likelihood, whatever its scale, and light ones are dropped", () => {
  const logs = Float64Array.of(-1000, -1000 + Math.log(3), -Infinity, -1000 + Math.log(0.02));
  const all = normalisedWeights(logs);
  [1 / 4.02, 3 / 4.02, 0, 0.02 / 4.02].forEach((share, k) => assert.ok(Math.abs(all[k] - share) < 1e-12));
  // 0.02 is less than a hundredth of 3.
  assert.deepEqual([...normalisedWeights(logs, 0.01)].map((w) => Math.round(100 * w)), [25, 75, 0, 0]);
  assert.throws(() => normalisedWeights(Float64Array.of(-Infinity, NaN)), /finite evidence/);
});
