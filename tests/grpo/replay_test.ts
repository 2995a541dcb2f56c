import assert from "node:assert/strict";
import { drawReplay, remember, type ReplayEntry, type ReplayOptions } from "../../lib/grpo/replay.ts";
import { createStream } from "../../lib/random/mod.ts";

const OPTIONS: ReplayOptions = { capacity: 3, alpha: 1, beta: 1 };
const entry = (key: string, priority: number): ReplayEntry<string> => ({ key, item: key, priority });

Deno.test("entries are drawn in proportion to their priority to the power alpha", () => {
  const state = [entry("a", 1), entry("b", 3)];
  const share = (alpha: number) => {
    const samples = drawReplay(state, 20_000, { ...OPTIONS, alpha }, createStream(1));
    return samples.filter((sample) => sample.entry.key === "b").length / samples.length;
  };
  assert.ok(Math.abs(share(1) - 3 / 4) < 0.015);
  assert.ok(Math.abs(share(2) - 9 / 10) < 0.015);
  assert.ok(Math.abs(share(0) - 1 / 2) < 0.015);
});

Deno.test("with full correction the weighted mean of the drawn is the plain mean of the buffer", () => {
  const state = [entry("a", 1), entry("b", 2), entry("c", 5)];
  const value: Readonly<Record<string, number>> = { a: 10, b: -4, c: 1 };
  const samples = drawReplay(state, 60_000, OPTIONS, createStream(2));
  const total = samples.reduce((sum, { weight }) => sum + weight, 0);
  const mean = samples.reduce((sum, { entry: { key }, weight }) => sum + weight * value[key], 0) / total;
  assert.ok(Math.abs(mean - 7 / 3) < 0.1);
  assert.equal(Math.max(...samples.map(({ weight }) => weight)), 1);
  const uncorrected = drawReplay(state, 10, { ...OPTIONS, beta: 0 }, createStream(2));
  assert.ok(uncorrected.every(({ weight }) => weight === 1));
});

Deno.test("a full buffer drops its lowest priority, and a known key is replaced", () => {
  const full = remember([], [entry("a", 2), entry("b", 1), entry("c", 3)], OPTIONS);
  assert.deepEqual(remember(full, [entry("d", 2)], OPTIONS).map(({ key }) => key), ["a", "c", "d"]);
  const again = remember(full, [entry("b", 9)], OPTIONS);
  assert.deepEqual(again.map(({ key, priority }) => [key, priority]), [["a", 2], ["c", 3], ["b", 9]]);
});

Deno.test("an empty buffer gives nothing, and senseless options and priorities are refused", () => {
  assert.deepEqual(drawReplay([], 5, OPTIONS, createStream(1)), []);
  assert.throws(() => remember([], [entry("a", 0)], OPTIONS), /priority of a must be positive and finite, got 0/);
  assert.throws(() => remember([], [], { ...OPTIONS, capacity: 0 }), /capacity must be a whole number ≥ 1, got 0/);
  assert.throws(() => drawReplay([], 1, { ...OPTIONS, beta: 2 }, createStream(1)), /beta must lie in \[0, 1\], got 2/);
});
