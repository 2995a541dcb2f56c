import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { PAIR_FEATURES, type StatisticsViews, statisticsViews } from "../../lib/environment/mod.ts";
import { NODE_FEATURES } from "../../lib/environment/node_features.ts";
import { createStatisticsPolicy, type StatisticsPolicyOptions, type ViewActions } from "../../lib/policy/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { chainProblem, someObservation } from "./chain.ts";

await useBackend("cpu");

const CATEGORICAL: StatisticsPolicyOptions = {
  width: 8,
  layers: 2,
  heads: 1,
  dropout: 0,
  view: { responsePoints: 0 },
  annealFrom: 1,
  valueHead: { kind: "categorical", levels: 3 },
};
const GAUSSIAN: StatisticsPolicyOptions = {
  ...CATEGORICAL,
  valueHead: { kind: "gaussian", std: { kind: "learned", value: 0.5 } },
};

const stream = (name: string) => createStream(3).child(name);
const views = (): StatisticsViews =>
  statisticsViews(someObservation([chainProblem(3), chainProblem(5), chainProblem(4)]));

/** Random actions that every view allows. */
function actionsFor(batch: StatisticsViews, perView: number, values: readonly number[]): ViewActions {
  const s = stream("actions");
  const variable = Int32Array.from({ length: batch.count * perView }, (_, k) => {
    const view = Math.floor(k / perView);
    return s.choice([...Array(batch.width).keys()].filter((v) => batch.settable[view * batch.width + v] === 1));
  });
  return { perView, variable, value: Float64Array.from(variable, () => s.choice(values)) };
}

for (const [name, options] of Object.entries({ categorical: CATEGORICAL, gaussian: GAUSSIAN })) {
  Deno.test(`${name}: the target and padding are never drawn, and probabilities are those that the loss sees`, () => {
    const batch = views();
    const policy = createStatisticsPolicy(options, stream("policy"));
    const drawn = policy.draw(batch, 64, Array.from({ length: batch.count }, (_, e) => stream("draw").child(e)));
    drawn.variable.forEach((v, k) => assert.equal(batch.settable[Math.floor(k / 64) * batch.width + v], 1));
    const { logProb, entropy } = policy.score(batch, drawn);
    const again = logProb.dataSync();
    drawn.logProb.forEach((x, k) => assert.ok(Math.abs(x - again[k]) < 1e-4, `${x} is not ${again[k]}`));
    // The mean of −log π over many draws estimates the entropy.
    entropy.dataSync().forEach((h, view) => {
      const mean = -drawn.logProb.slice(view * 64, (view + 1) * 64).reduce((a, b) => a + b, 0) / 64;
      assert.ok(Math.abs(mean - h) < 0.6, `${mean} is far from ${h}`);
    });
  });

  Deno.test(`${name}: gradients of all parameters match finite differences`, () => {
    const batch = views();
    const policy = createStatisticsPolicy(options, stream("policy"));
    const actions = actionsFor(batch, 2, options === CATEGORICAL ? [-1, 0, 1] : [-0.7, 0.3]);
    const loss = () =>
      tf.tidy(() => {
        const { logProb, entropy } = policy.score(batch, actions);
        return tf.add(tf.sum(logProb), tf.mul(tf.sum(entropy), 0.3)) as tf.Scalar;
      });
    const { grads } = tf.variableGrads(loss, policy.parameters as tf.Variable[]);
    const s = stream("directions");
    let largest = 0;
    policy.named.names.forEach((parameterName, p) => {
      const variable = policy.parameters[p];
      const start = variable.dataSync().slice();
      const direction = Float32Array.from({ length: variable.size }, () => s.normal());
      const at = (step: number): number => {
        const moved = tf.tensor(start.map((x, i) => x + step * direction[i]), variable.shape);
        variable.assign(moved);
        return loss().dataSync()[0];
      };
      const step = 1e-3;
      const numeric = (at(step) - at(-step)) / (2 * step);
      at(0);
      const analytic = grads[variable.name].dataSync<"float32">().reduce((sum, g, i) => sum + g * direction[i], 0);
      const scale = Math.max(1, Math.abs(numeric), Math.abs(analytic));
      assert.ok(Math.abs(numeric - analytic) / scale < 0.03, `${parameterName}: ${analytic} against ${numeric}`);
      largest = Math.max(largest, Math.abs(analytic));
    });
    assert.ok(largest > 0.1);
  });

  Deno.test(`${name}: relabelling the variables relabels the outputs and changes nothing else`, () => {
    const batch = views();
    const policy = createStatisticsPolicy(options, stream("policy"));
    const order = [3, 0, 4, 2, 1];
    const before = policy.forward(batch).arraySync();
    const after = policy.forward(relabelled(batch, order)).arraySync();
    before.forEach((view, e) =>
      view.forEach((_, v) => after[e][v].forEach((x, k) => assert.ok(Math.abs(x - before[e][order[v]][k]) < 1e-4)))
    );
  });

  Deno.test(`${name}: the same state gives the same outputs whatever it is padded to`, () => {
    const policy = createStatisticsPolicy(options, stream("policy"));
    const alone = policy.forward(statisticsViews(someObservation([chainProblem(3)]))).arraySync();
    const padded = policy.forward(views()).arraySync();
    alone[0].forEach((outputs, v) => outputs.forEach((x, k) => assert.ok(Math.abs(x - padded[0][v][k]) < 1e-5)));
  });
}

Deno.test("both heads learn: the variable's outputs and the value's outputs get gradients", () => {
  for (const options of [CATEGORICAL, GAUSSIAN]) {
    const batch = views();
    const policy = createStatisticsPolicy(options, stream("policy"));
    const actions = actionsFor(batch, 1, [-1, 1]);
    const { grads } = tf.variableGrads(
      () => tf.sum(policy.score(batch, actions).logProb) as tf.Scalar,
      policy.parameters as tf.Variable[],
    );
    const output = grads[policy.named.get("output").name] as tf.Tensor2D;
    const columns = tf.sum(tf.abs(output), 0).dataSync();
    columns.forEach((sum, k) => assert.ok(sum > 1e-3, `output ${k} of ${options.valueHead.kind} gets no gradient`));
  }
});

Deno.test("every option changes the network", () => {
  const batch = views();
  const count = (options: StatisticsPolicyOptions) =>
    createStatisticsPolicy(options, stream("policy")).parameters.reduce((total, { size }) => total + size, 0);
  const base = count(CATEGORICAL);
  assert.notEqual(count({ ...CATEGORICAL, width: 16 }), base);
  assert.notEqual(count({ ...CATEGORICAL, layers: 3 }), base);
  assert.notEqual(count({ ...CATEGORICAL, heads: 2 }), base);
  assert.notEqual(count({ ...CATEGORICAL, valueHead: { kind: "categorical", levels: 5 } }), base);
  assert.notEqual(
    count({ ...GAUSSIAN, valueHead: { kind: "gaussian", std: { kind: "fixed", value: 0.5 } } }),
    count(GAUSSIAN),
  );

  const actions = actionsFor(batch, 1, [-1, 1]);
  const logProb = (
    options: StatisticsPolicyOptions,
    key: number | null,
  ) => {
    const dropped = key === null ? {} : { dropout: new Uint32Array(batch.count).fill(key) };
    const policy = createStatisticsPolicy(options, stream("policy"));
    return [...policy.score(batch, { ...actions, ...dropped }).logProb.dataSync()];
  };
  const dropped = { ...CATEGORICAL, dropout: 0.5 };
  assert.deepEqual(logProb(dropped, null), logProb(CATEGORICAL, null));
  assert.notDeepEqual(logProb(dropped, 1), logProb(CATEGORICAL, null));
  assert.deepEqual(logProb(dropped, 1), logProb(dropped, 1));
  const fixed = (
    value: number,
  ) => ({ ...GAUSSIAN, valueHead: { kind: "gaussian", std: { kind: "fixed", value } } } as const);
  assert.notDeepEqual(logProb(fixed(0.5), null), logProb(fixed(1.5), null));
});

Deno.test("values of another network are refused with both shapes", async () => {
  const small = createStatisticsPolicy(CATEGORICAL, stream("policy"));
  const wide = createStatisticsPolicy({ ...CATEGORICAL, width: 16 }, stream("policy"));
  const values = await wide.named.values();
  assert.throws(() => small.named.assign(values), /encode\/1 has shape \[28,16\] where the network expects \[28,8\]/);
});

Deno.test("the exact KL of a policy with itself is 0, with another one the sampled mean log-ratio", () => {
  const batch = views();
  const policy = createStatisticsPolicy(CATEGORICAL, stream("policy"));
  const other = createStatisticsPolicy(CATEGORICAL, stream("other"));
  const draws = policy.draw(batch, 4000, Array.from({ length: batch.count }, (_, e) => stream("draw").child(e)));
  policy.score(batch, draws, policy).exactKl!.dataSync().forEach((kl) => assert.ok(Math.abs(kl) < 1e-6));
  const exact = policy.score(batch, draws, other).exactKl!.dataSync();
  const otherLogProb = other.score(batch, draws).logProb.dataSync();
  exact.forEach((kl, view) => {
    let sum = 0;
    for (let k = view * 4000; k < (view + 1) * 4000; k++) sum += draws.logProb[k] - otherLogProb[k];
    assert.ok(Math.abs(sum / 4000 - kl) < 0.1 * Math.max(0.1, kl), `${sum / 4000} against ${kl}`);
  });
});

/** The same states with variable `order[v]` at place v. */
function relabelled(batch: StatisticsViews, order: readonly number[]): StatisticsViews {
  const n = batch.width;
  const vectors = (data: Float32Array, length: number) =>
    data.map((_, at) => {
      const e = Math.floor(at / (n * length));
      const v = Math.floor(at / length) % n;
      return data[(e * n + order[v]) * length + at % length];
    });
  const matrices = (data: Float32Array, length: number) =>
    data.map((_, at) => {
      const e = Math.floor(at / (n * n * length));
      const i = Math.floor(at / (n * length)) % n;
      const j = Math.floor(at / length) % n;
      return data[((e * n + order[i]) * n + order[j]) * length + at % length];
    });
  return {
    ...batch,
    nodes: vectors(batch.nodes, NODE_FEATURES.length),
    pairs: matrices(batch.pairs, PAIR_FEATURES.length),
    present: vectors(batch.present, 1),
    settable: vectors(batch.settable, 1),
  };
}
