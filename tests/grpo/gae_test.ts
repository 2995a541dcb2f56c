import assert from "node:assert/strict";
import { type Credited } from "../../lib/grpo/returns.ts";
import { generalisedAdvantages } from "../../lib/grpo/gae.ts";

const EPISODE: Credited = {
  reward: Float32Array.from([1, 0, 2]),
  mask: Float32Array.from([1, 1, 1]),
  member: Int32Array.from([0, 0, 0]),
  time: Int32Array.from([0, 1, 2]),
  group: Int32Array.from([0]),
};
const VALUE = Float32Array.from([0.5, 1, 1.5]);

Deno.test("λ = 1 is the discounted return minus the value, λ = 0 the one-step error", () => {
  const gamma = 0.9;
  const monteCarlo = generalisedAdvantages(EPISODE, VALUE, gamma, 1);
  [1 + 0.81 * 2 - 0.5, 0.9 * 2 - 1, 2 - 1.5].forEach((a, t) => assert.ok(Math.abs(monteCarlo.advantage[t] - a) < 1e-6));
  const oneStep = generalisedAdvantages(EPISODE, VALUE, gamma, 0);
  [1 + 0.9 * 1 - 0.5, 0.9 * 1.5 - 1, 0.5].forEach((a, t) => assert.ok(Math.abs(oneStep.advantage[t] - a) < 1e-6));
});

Deno.test("the value's target is advantage plus value", () => {
  const { advantage, target } = generalisedAdvantages(EPISODE, VALUE, 0.9, 0.7);
  advantage.forEach((a, t) => assert.ok(Math.abs(target[t] - a - VALUE[t]) < 1e-6));
});

Deno.test("two decisions of one member at one time are refused", () => {
  const twice = { ...EPISODE, time: Int32Array.from([0, 1, 1]) };
  assert.throws(() => generalisedAdvantages(twice, VALUE, 0.9, 0.9), /member 0 makes two decisions at time 1/);
});
