/** The first step of an update compares a policy with itself: its ratios are 1, for every config that ships and every option. */

import assert from "node:assert/strict";
import {
  loadConfig,
  parseConfigText,
  parseOverrides,
  readConfigText,
  resolveWith,
  theoryConfigSchema,
  theoryTrainingOptions,
} from "../../lib/config/mod.ts";
import { yamlNames } from "../../lib/input/mod.ts";
import { createLocalPool, initialTrainerState, type Optimizer, trainUpdate } from "../../lib/grpo/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { TheoryTraining } from "../../lib/theory/mod.ts";
import { createParts } from "../../lib/training/parts.ts";
import { loadTrack } from "../../lib/training/track.ts";
import { configOf } from "./support.ts";

await useBackend("simd");

/** Takes no step, so that every minibatch of an update is a first one. */
const STILL: Optimizer = { apply: () => Promise.resolve({ gradientNorm: 1, parameterChange: 0 }) };
/** Little work: what is compared is one policy's log-probabilities with each other, however large the batch. */
const SMALL = ["grpo.problems_per_update=3", "grpo.shards=1", "grpo.group_size=3", "grpo.minibatches=2"];

type Metrics = Readonly<Record<string, number>>;

function assertOne(metrics: Metrics, what: string): void {
  for (const name of ["ratio/min", "ratio/mean", "ratio/max"]) {
    assert.ok(Math.abs(metrics[name] - 1) < 2e-5, `${what}: ${name} is ${metrics[name]}`);
  }
  assert.ok(Math.abs(metrics.approx_kl) < 1e-9, `${what}: KL(old ‖ new) is ${metrics.approx_kl}`);
  assert.equal(metrics["clip_ratio/region_mean"], 0, what);
}

async function firstMetrics(config: ReturnType<typeof configOf>): Promise<Metrics> {
  const parts = createParts(config, loadTrack(config));
  const pool = createLocalPool(
    { ...parts, policy: parts.policy },
    parts.rollerOf,
    parts.stream,
    () => Promise.resolve(),
  );
  const { metrics } = await trainUpdate(pool, STILL, parts.options, initialTrainerState(parts.options), 0);
  parts.parameters.forEach((parameter) => parameter.dispose());
  return metrics;
}

const CONFIGS = yamlNames("configs").filter((name) => !/^(theory|surrogate)/.test(name));
const THEORIES = yamlNames("configs").filter((name) => /^theory/.test(name));

for (const name of CONFIGS) {
  Deno.test(`the first ratio is 1: configs/${name}.yaml`, async () => {
    const config = loadConfig(`configs/${name}.yaml`, [...SMALL, "policy.start_from=null"]);
    assertOne(await firstMetrics(config), name);
  });
}

const OPTIONS: readonly (readonly string[])[] = [
  ["grpo.group=trajectory"],
  ["grpo.group=trajectory", "grpo.ratio=sequence"],
  ["grpo.group=trajectory", "grpo.value_baseline.enabled=true"],
  ["grpo.value_baseline.enabled=true"],
  ["grpo.epochs=2", "grpo.target_kl=0.1"],
  ["grpo.loss=dapo", "grpo.skip_equal_groups=true"],
  ["grpo.loss=cispo"],
  ["grpo.delta=2"],
  ["grpo.scale=group"],
  ["grpo.scale=batch"],
  ["grpo.leave_one_out=true"],
  ["grpo.risk_share=0.5"],
  ["grpo.pass_at_k=2"],
  ["grpo.multi_objective_aggregation=normalize_then_sum", "reward.weights.exploration=0.1"],
  ["grpo.lookahead.steps=2", "grpo.lookahead.from=0"],
  ["grpo.common_random_numbers=true"],
  ["grpo.entropy.schedule=adaptive", "grpo.entropy.target=1"],
  ...["auto", "exact", "k1", "k2", "k3"].map((kl) => ["grpo.kl.coefficient=0.1", `grpo.kl.estimator=${kl}`]),
  ["policy.value_head={kind: categorical, levels: 5}"],
  ["policy.value_head.kind=gaussian"],
  ["policy.value_head.kind=gaussian", "policy.value_head.std.kind=learned", "grpo.kl.coefficient=0.1"],
  ["policy.response_points=3"],
  ["surrogate.kind=exact", "track={base: linear, sizes: {min: 3, max: 5}}"],
  ["policy.kind=history", "policy.width=8"],
  ["policy.kind=history", "policy.width=8", "grpo.group=trajectory"],
  ["policy.dropout=0.3"],
  ["policy.dropout=0.3", "grpo.group=trajectory"],
  ["policy.dropout=0.3", "policy.kind=history", "policy.width=8"],
  ["policy.dropout=0.3", "policy.value_head.kind=gaussian"],
  ["policy.dropout=0.3", "grpo.kl.coefficient=0.1"],
  ["policy.dropout=0.3", "grpo.kl.coefficient=0.1", "grpo.kl.estimator=k3"],
];

for (const words of OPTIONS) {
  Deno.test(`the first ratio is 1: ${words.join(" ")}`, async () => {
    const metrics = await firstMetrics(configOf(...SMALL, "policy.layers=1", ...words));
    assertOne(metrics, words.join(" "));
    if (words.some((word) => word.startsWith("grpo.kl.coefficient"))) {
      // A reference that has not moved yet is the policy, channels that are dropped included.
      assert.ok(Math.abs(metrics.kl) < 1e-6, `KL to itself: ${metrics.kl}`);
    }
  });
}

async function firstTheoryMetrics(file: string, words: readonly string[]): Promise<Metrics> {
  const source = parseConfigText(readConfigText(file), file);
  const config = resolveWith(theoryConfigSchema, source, parseOverrides(words));
  const training = new TheoryTraining(theoryTrainingOptions(config));
  // Two updates, so that successes may be replayed.
  await training.step(STILL);
  return await training.step(STILL);
}

const TINY = ["network.width=16", "network.heads=2", "network.layers=1", "network.feed_forward=16"];
const THEORY_OPTIONS: readonly (readonly string[])[] = [
  ["grpo.ratio=sequence", "grpo.loss=sequence"],
  ["grpo.loss=dapo", "grpo.minibatches=3"],
  ["grpo.loss=cispo"],
  ["grpo.scale=group", "grpo.delta=2"],
  ["grpo.pass_at_k=4"],
  ["grpo.kl.coefficient=0.1"],
  ["grpo.kl.coefficient=0.1", "grpo.kl.estimator=k3"],
  ["temperature=0.7"],
  ["network.dropout=0.2"],
  ["network.dropout=0.2", "grpo.kl.coefficient=0.1"],
];

for (const name of THEORIES) {
  Deno.test(`the first ratio is 1: configs/${name}.yaml`, async () => {
    const words = [...TINY, "grpo.group_size=4", "grpo.minibatches=1", "replay.enabled=false"];
    assertOne(await firstTheoryMetrics(`configs/${name}.yaml`, words), name);
  });
}

for (const words of THEORY_OPTIONS) {
  Deno.test(`the first ratio of theories is 1: ${words.join(" ")}`, async () => {
    const metrics = await firstTheoryMetrics("configs/theory.yaml", [...TINY, "grpo.group_size=6", ...words]);
    assertOne(metrics, words.join(" "));
    if (words.some((word) => word.startsWith("grpo.kl.coefficient"))) assert.ok(Math.abs(metrics.kl) < 1e-6);
  });
}
