import assert from "node:assert/strict";
import { bestSoFar, episodeMetrics, METRIC_NAMES } from "../../lib/evaluation/mod.ts";
import { checkRecords } from "../../lib/evaluation/records.ts";
import { rangeUtilisation, stepOfConvergence } from "../../lib/evaluation/metrics.ts";
import { near, recordsOf } from "./records.ts";

Deno.test("every metric of a small episode equals the value worked out by hand", () => {
  const records = recordsOf([[-1, 0, 0.5, 0.25, 1, 0.9, 0.95]], {
    recommendationNormalised: Float64Array.of(0.95),
    variable: Int32Array.of(0, 1, 0, 2, 0, 1, 1),
    scaledValue: Float64Array.of(-1, 0.5, 1, 0, 0, 0.5, -0.5),
    isParent: Uint8Array.of(1, 0, 1, 0, 1, 0, 0),
    isBestVariable: Uint8Array.of(0, 1, 0, 0, 0, 1, 1),
    isRightSign: Uint8Array.of(1, 1, 1, 1, 1, 1, 0),
  });
  const expected = {
    meanValue: 2.6 / 7,
    firstValue: 0.75 / 5,
    lastValue: 3.6 / 5,
    recommendation: 0.95,
    simpleRegret: 0.05,
    bestSeenRegret: 0,
    cumulativeRegret: 7 - 2.6,
    bestSoFarArea: (-1 + 0 + 0.5 + 0.5 + 1 + 1 + 1) / 7,
    success: 1,
    converged: 1,
    convergenceStep: 5,
    parentRate: 3 / 7,
    bestVariableRate: 3 / 7,
    rightSignRate: 6 / 7,
    rangeUtilisation: (1 + 0.5) / 2,
    improvement: 2.85 / 3 + 0.5 / 3,
    gap: (1 + 2 / 7) / (1 + 6 / 7),
    paGap: (0.5 * 5 + 0.5 * 4 + 3 + 2 + 1) / 49,
  };
  const metrics = episodeMetrics(records);
  assert.deepEqual(Object.keys(metrics), Object.keys(expected));
  for (const name of METRIC_NAMES) near(metrics[name][0], expected[name], 1e-12, name);
});

Deno.test("an episode converges at the first step after which it never falls below 0.9 again", () => {
  assert.equal(stepOfConvergence(Float64Array.of(0.9, 0.95, 1)), 1);
  assert.equal(stepOfConvergence(Float64Array.of(0.9, 0.89, 0.9)), 3);
  assert.equal(stepOfConvergence(Float64Array.of(1, 1, 0.8999)), null);
  const { convergenceStep, converged } = episodeMetrics(recordsOf([[1, 0.5], [0.5, 1]]));
  assert.deepEqual([...convergenceStep], [NaN, 2]);
  assert.deepEqual([...converged], [0, 1]);
});

Deno.test("success is decided by the recommendation alone and can fail in a perfect episode", () => {
  const records = recordsOf([[1, 1], [0, 0]], { recommendationNormalised: Float64Array.of(0.9499, 0.95) });
  assert.deepEqual([...episodeMetrics(records).success], [0, 1]);
});

Deno.test("range utilisation is undefined until a variable was set twice, and full between both ends", () => {
  assert.equal(rangeUtilisation(Int32Array.of(0, 1, 2), Float64Array.of(-1, 0, 1)), null);
  assert.equal(rangeUtilisation(Int32Array.of(0, 0, 1), Float64Array.of(-1, 1, 0)), 1);
  assert.equal(rangeUtilisation(Int32Array.of(0, 0), Float64Array.of(1, 1)), 0);
  assert.ok(Number.isNaN(episodeMetrics(recordsOf([[0]])).rangeUtilisation[0]));
});

Deno.test("GAP and PA-GAP take the benchmark's values on its corner cases", () => {
  const score = (values: number[]) => {
    const { gap, paGap } = episodeMetrics(recordsOf([values]));
    return { gap: gap[0], paGap: paGap[0] };
  };
  assert.deepEqual(score([1]), { gap: 1, paGap: 1 });
  const first = score(Array.from({ length: 100 }, () => 1));
  near(first.gap, 1);
  near(first.paGap, 0.505);
  assert.deepEqual(score(Array.from({ length: 100 }, () => -0.5)), { gap: 0, paGap: 0 });
  near(score([1e-9, ...Array.from({ length: 99 }, () => 0)]).gap, 0.99 / 1.99, 1e-8);
  near(score([...Array.from({ length: 99 }, () => 0), 1]).gap, 1 / 1.99);
  assert.deepEqual(score([0, 7]), { gap: 1 / 1.5, paGap: 0.25 }, "an outcome beyond the optimum counts as the optimum");
});

Deno.test("the best so far is not lifted to the value of doing nothing", () => {
  assert.deepEqual([...bestSoFar(Float64Array.of(-2, -1, -3))], [-2, -1, -1]);
  assert.equal(episodeMetrics(recordsOf([[-2, -1]])).bestSeenRegret[0], 2);
});

Deno.test("records that do not fit together are refused with the array's name", () => {
  assert.throws(
    () => checkRecords({ ...recordsOf([[0, 1]]), isParent: new Uint8Array(3) }),
    /isParent holds 3 .* not 2/,
  );
  assert.throws(() => episodeMetrics(recordsOf([[0, 1], [NaN, 0]])), /normalised is NaN at entry 2 \(problem 1\)/);
  assert.throws(() => checkRecords({ ...recordsOf([[0]]), problems: 0 }), /0 problems/);
});
