import assert from "node:assert/strict";
import {
  type AdvantageOptions,
  advantages,
  batchDivisor,
  type Credited,
  returns,
  STD_EPSILON,
} from "../../lib/grpo/mod.ts";

const OPTIONS: AdvantageOptions = { returns: "outcome", gamma: 1, scale: "group", leaveOneOut: false, riskShare: 1 };

/** One decision for each member. */
function single(reward: number[], group: number[]): Credited {
  const n = reward.length;
  return {
    reward: Float32Array.from(reward),
    mask: new Float32Array(n).fill(1),
    member: Int32Array.from({ length: n }, (_, i) => i),
    time: new Int32Array(n),
    group: Int32Array.from(group),
  };
}

const near = (actual: ArrayLike<number>, expected: number[], tolerance = 1e-6) =>
  expected.forEach((x, i) => assert.ok(Math.abs(actual[i] - x) <= tolerance, `${i}: ${actual[i]} is not ${x}`));

Deno.test("the group's std is the sample one: rewards 1, 2, 3, 4 have std √(5/3)", () => {
  const { advantage, stdSum } = advantages(single([1, 2, 3, 4], [0, 0, 0, 0]), OPTIONS);
  const std = Math.sqrt(5 / 3);
  assert.ok(Math.abs(stdSum - std) < 1e-12);
  near(advantage, [-1.5, -0.5, 0.5, 1.5].map((x) => x / (std + STD_EPSILON)));
});

Deno.test("Dr. GRPO divides by nothing, RLOO compares with the mean of the others", () => {
  near(advantages(single([1, 2, 6], [0, 0, 0]), { ...OPTIONS, scale: "none" }).advantage, [-2, -1, 3]);
  const rloo = advantages(single([1, 2, 6], [0, 0, 0]), { ...OPTIONS, scale: "none", leaveOneOut: true });
  near(rloo.advantage, [1 - 4, 2 - 3.5, 6 - 1.5]);
});

Deno.test("members are compared within their own group only, and equal groups carry no signal", () => {
  const result = advantages(single([0, 2, 5, 5, 10, 14], [0, 0, 1, 1, 2, 2]), { ...OPTIONS, scale: "none" });
  near(result.advantage, [-1, 1, 0, 0, -2, 2]);
  near(result.informative, [1, 1, 0, 0, 1, 1]);
  assert.equal(result.groups, 3);
  assert.equal(result.zeroVarianceGroups, 1);
});

Deno.test("group scaling cancels any affine change of the reward, except for ε", () => {
  const reward = [0.3, -1, 2, 0.7];
  const a = advantages(single(reward, [0, 0, 0, 0]), OPTIONS).advantage;
  const b = advantages(single(reward.map((r) => 1e4 * r - 7e3), [0, 0, 0, 0]), OPTIONS).advantage;
  near(a, [...b], 2e-3);
});

Deno.test("batch scaling leaves the root mean square at 1", () => {
  const result = advantages(single([0, 2, 10, 30], [0, 0, 1, 1]), { ...OPTIONS, scale: "batch" });
  const divisor = batchDivisor(result.squares, result.members);
  const meanSquare = result.advantage.reduce((sum, a) => sum + (a / divisor) ** 2, 0) / 3;
  assert.ok(Math.abs(meanSquare - 1) < 1e-3);
});

Deno.test("risk-seeking advantages credit the best share of a group and nothing else", () => {
  const options: AdvantageOptions = { ...OPTIONS, scale: "none", riskShare: 0.25 };
  near(advantages(single([1, 2, 3, 4, 5], [0, 0, 0, 0, 0]), options).advantage, [0, 0, 0, 0, 1]);
});

/** Two trajectories of one group: rewards [1, 2, 3] and [4, 0], the second masked out after its end. */
const TRAJECTORIES: Credited = {
  reward: Float32Array.from([1, 4, 2, 0, 3, 99]),
  mask: Float32Array.from([1, 1, 1, 1, 1, 0]),
  member: Int32Array.from([0, 1, 0, 1, 0, 1]),
  time: Int32Array.from([0, 0, 1, 1, 2, 2]),
  group: Int32Array.from([0, 0]),
};

Deno.test("reward-to-go discounts what comes after a decision; outcome credits the whole return", () => {
  near(returns(TRAJECTORIES, "reward-to-go", 0.5), [1 + 0.5 * 2 + 0.25 * 3, 4, 2 + 0.5 * 3, 0, 3, 0]);
  near(returns(TRAJECTORIES, "outcome", 0.5), [2.75, 4, 2.75, 4, 2.75, 0]);
});

Deno.test("a member counts once in an outcome comparison, however many decisions it made", () => {
  const { advantage, stdSum } = advantages(TRAJECTORIES, { ...OPTIONS, scale: "none" });
  near(advantage, [1, -1, 1, -1, 1, 0]);
  assert.ok(Math.abs(stdSum - Math.SQRT2) < 1e-9);
});

Deno.test("with reward-to-go members are compared at equal times", () => {
  const { advantage, zeroVarianceGroups } = advantages(TRAJECTORIES, {
    ...OPTIONS,
    scale: "none",
    returns: "reward-to-go",
  });
  near(advantage, [1, -1, 2.5, -2.5, 0, 0]);
  assert.equal(zeroVarianceGroups, 1);
});
