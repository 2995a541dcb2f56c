import assert from "node:assert/strict";
import { parse } from "yaml";
import { formatTuned, mergeTuned, type TunedBaselines, tunedPoint } from "../../lib/training/mod.ts";

const KEPT: TunedBaselines = {
  track: "linear",
  problems: 8,
  sizes: { "3": { ucb1: { c: 0 }, random: {} }, "10": { ucb1: { c: 1 } } },
};

Deno.test("settings of some baselines are added to a file and the others are kept", () => {
  const merged = mergeTuned(KEPT, { ...KEPT, sizes: { "3": { ucb1: { c: 2 } }, "5": { "gp-ei": { values: 9 } } } });
  assert.deepEqual(merged.sizes, {
    "3": { ucb1: { c: 2 }, random: {} },
    "5": { "gp-ei": { values: 9 } },
    "10": { ucb1: { c: 1 } },
  });
  assert.deepEqual(Object.keys(merged.sizes), ["3", "5", "10"]);
  assert.throws(() => mergeTuned(KEPT, { ...KEPT, problems: 16 }), /8 problems of each size, these come from 16/);
  assert.throws(() => mergeTuned(KEPT, { ...KEPT, track: "scarce" }), /of scarce/);
});

Deno.test("a file of settings reads back as it was, and equal settings stand in it once", () => {
  const tuned = { ...KEPT, sizes: { "3": { ucb1: { c: 0.5 } }, "4": { ucb1: { c: 0.5 } } } };
  const text = formatTuned(tuned);
  assert.deepEqual(parse(text), tuned);
  assert.equal(text.match(/c: 0\.5/g)?.length, 1);
});

Deno.test("an untuned baseline has its default settings, whatever it knows", () => {
  assert.deepEqual(tunedPoint(KEPT, "causal-bo", 4), { values: 33, margin: 0, signal: 0.3 });
  assert.deepEqual(tunedPoint(KEPT, "gp-ei", 4), { values: 33, margin: 0 });
  assert.deepEqual(tunedPoint(KEPT, "ucb1", 6), { c: 0 });
});
