import assert from "node:assert/strict";
import { join } from "node:path";
import { createEnvironment, type Problem } from "../../lib/environment/mod.ts";
import { ConfigError } from "../../lib/input/mod.ts";
import { openPolicy, POLICY_TRAINING } from "../../lib/training/mod.ts";
import { surrogatePhase, type TrainableSurrogate } from "../../lib/training/joint/phase.ts";
import { readJsonLines } from "../../lib/runs/mod.ts";
import { BASELINES } from "../../lib/policy/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { LINEAR_DISTRIBUTION } from "../../lib/scm/mod.ts";
import { createActiveSurrogate, type LabelledRows, surrogateFor } from "../../lib/surrogate/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { chain } from "../environment/support.ts";
import { configOf, inFolder, trainIn } from "./support.ts";

await useBackend("simd");

const JOINT = [
  "grpo.updates=4",
  "grpo.problems_per_update=4",
  "grpo.group_size=3",
  "grpo.minibatches=1",
  "policy.width=8",
  "policy.heads=1",
  "policy.layers=1",
  "evaluation.validation_problems=6",
  "evaluation.every=2",
  "checkpoint.every=1",
  "logging.tensorboard=false",
  "surrogate={kind:neural,network:{kind:statistics,width:8,layers:1,heads:1}}",
  "phase={policy_episodes:8,surrogate_steps:2,warmup_steps:1,episodes:4}",
];

const latest = (folder: string, file: string) => [...Deno.readFileSync(join(folder, "checkpoints", "latest", file))];

Deno.test("policy and surrogate phases take turns, and a run that was stopped goes on to the byte", () =>
  inFolder(async (root) => {
    const whole = join(root, "whole");
    const parts = join(root, "parts");
    await trainIn(POLICY_TRAINING, whole, configOf(...JOINT));
    await trainIn(POLICY_TRAINING, parts, configOf(...JOINT), 3);
    await trainIn(POLICY_TRAINING, parts, configOf(...JOINT));
    const rows = readJsonLines(join(whole, "metrics.jsonl")).rows;
    assert.deepEqual(rows.map((row) => row["surrogate/loss"] !== undefined), [true, false, true, false, true]);
    assert.ok(rows.every((row) => row["validation/parents_f1"] === undefined || Number(row.update) % 2 === 0));
    for (const file of ["policy.safetensors", "surrogate.safetensors"]) {
      assert.deepEqual(latest(whole, file), latest(parts, file), file);
    }
    assert.deepEqual(rows, readJsonLines(join(parts, "metrics.jsonl")).rows);
  }));

Deno.test("an opened run acts with the surrogate that was trained beside its policy", () =>
  inFolder(async (root) => {
    const folder = join(root, "run");
    await trainIn(POLICY_TRAINING, folder, configOf(...JOINT));
    const beliefs = (path: string) => {
      const { surrogate } = openPolicy(path);
      assert.ok(surrogate !== undefined);
      const played = createEnvironment([chain()], {
        observationalRows: 10,
        interventionalRows: 0,
        horizon: 1,
        rowsPerIntervention: 1,
      });
      played.reset([createStream(0)]);
      return surrogateFor(surrogate, [chain()]).track(played.observation.problems, [createStream(0)])
        .update(played.observation).parent;
    };
    const after = (update: number) =>
      join(
        folder,
        "checkpoints",
        [...Deno.readDirSync(join(folder, "checkpoints"))]
          .map(({ name }) => name).filter((name) => name.endsWith(String(update)))[0],
      );
    assert.notDeepEqual(beliefs(after(3)), beliefs(after(4)), "the last phase changed the network");
    assert.deepEqual(beliefs(after(4)), beliefs(after(4)));
  }));

Deno.test("what cannot be trained is refused before it starts, and leaves no folder", () =>
  inFolder(async (root) => {
    const refused = async (words: readonly string[], message: RegExp) => {
      await assert.rejects(
        () => trainIn(POLICY_TRAINING, join(root, "run"), configOf(...words)),
        (error) => error instanceof ConfigError && message.test(error.message),
      );
      assert.deepEqual([...Deno.readDirSync(root)], []);
    };
    await refused(
      [...JOINT.filter((word) => !word.startsWith("surrogate")), "surrogate={kind:active}"],
      /kind active has nothing to train/,
    );
    await refused([...JOINT, "phase.policy_episodes=2"], /2 episodes are less than one update's 4/);
  }));

Deno.test("a phase mixes the policy's own rows, cut at any length, with simulated ones, for any trainable surrogate", async () => {
  const batches: (readonly LabelledRows[])[] = [];
  const recorder: TrainableSurrogate = {
    source: createActiveSurrogate(),
    step: (episodes) => {
      batches.push(episodes);
      return Promise.resolve(batches.length);
    },
    tensors: () => Promise.resolve(new Map()),
    restore: () => {},
  };
  const problems: Problem[] = [chain()];
  const context = {
    episode: { observationalRows: 5, interventionalRows: 0, horizon: 6, rowsPerIntervention: 1 },
    distribution: {
      scms: LINEAR_DISTRIBUTION,
      rows: { rows: { min: 5, max: 11 }, interventional: { min: 0, max: 0.5 }, observational: 0, focused: 0 },
    },
    problems: (count: number) => Array.from({ length: count }, () => problems[0]),
  };
  const phase = { policy: BASELINES.random.create({}), steps: 3, batch: 8, ownShare: 0.5 };
  const loss = await surrogatePhase(recorder, context, phase, createStream(1));
  assert.equal(loss, 2);
  assert.deepEqual(batches.map((batch) => batch.length), [8, 8, 8]);
  const own = batches.flatMap((batch) => batch.slice(0, 4));
  for (const { intervened, parents, effects, target, values, size } of own) {
    assert.deepEqual([...parents], [0, 1, 0]);
    assert.deepEqual([...(effects ?? [])].slice(0, 2), [2.25, 1.5]);
    assert.equal(target, 2);
    assert.equal(values.length, intervened.length * size);
    assert.ok(intervened.length >= 5 && intervened.length <= 11);
    assert.ok(intervened.every((variable, row) => row < 5 ? variable === -1 : variable === 0 || variable === 1));
  }
  assert.ok(new Set(own.map(({ intervened }) => intervened.length)).size > 2, "lengths differ");
});
