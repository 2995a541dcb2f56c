import assert from "node:assert/strict";
import { join } from "node:path";
import { findRuns } from "../../lib/runs/mod.ts";
import {
  loadTrack,
  openNeuralSurrogate,
  openPolicy,
  POLICY_TRAINING,
  startTraining,
  SURROGATE_TRAINING,
  train,
} from "../../lib/training/mod.ts";
import { evaluateSurrogate } from "../../lib/training/surrogate/evaluation.ts";
import {
  formatConfig,
  parseConfigText,
  parseOverrides,
  resolveConfig,
  resolveWith,
  type SurrogateConfig,
  surrogateConfigSchema,
} from "../../lib/config/mod.ts";
import { heldOutEpisodes, scoreWithForm } from "../../lib/training/surrogate/evaluation.ts";
import { scoreEpisode, structureMetrics } from "../../lib/training/surrogate/metrics.ts";
import { createParts } from "../../lib/training/parts.ts";
import { createStream } from "../../lib/random/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { inFolder, trainIn } from "./support.ts";

await useBackend("simd");

function configOf(words: readonly string[]): SurrogateConfig {
  return resolveWith(surrogateConfigSchema, { data: {}, locate: () => "test" }, parseOverrides(words));
}

const TINY = [
  "network.kind=statistics",
  "network.width=8",
  "network.layers=1",
  "training.updates=6",
  "training.cells=100",
  "training.episodes.rows.min=10",
  "training.episodes.rows.max=40",
  "evaluation.every=3",
  "evaluation.validation=8",
  "checkpoint.every=3",
];

Deno.test("a surrogate's training that is stopped and resumed writes the bytes of one that was not", async () => {
  await inFolder(async (results) => {
    const config = configOf(TINY);
    const [whole, stopped] = [join(results, "whole"), join(results, "stopped")];
    await trainIn(SURROGATE_TRAINING, whole, config);
    await trainIn(SURROGATE_TRAINING, stopped, config, 4);
    await trainIn(SURROGATE_TRAINING, stopped, config);
    assert.deepEqual(findRuns(results), [stopped, whole], "both are in the index");
    assert.ok(Deno.statSync(join(whole, "tensorboard")).isDirectory);
    for (const file of ["metrics.jsonl", "checkpoints/latest/policy.safetensors", "checkpoints/latest/SHA256SUMS"]) {
      assert.deepEqual(Deno.readFileSync(join(stopped, file)), Deno.readFileSync(join(whole, file)), file);
    }
    const { update, surrogate } = openNeuralSurrogate(whole);
    assert.ok(update === 3 || update === 6, "the best checkpoint is one that was validated");
    assert.equal(surrogate.privileged, false);
  });
});

Deno.test("metrics over episodes are means, curves are pooled over their candidates", () => {
  const episodes = [
    scoreEpisode(Float64Array.of(0.9, 0.6, 0.2), Uint8Array.of(1, 0, 1)),
    scoreEpisode(Float64Array.of(0.6, 0.1), Uint8Array.of(1, 0)),
    scoreEpisode(Float64Array.of(0.3), Uint8Array.of(1)),
  ];
  const metrics = structureMetrics(episodes);
  assert.ok(Math.abs(metrics.precision - (0.5 + 1 + 1) / 3) < 1e-12, "nothing called is precise");
  assert.ok(Math.abs(metrics.recall - (0.5 + 1 + 0) / 3) < 1e-12);
  assert.ok(Math.abs(metrics.f1 - (0.5 + 1 + 0) / 3) < 1e-12);
  assert.ok(Math.abs(metrics.shd - (2 + 0 + 1) / 3) < 1e-12);
  // Parents .9 .2 .6 .3 against others .6 .1, ties half.
  assert.equal(metrics.auroc, (2 + 1 + 1.5 + 1) / 8);
  assert.ok(Math.abs(metrics.calibrationError - (0.1 + 0.8 + 0.7 + 0.2 + 0.1) / 6) < 1e-12);
});

Deno.test("a misspelt key of a surrogate's config is refused with the nearest one", () => {
  assert.throws(() => configOf(["training.update=5"]), /training\.update.*did you mean "training.updates"/s);
  assert.throws(() => configOf(["network.kind=transformer"]), /network/);
});

Deno.test("the surrogate that is shipped reaches F1 0.75, AUROC 0.92 and calibration error 0.05", () => {
  const { form, config } = openNeuralSurrogate(null);
  const small = { ...config, evaluation: { ...config.evaluation, test: 300 } };
  const episodes = heldOutEpisodes(small, "test");
  assert.ok(episodes.every(({ size, intervened }) => size >= 3 && size <= 10 && intervened.length >= 100));
  const { f1, auroc, calibrationError } = structureMetrics(scoreWithForm(form, episodes));
  assert.ok(f1 >= 0.75 && auroc >= 0.92 && calibrationError <= 0.05, `${f1}, ${auroc}, ${calibrationError}`);
});

Deno.test("the configs of a surrogate's training in configs/ are valid, and printed read back as the same", () => {
  const read = (text: string) => resolveWith(surrogateConfigSchema, parseConfigText(text, "surrogate.yaml"), []);
  for (const name of ["surrogate", "surrogate_episodes"]) {
    const config = read(Deno.readTextFileSync(`configs/${name}.yaml`));
    assert.deepEqual(read(formatConfig(config)), config);
  }
});

Deno.test("policies of both kinds are built by a config, with the shipped surrogate or without", () => {
  const policyOf = (...words: string[]) => {
    const config = resolveConfig(parseConfigText("name: x", "x.yaml"), parseOverrides(words));
    return createParts(config, loadTrack(config)).policy;
  };
  const names = (...words: string[]) => policyOf(...words).named.names;
  assert.ok(names("policy.kind=history").some((name) => name.startsWith("layer0/rows")));
  assert.ok(names("policy.kind=history", "surrogate.kind=neural", "policy.layers=3").includes("layer2/mlp/in"));
  const plain = policyOf().named.get("encode/1").shape[0];
  assert.equal(policyOf("surrogate.kind=neural", "policy.beliefs=false").named.get("encode/1").shape[0], plain);
  assert.ok(policyOf("surrogate.kind=neural").named.get("encode/1").shape[0] > plain, "beliefs are features");
  assert.throws(() => policyOf("policy.kind=history", "policy.response_points=3"), /response_points/);
});

Deno.test("a history policy is trained by GRPO with the parent channel of the shipped surrogate, and opened again", async () => {
  const words = [
    "policy={kind:history,width:8,layers:1,heads:2}",
    "surrogate.kind=neural",
    "grpo.updates=2",
    "grpo.problems_per_update=4",
    "grpo.shards=1",
    "grpo.group_size=3",
    "track={base:linear,sizes:{min:3,max:4},horizon:3,observational_rows:5}",
    "evaluation.validation_problems=4",
    "evaluation.every=0",
    "logging.tensorboard=false",
  ];
  await inFolder(async (root) => {
    const config = resolveConfig(parseConfigText("name: x", "x.yaml"), parseOverrides(words));
    using training = await startTraining(POLICY_TRAINING, config, { folder: join(root, "run") });
    assert.ok((await train(training, { clock: () => performance.now() })).finished);
    const { policy, surrogate } = openPolicy(training.run.folder);
    assert.equal(surrogate?.name, "neural");
    const { policy: trained } = await training.learner.checkpoint();
    assert.deepEqual([...(await policy.named.values()).keys()], [...trained.keys()]);
    assert.deepEqual((await policy.named.values()).get("output")?.data, trained.get("output")?.data);
  });
});

Deno.test("the surrogate is judged beside the exact posterior, where no episode is too large, and beside simple scores", () => {
  const { form } = openNeuralSurrogate(null);
  const methods = (...words: string[]) => {
    const small = ["evaluation.test=24", "evaluation.validation=24", "evaluation.resamples=20", ...words];
    const source = parseConfigText(Deno.readTextFileSync("configs/surrogate.yaml"), "surrogate.yaml");
    const config = resolveWith(surrogateConfigSchema, source, parseOverrides(small));
    return new Map(
      evaluateSurrogate(form, config, createStream(1)).map((method) => [method.method, method.metrics.f1]),
    );
  };
  const judged = methods("evaluation.track.sizes.max=6");
  const [neural, exact, correlation] = ["neural", "exact", "correlation"].map((name) => judged.get(name)?.value ?? NaN);
  assert.ok(exact > 0.9 && neural > correlation + 0.1, `${exact}, ${neural}, ${correlation}`);
  for (const { value, low, high } of judged.values()) assert.ok(low <= value && value <= high);
  assert.ok(!methods("evaluation.track.sizes={min:11,max:11}").has("exact"));
  assert.ok(!methods("evaluation.exact=false").has("exact"));
});
