import assert from "node:assert/strict";
import { bandOf, smooth, spanText, totalUpdates, withoutSeed } from "../../lib/dashboard/series.js";

Deno.test("the band of several seeds holds mean, lowest and highest where at least two of them are", () => {
  const band = bandOf([
    { x: [1, 2, 3], y: [1, 2, 3] },
    { x: [1, 2, 3, 4], y: [3, 2, 7, 9] },
    { x: [3], y: [2] },
  ]);
  assert.deepEqual(band, { x: [1, 2, 3], mean: [2, 2, 4], low: [1, 2, 2], high: [3, 2, 7] });
});

Deno.test("runs belong together that differ in their seed alone", () => {
  const config = { name: "a", seed: 0, grpo: { updates: 4 } };
  assert.equal(withoutSeed(config), withoutSeed({ ...config, seed: 7 }));
  assert.notEqual(withoutSeed(config), withoutSeed({ ...config, grpo: { updates: 5 } }));
});

Deno.test("the updates that a run is to have are those of its kind, where its config can be read", () => {
  assert.equal(totalUpdates({ grpo: { updates: 4 }, supervision: { updates: 0 } }), 4);
  assert.equal(totalUpdates({ grpo: { updates: 4 }, supervision: { updates: 9 } }), 9);
  assert.equal(totalUpdates({ training: { updates: 5 } }), 5);
  assert.equal(totalUpdates({}), undefined);
});

Deno.test("smoothing starts at the first value and forgets as its weight says", () => {
  assert.deepEqual(smooth([1, 5], 0), [1, 5]);
  const [first, second] = smooth([1, 4], 0.5);
  assert.ok(Math.abs(first - 1) < 1e-12 && Math.abs(second - 3) < 1e-12);
  assert.deepEqual([spanText(45.4), spanText(125), spanText(3900)], ["45 s", "2 min 05 s", "1 h 05 min"]);
});
