import assert from "node:assert/strict";
import { join } from "node:path";
import { createStream } from "../../lib/random/mod.ts";
import { parseScm } from "../../lib/scm/mod.ts";
import { monteCarloOutcomes } from "../../lib/scm/monte_carlo.ts";
import { openPolicy, POLICY_TRAINING, readTrack } from "../../lib/training/mod.ts";
import { createSupervisedLearner } from "../../lib/training/learners/supervised.ts";
import { collectStates, moreVaried } from "../../lib/training/supervised/collect.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { configOf, inFolder, messageOf, trainIn } from "./support.ts";

await useBackend("simd");

const TINY = [
  "policy.kind=general",
  "policy.width=8",
  "policy.layers=1",
  "policy.heads=1",
  "policy.value_head={kind: categorical, levels: 5}",
  "supervision={updates: 4, problems: 3, states: 3, minibatches: 2, cells: 5}",
  "track=nonlinear",
  "also_train_on=[linear]",
  "evaluation.every=2",
  "evaluation.validation_problems=3",
  "checkpoint.every=2",
];

Deno.test("a supervised training that is stopped and resumed writes the bytes of one that was not", async () => {
  await inFolder(async (results) => {
    const config = configOf(...TINY);
    const [whole, stopped] = [join(results, "whole"), join(results, "stopped")];
    await trainIn(POLICY_TRAINING, whole, config);
    await trainIn(POLICY_TRAINING, stopped, config, 3);
    await trainIn(POLICY_TRAINING, stopped, config);
    for (const file of ["metrics.jsonl", "checkpoints/latest/policy.safetensors", "checkpoints/latest/SHA256SUMS"]) {
      assert.deepEqual(Deno.readFileSync(join(stopped, file)), Deno.readFileSync(join(whole, file)), file);
    }
    const { policy, update } = openPolicy(whole);
    assert.ok(update === 2 || update === 4, "the best checkpoint is one that was validated");
    policy.dispose();
    // Another training goes on from its weights.
    using learner = await createSupervisedLearner(
      configOf(...TINY, `policy.start_from=${join(whole, "checkpoints/latest")}`),
      "start",
    );
    const taken = (await learner.checkpoint()).policy.get("outputs")?.data;
    const latest = openPolicy(join(whole, "checkpoints/latest")).policy;
    assert.deepEqual(taken, (await latest.named.values()).get("outputs")?.data);
    latest.dispose();
  });
});

Deno.test("a training that ends before its schedule has the weights of the whole one at that update", async () => {
  await inFolder(async (results) => {
    const [whole, part] = [join(results, "whole"), join(results, "part")];
    await trainIn(POLICY_TRAINING, whole, configOf(...TINY), 2);
    await trainIn(POLICY_TRAINING, part, configOf(...TINY, "supervision.stop_after=2"));
    const weights = (run: string) => Deno.readFileSync(join(run, "checkpoints/update-000002/policy.safetensors"));
    assert.deepEqual(weights(part), weights(whole));
    assert.equal(Deno.readTextFileSync(join(part, "metrics.jsonl")).trim().split("\n").length, 2);
  });
});

Deno.test("the posterior gets better than the processes that it starts from", async () => {
  const config = configOf(
    ...TINY,
    "policy.width=16",
    "supervision={updates: 40, problems: 8, states: 4, minibatches: 2, cells: 9}",
    "evaluation.validation_problems=12",
    "optimizer.learning_rate=0.004",
  );
  using learner = await createSupervisedLearner(config, "start");
  const pause = () => Promise.resolve();
  const before = (await learner.validate(pause)).metrics;
  for (let k = 0; k < 40; k++) await learner.step();
  const after = (await learner.validate(pause)).metrics;
  assert.equal(after["validation/log_density_processes"], before["validation/log_density_processes"]);
  assert.ok(Math.abs(before["validation/log_density"] - before["validation/log_density_processes"]) < 0.1);
  assert.ok(after["validation/log_density"] > before["validation/log_density"] + 0.1, JSON.stringify([before, after]));
});

Deno.test("labels are the truth at every cell: nothing of it stands where nothing can be set", () => {
  const options = { problems: 4, states: 3, cells: 5, asymmetry: 0, confounding: 0, heldOut: true };
  const { views, labels, progress } = collectStates(
    readTrack("linear"),
    options,
    ({ mean, sd }) => ({ mean, sd }),
    createStream(4),
  );
  assert.equal(views.count, 12);
  assert.ok(progress.every((share, k) => share >= 0 && share <= 1 && (k < 4 || share >= progress[k - 4])));
  const each = views.width * views.cells;
  for (let e = 0; e < 4; e++) {
    const own = labels.value.slice(e * each, (e + 1) * each);
    assert.ok(Math.abs(Math.max(...own) - 1) < 1e-6, "the best intervention of a linear system is an end of a domain");
    assert.deepEqual(labels.value.slice((4 + e) * each, (5 + e) * each), own, "the truth is the same in every state");
  }
  labels.truth.forEach((truth, k) => {
    if (views.settable[Math.floor(k / views.cells)] === 0) assert.equal(truth, 0);
  });
  // Along a linear effect the gain is a straight line, which the warp bends alike on both sides.
  const unwarped = (k: number) => 4 * Math.sinh(labels.truth[k] / 4);
  for (let v = 0; v < 4 * views.width; v++) {
    const at = v * views.cells;
    assert.ok(Math.abs(unwarped(at) - 2 * unwarped(at + 2) + unwarped(at + 4)) < 1e-3 * (1 + Math.abs(unwarped(at))));
  }
});

Deno.test("a batch has one size, and hidden common causes beyond its track's where it is to be misled", () => {
  const [linear, broad] = ["linear", "broad"].map((name) => readTrack(name).distribution);
  const drawn = (of: typeof linear, confounding: number, k: number) =>
    moreVaried(of, { asymmetry: 0.4, confounding }, createStream(k));
  for (let k = 0; k < 20; k++) {
    const { sizes, hidden, asymmetry } = drawn(linear, 1, k);
    assert.ok(sizes.min === sizes.max && sizes.min >= linear.sizes.min && sizes.max <= linear.sizes.max);
    assert.deepEqual(hidden, { min: 1, max: Math.min(6, sizes.min * (sizes.min - 1) / 2) });
    assert.equal(asymmetry, 0.4);
    assert.deepEqual(drawn(linear, 0, k).hidden, linear.hidden);
    assert.equal(drawn(broad, 1, k).variety?.unconfounded, 0);
    assert.equal(drawn(broad, 0, k).variety?.unconfounded, broad.variety?.unconfounded);
    assert.equal(drawn(broad, 1, k).asymmetry, undefined);
  }
  const shared = Array.from({ length: 200 }, (_, k) => drawn(linear, 0.25, k)).filter(({ hidden }) => hidden.max > 0);
  assert.ok(shared.length > 30 && shared.length < 70, `${shared.length} of 200 are to be misled`);
});

Deno.test("a training on simulated truth that cannot work is refused with its key", () => {
  const refused = (...words: string[]) => messageOf(() => configOf(...TINY, ...words));
  assert.match(refused("policy.kind=statistics"), /supervision\.updates: only policy\.kind=general/);
  assert.match(refused("supervision.minibatches=10"), /supervision\.minibatches: there are fewer states/);
  assert.match(refused("surrogate.kind=exact"), /supervision\.updates: the posterior needs no beliefs/);
  assert.match(refused("policy.width=10"), /policy\.width: 10 is no multiple of 4/);
  assert.match(
    refused("grpo.value_baseline.enabled=true"),
    /grpo\.value_baseline\.enabled: a general policy has no value/,
  );
});

Deno.test("a truth at given points is exact there, straight between, and says what it misses", () => {
  const scm = parseScm(
    `
name: bent
target: Y
objective: maximize
variables:
  X: { domain: [-2, 2] }
  Y: { formula: "X^2", noise: { kind: gaussian, scale: 0.5 } }
`,
    "bent.yaml",
  );
  const outcomes = monteCarloOutcomes(scm, { rows: 64, tolerance: 0.01, seed: 0, points: 5 });
  for (const x of [-2, -1, 0, 1, 2]) assert.ok(Math.abs(outcomes.expected(0, x) - x * x) < 1e-9);
  assert.ok(Math.abs(outcomes.expected(0, 1.5) - 2.5) < 1e-9);
  // Twice as wide a grid would miss 1 between its points; a quarter of it is left.
  assert.ok(Math.abs(outcomes.interpolationError - 0.25) < 1e-9);
  assert.deepEqual([outcomes.best.outcome, outcomes.worst.outcome].map((y) => Math.round(y * 1e6) / 1e6), [4, 0]);
});
