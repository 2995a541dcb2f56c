import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { DEFAULT_TRAINER, type TrainerOptions } from "../../../lib/grpo/options.ts";
import { createStream } from "../../../lib/random/mod.ts";
import { adamStepInto, initialAdam, useBackend } from "../../../lib/tensor/mod.ts";
import { attentionForward } from "../../../lib/theory/network/attention.ts";
import { causalAttention, composedAttention } from "../../../lib/theory/network/layers.ts";
import { composedScores, scoreChoices } from "../../../lib/theory/network/choices.ts";
import { drawGroups, playGroups, theoryRoller } from "../../../lib/theory/learning/roller.ts";
import { encode } from "../../../lib/theory/language/vocabulary.ts";
import { evaluateTheories, passAtK } from "../../../lib/theory/learning/evaluate.ts";
import { type GptOptions, rotaryTables } from "../../../lib/theory/network/gpt.ts";
import { prefixTree } from "../../../lib/theory/network/prefix_tree.ts";
import { proveTheory } from "../../../lib/theory/learning/proof.ts";
import { replayingRoller, rewrite, SuccessMemory } from "../../../lib/theory/learning/replay_roller.ts";
import { stagePrompts, TheoryTraining, type TheoryTrainingOptions } from "../../../lib/theory/learning/training.ts";
import { stringSource, supervisedUpdate } from "../../../lib/theory/learning/supervised.ts";
import { TheoryPolicy } from "../../../lib/theory/learning/policy.ts";
import { TheoryScorer } from "../../../lib/theory/learning/reward.ts";
import { theoryTask } from "../../../lib/theory/language/tasks.ts";
import { uniformString } from "../../../lib/theory/learning/search.ts";

const TINY: GptOptions = { layers: 1, width: 16, heads: 2, feedForward: 16, dropout: 0 };
const REPLAY = { perGroup: 2, capacity: 10, alpha: 1, beta: 1 };

await useBackend("cpu");

function trainer(updates: number, klCoefficient = 0): TrainerOptions {
  return {
    ...DEFAULT_TRAINER,
    updates,
    minibatches: 1,
    shards: 1,
    advantage: { ...DEFAULT_TRAINER.advantage, returns: "outcome" },
    kl: { ...DEFAULT_TRAINER.kl, coefficient: klCoefficient },
    entropy: { kind: "constant", start: 0.01, end: 0.01, warmup: 0 },
    learningRate: { kind: "constant", start: 1e-2, end: 1e-2, warmup: 0 },
  };
}

function options(changes: Partial<TheoryTrainingOptions> = {}): TheoryTrainingOptions {
  return {
    seed: 1,
    network: TINY,
    temperature: 1,
    stages: [{ tasks: [{ task: theoryTask("T0"), share: 1 }], threshold: 1, patience: 1 }],
    groups: 2,
    groupSize: 4,
    attempts: { solvedWeight: 0.5, repeatCost: 0.1 },
    trainer: trainer(4),
    replay: REPLAY,
    ...changes,
  };
}

/** Adam as the commands use it. */
function optimizerOf(policy: TheoryPolicy) {
  let state = initialAdam(policy.parameters.map(({ size }) => size));
  return {
    apply(gradients: readonly Float32Array[], learningRate: number, clipNorm: number) {
      const values = policy.parameters.map((p) => Float32Array.from(p.dataSync<"float32">()));
      const step = adamStepInto(
        values,
        gradients,
        state,
        { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
        learningRate,
        clipNorm,
      );
      state = step.state;
      policy.parameters.forEach((p, i) => p.assign(tf.tensor(values[i], p.shape)));
      return Promise.resolve(step.result);
    },
  };
}

const weightsOf = (policy: TheoryPolicy) => policy.parameters.flatMap((p) => Array.from(p.dataSync<"float32">()));

Deno.test("fused attention equals its composition of tensor operations, forwards and backwards", () => {
  const tree = prefixTree(Int32Array.from({ length: 10 }, (_, i) => i), 2, 5, false);
  const shape = { tree, width: 8, heads: 2, rotary: rotaryTables(5, 4) };
  const x = tf.randomNormal<tf.Rank.R2>([10, 24], 0, 1, "float32", 7);
  const slope = tf.randomNormal([10, 8], 0, 1, "float32", 8);
  const close = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(a).forEach((value, i) => assert.ok(Math.abs(value - b[i]) < 1e-5));
  close(causalAttention(x, shape).dataSync(), composedAttention(x, shape).dataSync());
  close(attentionForward(x.dataSync<"float32">(), shape).out, composedAttention(x, shape).dataSync());
  const gradient = (f: (x: tf.Tensor2D) => tf.Tensor) =>
    tf.grad((input: tf.Tensor) => tf.sum(tf.mul(f(input as tf.Tensor2D), slope)))(x).dataSync();
  close(gradient((input) => causalAttention(input, shape)), gradient((input) => composedAttention(input, shape)));
});

Deno.test("fused scores of choices equal their composition, forwards and backwards", () => {
  const [rows, columns] = [6, 9];
  const logits = tf.randomNormal<tf.Rank.R2>([rows, columns], 0, 2, "float32", 3);
  const legal = Uint8Array.from({ length: rows * columns }, (_, i) => i % columns === 4 || i % 3 === 0 ? 1 : 0);
  const chosen = new Int32Array(rows).fill(4);
  const slopes = tf.randomNormal([rows, 2], 0, 1, "float32", 4);
  const loss = (score: typeof scoreChoices) => (x: tf.Tensor) => {
    const { logProb, entropy } = score(x as tf.Tensor2D, legal, chosen, 0.7);
    return tf.sum(tf.mul(tf.concat([logProb, entropy], 1), slopes));
  };
  const close = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(a).forEach((value, i) => assert.ok(Math.abs(value - b[i]) < 1e-4));
  close(loss(scoreChoices)(logits).dataSync(), loss(composedScores)(logits).dataSync());
  close(tf.grad(loss(scoreChoices))(logits).dataSync(), tf.grad(loss(composedScores))(logits).dataSync());
});

Deno.test("a rollout puts each string's reward on its last decision, in groups of one prompt", () => {
  const policy = new TheoryPolicy(TINY, 1, createStream(1));
  const tasks = (["T0", "T2"] as const).map((name) => ({ scorer: new TheoryScorer(theoryTask(name)), share: 1 }));
  const seen: number[] = [];
  const roller = theoryRoller(tasks, { groups: 3, groupSize: 4, onVerdict: (_, { reward }) => seen.push(reward) });
  const rollout = roller(policy, createStream(5));
  assert.equal(rollout.viewCount, 12);
  assert.deepEqual(Array.from(rollout.group), [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
  const width = rollout.actionsPerView;
  for (let m = 0; m < 12; m++) {
    const row = (data: ArrayLike<number>) => Array.from({ length: width }, (_, k) => data[m * width + k]);
    const decisions = row(rollout.mask).flatMap((bit, k) => bit === 1 ? [k] : []);
    assert.ok(decisions.length > 0);
    assert.deepEqual(decisions.map((k) => row(rollout.time)[k]), decisions.map((_, t) => t));
    row(rollout.reward).forEach((reward, k) =>
      assert.ok(Math.abs(reward - (k === decisions.at(-1) ? seen[m] : 0)) < 1e-6)
    );
    assert.ok(row(rollout.member).every((member) => member === m));
  }
  assert.match(rollout.describeGroup(0), /^prompt .* of task T[02]$/);
  assert.deepEqual(roller(policy, createStream(5)).actions.tokens, rollout.actions.tokens);
  assert.throws(
    () => drawGroups([{ scorer: tasks[0].scorer, share: 0 }], { groups: 1, groupSize: 1 }, createStream(1)),
    RangeError,
  );
});

Deno.test("groups are drawn from the tasks in proportion to their shares, and never from held-out prompts", () => {
  const tasks = [{ scorer: new TheoryScorer(theoryTask("T0")), share: 1 }, {
    scorer: new TheoryScorer(theoryTask("T2")),
    share: 3,
  }];
  const drawn = drawGroups(tasks, { groups: 2000, groupSize: 1 }, createStream(3));
  const share = drawn.filter(({ scorer }) => scorer.task.name === "T2").length / 2000;
  assert.ok(Math.abs(share - 0.75) < 0.04);
  const heldOut = new Set(theoryTask("T2").heldOut.map(({ name }) => name));
  assert.ok(drawn.every(({ prompt }) => !heldOut.has(prompt.name)));
});

Deno.test("a remembered success joins the groups of its prompt, weighted for how it was drawn", () => {
  const policy = new TheoryPolicy(TINY, 1, createStream(1));
  const scorer = new TheoryScorer(theoryTask("T0"));
  const [prompt] = scorer.task.prompts;
  const tokens = encode(
    "BOS SU3 SU2 U1 F c3 w2 y1 n1 F c3b w1 y-4 n1 F c3b w1 y2 n1 F c1 w2 y-3 n1 F c1 w1 y6 n1 EOS",
  );
  const problem = `T0/${prompt.name}`;
  const memory = new SuccessMemory(REPLAY);
  memory.add([{ problem, tokens, logProbs: [-2, -2, -2, -2, -2], reward: 1 }]);
  memory.add([{ problem: "T9/other", tokens, logProbs: [-1, -1, -1, -1, -1], reward: 1 }]);
  assert.deepEqual(memory.state.map(({ priority }) => priority.toFixed(3)), ["10.001", "5.001"]);
  const roll = replayingRoller([{ scorer, share: 1 }], { groups: 1, groupSize: 3 }, memory);
  const rollout = roll(policy, createStream(2));
  assert.equal(rollout.viewCount, 5);
  assert.deepEqual(Array.from(rollout.group), [0, 0, 0, 0, 0]);
  assert.equal(rollout.interventions, 3);
  assert.equal(scorer.calls, 3);
  const width = rollout.actionsPerView;
  assert.deepEqual(Array.from(rollout.actions.tokens.subarray(3 * width, 3 * width + 6)), tokens.slice(1, 7));
  // One entry of this prompt: its weight is 1, and the old log-probability is the present one.
  const scores = policy.score(rollout.views, rollout.actions).logProb.dataSync();
  for (let k = 0; k < width; k++) assert.ok(Math.abs(scores[3 * width + k] - rollout.oldLogProb[3 * width + k]) < 1e-4);
  assert.ok(rollout.reward.subarray(3 * width).some((reward) => reward === 1));
  assert.ok(
    Math.abs(memory.state.find(({ item }) => item.problem === problem)!.priority - 10) > 0.5,
    "priorities are refreshed",
  );
});

Deno.test("a string rebuilt from its tokens has the choices that it was written with", () => {
  const policy = new TheoryPolicy(TINY, 1, createStream(1));
  const scorer = new TheoryScorer(theoryTask("T2"));
  const options = { groups: 2, groupSize: 2 };
  const { written } = playGroups(
    policy,
    drawGroups([{ scorer, share: 1 }], options, createStream(1)),
    options,
    createStream(2),
  );
  for (const theory of written) {
    const again = rewrite(theory.prompt, theory.tokens, theory.choices.map(({ logProb }) => logProb));
    assert.deepEqual(
      again.choices.map(({ entropy: _, ...rest }) => rest),
      theory.choices.map(({ entropy: _, ...rest }) => rest),
    );
  }
});

Deno.test("training changes the weights, repeats itself, and resumes exactly", async () => {
  const straight = new TheoryTraining(options());
  const optimizer = optimizerOf(straight.policy);
  const before = weightsOf(straight.policy);
  const metrics = [await straight.step(optimizer), await straight.step(optimizer)];
  const state = structuredClone(straight.state());
  const midway = weightsOf(straight.policy);
  assert.notDeepEqual(midway, before);
  assert.ok(metrics.every((row) => Object.values(row).every(Number.isFinite)));
  assert.equal(straight.scoreCalls, 16);
  assert.equal(straight.found.calls, 16);
  const third = await straight.step(optimizer);

  const repeated = new TheoryTraining(options());
  const again = optimizerOf(repeated.policy);
  assert.deepEqual([await repeated.step(again), await repeated.step(again)], metrics);
  const resumed = new TheoryTraining(options());
  resumed.policy.copyFrom(repeated.policy);
  resumed.restore(state);
  assert.equal(resumed.update, 2);
  assert.deepEqual(await resumed.step(again), third);
});

Deno.test("the adaptive rule raises the KL coefficient above its range and lowers it below", async () => {
  const kl = (low: number, high: number) => {
    const adapting = { coefficient: 0.1, referenceEvery: 0, adaptive: { low, high, factor: 2 } };
    return new TheoryTraining(options({ trainer: { ...trainer(3), kl: adapting } }));
  };
  const below = kl(1e3, 1e4);
  const row = await below.step(optimizerOf(below.policy));
  assert.equal(row.kl_coefficient, 0.1);
  assert.equal(below.state().trainer.adapted.kl, 0.05);
  const above = kl(-2, -1);
  await above.step(optimizerOf(above.policy));
  assert.equal(above.state().trainer.adapted.kl, 0.2);
});

Deno.test("the curriculum goes on to the next tasks when the success share reaches the threshold", async () => {
  const training = new TheoryTraining(options({
    stages: [
      { tasks: [{ task: theoryTask("T0"), share: 1 }], threshold: -1, patience: 1 },
      { tasks: [{ task: theoryTask("T2"), share: 1 }], threshold: 1, patience: 1 },
    ],
  }));
  const optimizer = optimizerOf(training.policy);
  const first = await training.step(optimizer);
  assert.deepEqual([first.stage, first.stage_success], [0, 0]);
  assert.equal(training.stage.tasks[0].task.name, "T2");
  assert.equal((await training.step(optimizer)).stage, 1);
  assert.equal(training.scorer("T2").calls, 8);
  assert.throws(() => training.scorer("T5"), /no stage trains T5; trained are T0, T2/);
  assert.throws(() => new TheoryTraining(options({ stages: [] })), /at least one stage/);
});

Deno.test("a stage is passed by all of its prompts, not by those that an update happened to draw", async () => {
  const stages = [0.2, 1].map((threshold) => (
    { tasks: [{ task: theoryTask("T2"), share: 1 }], threshold, patience: 1, maxAdded: 1 } as const
  ));
  const training = new TheoryTraining(options({ stages, attempts: { solvedWeight: 0.5, repeatCost: 0.1 } }));
  const optimizer = optimizerOf(training.policy);
  const { prompts } = theoryTask("T2");
  const latest = [1, 1, 0.5].map((share, p) => [`T2/${prompts[p].name}`, share] as const);
  training.restore({ ...training.state(), attempts: { latest, failures: [] } });
  // Two groups of strings, of which hardly any is a success: two of the four prompts keep what they had, the others get 0.
  const { stage_success, success } = await training.step(optimizer);
  assert.equal(success, 0);
  const left = training.state().attempts.latest.reduce((sum, [, share]) => sum + share, 0);
  assert.equal(stage_success, left / 4);
  assert.ok(left > 0 && left < 2.5);
  assert.equal(training.stage, stages[left / 4 >= 0.2 ? 1 : 0]);
  assert.equal(training.state().attempts.failures.reduce((sum, [, count]) => sum + count, 0), 8);
});

Deno.test("a stage may leave out the prompts that let many fields be added", async () => {
  const stage = { tasks: [{ task: theoryTask("T2"), share: 1 }], threshold: 1, patience: 1, maxAdded: 1 } as const;
  const { prompts } = theoryTask("T2");
  const kept = stagePrompts(stage, theoryTask("T2"));
  assert.deepEqual(kept.map(({ name }) => name), prompts.slice(0, 4).map(({ name }) => name));
  const training = new TheoryTraining(options({ stages: [stage], groups: 8 }));
  const metrics = await training.step(optimizerOf(training.policy));
  // Eight groups of strings with one added field: kind, colour, weak, charge, copies behind a head of 29 tokens.
  assert.equal(metrics.length, 29 + 5 + 1);
  assert.throws(
    () => stagePrompts({ ...stage, maxAdded: 2 }, theoryTask("T3")),
    /no prompt of T3 lets at most 2 fields be added/,
  );
});

Deno.test("a success that is judged outside of the rollouts counts and is replayed", async () => {
  const training = new TheoryTraining(options({ groups: 1 }));
  const [prompt] = theoryTask("T0").prompts;
  const judged = ["y1 y-4 y2 y-3 y6", "y1 y1 y1 y1 y1"].map((charges) => {
    const [q, u, d, l, e] = charges.split(" ");
    const text = `BOS SU3 SU2 U1 F c3 w2 ${q} n1 F c3b w1 ${u} n1 F c3b w1 ${d} n1 F c1 w2 ${l} n1 F c1 w1 ${e} n1 EOS`;
    return training.judge("T0", encode(text), prompt).success;
  });
  assert.deepEqual(judged, [true, false]);
  assert.deepEqual([training.scoreCalls, training.found.calls, training.found.successes], [2, 2, 1]);
  const metrics = await training.step(optimizerOf(training.policy));
  assert.deepEqual([metrics.replay_size, metrics.replayed, training.scoreCalls], [1, 2, 6]);
});

Deno.test("GRPO with replay raises the probability of a known success", async () => {
  const training = new TheoryTraining(options({ groups: 1, groupSize: 8 }));
  const [prompt] = theoryTask("T0").prompts;
  const tokens = encode("BOS SU3 SU2 U1 F c3 w2 y1 n1 F c3b w1 y-4 n1 F c3b w1 y2 n1 F c1 w2 y-3 n1 F c1 w1 y6 n1 EOS");
  const state = training.state();
  const item = { problem: `T0/${prompt.name}`, tokens, logProbs: [-2.5, -2.5, -2.5, -2.5, -2.5], reward: 1 };
  training.restore({ ...state, replay: [{ key: `${item.problem}: ${tokens.join()}`, item, priority: 1 }] });
  const optimizer = optimizerOf(training.policy);
  const surprise = () => training.state().replay[0].priority;
  await training.step(optimizer);
  const first = surprise();
  for (let update = 0; update < 12; update++) await training.step(optimizer);
  assert.ok(surprise() < first - 2, `${first} → ${surprise()}`);
});

Deno.test("the supervised start lowers the loss of the strings that it imitates, and its score calls count", async () => {
  for (const [source, attempts, calls] of [["uniform", 2, 8], ["closed", 1, 0]] as const) {
    const training = new TheoryTraining(
      options({ stages: [{ tasks: [{ task: theoryTask("T4"), share: 1 }], threshold: 1, patience: 1 }] }),
    );
    const optimizer = optimizerOf(training.policy);
    const strings = stringSource(source);
    const { loss: first } = await supervisedUpdate(training, strings, attempts, createStream(1));
    assert.deepEqual([training.scoreCalls, training.found.calls], [calls, calls]);
    for (let step = 0; step < 10; step++) {
      const { gradients } = await supervisedUpdate(training, strings, attempts, createStream(1));
      await optimizer.apply(gradients, 1e-2, 1);
    }
    assert.ok((await supervisedUpdate(training, strings, attempts, createStream(1))).loss < first - 0.2);
  }
});

Deno.test("pass@k is the chance that k of the samples hold a correct one", () => {
  assert.equal(passAtK(10, 0, 5), 0);
  assert.equal(passAtK(10, 10, 1), 1);
  assert.ok(Math.abs(passAtK(10, 3, 1) - 0.3) < 1e-12);
  assert.ok(Math.abs(passAtK(4, 1, 2) - 0.5) < 1e-12);
  assert.equal(passAtK(4, 3, 2), 1);
  assert.throws(() => passAtK(4, 1, 5), /pass@5 cannot be estimated from 1 correct of 4 samples/);
});

Deno.test("an evaluation counts what it samples", () => {
  const policy = new TheoryPolicy(TINY, 1, createStream(1));
  const scorer = new TheoryScorer(theoryTask("T6"));
  const result = evaluateTheories(
    policy,
    scorer,
    scorer.task.prompts,
    { perPrompt: 8, ks: [1, 8, 64] },
    createStream(4),
  );
  assert.equal(result.samples, 32);
  assert.equal(result.found.calls, 32);
  assert.deepEqual([...result.passAt.keys()], [1, 8]);
  assert.ok(Math.abs(result.passAt.get(1)! - result.success) < 1e-12);
  assert.ok(result.legalEntropy > 0.5 && result.distinctShare > 0.5 && result.bestReward >= result.reward);
});

Deno.test("a proof writes every anomaly as its sum and names the known theory", () => {
  const task = theoryTask("T0");
  const scorer = new TheoryScorer(task);
  const tokens = encode(
    "BOS SU3 SU2 U1 F c3 w2 y-1 n1 F c3b w1 y4 n1 F c3b w1 y-2 n1 F c1 w2 y3 n1 F c1 w1 y-6 n1 EOS",
  );
  const proof = proveTheory(tokens, task.prompts[0], scorer);
  assert.equal(proof.known, "Standard Model, 1 generation");
  assert.equal(proof.success, true);
  // Found with the other sign of hypercharge; the literature's charges stand beside it.
  assert.equal(proof.fermions, "(3,2)_-1/6 + (3b,1)_2/3 + (3b,1)_-1/3 + (1,2)_1/2 + (1,1)_-1");
  assert.equal(proof.literature, "(1,1)_1 + (1,2)_-1/2 + (3,2)_1/6 + (3b,1)_-2/3 + (3b,1)_1/3");
  const sums = Object.fromEntries(proof.anomalies.map(({ name, sum }) => [name, sum]));
  assert.equal(sums["SU3^3"], "2 − 1 − 1 = 0");
  assert.equal(sums["SU3^2 U1"], "−1/6 + 1/3 − 1/6 = 0");
  assert.equal(sums["SU2^2 U1"], "−1/4 + 1/4 = 0");
  assert.equal(sums["grav^2 U1"], "−1 + 2 − 1 + 1 − 1 = 0");
  assert.equal(sums["U1^3"], "−1/36 + 8/9 − 1/9 + 1/4 − 1 = 0");
  assert.equal(sums["Witten SU2"], "3 + 1 = 0 (mod 2)");
  const bad = proveTheory(
    uniformString(theoryTask("T4").prompts[0], createStream(2)),
    theoryTask("T4").prompts[0],
    new TheoryScorer(theoryTask("T4")),
  );
  assert.equal(bad.success, false);
  assert.ok(bad.goals.some(({ met }) => !met) || bad.anomalies.some(({ value }) => value !== "0"));
});
