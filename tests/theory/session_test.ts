import assert from "node:assert/strict";
import { join } from "node:path";
import { findRuns } from "../../lib/runs/mod.ts";
import { parseConfigText, parseOverrides, resolveWith } from "../../lib/config/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { theoryConfig } from "../../lib/cli/theory.ts";
import { compareBaselines, foundTheories } from "../../lib/cli/theory/comparison.ts";
import { theoryConfigSchema, trainingOptions } from "../../lib/cli/theory/config.ts";
import { openTheoryRun, startFrom, type TheoryHooks, type TheoryRun } from "../../lib/cli/theory/session.ts";
import { encode } from "../../lib/theory/language/vocabulary.ts";
import { SearchLog } from "../../lib/theory/learning/search.ts";
import { TheoryScorer } from "../../lib/theory/learning/reward.ts";
import { theoryTask } from "../../lib/theory/language/tasks.ts";
import { freshFolder } from "../folder.ts";

const backend = await useBackend("cpu");

const TINY = [
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

function hooks(stopAfter = Infinity): TheoryHooks {
  let updates = 0;
  return {
    onUpdate: () => updates++,
    say: () => {},
    shouldStop: () => Promise.resolve(updates >= stopAfter),
    clock: () => 0,
  };
}

const records = (run: TheoryRun) => Deno.readTextFileSync(join(run.folder, "metrics.jsonl"));

Deno.test("a run that is stopped and resumed writes the same metrics and weights as one that was not", async () => {
  const results = freshFolder();
  const policyFile = (run: TheoryRun) =>
    Deno.readFileSync(join(run.folder, "checkpoints", "latest", "policy.safetensors"));
  const straight = openTheoryRun(config(), backend, { results });
  assert.equal(await straight.train(hooks()), true);
  straight[Symbol.dispose]();
  const stopped = openTheoryRun(config(), backend, { results });
  assert.equal(await stopped.train(hooks(2)), false);
  stopped[Symbol.dispose]();
  const resumed = openTheoryRun(config(), backend, { resume: stopped.folder, allowOlder: false });
  assert.equal(resumed.training.update, 2);
  assert.equal(await resumed.train(hooks()), true);
  assert.equal(records(resumed), records(straight));
  assert.deepEqual(policyFile(resumed), policyFile(straight));
  // A supervised update of 4 × 2 strings, and 4 groups of 4.
  assert.equal(resumed.training.found.calls, 24, "what was found before the stop is kept");
  assert.deepEqual(resumed.training.found, straight.training.found);
  assert.equal(records(straight).trim().split("\n").length, 4);

  const fresh = openTheoryRun(config("seed=9"), backend, { results });
  startFrom(fresh, straight.folder);
  const sample = (run: TheoryRun) => run.training.policy.parameters[0].dataSync()[0];
  assert.ok([...fresh.training.policy.parameters[0].dataSync()].length > 0);
  assert.notEqual(sample(fresh), 0);
  fresh.finish({ done: 1 }, {});
  assert.deepEqual(JSON.parse(Deno.readTextFileSync(join(fresh.folder, "summary.json"))), { done: 1 });
  for (const run of [resumed, fresh]) run[Symbol.dispose]();
  assert.throws(
    () => openTheoryRun(config(), backend, { resume: fresh.folder, allowOlder: false }),
    /the run is finished/,
  );
  const wide = openTheoryRun(config("network.width=16"), backend, { results });
  assert.throws(() => startFrom(wide, straight.folder), /has shape \[102, 8\], expected \[102, 16\]/);
  wide[Symbol.dispose]();
});

Deno.test("a run in a folder starts there, goes on there, and refuses another config", async () => {
  const folder = join(freshFolder(), "job");
  const place = { folder, allowOlder: false };
  const open = (...words: string[]) => openTheoryRun(config(...words), backend, place);
  const first = open();
  assert.equal(await first.train(hooks(1)), false);
  first[Symbol.dispose]();
  assert.deepEqual(findRuns(folder), [folder]);
  assert.throws(() => open("seed=5"), /holds a run with another config/);
  const second = open();
  assert.equal(second.training.update, 1);
  second.finish({}, {});
  second[Symbol.dispose]();
  assert.throws(() => open(), /the run is finished/);
});

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

Deno.test("a run evaluates training and held-out prompts of the tasks that it trains", () => {
  const results = freshFolder();
  const run = openTheoryRun(config("task=T2"), backend, { results });
  assert.deepEqual([...run.evaluate(false).keys()], ["T2"]);
  assert.equal(run.evaluate(true).get("T2")!.samples, 5);
  run[Symbol.dispose]();
});

Deno.test("the founding document's options set the config's keys", () => {
  const options = {
    config: "theory",
    results: ".",
    multirun: false,
    jobs: 1,
    retries: 0,
    launcher: "none" as const,
    slurm: "slurm.yaml",
    dryRun: false,
    cfg: false,
    allowOlder: false,
    evalOnly: false,
    heldOut: false,
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
  const { task, temperature, grpo, optimizer, curriculum, checkpoint, replay } = theoryConfig(["seed=4"], options);
  assert.deepEqual([task, temperature, grpo.updates, grpo.group_size, optimizer.learning_rate], [
    "T2",
    0.7,
    7,
    5,
    0.01,
  ]);
  assert.deepEqual([grpo.kl.coefficient, grpo.clip_low, grpo.clip_high, grpo.entropy.start], [0.1, 0.3, 0.3, 0.02]);
  assert.deepEqual([curriculum.enabled, checkpoint.every, replay.capacity], [true, 3, 64]);
  assert.throws(() => theoryConfig([], { ...options, resume: "run" }), /--resume goes on with the run's own config/);
  assert.throws(() => theoryConfig(["grpo.group_sice=3"], options), /group_size/);
});

Deno.test("every switch of the config reaches the training's options", () => {
  const base = trainingOptions(config());
  const changed = trainingOptions(config(
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
  assert.deepEqual(changed.stages.map(({ tasks }) => tasks.map(({ task }) => task).join()), ["T0", "T0,T2", "T2,T4"]);
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
  const rows = compareBaselines(task, 64, config());
  assert.deepEqual(rows.map(({ method }) => method), ["uniform", "best of 16 (answers)", "annealing", "enumeration"]);
  assert.ok(rows.every(({ calls }) => calls === 64));
  const log = new SearchLog();
  const tokens = encode("BOS SU3 SU2 U1 F c3 w2 y1 n1 F c3b w1 y-4 n1 F c3b w1 y2 n1 F c1 w2 y-3 n1 F c1 w1 y6 n1 EOS");
  log.add(tokens, task.prompts[0], new TheoryScorer(task).score(tokens, task.prompts[0]));
  const [proof] = foundTheories(task, log.record(), 5);
  assert.equal(proof.known, "Standard Model, 1 generation");
});
