import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { createStream } from "../../../lib/random/mod.ts";
import { useBackend } from "../../../lib/tensor/mod.ts";
import {
  createGpt,
  FOUNDING_GPT,
  gptHidden,
  type GptOptions,
  gptParameters,
  type GptWeights,
  SMALL_GPT,
} from "../../../lib/theory/network/gpt.ts";
import { Decoder } from "../../../lib/theory/network/decoder.ts";
import { prefixTree } from "../../../lib/theory/network/prefix_tree.ts";
import { takeRows } from "../../../lib/theory/network/layers.ts";
import { TheoryPolicy } from "../../../lib/theory/learning/policy.ts";
import { theoryTask } from "../../../lib/theory/language/tasks.ts";
import { viewsOf, writeTheories } from "../../../lib/theory/learning/writer.ts";
import { VOCABULARY_SIZE } from "../../../lib/theory/language/vocabulary.ts";

const TINY: GptOptions = { layers: 2, width: 16, heads: 2, feedForward: 24, dropout: 0 };

await useBackend("cpu");

/** A network whose weights are large enough to make its logits differ. */
function lively(options: GptOptions): GptWeights {
  const weights = createGpt(options, createStream(1));
  gptParameters(weights).forEach(([, variable], p) => {
    const noise = new Float64Array(variable.size);
    createStream(9).child(p).fillNormalInto(noise);
    tf.tidy(() =>
      variable.assign(tf.add(variable, tf.tensor(Float32Array.from(noise, (z) => 0.2 * z), variable.shape)))
    );
  });
  return weights;
}

function fullLogits(weights: GptWeights, options: GptOptions, tokens: Int32Array, sequences: number): Float32Array {
  return tf.tidy(() => {
    const tree = prefixTree(tokens, sequences, tokens.length / sequences, false);
    return tf.matMul(gptHidden(weights, options, tree, null), tf.transpose(weights.embedding)).dataSync<"float32">();
  });
}

const randomTokens = (count: number): Int32Array => {
  const stream = createStream(4);
  return Int32Array.from({ length: count }, () => stream.integer(VOCABULARY_SIZE));
};

Deno.test("cached logits equal uncached ones, however the tokens are cut into calls and the sequences mixed", () => {
  for (const options of [TINY, { ...TINY, layers: 1, heads: 4, feedForward: 7 }]) {
    const weights = lively(options);
    const [sequences, length] = [3, 12];
    const tokens = randomTokens(sequences * length);
    const full = fullLogits(weights, options, tokens, sequences);
    const decoder = new Decoder(weights, options, sequences, length);
    const stream = createStream(2);
    const done = new Int32Array(sequences);
    let largest = 0;
    while (done.some((n) => n < length)) {
      const feeds = Array.from({ length: sequences }, (_, sequence) => {
        const take = Math.min(length - done[sequence], stream.integer(4));
        const from = sequence * length + done[sequence];
        return { sequence, tokens: Array.from(tokens.subarray(from, from + take)) };
      }).filter((feed) => feed.tokens.length > 0).reverse();
      const logits = decoder.append(feeds);
      feeds.forEach(({ sequence, tokens: fed }, row) => {
        done[sequence] += fed.length;
        assert.equal(decoder.length(sequence), done[sequence]);
        const at = (sequence * length + done[sequence] - 1) * VOCABULARY_SIZE;
        for (let v = 0; v < VOCABULARY_SIZE; v++) {
          const cached = logits[row * VOCABULARY_SIZE + v];
          assert.ok(Math.abs(cached - full[at + v]) < 1e-4, `sequence ${sequence}, token ${v}`);
          largest = Math.max(largest, Math.abs(cached));
        }
      });
    }
    assert.ok(largest > 1, "the logits must be large enough for the comparison to mean something");
  }
});

Deno.test("a copied cache continues like the original, and misuse is refused", () => {
  const weights = lively(TINY);
  const decoder = new Decoder(weights, TINY, 2, 4);
  decoder.append([{ sequence: 0, tokens: [5, 6] }]);
  decoder.copy(0, 1);
  const logits = decoder.append([{ sequence: 0, tokens: [7] }, { sequence: 1, tokens: [7] }]);
  assert.deepEqual(logits.slice(0, VOCABULARY_SIZE), logits.slice(VOCABULARY_SIZE));
  assert.throws(() => decoder.append([{ sequence: 0, tokens: [1, 2] }]), /would grow to 5 tokens; the capacity is 4/);
  assert.throws(() => decoder.append([{ sequence: 0, tokens: [] }]), /fed no token/);
  assert.throws(() => decoder.append([{ sequence: 0, tokens: [1] }, { sequence: 0, tokens: [1] }]), /fed twice/);
});

Deno.test("a position sees what is before it and nothing that is behind", () => {
  const weights = lively(TINY);
  const tokens = randomTokens(10);
  const before = fullLogits(weights, TINY, tokens, 1);
  const changed = Int32Array.from(tokens);
  changed[6] = (changed[6] + 1) % VOCABULARY_SIZE;
  const after = fullLogits(weights, TINY, changed, 1);
  for (let position = 0; position < 10; position++) {
    const row = (x: Float32Array) => x.slice(position * VOCABULARY_SIZE, (position + 1) * VOCABULARY_SIZE);
    assert.equal(row(before).every((x, v) => x === row(after)[v]), position < 6);
  }
});

Deno.test("strings that begin alike share rows, and every position has the hidden state that it has alone", () => {
  const weights = lively(TINY);
  const tokens = Int32Array.of(4, 5, 6, 7, 4, 5, 9, 7, 4, 5, 6, 8);
  const merged = prefixTree(tokens, 3, 4, true);
  const apart = prefixTree(tokens, 3, 4, false);
  assert.deepEqual([merged.rows, apart.rows], [7, 12]);
  assert.deepEqual(Array.from(merged.rowOf), [0, 1, 2, 3, 0, 1, 4, 5, 0, 1, 2, 6]);
  assert.deepEqual(Array.from(merged.ancestors.subarray(merged.offsets[5], merged.offsets[6])), [0, 1, 4, 5]);
  const target = tf.randomNormal([12, TINY.width], 0, 1, "float32", 5);
  const run = (tree: typeof merged) =>
    tf.variableGrads(() =>
      tf.sum(tf.mul(takeRows(gptHidden(weights, TINY, tree, null), tree.rowOf), target)) as tf.Scalar
    );
  const [a, b] = [run(merged), run(apart)];
  assert.ok(Math.abs(a.value.dataSync()[0] - b.value.dataSync()[0]) < 1e-3);
  for (const [name, variable] of gptParameters(weights)) {
    const [left, right] = [a.grads[variable.name].dataSync(), b.grads[variable.name].dataSync()];
    left.forEach((g, i) => assert.ok(Math.abs(g - right[i]) < 1e-3 * (1 + Math.abs(g)), name));
  }
});

Deno.test("attention depends on relative positions: a repeated token gives the same logits wherever it stands alone", () => {
  const weights = lively({ ...TINY, layers: 1 });
  const logits = fullLogits(weights, { ...TINY, layers: 1 }, Int32Array.of(9, 9, 9, 9), 1);
  for (let v = 0; v < VOCABULARY_SIZE; v++) assert.ok(Math.abs(logits[v] - logits[3 * VOCABULARY_SIZE + v]) < 1e-4);
  const ordered = fullLogits(weights, { ...TINY, layers: 1 }, Int32Array.of(9, 8, 7), 1).slice(-VOCABULARY_SIZE);
  const swapped = fullLogits(weights, { ...TINY, layers: 1 }, Int32Array.of(8, 9, 7), 1).slice(-VOCABULARY_SIZE);
  assert.ok(ordered.some((x, v) => Math.abs(x - swapped[v]) > 1e-3), "order must matter");
});

Deno.test("the gradients of the network agree with finite differences", () => {
  const weights = lively(TINY);
  const tokens = prefixTree(Int32Array.of(3, 50, 7, 3, 50, 9), 2, 3, true);
  const target = tf.randomNormal([tokens.rows, TINY.width], 0, 1, "float32", 3);
  const loss = () => tf.sum(tf.mul(gptHidden(weights, TINY, tokens, null), target)) as tf.Scalar;
  const { grads } = tf.variableGrads(loss);
  for (const [name, variable] of gptParameters(weights)) {
    const analytic = grads[variable.name].dataSync<"float32">();
    const values = variable.dataSync().slice();
    const at = analytic.reduce((best, g, i) => Math.abs(g) > Math.abs(analytic[best]) ? i : best, 0);
    const shifted = (delta: number) => {
      const moved = Float32Array.from(values);
      moved[at] += delta;
      variable.assign(tf.tensor(moved, variable.shape));
      return loss().dataSync()[0];
    };
    const numeric = (shifted(1e-2) - shifted(-1e-2)) / 2e-2;
    variable.assign(tf.tensor(values, variable.shape));
    assert.ok(
      Math.abs(numeric - analytic[at]) < 0.02 * Math.abs(analytic[at]) + 1e-2,
      `${name}: ${numeric} ${analytic[at]}`,
    );
  }
});

Deno.test("every option of the network changes it, and impossible ones are refused", () => {
  const tokens = prefixTree(randomTokens(8), 2, 4, true);
  const run = (options: GptOptions, seed: number | null = null) =>
    Array.from(gptHidden(createGpt(options, createStream(1)), options, tokens, seed).dataSync());
  const base = run(TINY);
  assert.notDeepEqual(run({ ...TINY, layers: 3 }), base);
  assert.notDeepEqual(run({ ...TINY, heads: 4 }), base);
  assert.notDeepEqual(run({ ...TINY, feedForward: 48 }), base);
  assert.notEqual(run({ ...TINY, width: 32 }).length, base.length);
  assert.deepEqual(run({ ...TINY, dropout: 0.5 }), base);
  assert.notDeepEqual(run({ ...TINY, dropout: 0.5 }, 3), base);
  assert.deepEqual(run({ ...TINY, dropout: 0.5 }, 3), run({ ...TINY, dropout: 0.5 }, 3));
  assert.throws(
    () => createGpt({ ...TINY, heads: 3 }, createStream(1)),
    /width 16 must be a multiple of 2 × heads = 6/,
  );
  assert.throws(() => createGpt({ ...TINY, layers: 0 }, createStream(1)), /layers must be a whole number ≥ 1, got 0/);
  assert.throws(() => createGpt({ ...TINY, dropout: 1 }, createStream(1)), /dropout must lie in \[0, 1\), got 1/);
});

Deno.test("the small and the founding network have the sizes that their options imply", () => {
  for (const { layers, width, feedForward, heads, dropout } of [SMALL_GPT, FOUNDING_GPT]) {
    const expected = VOCABULARY_SIZE * width + layers * (4 * width ** 2 + 2 * width * feedForward + 4 * width) +
      2 * width;
    const weights = createGpt({ layers, width, feedForward, heads, dropout }, createStream(1));
    assert.equal(gptParameters(weights).reduce((sum, [, variable]) => sum + variable.size, 0), expected);
    for (const [, variable] of gptParameters(weights)) variable.dispose();
  }
});

Deno.test("written strings score the log-probabilities and entropies that they were sampled with", () => {
  for (const temperature of [1, 0.7]) {
    const policy = new TheoryPolicy(TINY, temperature, createStream(3));
    const prompts = [...theoryTask("T0").prompts, ...theoryTask("T4").prompts, ...theoryTask("T2").prompts.slice(0, 3)];
    const written = writeTheories(policy, prompts, prompts.map((_, i) => createStream(8).child(i)));
    const { views, actions, mask, logProb } = viewsOf(written);
    const scores = policy.score(views, actions);
    const own = scores.logProb.dataSync();
    const entropy = scores.entropy.dataSync();
    mask.forEach((bit, d) => {
      if (bit === 0) assert.equal(Math.abs(own[d]) + Math.abs(entropy[d]), 0);
      else assert.ok(Math.abs(own[d] - logProb[d]) < 1e-4);
    });
    written.forEach(({ choices }, s) =>
      choices.forEach((choice) =>
        assert.ok(Math.abs(entropy[s * (views.length - 1) + choice.position - 1] - choice.entropy) < 1e-4)
      )
    );
    assert.ok(
      mask.some((bit) => bit === 0) && written.every(({ choices }) => choices.every(({ legal }) => legal.length > 1)),
    );
  }
});

Deno.test("illegal tokens have probability exactly 0 and get no gradient from the policy's loss", () => {
  const policy = new TheoryPolicy(TINY, 1, createStream(3));
  const [prompt] = theoryTask("T0").prompts;
  const { views } = viewsOf(writeTheories(policy, [prompt], [createStream(1)]));
  const probabilities = tf.exp(policy.logProbabilities(views, null)).dataSync();
  views.legal.forEach((bit, i) => assert.equal(bit === 0, probabilities[i] === 0));
});

Deno.test("a string depends on its own stream alone, not on the batch that it is written in", () => {
  const policy = new TheoryPolicy(TINY, 1, createStream(3));
  const prompts = theoryTask("T2").prompts.slice(0, 4);
  const streams = prompts.map((_, i) => createStream(5).child(i));
  const together = writeTheories(policy, prompts, streams);
  prompts.forEach((prompt, i) => {
    const [alone] = writeTheories(policy, [prompt], [createStream(5).child(i)]);
    assert.deepEqual(alone.tokens, together[i].tokens);
  });
  const group = writeTheories(policy, [prompts[0], prompts[0]], [createStream(5).child(0), createStream(5).child(0)]);
  assert.deepEqual(group[0].tokens, group[1].tokens);
  assert.deepEqual(group[0].tokens, together[0].tokens);
  const [best] = writeTheories(policy, [prompts[0]], [createStream(1)], "mode");
  assert.deepEqual(best.tokens, writeTheories(policy, [prompts[0]], [createStream(2)], "mode")[0].tokens);
});

Deno.test("the exact KL is 0 to itself, positive to another policy, and equals the sum over legal tokens", () => {
  const policy = new TheoryPolicy(TINY, 1, createStream(3));
  const other = new TheoryPolicy(TINY, 1, createStream(4));
  const prompts = theoryTask("T2").prompts.slice(0, 2);
  const { views, actions, mask } = viewsOf(writeTheories(policy, prompts, prompts.map((_, i) => createStream(i))));
  const same = new TheoryPolicy(TINY, 1, createStream(5));
  same.copyFrom(policy);
  assert.ok(policy.score(views, actions, same).exactKl!.dataSync().every((kl) => Math.abs(kl) < 1e-6));
  const kl = policy.score(views, actions, other).exactKl!.dataSync();
  const p = policy.logProbabilities(views, null).dataSync();
  const q = other.logProbabilities(views, null).dataSync();
  mask.forEach((bit, d) => {
    let expected = 0;
    for (let v = 0; v < VOCABULARY_SIZE; v++) {
      const at = d * VOCABULARY_SIZE + v;
      if (views.legal[at] === 1) expected += Math.exp(p[at]) * (p[at] - q[at]);
    }
    assert.ok(Math.abs(kl[d] - expected) < 1e-5);
    assert.equal(kl[d] > 1e-9, bit === 1);
  });
});

Deno.test("gather takes whole rows", () => {
  const policy = new TheoryPolicy(TINY, 1, createStream(3));
  const prompts = theoryTask("T2").prompts.slice(0, 3);
  const { views, actions } = viewsOf(writeTheories(policy, prompts, prompts.map((_, i) => createStream(i))));
  const some = policy.gather(views, actions, Int32Array.of(2, 0));
  const all = policy.score(views, actions).logProb.arraySync();
  const chosen = policy.score(some.views, some.actions).logProb.arraySync();
  [all[2], all[0]].forEach((row, i) => row.forEach((x, d) => assert.ok(Math.abs(x - chosen[i][d]) < 1e-5)));
});
