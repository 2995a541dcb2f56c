import assert from "node:assert/strict";
import { armTotals } from "../../lib/policy/baselines/arms.ts";
import { epsilonGreedyPolicy, ucb1Policy } from "../../lib/policy/baselines/bandits.ts";
import {
  bestMeanArm,
  randomEndpointPolicy,
  randomPolicy,
  roundRobinPolicy,
} from "../../lib/policy/baselines/undirected.ts";
import { createStream } from "../../lib/random/mod.ts";
import { chain, linearProblem } from "../environment/support.ts";
import { after, type Move, OPTIONS, playOut } from "./support.ts";

/** X0 and X2 can be set; X1 cannot. Y = X0 − X2. */
const partial = linearProblem(["X0", "X1", "X2", "Y"], [
  { from: "X0", to: "Y", weight: 1 },
  { from: "X2", to: "Y", weight: -1 },
  { from: "X0", to: "X1", weight: 1 },
], { domains: { X1: null } });
const LONG = { ...OPTIONS, horizon: 4000 };

/** How often each value of a list occurs. */
function shares<T>(list: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const item of list) counts.set(item, (counts.get(item) ?? 0) + 1 / list.length);
  return counts;
}

Deno.test("arm totals count rows by the nearest end, in gains over the starting rows' mean", () => {
  const moves: Move[] = [[0, -1], [0, -0.4], [0, 0.7], [2, 1], [0, -1]];
  const { count, gain } = armTotals(after([partial], moves, 3));
  assert.deepEqual([...count], [3, 1, 0, 0, 0, 1, 0, 0]);
  const { history, statistics } = after([partial], moves, 3);
  const row = (r: number) => history.values[(OPTIONS.observationalRows + r) * 4 + 3];
  const unit = (y: number) => -(y - statistics.centre[3]) / statistics.spread[3];
  assert.ok(Math.abs(gain[0] - unit(row(0)) - unit(row(1)) - unit(row(4))) < 1e-12);
  assert.ok(Math.abs(gain[5] - unit(row(3))) < 1e-12);
  const padded = armTotals(after([chain(), partial], [[0, 1], [0, -1], [0, 1]]));
  assert.deepEqual([...padded.count], [1, 2, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0]);
});

Deno.test("random policies are uniform over what can be set, with the log-probability of that", () => {
  for (const policy of [randomPolicy(), randomEndpointPolicy()]) {
    const { actions, observation } = playOut(policy, [partial], 4000, 5, LONG);
    const variables = shares(actions.map(([[variable]]) => variable));
    assert.deepEqual([...variables.keys()].sort(), [0, 2]);
    assert.ok(Math.abs((variables.get(0) ?? 0) - 0.5) < 0.035);
    const values = actions.map(([[, value]]) => value);
    assert.ok(values.every((value) => Math.abs(value) <= 1));
    assert.ok(Math.abs(values.filter((value) => value > 0).length / 4000 - 0.5) < 0.035);
    const variance = values.reduce((sum, value) => sum + value * value, 0) / 4000;
    assert.ok(Math.abs(variance - (policy.name === "random" ? 1 / 3 : 1)) < 0.02, `${policy.name}: ${variance}`);
    // Two variables and a density of 1/2, or two ends.
    assert.equal(policy.act(observation, [createStream(1)], "sample").logProb[0], -Math.log(4));
  }
});

Deno.test("round-robin tries all low ends, then all high ends, then starts again", () => {
  const { actions } = playOut(roundRobinPolicy(), [partial, chain()], 5);
  assert.deepEqual(actions.map(([first]) => [...first]), [[0, -1], [2, -1], [0, 1], [2, 1], [0, -1]]);
  assert.deepEqual(actions.map(([, second]) => [...second]), [[0, -1], [1, -1], [0, 1], [1, 1], [0, -1]]);
});

Deno.test("the recommendation of random values is the best single outcome, of arms the best mean", () => {
  const quiet = chain({ noise: 0.01 });
  const seen = after([quiet], [[0, 0.9], [0, -0.6], [1, -0.9], [1, 1]], 2);
  // X0 = −3 gives −6.75, X1 = −4.5 gives −6.75 too: the noise decides between them, so ask the history.
  const recommended = randomPolicy().recommend(seen);
  const best = seen.statistics.bestOutcome[0] > seen.statistics.bestOutcome[1] ? 0 : 1;
  assert.equal(recommended.variable[0], best);
  assert.ok(Math.abs(recommended.value[0] - [-0.6, -0.9][best]) < 1e-12);
  const mean = bestMeanArm(after([quiet], [[0, -1], [0, -1], [1, -1]], 2));
  assert.deepEqual([mean.variable[0], mean.value[0]], [0, -1]);
  const untouched = after([quiet], [], 2);
  assert.deepEqual(randomPolicy().recommend(untouched).variable[0], 0);
});

Deno.test("UCB1 tries every arm once before any twice, then leaves the bad ones", () => {
  const { actions } = playOut(ucb1Policy(0.5), [chain(), partial], 40, 7);
  for (const e of [0, 1]) {
    const names = actions.map((step) => `${step[e][0]} ${step[e][1]}`);
    assert.equal(new Set(names.slice(0, 4)).size, 4);
    const target = e === 0 ? ["0 -1"] : ["0 -1", "2 1"];
    const later = names.slice(20).filter((name) => target.includes(name)).length;
    assert.ok(later >= 14, `${later} of 20`);
  }
});

Deno.test("UCB1's index is mean + c·√(2 ln t / n)", () => {
  // Means from the arms themselves; c is chosen just below and just above the value at which the two best arms swap.
  const moves: Move[] = [[0, -1], [0, -1], [0, -1], [0, -1], [0, 1], [1, 1], [1, -1]];
  const seen = after([chain()], moves, 4);
  const { count, gain } = armTotals(seen);
  const swap = (gain[0] / count[0] - gain[2] / count[2]) / (Math.sqrt(2 * Math.log(7)) * (1 - Math.sqrt(1 / count[0])));
  assert.ok(swap > 0);
  const play = (c: number) => ucb1Policy(c).act(seen, [createStream(1)], "sample").variable[0];
  assert.equal(play(0.99 * swap), 0);
  assert.equal(play(1.01 * swap), 1);
});

Deno.test("ε-greedy explores with probability ε over all arms, and its log-probabilities are those", () => {
  const epsilon = 0.3;
  const policy = epsilonGreedyPolicy(epsilon, false);
  const seen = after([chain()], [[0, -1], [0, 1], [1, -1], [1, 1]], 6);
  const counts = new Map<string, number>();
  const logProbs = new Map<string, number>();
  const trials = 4000;
  for (let k = 0; k < trials; k++) {
    const { variable, value, logProb } = policy.act(seen, [createStream(9).child(k)], "sample");
    const arm = `${variable[0]} ${value[0]}`;
    counts.set(arm, (counts.get(arm) ?? 0) + 1);
    logProbs.set(arm, logProb[0]);
  }
  assert.equal(counts.size, 4);
  for (const [arm, count] of counts) {
    const expected = epsilon / 4 + (arm === "0 -1" ? 1 - epsilon : 0);
    assert.ok(Math.abs(count / trials - expected) < 0.03, `${arm}: ${count / trials}, not ${expected}`);
    assert.ok(Math.abs(Math.exp(logProbs.get(arm) ?? NaN) - expected) < 1e-12);
  }
});

Deno.test("an optimistic start tries every arm, a plain one may not", () => {
  const tried = (optimistic: boolean) => {
    const { actions } = playOut(epsilonGreedyPolicy(0, optimistic), [chain({ noise: 0.1 })], 8, 3);
    return new Set(actions.map(([[variable, value]]) => `${variable} ${value}`)).size;
  };
  assert.equal(tried(true), 4);
  assert.ok(tried(false) < 4);
});

Deno.test("exploration out of range is refused", () => {
  assert.throws(() => epsilonGreedyPolicy(1.2, true), /ε = 1.2/);
  assert.throws(() => ucb1Policy(-1), /c = -1/);
});
