/** The update: when it stops, what it names when a step goes wrong, when the reference follows, and what it logs. */

import assert from "node:assert/strict";
import {
  createLocalPool,
  DEFAULT_TRAINER,
  initialTrainerState,
  type Optimizer,
  type ShardGradient,
  type ShardPool,
  type TrainerOptions,
  TrainingError,
  trainUpdate,
} from "../../lib/grpo/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { adamOf, CHOICES, createTabularPolicy, randomEpisodes, rollerOf, rolloutOf, STATES } from "./tabular.ts";

await useBackend("simd");

const OPTIONS: TrainerOptions = {
  ...DEFAULT_TRAINER,
  updates: 3,
  minibatches: 2,
  shards: 1,
  learningRate: { kind: "linear", start: 0.5, end: 0.1, warmup: 0 },
};
const uniform = () => -Math.log(CHOICES);
const rollout = () => rolloutOf(randomEpisodes(2, [3, 3, 3, 3, 3, 3], 3), uniform);
const fresh = () => createTabularPolicy(new Float32Array(STATES * CHOICES));
const near = (actual: number, expected: number, what: string) =>
  assert.ok(Math.abs(actual - expected) < 1e-6, `${what}: ${actual} is not ${expected}`);

/** One update of a fresh table; `optimizer` may be another than Adam. */
function update(changes: Partial<TrainerOptions>, optimizer?: Optimizer) {
  const options = { ...OPTIONS, ...changes };
  const policy = fresh();
  const pool = createLocalPool(
    { policy, options, reference: fresh() },
    () => rollerOf(rollout()),
    createStream(3),
    () => Promise.resolve(),
  );
  return trainUpdate(pool, optimizer ?? adamOf(policy.parameters), options, initialTrainerState(options), 0);
}

Deno.test("an update stops at the first minibatch whose KL(old ‖ new) exceeds the target, without its step", async () => {
  const full = await update({ epochs: 4 });
  assert.equal("steps" in full.metrics, false);
  assert.ok(full.metrics.approx_kl > 0.1, `the steps are so small that nothing moves: ${full.metrics.approx_kl}`);
  const stopped = await update({ epochs: 4, targetKl: 0.05 });
  assert.ok(stopped.metrics.steps >= 1 && stopped.metrics.steps < 8, `${stopped.metrics.steps}`);
  assert.ok(stopped.metrics.param_change < full.metrics.param_change);
  const never = await update({ epochs: 4, targetKl: 1e6 });
  assert.equal(never.metrics.steps, 8);
  assert.equal(never.metrics.loss, full.metrics.loss);
});

Deno.test("the first minibatch of a fresh rollout has ratio 1 and KL(old ‖ new) 0", async () => {
  const { metrics } = await update({ minibatches: 1 });
  near(metrics["ratio/min"], 1, "min");
  near(metrics["ratio/mean"], 1, "mean");
  near(metrics["ratio/max"], 1, "max");
  near(metrics.approx_kl, 0, "KL(old ‖ new)");
  near(metrics["clip_ratio/region_mean"], 0, "clipped");
});

Deno.test("metrics of several steps are means over the steps, extremes are over all of them", async () => {
  const grow = (step: number): ShardGradient => ({
    gradients: [new Float32Array(1)],
    measures: {
      loss: { kind: "share", value: step },
      entropy: { kind: "share", value: 2 },
      kl: { kind: "share", value: 0 },
      "ratio/min": { kind: "least", value: 1 - step / 10 },
      "ratio/max": { kind: "most", value: 1 + step / 10 },
    },
    steepest: "nothing",
  });
  const collection = {
    summary: { squares: 1, members: 2, measures: {} },
    counts: { decisions: [1, 1], weights: [1, 1] },
  };
  const pool: ShardPool = {
    collect: () => Promise.resolve([collection, collection]),
    gradients: (_, minibatch) => Promise.resolve([grow(minibatch), grow(minibatch + 2)]),
    synchronise: () => Promise.resolve(),
    updateReference: () => Promise.resolve(),
  };
  const norms = [3, 5];
  const optimizer: Optimizer = {
    apply: () => Promise.resolve({ gradientNorm: norms.shift() ?? NaN, parameterChange: 0.25 }),
  };
  const { metrics, state } = await trainUpdate(
    pool,
    optimizer,
    OPTIONS,
    { ...initialTrainerState(OPTIONS), update: 1 },
    0,
  );
  // Shards add up to 2 and 4.
  assert.equal(metrics.loss, 3);
  assert.equal(metrics.entropy, 4);
  near(metrics["ratio/min"], 0.7, "least of all");
  near(metrics["ratio/max"], 1.3, "most of all");
  assert.equal(metrics.grad_norm, 4);
  assert.equal(metrics.param_change, 0.5);
  near(metrics.learning_rate, 0.3, "half-way");
  assert.equal(state.update, 2);
});

Deno.test("a step that is not finite stops the training with the place, the rate and the steepest group", async () => {
  const broken: Optimizer = { apply: () => Promise.resolve({ gradientNorm: 2, parameterChange: NaN }) };
  await assert.rejects(update({}, broken), (error) => {
    assert.ok(error instanceof TrainingError);
    assert.match(error.message, /change of the parameters NaN\) at epoch 0, minibatch 0, learning rate 0\.5/);
    assert.match(error.message, /steepest decisions are of group [01]/);
    return true;
  });
  const infinite: Optimizer = { apply: () => Promise.resolve({ gradientNorm: Infinity, parameterChange: 0 }) };
  await assert.rejects(update({}, infinite), /gradient norm Infinity/);
});

Deno.test("the reference follows every so many updates, from the first on, and never where it is frozen", async () => {
  const copied: number[] = [];
  const run = async (referenceEvery: number) => {
    copied.length = 0;
    const options = { ...OPTIONS, updates: 7, kl: { coefficient: 0.1, referenceEvery, adaptive: null } };
    const policy = fresh();
    let state = initialTrainerState(options);
    const pool = createLocalPool(
      { policy, options, reference: fresh() },
      () => rollerOf(rollout()),
      createStream(3),
      () => Promise.resolve(void copied.push(state.update)),
    );
    const optimizer = adamOf(policy.parameters);
    while (state.update < 7) ({ state } = await trainUpdate(pool, optimizer, options, state, 0));
    return [...copied];
  };
  assert.deepEqual(await run(3), [0, 3, 6]);
  assert.deepEqual(await run(0), []);
});

Deno.test("a held entropy: its coefficient rises while the entropy is below the target and falls above", async () => {
  const held = (target: number) => ({ kind: "adaptive", start: 0.1, target, rate: 0.5, min: 1e-3, max: 1 } as const);
  const entropy = Math.log(CHOICES);
  const above = await update({ minibatches: 1, entropy: held(0.5) });
  assert.equal(above.metrics.entropy_coefficient, 0.1);
  near(above.state.adapted.entropy, 0.1 * Math.exp(0.5 * (0.5 - entropy)), "above the target");
  const below = await update({ minibatches: 1, entropy: held(2) });
  near(below.state.adapted.entropy, 0.1 * Math.exp(0.5 * (2 - entropy)), "below the target");
});

Deno.test("an entropy held at a target is reached and kept, where a constant coefficient lets it fall", async () => {
  const run = async (entropy: TrainerOptions["entropy"]) => {
    const options: TrainerOptions = {
      ...OPTIONS,
      updates: 400,
      minibatches: 1,
      entropy,
      advantage: { ...DEFAULT_TRAINER.advantage, returns: "outcome" },
      learningRate: { kind: "constant", start: 0.05, end: 0, warmup: 0 },
    };
    const policy = fresh();
    let state = initialTrainerState(options);
    const stream = createStream(9);
    // Choice 0 is best in every state; choices are drawn from the policy as it is.
    const roller = () => {
      const table = policy.logits.dataSync<"float32">();
      const draw = stream.child(state.update);
      const logProb = (s: number, c: number) => {
        const row = Array.from({ length: CHOICES }, (_, i) => table[s * CHOICES + i]);
        return row[c] - Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0));
      };
      const episodes = Array.from({ length: 32 }, (_, m) => {
        const s = Math.floor(m / 8) % STATES;
        let [choice, left] = [0, draw.uniform() - Math.exp(logProb(s, 0))];
        while (left >= 0 && choice < CHOICES - 1) left -= Math.exp(logProb(s, ++choice));
        return { group: Math.floor(m / 8), steps: [{ state: s, choice, reward: choice === 0 ? 1 : 0 }] };
      });
      return rolloutOf(episodes, logProb);
    };
    const pool = createLocalPool({ policy, options }, () => roller, createStream(3), () => Promise.resolve());
    const optimizer = adamOf(policy.parameters);
    let late = 0;
    while (state.update < options.updates) {
      const result = await trainUpdate(pool, optimizer, options, state, 0);
      if (state.update >= 200) late += result.metrics.entropy / 200;
      state = result.state;
    }
    return late;
  };
  const held = await run({ kind: "adaptive", start: 0.01, target: 0.6, rate: 0.2, min: 1e-4, max: 2 });
  assert.ok(Math.abs(held - 0.6) < 0.1, `held at ${held}`);
  const free = await run({ kind: "constant", start: 0.01, end: 0, warmup: 0 });
  assert.ok(free < 0.3, `without a target it stays at ${free}`);
});
