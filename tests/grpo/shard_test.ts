/** Shards on a table of logits: gradients of every option against central differences in float64, however a batch is split. */

import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import {
  type BatchTotals,
  createLocalPool,
  DEFAULT_TRAINER,
  type LossOptions,
  type Measures,
  type ShardCollection,
  type ShardGradient,
  type TrainerOptions,
} from "../../lib/grpo/mod.ts";
import { evaluateLoss } from "../../lib/grpo/loss.ts";
import { createShard } from "../../lib/grpo/shard.ts";
import { mergeMeasures, readMeasure } from "../../lib/grpo/measures.ts";
import { createStream } from "../../lib/random/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { TESTED } from "../tensor/support.ts";
import {
  CHOICES,
  createTabularPolicy,
  createTabularValue,
  type Episode,
  randomEpisodes,
  rollerOf,
  rolloutOf,
  STATES,
  type TabularRollout,
} from "./tabular.ts";

await useBackend("simd");

const stream = createStream(17);
const randomTable = (size: number, scale = 1) => Float32Array.from({ length: size }, () => scale * stream.normal());
const [LOGITS, OLD, REFERENCE] = [0, 1, 2].map(() => randomTable(STATES * CHOICES, 0.6));
const VALUES = randomTable(STATES);

function logSoftmaxOf(logits: ArrayLike<number>, state: number): number[] {
  const row = Array.from({ length: CHOICES }, (_, c) => logits[state * CHOICES + c]);
  const total = Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0));
  return row.map((x) => x - total);
}

const oldLogProb = (state: number, choice: number) => logSoftmaxOf(OLD, state)[choice];

const OPTIONS: TrainerOptions = { ...DEFAULT_TRAINER, minibatches: 1, shards: 1 };
const COEFFICIENTS = { entropy: 0.2, kl: 0.5 };

function totalsOf(collected: readonly ShardCollection[]): BatchTotals {
  const add = (pick: (c: ShardCollection) => readonly number[]) =>
    pick(collected[0]).map((_, i) => collected.reduce((sum, c) => sum + pick(c)[i], 0));
  return {
    squares: collected.reduce((sum, { summary }) => sum + summary.squares, 0),
    members: collected.reduce((sum, { summary }) => sum + summary.members, 0),
    decisions: add(({ counts }) => counts.decisions),
    weights: add(({ counts }) => counts.weights),
  };
}

/** The gradients of a rollout split into shards, all minibatches of the first epoch. */
async function gradientsOf(
  rollouts: readonly TabularRollout[],
  options: TrainerOptions,
): Promise<{ collected: ShardCollection[]; gradients: ShardGradient[][] }> {
  const coefficients = { ...COEFFICIENTS, kl: options.kl.coefficient };
  const policy = createTabularPolicy(LOGITS);
  const reference = createTabularPolicy(REFERENCE);
  const valueFunction = options.valueBaseline === null ? {} : { valueFunction: createTabularValue(VALUES) };
  const shards = rollouts.map(() => createShard({ policy, reference, options, ...valueFunction }));
  const collected: ShardCollection[] = [];
  for (const [s, shard] of shards.entries()) {
    collected.push(await shard.collect(rollerOf(rollouts[s]), createStream(s), coefficients.kl));
  }
  const totals = totalsOf(collected);
  const gradients: ShardGradient[][] = [];
  for (let m = 0; m < options.minibatches; m++) {
    const parts: ShardGradient[] = [];
    for (const shard of shards) parts.push(await shard.gradient(0, m, totals, coefficients));
    gradients.push(parts);
  }
  return { collected, gradients };
}

/** The gradient by the table's logits, added over shards and averaged over minibatches. */
function sumOf(gradients: readonly (readonly ShardGradient[])[], parameter = 0): Float64Array {
  const sum = new Float64Array(gradients[0][0].gradients[parameter].length);
  for (const parts of gradients) {
    for (const part of parts) part.gradients[parameter].forEach((g, i) => sum[i] += g / gradients.length);
  }
  return sum;
}

function assertNear(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    assert.ok(Math.abs(actual[i] - expected[i]) <= tolerance, `${what}, ${i}: ${actual[i]} is not ${expected[i]}`);
  }
}

/** Strings of different lengths, one view each. */
const STRINGS = randomEpisodes(5, [3, 1, 4, 2, 4, 3], 3);

/** The whole loss of strings in float64, from the table's logits to the number: advantages by hand, by plain formulas. */
function lossOf(logits: ArrayLike<number>, episodes: readonly Episode[], loss: LossOptions): number {
  const longest = Math.max(...episodes.map(({ steps }) => steps.length));
  const cells = episodes.flatMap(({ steps }, m) =>
    Array.from({ length: longest }, (_, t) => ({ m, step: steps.at(t) }))
  );
  const totals = episodes.map(({ steps }) => steps.reduce((sum, { reward }) => sum + reward, 0));
  const advantage = episodes.map(({ group }, m) => {
    const own = totals.filter((_, other) => episodes[other].group === group);
    return totals[m] - own.reduce((sum, x) => sum + x, 0) / own.length;
  });
  const at = (table: ArrayLike<number>) =>
    cells.map(({ step }) => step ? logSoftmaxOf(table, step.state)[step.choice] : 0);
  const mask = cells.map(({ step }): number => step === undefined ? 0 : 1);
  const weight = cells.map(({ m, step }) =>
    step === undefined ? 0 : loss.kind === "sequence" ? 1 / episodes[m].steps.length : 1
  );
  const perEpisode = (f: (state: number) => number) => episodes.map(({ steps }) => f(steps[0].state));
  const decisions = mask.reduce((sum, x) => sum + x, 0);
  return evaluateLoss(
    {
      logProb: at(logits),
      entropy: perEpisode((state) => -logSoftmaxOf(logits, state).reduce((sum, x) => sum + Math.exp(x) * x, 0)),
      exactKl: perEpisode((state) =>
        logSoftmaxOf(logits, state).reduce(
          (sum, x, c) => sum + Math.exp(x) * (x - logSoftmaxOf(REFERENCE, state)[c]),
          0,
        )
      ),
      value: null,
    },
    {
      views: episodes.length,
      perView: longest,
      oldLogProb: at(OLD),
      advantage: cells.map(({ m }) => advantage[m]),
      mask,
      weight,
      referenceLogProb: at(REFERENCE),
      target: null,
      viewsPerSequence: 1,
    },
    loss,
    { weight: weight.reduce((sum, x) => sum + x, 0), decisions },
    { ...COEFFICIENTS, value: 0 },
  ).loss;
}

Deno.test("the gradient by a network's parameters is that of central differences in float64, for every loss", async () => {
  const rollout = rolloutOf(STRINGS, oldLogProb, true);
  for (const backend of TESTED) {
    await useBackend(backend);
    for (const kind of ["bnpo", "dapo", "sequence"] as const) {
      for (const ratio of ["token", "sequence"] as const) {
        for (const klEstimator of ["exact", "k2", "k3"] as const) {
          const loss: LossOptions = { ...DEFAULT_TRAINER.loss, kind, ratio, klEstimator, delta: 1.5 };
          const advantage = { ...DEFAULT_TRAINER.advantage, returns: "outcome" } as const;
          const options: TrainerOptions = { ...OPTIONS, advantage, loss, kl: { ...OPTIONS.kl, coefficient: 0.5 } };
          const { gradients } = await gradientsOf([rollout], options);
          const numeric = Float64Array.from(LOGITS, (_, i) => {
            const moved = (by: number) =>
              lossOf(Float64Array.from(LOGITS, (x, j) => j === i ? x + by : x), STRINGS, loss);
            return (moved(1e-5) - moved(-1e-5)) / 2e-5;
          });
          const what = `${backend}, ${kind}, ${ratio}, ${klEstimator}`;
          assertNear(sumOf(gradients), numeric, 2e-6, what);
          near(readMeasure(gradients[0][0].measures.loss), lossOf(LOGITS, STRINGS, loss), 1e-6, what);
        }
      }
    }
  }
  await useBackend("simd");
});

function near(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual} is not ${expected}`);
}

/** Metrics of shards put together, as the trainer does. */
function read(parts: readonly Measures[]): Record<string, number> {
  return Object.fromEntries(Object.entries(mergeMeasures(parts)).map(([name, m]) => [name, readMeasure(m)]));
}

const renumbered = (episodes: readonly Episode[]): Episode[] => {
  const first = episodes[0].group;
  return episodes.map((episode) => ({ ...episode, group: episode.group - first }));
};

Deno.test("gradients and metrics of a batch do not depend on how it is split into shards, unequal ones included", async () => {
  const episodes = randomEpisodes(8, [3, 2, 4, 1, 2, 2, 4, 3, 3, 1], 2);
  const scales = ["none", "group", "batch"] as const;
  const kinds = ["bnpo", "dapo", "sequence", "cispo"] as const;
  for (const scale of scales) {
    for (const kind of kinds) {
      for (
        const baseline of kind === "bnpo" && scale !== "group" ? [null, { coefficient: 0.5, gaeLambda: 0.9 }] : [null]
      ) {
        const options: TrainerOptions = {
          ...OPTIONS,
          advantage: { ...DEFAULT_TRAINER.advantage, scale },
          loss: { ...DEFAULT_TRAINER.loss, kind, klEstimator: "k3" },
          kl: { ...OPTIONS.kl, coefficient: 0.5 },
          skipZeroVariance: baseline === null,
          valueBaseline: baseline,
        };
        const split = async (edges: readonly number[]) => {
          const parts = edges.slice(1).map((to, s) => renumbered(episodes.slice(edges[s], to)));
          const { collected, gradients } = await gradientsOf(parts.map((part) => rolloutOf(part, oldLogProb)), options);
          return {
            gradient: sumOf(gradients),
            metrics: {
              ...read(collected.map(({ summary }) => summary.measures)),
              ...read(gradients[0].map(({ measures }) => measures)),
            },
          };
        };
        const whole = await split([0, 10]);
        for (const edges of [[0, 2, 10], [0, 4, 6, 10]]) {
          const parts = await split(edges);
          const what = `${scale}, ${kind}, shards at ${edges}`;
          assertNear(parts.gradient, whole.gradient, 1e-6, what);
          assert.deepEqual(Object.keys(parts.metrics), Object.keys(whole.metrics));
          for (const [name, value] of Object.entries(whole.metrics)) {
            near(parts.metrics[name], value, 1e-6, `${what}, ${name}`);
          }
        }
      }
    }
  }
});

Deno.test("dapo weighs a decision alike whichever minibatch it falls into, bnpo by the size of its minibatch", async () => {
  const episodes = randomEpisodes(9, [7, 1, 2, 4, 3, 5], 2);
  const gradient = async (kind: "bnpo" | "dapo", minibatches: number) => {
    const options: TrainerOptions = {
      ...OPTIONS,
      minibatches,
      entropy: { kind: "constant", start: 0, end: 0, warmup: 0 },
      advantage: { ...DEFAULT_TRAINER.advantage, returns: "outcome" },
      loss: { ...DEFAULT_TRAINER.loss, kind },
    };
    const rollout = rolloutOf(episodes, oldLogProb, true);
    const policy = createTabularPolicy(LOGITS);
    const shard = createShard({ policy, options });
    const collected = await shard.collect(rollerOf(rollout), createStream(0), 0);
    const totals = totalsOf([collected]);
    const parts: ShardGradient[][] = [];
    for (let m = 0; m < minibatches; m++) parts.push([await shard.gradient(0, m, totals, { entropy: 0, kl: 0 })]);
    return sumOf(parts);
  };
  assertNear(
    await gradient("dapo", 3),
    await gradient("dapo", 1),
    1e-6,
    "the mean over minibatches is that of the batch",
  );
  assertNear(await gradient("bnpo", 1), await gradient("dapo", 1), 0, "with one minibatch both are the same");
  const [split, whole] = [await gradient("bnpo", 3), await gradient("bnpo", 1)];
  assert.ok(split.some((g, i) => Math.abs(g - whole[i]) > 1e-3), "strings of other lengths do not matter");
});

Deno.test("ratios of trajectories are taken over all their views, which stay together in a minibatch", async () => {
  const episodes = randomEpisodes(10, [3, 3, 3, 3, 3, 3], 3);
  const options: TrainerOptions = {
    ...OPTIONS,
    advantage: { ...DEFAULT_TRAINER.advantage, returns: "outcome" },
    loss: { ...DEFAULT_TRAINER.loss, ratio: "sequence" },
  };
  const [long, wide] = await Promise.all(
    [false, true].map((each) => gradientsOf([rolloutOf(episodes, oldLogProb, each)], options)),
  );
  assertNear(sumOf(long.gradients), sumOf(wide.gradients), 1e-6, "one view a step or one a trajectory");
  const halves = await gradientsOf([rolloutOf(episodes, oldLogProb)], { ...options, minibatches: 2 });
  assert.deepEqual(halves.collected[0].counts.decisions, [9, 9]);
  assertNear(sumOf(halves.gradients), sumOf(long.gradients), 1e-6, "in two minibatches");
  const uneven = rolloutOf(randomEpisodes(10, [3, 2], 2), oldLogProb);
  await assert.rejects(gradientsOf([uneven], options), /members have different numbers of views/);
  const steps: TabularRollout = {
    ...rolloutOf(episodes, oldLogProb, true),
    member: Int32Array.from({ length: 18 }, (_, d) => d),
  };
  await assert.rejects(
    gradientsOf([{ ...steps, group: new Int32Array(18) }], options),
    /several members share a view, as in step groups/,
  );
});

Deno.test("k1 is subtracted from the rewards that follow its decisions, and from nothing else", async () => {
  const episodes = randomEpisodes(11, [2, 2, 2, 2], 2);
  const rollout = rolloutOf(episodes, oldLogProb);
  const penalised = rolloutOf(
    episodes.map((episode) => ({
      ...episode,
      steps: episode.steps.map((step) => {
        const difference = oldLogProb(step.state, step.choice) - logSoftmaxOf(REFERENCE, step.state)[step.choice];
        return { ...step, reward: step.reward - COEFFICIENTS.kl * difference };
      }),
    })),
    oldLogProb,
  );
  const loss: LossOptions = { ...DEFAULT_TRAINER.loss, klEstimator: "k1" };
  const kl = { ...OPTIONS.kl, coefficient: 0.5 };
  const withK1 = await gradientsOf([rollout], { ...OPTIONS, loss, kl });
  const byHand = await gradientsOf([penalised], OPTIONS);
  assertNear(sumOf(withK1.gradients), sumOf(byHand.gradients), 1e-6, "gradient");
  const expected = episodes.flatMap(({ steps }) => steps).reduce(
    (sum, { state, choice }) =>
      sum + (logSoftmaxOf(LOGITS, state)[choice] - logSoftmaxOf(REFERENCE, state)[choice]) / 8,
    0,
  );
  near(readMeasure(withK1.gradients[0][0].measures.kl), expected, 1e-6, "the logged KL");
});

Deno.test("the value head explains 1 − Var(V̂ − V) / Var(V̂) of the targets, and its gradient is that of its squared error", async () => {
  const episodes = randomEpisodes(12, [3, 3, 3, 3], 2);
  const options: TrainerOptions = { ...OPTIONS, valueBaseline: { coefficient: 0.5, gaeLambda: 1 } };
  const { collected, gradients } = await gradientsOf([rolloutOf(episodes, oldLogProb)], options);
  // With λ = γ = 1 a target is what the episode still earns.
  const steps = episodes.flatMap(({ steps }) =>
    steps.map(({ state }, t) => ({ state, target: steps.slice(t).reduce((sum, { reward }) => sum + reward, 0) }))
  );
  const variance = (x: readonly number[]) => {
    const mean = x.reduce((sum, y) => sum + y, 0) / x.length;
    return x.reduce((sum, y) => sum + (y - mean) ** 2, 0);
  };
  const explained = 1 - variance(steps.map(({ state, target }) => target - VALUES[state])) /
      variance(steps.map(({ target }) => target));
  near(readMeasure(collected[0].summary.measures.explained_variance), explained, 1e-6, "explained variance");
  const slope = new Float64Array(STATES);
  for (const { state, target } of steps) slope[state] += 0.5 * (VALUES[state] - target) / steps.length;
  assertNear(sumOf(gradients, 1), slope, 1e-6, "gradient by the table of values");
});

Deno.test("decisions carry signal where their advantage is not 0", async () => {
  const flat: Episode[] = [0, 1, 2, 3].map((m) => ({
    group: Math.floor(m / 2),
    steps: [{ state: 0, choice: 0, reward: m === 0 ? 1 : 0 }],
  }));
  const { collected, gradients } = await gradientsOf([rolloutOf(flat, oldLogProb)], OPTIONS);
  const metrics = read([collected[0].summary.measures, gradients[0][0].measures]);
  assert.equal(metrics.frac_with_signal, 0.5);
  assert.equal(metrics.frac_reward_zero_std, 0.5);
  assert.deepEqual([metrics["advantage/min"], metrics["advantage/mean"], metrics["advantage/max"]], [-0.5, 0, 0.5]);
});

Deno.test("what cannot work is refused when a shard is made or a rollout is collected, with the reason", async () => {
  const policy = createTabularPolicy(LOGITS, false);
  const kl = { coefficient: 0.1, referenceEvery: 0, adaptive: null };
  const make = (changes: Partial<TrainerOptions>, reference = true) => () =>
    createShard({ policy, options: { ...OPTIONS, ...changes }, ...(reference ? { reference: policy } : {}) });
  assert.throws(make({ kl }, false), /KL penalty needs a reference/);
  assert.throws(make({ kl }), /no exact KL: use k1, k2 or k3/);
  assert.throws(make({ valueBaseline: { coefficient: 1, gaeLambda: 1 } }), /needs a value function/);
  assert.throws(
    make({ advantage: { ...OPTIONS.advantage, passAtK: 2, leaveOneOut: true } }),
    /leaveOneOut: pass@k has/,
  );
  const few = rolloutOf(randomEpisodes(1, [1, 1], 2), oldLogProb);
  const shard = createShard({ policy: createTabularPolicy(LOGITS), options: { ...OPTIONS, minibatches: 4 } });
  await assert.rejects(shard.collect(rollerOf(few), createStream(0), 0), /2 parts into 4 minibatches/);
});

Deno.test("a network that gives no numbers is named with the group, the epoch and the minibatch", async () => {
  const policy = createTabularPolicy(LOGITS);
  const broken: typeof policy = {
    ...policy,
    score(views, actions) {
      const { logProb, entropy } = policy.score(views, actions);
      const hole = tf.tensor2d(Float32Array.from(views, (state) => state === 1 ? NaN : 0), [views.length, 1]);
      return { logProb: tf.add(logProb, hole), entropy };
    },
  };
  const episodes: Episode[] = [0, 1, 2, 3].map((m) => ({
    group: Math.floor(m / 2),
    steps: [{ state: m < 2 ? 0 : 1, choice: m % 2, reward: m }],
  }));
  const pool = createLocalPool(
    { policy: broken, options: OPTIONS },
    () => rollerOf(rolloutOf(episodes, oldLogProb)),
    createStream(0),
    () => Promise.resolve(),
  );
  const collected = await pool.collect(0, 0, 0);
  await assert.rejects(
    pool.gradients(0, 0, totalsOf(collected), { entropy: 0.2, kl: 0 }),
    /Non-finite log-probability \(NaN\) in group 1 at epoch 0, minibatch 0/,
  );
});
