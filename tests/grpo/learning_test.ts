import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { type Problem, type StatisticsViews } from "../../lib/environment/mod.ts";
import { NODE_FEATURES } from "../../lib/environment/node_features.ts";
import {
  createLocalPool,
  DEFAULT_TRAINER,
  initialTrainerState,
  type Optimizer,
  type Roller,
  type TrainerOptions,
  TrainingError,
  trainUpdate,
  type UpdateMetrics,
} from "../../lib/grpo/mod.ts";
import { type InterventionActions, interventionRoller, type RolloutOptions } from "../../lib/episodes/mod.ts";
import { createStatisticsPolicy, type LearnedPolicy } from "../../lib/policy/mod.ts";
import { createStatisticsValueFunction } from "../../lib/policy/value_function.ts";
import { createReward } from "../../lib/reward/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { adamStepInto, initialAdam, useBackend } from "../../lib/tensor/mod.ts";
import { chainProblem } from "../policy/chain.ts";

await useBackend("simd");

type ChainPolicy = LearnedPolicy<StatisticsViews>;
type ChainRoller = Roller<ChainPolicy, StatisticsViews, InterventionActions>;

const UPDATES = 40;
const OPTIONS: TrainerOptions = {
  ...DEFAULT_TRAINER,
  updates: UPDATES,
  minibatches: 2,
  shards: 1,
  entropy: { kind: "constant", start: 0.02, end: 0.02, warmup: 0 },
  learningRate: { kind: "linear", start: 3e-3, end: 3e-4, warmup: 0.1 },
};
const ROLLOUT: RolloutOptions = {
  kind: "step",
  groupSize: 6,
  episode: { observationalRows: 8, interventionalRows: 0, horizon: 5, rowsPerIntervention: 1 },
  reward: createReward({
    weights: { optimization: 1, structure: 0, parent: 0, exploration: 0 },
    outcome: "expected",
    optimization: { form: "optimum" },
    structure: { form: "entropy" },
    parent: { form: "membership" },
    exploration: { regions: 3 },
  }),
  commonRandomNumbers: false,
  lookahead: 0,
};

/** Chains of 3 and 4 variables: the first variable set low is best, in every one. */
const problems = (): Problem[] => Array.from({ length: 12 }, (_, i) => chainProblem(3 + i % 2));

function adam(parameters: readonly tf.Variable[]): Optimizer {
  let state = initialAdam(parameters.map(({ size }) => size));
  return {
    apply(gradients, learningRate, clipNorm) {
      const values = parameters.map((p) => Float32Array.from(p.dataSync()));
      const step = adamStepInto(
        values,
        gradients,
        state,
        { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
        learningRate,
        clipNorm,
      );
      state = step.state;
      parameters.forEach((p, i) => p.assign(tf.tensor(values[i], p.shape)));
      return Promise.resolve(step.result);
    },
  };
}

/** Trains a small policy; `change` may tamper with what is learned from. */
async function learn(
  options: TrainerOptions,
  rollout: RolloutOptions,
  change: (roller: ChainRoller) => ChainRoller = (roller) => roller,
): Promise<{ readonly first: UpdateMetrics; readonly last: UpdateMetrics }> {
  const network = { width: 16, layers: 1, heads: 1, dropout: 0 };
  const policy = createStatisticsPolicy(
    { ...network, view: { responsePoints: 0 }, annealFrom: 1, valueHead: { kind: "categorical", levels: 2 } },
    createStream(1),
  );
  const valueFunction = options.valueBaseline === null ? {} : {
    valueFunction: createStatisticsValueFunction({ ...network, inputs: NODE_FEATURES.length }, createStream(2)),
  };
  const parameters = [...policy.parameters, ...(valueFunction.valueFunction?.parameters ?? [])];
  const roller = change(interventionRoller(problems, rollout));
  const pool = createLocalPool({ policy, options, ...valueFunction }, () => roller, createStream(5), async () => {});
  const optimizer = adam(parameters);
  const history: UpdateMetrics[] = [];
  let state = initialTrainerState(options);
  while (state.update < options.updates) {
    const result = await trainUpdate(pool, optimizer, options, state, 0);
    history.push(result.metrics);
    state = result.state;
  }
  return { first: history[0], last: history[history.length - 1] };
}

for (const kind of ["step", "trajectory"] as const) {
  Deno.test(`${kind} groups: the policy learns the best intervention of chains`, async () => {
    const { first, last } = await learn(OPTIONS, { ...ROLLOUT, kind });
    assert.ok(first.normalised_value < 0.4, `an untrained policy already reaches ${first.normalised_value}`);
    assert.ok(last.normalised_value > 0.9, `it reaches only ${last.normalised_value}`);
  });
}

Deno.test("a learned value baseline (PPO) learns too", async () => {
  const { last } = await learn(
    {
      ...OPTIONS,
      valueBaseline: { coefficient: 0.5, gaeLambda: 0.9 },
      advantage: { ...OPTIONS.advantage, scale: "batch" },
    },
    { ...ROLLOUT, kind: "trajectory" },
  );
  assert.ok(last.normalised_value > 0.8, `it reaches only ${last.normalised_value}`);
  assert.ok(Number.isFinite(last.value_loss));
});

Deno.test("with all rewards equal nothing is learned, and every group is counted as without signal", async () => {
  const { last } = await learn(OPTIONS, ROLLOUT, (roller) => (policy, stream) => {
    const rollout = roller(policy, stream);
    return { ...rollout, reward: rollout.reward.map(() => 1) };
  });
  assert.equal(last.frac_reward_zero_std, 1);
  assert.equal(last.policy_loss, 0);
  assert.ok(last.normalised_value < 0.5, `it reaches ${last.normalised_value} without any reward`);
});

Deno.test("with rewards shuffled over the candidates nothing is learned", async () => {
  const shuffled = createStream(9);
  const { last } = await learn(OPTIONS, ROLLOUT, (roller) => (policy, stream) => {
    const rollout = roller(policy, stream);
    const order = shuffled.child(stream.uint32()).permutation(rollout.reward.length);
    return { ...rollout, reward: rollout.reward.map((_, d) => rollout.reward[order[d]]) };
  });
  assert.ok(last.normalised_value < 0.5, `it reaches ${last.normalised_value} with rewards that mean nothing`);
});

Deno.test("a reward that is not a number stops training at once and names the SCM and the step", async () => {
  await assert.rejects(
    learn({ ...OPTIONS, updates: 1 }, ROLLOUT, (roller) => (policy, stream) => {
      const rollout = roller(policy, stream);
      rollout.reward[rollout.actionsPerView * 12 + 1] = NaN;
      return rollout;
    }),
    (error) => error instanceof TrainingError && /Non-finite reward \(NaN\).*chain-3, step 1/.test(error.message),
  );
});

Deno.test("the first loss of an on-policy update is minus the entropy bonus although its gradient is not 0", async () => {
  const { first } = await learn({ ...OPTIONS, updates: 1, minibatches: 1 }, ROLLOUT);
  assert.ok(Math.abs(first.policy_loss) < 1e-5, `the policy term is ${first.policy_loss}`);
  assert.ok(first.grad_norm > 0.01);
  assert.equal(first["clip_ratio/low_mean"], 0);
  assert.equal(first["clip_ratio/high_mean"], 0);
});
