import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { Belief } from "../../lib/design/belief.ts";
import { DESIGN_TRAINER, DesignPolicy, playExperiments, policyDesigner, trainDesigns } from "../../lib/design/mod.ts";
import { designOf, designViews } from "../../lib/design/policy.ts";
import { designRoller } from "../../lib/design/rollout.ts";
import { measure } from "../../lib/design/source.ts";
import { createStream } from "../../lib/random/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";

await useBackend("simd");

const moments = [0, 1, 2].map((seed) => {
  const belief = new Belief();
  belief.add(measure([0.4, 0.6], [0.1 + 0.3 * seed, 0.2], 0.5));
  return belief.moments();
});

Deno.test("what is drawn has the log-density that is scored, that of two independent normals", () => {
  const policy = new DesignPolicy(createStream(1));
  const views = designViews(moments, 4);
  const drawn = policy.draw(views, moments.map((_, e) => createStream(2).child(e)));
  const [logProb, entropy] = tf.tidy(() => {
    const scores = policy.score(views, drawn);
    return [scores.logProb, scores.entropy].map((each) => [...each.dataSync()]);
  });
  logProb.forEach((value, e) => assert.ok(Math.abs(value - drawn.logProb[e]) < 1e-4));
  // The noise itself tells the density: log p = entropy + 1 − |z|²/2 of two standard normals.
  moments.forEach((_, e) => {
    const stream = createStream(2).child(e);
    const squares = stream.normal() ** 2 + stream.normal() ** 2;
    assert.ok(Math.abs(logProb[e] - (1 - squares / 2 - entropy[e])) < 1e-4);
  });
  policy.named.dispose();
});

Deno.test("designs lie in the unit square, and offset 0 is the mean of the belief", () => {
  assert.deepEqual(designOf(moments[0], [0, 0]), moments[0].mean);
  for (const offset of [[9, 9], [-9, 9], [9, -9], [-9, -9]]) {
    assert.ok(designOf(moments[1], offset).every((x) => x >= 0 && x <= 1));
  }
});

Deno.test("members of a group share source and noise, groups do not; rewards add up to the bound", () => {
  const policy = new DesignPolicy(createStream(1));
  const rollout = designRoller({ groups: 2, groupSize: 3, contrasts: 100 })(policy, createStream(5));
  assert.equal(rollout.viewCount, 180);
  assert.deepEqual([...rollout.group], [0, 0, 0, 1, 1, 1]);
  assert.notEqual(rollout.describeGroup(0), rollout.describeGroup(1));
  const returns = new Float64Array(6);
  rollout.reward.forEach((reward, d) => returns[rollout.member[d]] += reward);
  assert.ok(returns.every((value) => value <= Math.log(101) + 1e-5));
  const { bound } = rollout.measures;
  assert.ok(bound.kind === "mean" && Math.abs(bound.sum - returns.reduce((a, b) => a + b)) < 1e-3);
  policy.named.dispose();
});

Deno.test("the trainer teaches a policy that starts with designs of no use", async () => {
  const policy = new DesignPolicy(createStream(1));
  // Designs ten deviations away from the belief's mean tell next to nothing.
  const far = tf.tensor1d([4, 4, 0, 0]);
  policy.named.get("out/bias").assign(far);
  far.dispose();
  const options = {
    ...DESIGN_TRAINER,
    updates: 16,
    learningRate: { kind: "constant", start: 0.02, end: 0.02, warmup: 0 } as const,
  };
  const bounds: number[] = [];
  for await (
    const { bound } of trainDesigns(policy, { groups: 4, groupSize: 6, contrasts: 1e6 }, options, createStream(2))
  ) {
    bounds.push(bound);
  }
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
  const [first, last] = [mean(bounds.slice(0, 3)), mean(bounds.slice(-3))];
  assert.ok(last > first + 1, `the bound went from ${first} to ${last}`);
  policy.named.dispose();
});

Deno.test("the same seeds give the same experiments", () => {
  const play = () => {
    const policy = new DesignPolicy(createStream(1));
    const streams = [0, 1].map((e) => ({ world: createStream(3).child(e), choice: createStream(4).child(e) }));
    const played = playExperiments(policyDesigner(policy), streams);
    policy.named.dispose();
    return played.map(({ belief }) => belief.measurements);
  };
  assert.deepEqual(play(), play());
});
