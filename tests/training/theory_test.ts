import assert from "node:assert/strict";
import { join } from "node:path";
import { theoryConfig } from "../../lib/cli/theory.ts";
import {
  parseConfigText,
  parseOverrides,
  resolveWith,
  theoryConfigSchema,
  theoryTrainingOptions,
} from "../../lib/config/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { findRuns } from "../../lib/runs/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { encode, foundTheories, plannedSearches, TheoryScorer, theoryTask } from "../../lib/theory/mod.ts";
import { SearchLog } from "../../lib/theory/learning/search.ts";
import { conclude, resumeTraining, startTraining, THEORY_TRAINING, train } from "../../lib/training/mod.ts";
import { createTheoryLearner } from "../../lib/training/learners/theory.ts";
import { endTheoryTraining } from "../../lib/training/theory/results.ts";
import { inFolder, trainIn } from "./support.ts";

await useBackend("cpu");

const TINY = [
  "runtime.backend=cpu",
  "logging.tensorboard=false",
  "network.layers=1",
  "network.width=8",
  "network.heads=1",
  "network.feed_forward=8",
  "grpo.group_size=4",
  "grpo.updates=4",
  "grpo.kl.coefficient=0.1",
  "supervised.updates=1",
  "supervised.attempts=2",
  "evaluation.samples=4",
  "evaluation.every=2",
  "checkpoint.every=1",
];

const config = (...words: string[]) =>
  resolveWith(theoryConfigSchema, parseConfigText("", "test.yaml"), parseOverrides([...TINY, ...words]));

const bytes = (folder: string, file: string) => Deno.readFileSync(join(folder, file));

Deno.test("a run that is stopped and resumed writes the same metrics, weights and finds as one that was not", () =>
  inFolder(async (results) => {
    const [straight, stopped] = [join(results, "straight"), join(results, "stopped")];
    await trainIn(THEORY_TRAINING, straight, config());
    await trainIn(THEORY_TRAINING, stopped, config(), 2);
    const resumed = await resumeTraining(THEORY_TRAINING, stopped, {}, config());
    assert.equal(resumed.checkpoint?.update, 2);
    assert.ok((await train(resumed, { clock: () => 0 })).finished);
    for (const file of ["metrics.jsonl", "checkpoints/latest/policy.safetensors", "checkpoints/latest/SHA256SUMS"]) {
      assert.deepEqual(bytes(stopped, file), bytes(straight, file), file);
    }
    // A supervised update of 4 × 2 strings, and 4 groups of 4.
    assert.equal(resumed.learner.training.found.calls, 24, "what was found before the stop is kept");
    assert.equal(bytes(straight, "metrics.jsonl").filter((byte) => byte === 10).length, 4);
    assert.deepEqual(findRuns(results), [stopped, straight]);
    await conclude(resumed);
    resumed[Symbol.dispose]();
    await assert.rejects(resumeTraining(THEORY_TRAINING, stopped, {}), /the run is finished/);
  }));

Deno.test("a run starts from the weights of another, and refuses those of another network before a folder is made", () =>
  inFolder(async (results) => {
    const first = join(results, "first");
    await trainIn(THEORY_TRAINING, first, config());
    const weights = async (words: readonly string[], from: "start" | "checkpoint" = "start") => {
      using learner = createTheoryLearner(config(...words), from);
      return (await learner.checkpoint()).policy;
    };
    const trained = await weights([`start_from=${first}`, "seed=9"]);
    assert.notDeepEqual(trained, await weights(["seed=9"]));
    assert.notDeepEqual(trained, await weights([`start_from=${first}`, "seed=9"], "checkpoint"));
    const wide = config(`start_from=${first}`, "network.width=16");
    await assert.rejects(startTraining(THEORY_TRAINING, wide, { results }), /has shape \[102,8\] where .* \[102,16\]/);
    assert.deepEqual([...Deno.readDirSync(results)].map(({ name }) => name), ["first"]);
  }));

Deno.test("a run goes on in its folder with its own config alone", () =>
  inFolder(async (results) => {
    const folder = join(results, "job");
    await trainIn(THEORY_TRAINING, folder, config(), 1);
    await assert.rejects(
      resumeTraining(THEORY_TRAINING, folder, {}, config("seed=5")),
      /holds a run with another config: seed: 0 → 5; --resume goes on with that run/,
    );
    assert.ok((await trainIn(THEORY_TRAINING, folder, config())).finished);
  }));

Deno.test("the config refuses what would have no effect or cannot run", () => {
  const refused = (word: string, message: RegExp) => assert.throws(() => config(word), message);
  refused("network.heads=3", /network.heads: width 8 is not a multiple of 2 × 3 heads/);
  refused("grpo.minibatches=5", /grpo.minibatches: a shard.s rollout has 4 parts, too few for 5 minibatches/);
  refused("grpo.entropy.end=0", /no exponential leads from 0.05 to 0; take schedule=linear or constant/);
  refused("grpo.kl.low=0.5", /the range's lower end 0.5 is above its upper end 0.1/);
  assert.throws(
    () => config("grpo.kl.coefficient=0", "grpo.kl.adaptive=true"),
    /grpo.kl.adaptive: there is no KL to adapt to/,
  );
  refused("grpo.solved_weight=0.1", /grpo.solved_weight: there is one prompt for every task/);
  assert.equal(config("task=T2", "grpo.solved_weight=0.1").grpo.solved_weight, 0.1);
  const stages = '[{"name":"a","tasks":{"T2":1},"max_added":1},{"name":"b","tasks":{"T3":1},"max_added":2}]';
  assert.throws(
    () => config("curriculum.enabled=true", `curriculum.stages=${stages}`),
    /curriculum.stages.1.max_added: no prompt of T3 lets at most 2 fields be added/,
  );
});

Deno.test("the end evaluates training prompts, and held-out ones where the config says so", async () => {
  const ended = async (...words: string[]) => {
    using learner = createTheoryLearner(config("task=T2", "evaluation.baselines=false", ...words), "start");
    return await endTheoryTraining(learner, config("task=T2", "evaluation.baselines=false", ...words));
  };
  const { evaluations, unseen } = await ended();
  assert.deepEqual([[...evaluations.keys()], unseen.size], [["T2"], 0]);
  assert.equal((await ended("evaluation.held_out=true")).unseen.get("T2")!.samples, 5);
});

Deno.test("the founding document's options set the config's keys", () => {
  const options = {
    heldOut: true as const,
    task: "T2",
    numEpisodes: "7",
    groupSize: "5",
    learningRate: "0.01",
    temperature: "0.7",
    klCoef: "0.1",
    clipRange: "0.3",
    entropyCoef: "0.02",
    useCurriculum: true as const,
    replayBufferSize: "64",
    saveInterval: "3",
  };
  const read = (words: readonly string[]) => theoryConfig("configs/theory.yaml", words, options);
  const { task, temperature, grpo, optimizer, curriculum, checkpoint, replay, evaluation } = read(["seed=4"]);
  assert.deepEqual([task, temperature, grpo.updates, grpo.group_size, optimizer.learning_rate], [
    "T2",
    0.7,
    7,
    5,
    0.01,
  ]);
  assert.deepEqual([grpo.kl.coefficient, grpo.clip_low, grpo.clip_high, grpo.entropy.start], [0.1, 0.3, 0.3, 0.02]);
  assert.deepEqual([curriculum.enabled, checkpoint.every, replay.capacity], [true, 3, 64]);
  assert.ok(evaluation.held_out);
  assert.throws(() => read(["grpo.group_sice=3"]), /group_size/);
});

Deno.test("every switch of the config reaches the training's options", () => {
  const base = theoryTrainingOptions(config());
  const changed = theoryTrainingOptions(config(
    "curriculum.enabled=true",
    "replay.enabled=false",
    "grpo.kl.adaptive=true",
    "grpo.ratio=sequence",
    "grpo.entropy.schedule=cosine",
    "grpo.scale=group",
    "grpo.solved_weight=0.2",
    "grpo.repeat_cost=0.3",
  ));
  assert.equal(base.stages.length, 1);
  assert.deepEqual(changed.stages.map(({ tasks }) => tasks.map(({ task }) => task.name).join()), [
    "T0",
    "T0,T2",
    "T2,T4",
  ]);
  assert.deepEqual([base.replay?.perGroup, changed.replay], [4, null]);
  assert.deepEqual([base.attempts, changed.attempts], [
    { solvedWeight: 1, repeatCost: 0 },
    { solvedWeight: 0.2, repeatCost: 0.3 },
  ]);
  const adaptive = { low: 0.01, high: 0.1, factor: 1.1 };
  assert.deepEqual([base.trainer.kl.adaptive, changed.trainer.kl.adaptive], [null, adaptive]);
  assert.deepEqual(
    [changed.trainer.loss.ratio, changed.trainer.entropy.kind, changed.trainer.advantage.scale],
    ["sequence", "cosine", "group"],
  );
});

Deno.test("the comparison spends equal score calls, and found theories come with proofs", () => {
  const task = theoryTask("T0");
  const rows = plannedSearches(task, 64, config().evaluation, createStream(0)).map((search) => search.run());
  assert.deepEqual(rows.map(({ method }) => method), ["uniform", "best of 16 (answers)", "annealing", "enumeration"]);
  assert.ok(rows.every(({ calls }) => calls === 64));
  const log = new SearchLog();
  const tokens = encode("BOS SU3 SU2 U1 F c3 w2 y1 n1 F c3b w1 y-4 n1 F c3b w1 y2 n1 F c1 w2 y-3 n1 F c1 w1 y6 n1 EOS");
  log.add(tokens, task.prompts[0], new TheoryScorer(task).score(tokens, task.prompts[0]));
  const [proof] = foundTheories(task, log.record(), 5);
  assert.equal(proof.known, "Standard Model, 1 generation");
});
