import assert from "node:assert/strict";
import type { Beliefs, Observation } from "../../lib/environment/mod.ts";
import { interventionRoller, type RolloutOptions } from "../../lib/episodes/mod.ts";
import { readMeasure } from "../../lib/grpo/measures.ts";
import { createStatisticsPolicy } from "../../lib/policy/mod.ts";
import { createReward } from "../../lib/reward/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { createExactSurrogate, type Surrogate } from "../../lib/surrogate/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { chainProblem } from "../policy/chain.ts";

await useBackend("simd");

const rewarding = (structure: number) =>
  createReward({
    weights: { optimization: 1, structure, parent: 0, exploration: 0 },
    outcome: "expected",
    optimization: { form: "optimum" },
    structure: { form: "entropy" },
    parent: { form: "membership" },
    exploration: { regions: 1 },
  });

const PROBLEMS = [chainProblem(3), chainProblem(4)];
const ROLLOUT: RolloutOptions = {
  kind: "step",
  groupSize: 3,
  episode: { observationalRows: 6, interventionalRows: 0, horizon: 4, rowsPerIntervention: 1 },
  reward: rewarding(0),
  commonRandomNumbers: false,
  lookahead: 0,
};

function policyOf(beliefs: "none" | "effects") {
  return createStatisticsPolicy(
    {
      width: 8,
      layers: 1,
      heads: 1,
      dropout: 0,
      view: { responsePoints: 0, beliefs },
      annealFrom: 1,
      valueHead: { kind: "categorical", levels: 2 },
    },
    createStream(1),
  );
}

function roll(options: RolloutOptions, beliefs: "none" | "effects" = "none") {
  return interventionRoller(() => PROBLEMS, options)(policyOf(beliefs), createStream(5));
}

/** Uncertainty that every row halves. */
const halving: Surrogate = {
  name: "halving",
  privileged: false,
  track: ({ episodes, width }) => ({
    update: ({ history }): Beliefs => ({
      parent: new Float64Array(episodes * width),
      entropy: new Float64Array(episodes).fill(0.5 ** history.rows),
    }),
  }),
};

for (const kind of ["step", "trajectory"] as const) {
  Deno.test(`${kind} groups: a surrogate that nobody looks at changes nothing, byte for byte`, () => {
    const plain = roll({ ...ROLLOUT, kind });
    const watched = roll({ ...ROLLOUT, kind, surrogate: createExactSurrogate() });
    assert.deepEqual(watched.views, plain.views);
    assert.deepEqual(watched.reward, plain.reward);
    assert.deepEqual(watched.actions, plain.actions);
    assert.deepEqual(watched.measures, plain.measures);
  });

  Deno.test(`${kind} groups: the policy sees the beliefs about the rows before each decision`, () => {
    const seen: number[] = [];
    const policy = policyOf("none");
    const watching = {
      ...policy,
      viewsOf(observation: Observation) {
        assert.equal(observation.beliefs?.entropy[0], 0.5 ** observation.history.rows);
        seen.push(observation.history.rows);
        return policy.viewsOf(observation);
      },
    };
    interventionRoller(() => PROBLEMS, { ...ROLLOUT, kind, surrogate: halving })(watching, createStream(5));
    assert.deepEqual(seen, [6, 7, 8, 9]);
  });

  Deno.test(`${kind} groups: the structure reward is the relative drop of entropy of each candidate's own outcome`, () => {
    const plain = roll({ ...ROLLOUT, kind });
    const rewarded = roll({ ...ROLLOUT, kind, reward: rewarding(0.6), surrogate: halving });
    assert.equal(readMeasure(rewarded.measures["rewards/structure/mean"]), 0.5);
    rewarded.reward.forEach((reward, k) => assert.ok(Math.abs(reward - plain.reward[k] - 0.3) < 1e-6));
  });
}

Deno.test("looking ahead, the policy sees the beliefs after each candidate", () => {
  const rows = new Set<number>();
  const policy = policyOf("none");
  const watching = {
    ...policy,
    viewsOf(observation: Observation) {
      if (observation.problems.episodes === 6) {
        rows.add(observation.history.rows);
        assert.equal(observation.beliefs?.entropy[5], 0.5 ** observation.history.rows);
      }
      return policy.viewsOf(observation);
    },
  };
  interventionRoller(() => PROBLEMS, { ...ROLLOUT, lookahead: 2, surrogate: halving })(watching, createStream(5));
  assert.deepEqual([...rows], [7, 8, 9]);
});

Deno.test("a rollout with effect channels is deterministic, and one without a surrogate refuses them", () => {
  const options = { ...ROLLOUT, surrogate: createExactSurrogate() };
  assert.deepEqual(roll(options, "effects").views, roll(options, "effects").views);
  assert.throws(() => roll(ROLLOUT, "effects"), /no surrogate/);
  assert.throws(() => roll({ ...ROLLOUT, reward: rewarding(1) }), /surrogate\.kind/);
});
