/** The algorithm's part of configs: one schema and one mapping for both environments, and what they refuse. */

import assert from "node:assert/strict";
import {
  type Config,
  configSchema,
  parseConfigText,
  parseOverrides,
  resolveConfig,
  resolveWith,
  type TheoryConfig,
  theoryConfigSchema,
  trainerOptions,
} from "../../lib/config/mod.ts";
import { listKeys } from "../../lib/input/mod.ts";
import { DEFAULT_TRAINER } from "../../lib/grpo/mod.ts";

const EMPTY = parseConfigText("name: x", "f.yaml");
const intervention = (...words: string[]): Config => resolveConfig(EMPTY, parseOverrides(words));
const theory = (...words: string[]): TheoryConfig => resolveWith(theoryConfigSchema, EMPTY, parseOverrides(words));

function faultOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
}

Deno.test("a config without words is the trainer's defaults", () => {
  assert.deepEqual(trainerOptions(intervention(), true), DEFAULT_TRAINER);
});

Deno.test("both environments have the same keys of the algorithm", () => {
  const keysOf = (schema: Parameters<typeof listKeys>[0]) =>
    new Set(listKeys(schema).map(({ path }) => path).filter((path) => /^(grpo|optimizer)\./.test(path)));
  const [own, theirs] = [keysOf(configSchema), keysOf(theoryConfigSchema)];
  const episodes = ["grpo.group", "grpo.problems_per_update", "grpo.lookahead.steps", "grpo.lookahead.from"];
  const strings = ["grpo.groups", "grpo.solved_weight", "grpo.repeat_cost"];
  assert.deepEqual([...own].filter((key) => !theirs.has(key)), [...episodes, "grpo.common_random_numbers"]);
  assert.deepEqual([...theirs].filter((key) => !own.has(key)), strings);
});

Deno.test("every key of the algorithm reaches the trainer", () => {
  const options = trainerOptions(
    intervention(
      "grpo.group=trajectory",
      "grpo.updates=7",
      "grpo.epochs=2",
      "grpo.minibatches=3",
      "grpo.shards=5",
      "grpo.loss=dapo",
      "grpo.ratio=sequence",
      "grpo.clip_low=0.3",
      "grpo.clip_high=0.4",
      "grpo.delta=3",
      "grpo.scale=group",
      "grpo.multi_objective_aggregation=normalize_then_sum",
      "reward.weights.parent=0.5",
      "reward.parent.form=membership",
      "grpo.leave_one_out=true",
      "grpo.returns=outcome",
      "grpo.gamma=0.9",
      "grpo.skip_equal_groups=true",
      "grpo.target_kl=0.02",
      "grpo.entropy={schedule: adaptive, start: 0.3, target: 1.2, rate: 0.4, min: 0.01, max: 0.5}",
      "grpo.kl={coefficient: 0.2, estimator: k2, reference: periodic, every: 9, adaptive: true, low: 0.1, high: 0.3, factor: 2}",
      "optimizer={learning_rate: 0.01, schedule: exponential, warmup: 0.2, final_fraction: 0.5, clip_norm: 4}",
    ),
    true,
  );
  assert.deepEqual(options, {
    updates: 7,
    epochs: 2,
    minibatches: 3,
    shards: 5,
    advantage: {
      returns: "outcome",
      gamma: 0.9,
      scale: "group",
      aggregation: "normalize_then_sum",
      leaveOneOut: true,
      riskShare: 1,
      passAtK: 1,
    },
    loss: { kind: "dapo", ratio: "sequence", clipLow: 0.3, clipHigh: 0.4, delta: 3, klEstimator: "k2" },
    skipZeroVariance: true,
    entropy: { kind: "adaptive", start: 0.3, target: 1.2, rate: 0.4, min: 0.01, max: 0.5 },
    kl: { coefficient: 0.2, referenceEvery: 9, adaptive: { low: 0.1, high: 0.3, factor: 2 } },
    targetKl: 0.02,
    learningRate: { kind: "exponential", start: 0.01, end: 0.005, warmup: 0.2 },
    clipNorm: 4,
    valueBaseline: null,
  });
  const best = trainerOptions(intervention("grpo.pass_at_k=4"), true);
  assert.equal(best.advantage.passAtK, 4);
  assert.equal(trainerOptions(intervention("grpo.risk_share=0.25"), true).advantage.riskShare, 0.25);
  const ppo = ["grpo.group=trajectory", "grpo.value_baseline={enabled: true, lambda: 0.8, coefficient: 2}"];
  assert.deepEqual(trainerOptions(intervention(...ppo), true).valueBaseline, { coefficient: 2, gaeLambda: 0.8 });
});

Deno.test("the KL is exact where actions are discrete, and k3 with its ratio where they are not", () => {
  const words = ["grpo.kl.coefficient=0.1"];
  assert.equal(trainerOptions(intervention(...words), true).loss.klEstimator, "exact");
  assert.equal(trainerOptions(intervention(...words), false).loss.klEstimator, "k3");
  assert.equal(trainerOptions(theory(...words), true).loss.klEstimator, "exact");
});

const TRAJECTORY = "grpo.group=trajectory";
const VALUE = "grpo.value_baseline.enabled=true";
const REFUSED: readonly (readonly [words: readonly string[], key: string, why: RegExp])[] = [
  [["grpo.updates=0"], "grpo.updates", />= 1, got 0/],
  [["grpo.shards=1000"], "grpo.shards", /a problem of its own, and an update has 64/],
  [["policy.width=100000"], "policy.width", /<= 4096, got 100000/],
  [["policy.layers=1000"], "policy.layers", /<= 64/],
  [["grpo.group_size=1000000"], "grpo.group_size", /<= 10000/],
  [["grpo.entropy.end=0"], "grpo.entropy.end", /no exponential leads from 0.15 to 0/],
  [["grpo.entropy.start=0"], "grpo.entropy.start", /no exponential leads from 0 to/],
  [["grpo.entropy.schedule=adaptive"], "grpo.entropy.target", /say which, in nats/],
  [["grpo.entropy.target=1"], "grpo.entropy.target", /the schedule exponential has no target/],
  [
    ["grpo.entropy.schedule=adaptive", "grpo.entropy.target=1", "grpo.entropy.start=2"],
    "grpo.entropy.start",
    /outside 0.0001 … 1/,
  ],
  [["optimizer.schedule=exponential", "optimizer.final_fraction=0"], "optimizer.final_fraction", /no exponential/],
  [["optimizer.warmup=1"], "optimizer.warmup", /< 1/],
  [["grpo.loss=sequence"], "grpo.loss", /a candidate is a single decision, .*take bnpo/],
  [[TRAJECTORY, "grpo.loss=sequence"], "grpo.loss", /trajectories are equally long/],
  [["grpo.ratio=sequence"], "grpo.ratio", /a candidate is a single decision/],
  [["grpo.gamma=0.9"], "grpo.gamma", /a candidate's return is its own reward/],
  [[TRAJECTORY, "grpo.lookahead.steps=1"], "grpo.lookahead.steps", /belongs to step groups/],
  [["grpo.multi_objective_aggregation=normalize_then_sum"], "grpo.multi_objective_aggregation", /no two components/],
  [["grpo.pass_at_k=11"], "grpo.pass_at_k", /10 members, too few/],
  [["grpo.pass_at_k=2", "grpo.leave_one_out=true"], "grpo.leave_one_out", /a leave-one-out baseline of its own/],
  [["grpo.pass_at_k=2", "grpo.risk_share=0.5"], "grpo.risk_share", /best members already/],
  [["grpo.risk_share=0"], "grpo.risk_share", /> 0/],
  [["grpo.delta=1.1"], "grpo.delta", /must exceed 1 \+ 0.2/],
  [["grpo.delta=2", "grpo.loss=cispo"], "grpo.delta", /clips its weights on both sides/],
  [["grpo.minibatches=1", "grpo.target_kl=0.1"], "grpo.target_kl", /no further step/],
  [["grpo.kl.adaptive=true"], "grpo.kl.adaptive", /while β is 0/],
  [["grpo.kl={coefficient: 1, adaptive: true, low: 2}"], "grpo.kl.adaptive", /lower end 2 is above its upper end 0.1/],
  [
    ["grpo.kl={coefficient: 1, estimator: exact}", "policy.value_head.kind=gaussian"],
    "grpo.kl.estimator",
    /continuous and have no exact KL/,
  ],
  [
    [
      "grpo.kl={coefficient: 1, estimator: k1}",
      "grpo.multi_objective_aggregation=normalize_then_sum",
      "reward.weights.exploration=1",
    ],
    "grpo.kl.estimator",
    /components are normalised apart/,
  ],
  [[VALUE, "grpo.scale=group"], "grpo.scale", /compares with V\(s\)/],
  [[VALUE, "grpo.leave_one_out=true"], "grpo.leave_one_out", /compares with V\(s\)/],
  [[VALUE, "grpo.risk_share=0.5"], "grpo.risk_share", /compares with V\(s\)/],
  [[VALUE, "grpo.pass_at_k=2"], "grpo.pass_at_k", /compares with V\(s\)/],
  [[VALUE, "grpo.skip_equal_groups=true"], "grpo.skip_equal_groups", /compares with V\(s\)/],
  [["policy.kind=history", "policy.width=9"], "policy.heads", /2 attention heads do not divide the width 9/],
  [["policy.kind=history", "policy.response_points=3"], "policy.response_points", /sees rows/],
  [
    [TRAJECTORY, "grpo.ratio=sequence", "grpo.problems_per_update=2", "grpo.group_size=2", "grpo.minibatches=5"],
    "grpo.minibatches",
    /2 parts, too few for 5/,
  ],
];

for (const [words, key, why] of REFUSED) {
  Deno.test(`refused by the schema: ${words.join(" ")}`, () => {
    const message = faultOf(() => intervention(...words));
    assert.match(message, why);
    assert.ok(message.split("\n").some((line) => line.includes(`${key}: `)), message);
  });
}

const REFUSED_THEORY: readonly (readonly [words: readonly string[], key: string, why: RegExp])[] = [
  [["grpo.updates=0"], "grpo.updates", />= 1/],
  [["grpo.entropy.end=0"], "grpo.entropy.end", /no exponential/],
  [["grpo.shards=2"], "grpo.shards", /in one thread/],
  [["grpo.minibatches=33"], "grpo.minibatches", /32 parts, too few for 33/],
  [[VALUE], "grpo.value_baseline.enabled", /value of an unfinished string/],
  [["grpo.multi_objective_aggregation=normalize_then_sum"], "grpo.multi_objective_aggregation", /no two components/],
  [["network.width=100000"], "network.width", /<= 4096/],
  [["grpo.kl.adaptive=true"], "grpo.kl.adaptive", /while β is 0/],
];

for (const [words, key, why] of REFUSED_THEORY) {
  Deno.test(`refused by a theory's schema: ${words.join(" ")}`, () => {
    const message = faultOf(() => theory(...words));
    assert.match(message, why);
    assert.ok(message.split("\n").some((line) => line.includes(`${key}: `)), message);
  });
}

Deno.test("a theory has sequences of any length: their mean and their ratio are options there", () => {
  const { loss } = trainerOptions(theory("grpo.loss=sequence", "grpo.ratio=sequence"), true);
  assert.deepEqual([loss.kind, loss.ratio], ["sequence", "sequence"]);
});
