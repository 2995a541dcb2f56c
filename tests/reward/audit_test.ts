import assert from "node:assert/strict";
import { AUDIT_WINDOW, auditMetrics, auditRewards, type LoggedRewards } from "../../lib/reward/mod.ts";

const WEIGHTS = { optimization: 1, structure: 0, parent: 0.3, exploration: 0.1 };
const HEALTHY: LoggedRewards = {
  reward: 0.8,
  reward_std: 0.2,
  normalised_value: 0.4,
  parent_rate: 0.5,
  action_concentration: 0.2,
  "rewards/optimization/mean": 0.7,
  "rewards/optimization/std": 0.25,
  "rewards/optimization/value_correlation": 0.95,
  "rewards/parent/mean": 0.5,
  "rewards/parent/std": 0.5,
  "rewards/parent/value_correlation": 0.2,
  "rewards/exploration/mean": 0.8,
  "rewards/exploration/std": 0.1,
  "rewards/exploration/value_correlation": -0.5,
};
const window = (change: LoggedRewards) => Array.from({ length: AUDIT_WINDOW }, () => ({ ...HEALTHY, ...change }));
const issues = (change: LoggedRewards, weights = WEIGHTS) =>
  auditRewards(window(change), weights).map(({ issue, subject }) => `${issue} ${subject}`);

Deno.test("healthy rewards pass, with an exploration bonus too small to matter against the value", () => {
  assert.deepEqual(issues({}), []);
  assert.deepEqual(auditRewards([], WEIGHTS), []);
});

Deno.test("each way of gaming is found by name", () => {
  assert.deepEqual(issues({ reward_std: 1e-5 }), ["constant_reward reward"]);
  assert.deepEqual(issues({ "rewards/parent/std": 0 }), ["vanishing_component parent"]);
  assert.deepEqual(issues({ "rewards/optimization/value_correlation": -0.9 }), ["anti_correlated optimization"]);
  assert.deepEqual(issues({ "rewards/optimization/mean": 0.05, normalised_value: -0.8 }), [
    "not_optimising optimization",
  ]);
  assert.deepEqual(issues({ parent_rate: 0.97, normalised_value: 0.1 }), ["parent_gaming parent"]);
  assert.deepEqual(issues({ action_concentration: 0.99, normalised_value: 0.1 }), ["repeated_action actions"]);
  assert.deepEqual(issues({ reward: NaN, "rewards/parent/mean": Infinity }), [
    "non_finite reward",
    "non_finite rewards/parent/mean",
  ]);
});

Deno.test("what works is not gaming: parents nearly always, or one action, at a high value", () => {
  assert.deepEqual(issues({ parent_rate: 1, action_concentration: 1, normalised_value: 0.95 }), []);
});

Deno.test("an unweighted component is nobody's business", () => {
  assert.deepEqual(issues({ "rewards/parent/std": 0 }, { ...WEIGHTS, parent: 0 }), []);
});

Deno.test("a bonus against the value is found once it is a relevant part of the reward", () => {
  assert.deepEqual(issues({}, { ...WEIGHTS, exploration: 3 }), ["anti_correlated exploration"]);
});

Deno.test("the verdict looks back over the last window only, and rows without rewards do not count", () => {
  const rows = [...window({ reward_std: 0 }), ...window({}), { update: 0 }];
  assert.deepEqual(auditRewards(rows, WEIGHTS), []);
});

Deno.test("the verdict as metrics counts the findings and each issue", () => {
  const found = auditRewards(window({ "rewards/parent/std": 0, "rewards/exploration/std": 0 }), WEIGHTS);
  assert.deepEqual(auditMetrics(found), { "audit/issues": 2, "audit/vanishing_component": 2 });
  assert.deepEqual(auditMetrics([]), { "audit/issues": 0 });
});
