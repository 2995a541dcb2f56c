import assert from "node:assert/strict";
import { join } from "node:path";
import { openPolicy, POLICY_TRAINING, rewardKnowledge } from "../../lib/training/mod.ts";
import { readJsonLines } from "../../lib/runs/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { configOf, inFolder, trainIn } from "./support.ts";

await useBackend("simd");

const SMALL = [
  "grpo.updates=6",
  "grpo.problems_per_update=6",
  "grpo.group_size=4",
  "grpo.minibatches=2",
  "policy.width=8",
  "policy.heads=1",
  "policy.layers=1",
  "evaluation.validation_problems=8",
  "evaluation.every=2",
  "checkpoint.every=2",
  "logging.tensorboard=false",
];
const METRICS = "metrics.jsonl";
const bytesOf = (folder: string, file: string) => [...Deno.readFileSync(join(folder, file))];
const WEIGHTS = ["policy.safetensors", "optimizer.safetensors"].map((file) => join("checkpoints", "latest", file));

function assertSame(first: string, second: string, files: readonly string[]): void {
  for (const file of files) assert.deepEqual(bytesOf(first, file), bytesOf(second, file), file);
}

Deno.test("the same seed gives the same metrics and weights to the byte, another seed does not", () =>
  inFolder(async (root) => {
    const folders = ["a", "b", "c"].map((name) => join(root, name));
    await trainIn(POLICY_TRAINING, folders[0], configOf(...SMALL));
    await trainIn(POLICY_TRAINING, folders[1], configOf(...SMALL));
    await trainIn(POLICY_TRAINING, folders[2], configOf(...SMALL, "seed=1"));
    assertSame(folders[0], folders[1], [METRICS, ...WEIGHTS]);
    assert.notDeepEqual(bytesOf(folders[0], WEIGHTS[0]), bytesOf(folders[2], WEIGHTS[0]));
  }));

Deno.test("a run that is stopped and goes on, twice, ends with the bytes of one that was never stopped", () =>
  inFolder(async (root) => {
    const words = [
      ...SMALL,
      "grpo.kl.coefficient=0.1",
      "grpo.kl.reference=periodic",
      "grpo.kl.every=2",
      "policy.dropout=0.2",
    ];
    const whole = join(root, "whole");
    const parts = join(root, "parts");
    await trainIn(POLICY_TRAINING, whole, configOf(...words));
    await trainIn(POLICY_TRAINING, parts, configOf(...words), 3);
    await trainIn(POLICY_TRAINING, parts, configOf(...words), 4);
    await trainIn(POLICY_TRAINING, parts, configOf(...words));
    assertSame(whole, parts, [METRICS, ...WEIGHTS]);
  }));

Deno.test("one worker and two give the same bytes", () =>
  inFolder(async (root) => {
    // More validation problems than a thread plays at a time.
    const words = [...SMALL, "grpo.updates=2", "grpo.shards=2", "evaluation.validation_problems=40"];
    await trainIn(POLICY_TRAINING, join(root, "one"), configOf(...words, "runtime.workers=1"));
    await trainIn(POLICY_TRAINING, join(root, "two"), configOf(...words, "runtime.workers=2"));
    assertSame(join(root, "one"), join(root, "two"), [METRICS, ...WEIGHTS]);
  }));

Deno.test("curriculum stages begin when they are earned, and the stage survives a stop", () =>
  inFolder(async (root) => {
    const words = [
      ...SMALL,
      "curriculum.stages=[{name:a,families:[chain],sizes:{min:3,max:3},threshold:-9,patience:2},{name:b,families:[fork],sizes:{min:4,max:4}}]",
    ];
    const whole = join(root, "whole");
    const parts = join(root, "parts");
    await trainIn(POLICY_TRAINING, whole, configOf(...words));
    await trainIn(POLICY_TRAINING, parts, configOf(...words), 3);
    await trainIn(POLICY_TRAINING, parts, configOf(...words));
    assertSame(whole, parts, [METRICS, ...WEIGHTS]);
    const stages = Deno.readTextFileSync(join(whole, METRICS)).trim().split("\n").slice(1)
      .map((line) => (JSON.parse(line) as { stage: number }).stage);
    assert.deepEqual(stages, [0, 0, 1, 1, 1, 1]);
  }));

Deno.test("a checkpoint of another network, or a damaged one, is refused by name", () =>
  inFolder(async (root) => {
    const folder = join(root, "run");
    await trainIn(POLICY_TRAINING, folder, configOf(...SMALL));
    assert.equal(openPolicy(folder).config.policy.width, 8);
    const checkpoint = Deno.realPathSync(join(folder, "checkpoints", "latest"));
    const weights = join(checkpoint, "policy.safetensors");
    const bytes = Deno.readFileSync(weights);
    Deno.writeFileSync(weights, bytes.slice(0, bytes.length / 2));
    assert.throws(() => openPolicy(checkpoint), /policy\.safetensors/);
  }));

Deno.test("rollouts take turns among the tracks, and an unknown one is named before anything is trained", () =>
  inFolder(async (root) => {
    const words = [...SMALL, "grpo.updates=2", "evaluation.every=0"];
    const folders = ["one", "two"].map((name) => join(root, name));
    await trainIn(POLICY_TRAINING, folders[0], configOf(...words));
    await trainIn(POLICY_TRAINING, folders[1], configOf(...words, "also_train_on=[confounded]"));
    const rewards = folders.map((folder) =>
      readJsonLines(join(folder, METRICS)).rows.map((row) => row["reward"]).filter((reward) => reward !== undefined)
    );
    assert.equal(rewards[0].length, 2);
    assert.deepEqual(rewards[0].map((reward, t) => reward === rewards[1][t]), [true, false]);
    await assert.rejects(
      trainIn(POLICY_TRAINING, join(root, "three"), configOf(...words, "also_train_on=[skarce]")),
      /scarce/,
    );
  }));

Deno.test("the reward audit's verdict is in the metrics of every update and is the same after a stop", () =>
  inFolder(async (root) => {
    const words = [...SMALL, "reward.weights.parent=0.3", "reward.parent.form=membership"];
    await trainIn(POLICY_TRAINING, join(root, "whole"), configOf(...words));
    await trainIn(POLICY_TRAINING, join(root, "parts"), configOf(...words), 3);
    await trainIn(POLICY_TRAINING, join(root, "parts"), configOf(...words));
    assertSame(join(root, "whole"), join(root, "parts"), [METRICS]);
    const rows = Deno.readTextFileSync(join(root, "whole", METRICS)).trim().split("\n").slice(1)
      .map((line) => JSON.parse(line) as Record<string, number>);
    assert.ok(rows.every((row) => Number.isInteger(row["audit/issues"])));
  }));

Deno.test("a reward that needs beliefs is refused before the training starts when nothing gives any", () =>
  inFolder(async (root) => {
    const config = configOf(...SMALL, "reward.weights.parent=0.3");
    await assert.rejects(
      trainIn(POLICY_TRAINING, join(root, "run"), config),
      /reward\.weights\.parent: .*needs beliefs/,
    );
  }));

for (const group of ["step", "trajectory"]) {
  Deno.test(`structure and parents are rewarded from beliefs alone in ${group} groups, and nothing but optimization is privileged`, () =>
    inFolder(async (root) => {
      const config = configOf(
        ...SMALL,
        "grpo.updates=1",
        `grpo.group=${group}`,
        "track={base:linear,sizes:{min:3,max:3},horizon:4}",
        "surrogate.kind=exact",
        "reward.weights={optimization:1,structure:0.5,parent:0.3,exploration:0.1}",
      );
      assert.deepEqual(Object.keys(rewardKnowledge(config)), ["optimization"]);
      await trainIn(POLICY_TRAINING, join(root, "run"), config);
      const last = Deno.readTextFileSync(join(root, "run", METRICS)).trim().split("\n").at(-1) ?? "";
      const row = JSON.parse(last) as Record<string, number>;
      assert.ok(row["rewards/structure/std"] > 0.01, "candidates teach different things");
      assert.ok(row["rewards/parent/mean"] > 0 && row["rewards/parent/mean"] < 1);
    }));
}
