import assert from "node:assert/strict";
import { type AdvantageOptions } from "../../lib/grpo/mod.ts";
import { type Credited, returns } from "../../lib/grpo/returns.ts";
import { advantages, batchDivisor, passAtKAdvantages, STD_EPSILON } from "../../lib/grpo/advantages.ts";

const OPTIONS: AdvantageOptions = {
  returns: "outcome",
  gamma: 1,
  scale: "group",
  aggregation: "sum_then_normalize",
  leaveOneOut: false,
  riskShare: 1,
  passAtK: 1,
};

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

Deno.test("a pause between two decisions discounts by its length", () => {
  const paused: Credited = { ...single([1, 8], [0]), member: new Int32Array(2), time: Int32Array.of(0, 3) };
  near(returns(paused, "reward-to-go", 0.5), [1 + 8 / 8, 8]);
  near(returns(paused, "outcome", 0.5), [2, 2]);
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

/** `k · E[max_I R − max_{I∖i} R]` over the sets of k members with i among them, by going through all sets. */
function bruteForcePassAtK(sample: readonly number[], k: number): number[] {
  const sets = Array.from(
    { length: 2 ** sample.length },
    (_, bits) => sample.map((_, i) => i).filter((i) => bits >> i & 1),
  )
    .filter((set) => set.length === k);
  return sample.map((_, i) => {
    const own = sets.filter((set) => set.includes(i));
    const gains = own.map((set) => {
      const others = set.filter((j) => j !== i).map((j) => sample[j]);
      return Math.max(sample[i], ...others) - Math.max(...others);
    });
    return k * gains.reduce((a, b) => a + b, 0) / own.length;
  });
}

Deno.test("pass@k advantages are what each member adds to the best of k, over all sets of k", () => {
  for (const sample of [[0.3, -1, 2, 0.7, 0.1, 5], [1, 0, 0, 1, 0], [3, 3, 1], [0.5, 0.2]]) {
    for (let k = 2; k <= sample.length; k++) near(passAtKAdvantages(sample, k), bruteForcePassAtK(sample, k), 1e-12);
  }
});

Deno.test("with rewards 0 and 1, a lone success among five earns 2 · 4/4 at k = 2, each of two 2 · 3/4", () => {
  near(passAtKAdvantages([0, 0, 1, 0, 0], 2), [0, 0, 2, 0, 0]);
  near(passAtKAdvantages([0, 1, 1, 0, 0], 2), [0, 1.5, 1.5, 0, 0]);
  // Only a best of five can be all five: of two successes neither adds anything.
  near(passAtKAdvantages([0, 1, 1, 0, 0], 5), [0, 0, 0, 0, 0]);
});

Deno.test("pass@k advantages are an unbiased gradient of the expected best of k draws", () => {
  // A success with probability p; ∂ log π is 1/p for it and −1/(1 − p) for a failure. E[best of 3] = 1 − (1 − p)³.
  const [n, k, p] = [5, 3, 0.3];
  let gradient = 0;
  for (let bits = 0; bits < 2 ** n; bits++) {
    const sample = Array.from({ length: n }, (_, i) => bits >> i & 1);
    const probability = sample.reduce((product, r) => product * (r === 1 ? p : 1 - p), 1);
    const slopes = sample.map((r) => r === 1 ? 1 / p : -1 / (1 - p));
    passAtKAdvantages(sample, k).forEach((a, i) => gradient += probability * a * slopes[i] / n);
  }
  assert.ok(Math.abs(gradient - k * (1 - p) ** (k - 1)) < 1e-12, `${gradient}`);
});

Deno.test("pass@k advantages go through the scale, and large groups do not overflow", () => {
  const { advantage } = advantages(single([0, 0, 1, 0, 0], [0, 0, 0, 0, 0]), { ...OPTIONS, passAtK: 2 });
  near(advantage, [0, 0, 2 / (Math.sqrt(0.2) + STD_EPSILON), 0, 0]);
  const large = Array.from({ length: 4000 }, (_, i) => i / 4000);
  const [best] = passAtKAdvantages(large, 1000).slice(-1);
  assert.ok(Number.isFinite(best) && best > 0);
});

/** Two groups of two members with two components: 1.0 · (0, 10) and 0.5 · (3, 1); 1.0 · (2, 2) and 0.5 · (0, 4). */
const PARTS: Credited = {
  ...single([1.5, 10.5, 2, 4], [0, 0, 1, 1]),
  components: [
    { weight: 1, reward: Float32Array.from([0, 10, 2, 2]) },
    { weight: 0.5, reward: Float32Array.from([3, 1, 0, 4]) },
  ],
};

Deno.test("components normalised in the group before they are weighted speak by their weight alone", () => {
  const options: AdvantageOptions = { ...OPTIONS, scale: "none", aggregation: "normalize_then_sum" };
  const { advantage, stdSum } = advantages(PARTS, options);
  const unit = (std: number) => std / Math.SQRT2 / (std + STD_EPSILON);
  const [first, second, third] = [10, 2, 4].map((difference) => unit(difference / Math.SQRT2));
  near(advantage, [-first + 0.5 * second, first - 0.5 * second, -0.5 * third, 0.5 * third]);
  // The first group: members at ±5 and ±1 around their means, whose sample deviations are 10/√2 and 2/√2.
  near(advantage, [-Math.SQRT1_2 / 2, Math.SQRT1_2 / 2, -Math.SQRT1_2 / 2, Math.SQRT1_2 / 2], 1e-3);
  assert.ok(Math.abs(stdSum - (9 + 2) / Math.SQRT2) < 1e-6, "the logged deviation is that of the reward itself");
});

Deno.test("a group whose rewards are equal still teaches by components that are not", () => {
  const balanced: Credited = {
    ...single([1, 1], [0, 0]),
    components: [
      { weight: 1, reward: Float32Array.from([0, 1]) },
      { weight: 1, reward: Float32Array.from([1, 0]) },
      { weight: 1, reward: Float32Array.from([0.2, 0.1]) },
    ],
  };
  const options: AdvantageOptions = { ...OPTIONS, aggregation: "normalize_then_sum" };
  const { advantage, zeroVarianceGroups } = advantages(balanced, options);
  assert.equal(zeroVarianceGroups, 0);
  assert.ok(advantage[0] > 0 && advantage[1] < 0);
  assert.equal(advantages(balanced, OPTIONS).zeroVarianceGroups, 1);
  assert.throws(() => advantages(single([1, 2], [0, 0]), options), /components of a reward that has none/);
});
