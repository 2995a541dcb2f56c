import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import {
  type Beliefs,
  concatHistoryViews,
  gatherHistoryViews,
  HISTORY_CHANNELS,
  type HistoryViews,
  historyViews,
  type Observation,
} from "../../lib/environment/mod.ts";
import { createHistoryPolicy, type HistoryPolicyOptions } from "../../lib/policy/history_policy.ts";
import { createHistoryValueFunction } from "../../lib/policy/value_function.ts";
import { createStream } from "../../lib/random/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { chainProblem, someObservation } from "./chain.ts";

await useBackend("simd");

const OPTIONS: HistoryPolicyOptions = {
  width: 8,
  layers: 2,
  heads: 2,
  dropout: 0,
  annealFrom: 1,
  view: { beliefs: true },
  valueHead: { kind: "categorical", levels: 3 },
};

const stream = (name: string) => createStream(5).child(name);
const state = (): Observation => someObservation([chainProblem(3), chainProblem(5), chainProblem(4)]);
const views = () => historyViews(state(), OPTIONS.view);
const policyOf = (options: HistoryPolicyOptions = OPTIONS) => createHistoryPolicy(options, stream("policy"));

/** The outputs of the variables that are there, view after view. */
function outputs(batch: HistoryViews, options = OPTIONS): number[] {
  const scores = policyOf(options).forward(batch);
  const each = scores.shape[2];
  return [...scores.dataSync()].filter((_, k) => batch.present[Math.floor(k / each)] === 1);
}

function close(a: readonly number[], b: readonly number[], tolerance = 1e-4): void {
  assert.equal(a.length, b.length);
  a.forEach((x, i) => assert.ok(Math.abs(x - b[i]) < tolerance, `${i}: ${x} is not ${b[i]}`));
}

/** More rows and variables, filled with what must not matter. */
function padded(batch: HistoryViews, rows: number, variables: number): HistoryViews {
  const { count, width } = batch;
  const wide = width + variables;
  const long = batch.rows + rows;
  const channels = HISTORY_CHANNELS.length;
  const cells = new Float32Array(count * long * wide * channels).fill(3);
  const spread = (data: Float32Array, length: number, fill: number) => {
    const out = new Float32Array(count * wide * length).fill(fill);
    for (let e = 0; e < count; e++) {
      out.set(data.subarray(e * width * length, (e + 1) * width * length), e * wide * length);
    }
    return out;
  };
  const rowPresent = new Float32Array(count * long);
  for (let e = 0; e < count; e++) {
    rowPresent.set(batch.rowPresent.subarray(e * batch.rows, (e + 1) * batch.rows), e * long);
    for (let r = 0; r < batch.rows; r++) {
      const from = (e * batch.rows + r) * width * channels;
      cells.set(batch.cells.subarray(from, from + width * channels), (e * long + r) * wide * channels);
    }
  }
  return {
    count,
    rows: long,
    width: wide,
    cells,
    rowPresent,
    statics: spread(batch.statics, batch.statics.length / (count * width), 3),
    present: spread(batch.present, 1, 0),
    settable: spread(batch.settable, 1, 0),
  };
}

Deno.test("history: padding of rows and of variables has no influence", () => {
  close(outputs(views()), outputs(padded(views(), 3, 2)));
});

Deno.test("history: a state alone, in a batch, and gathered from longer ones gets the same outputs", () => {
  const short = historyViews(someObservation([chainProblem(4)], 1), OPTIONS.view);
  const long = historyViews(someObservation([chainProblem(4)], 4), OPTIONS.view);
  const joined = concatHistoryViews([short, long, short]);
  assert.equal(joined.rows, long.rows);
  const [a, b] = [outputs(short), outputs(long)];
  close(outputs(joined), [...a, ...b, ...a]);
  const taken = gatherHistoryViews(joined, Int32Array.of(2, 0));
  assert.equal(taken.rows, short.rows);
  close(outputs(taken), [...a, ...a]);
  const three = historyViews(someObservation([chainProblem(3)]), OPTIONS.view);
  assert.throws(() => concatHistoryViews([short, three]), /4 and 3 variables/);
});

Deno.test("history: outputs move with the variables when their order changes, and do not depend on the order of the rows", () => {
  const batch = historyViews(someObservation([chainProblem(5)]), OPTIONS.view);
  const { rows, width } = batch;
  const order = stream("order").permutation(width);
  const rowOrder = stream("rows").permutation(rows);
  const channels = HISTORY_CHANNELS.length;
  const move = (data: Float32Array, length: number) => {
    const out = new Float32Array(data.length);
    for (let v = 0; v < width; v++) out.set(data.subarray(v * length, (v + 1) * length), order[v] * length);
    return out;
  };
  const cells = new Float32Array(batch.cells.length);
  for (let r = 0; r < rows; r++) {
    const row = batch.cells.subarray(r * width * channels, (r + 1) * width * channels);
    cells.set(move(row, channels), rowOrder[r] * width * channels);
  }
  const moved = {
    ...batch,
    cells,
    statics: move(batch.statics, batch.statics.length / width),
    settable: move(batch.settable, 1),
  };
  const before = outputs(batch);
  const after = outputs(moved);
  const each = before.length / width;
  close(before, Array.from(order).flatMap((to) => after.slice(to * each, (to + 1) * each)));
});

Deno.test("history: other units of a variable and an objective turned round change nothing", () => {
  const observation = state();
  const { history, statistics, problems } = observation;
  const width = problems.width;
  const scaled = (x: number, v: number) => (v + 2) * x - v;
  const values = history.values.map((x, k) => scaled(x, k % width));
  const ends = (data: Float64Array) => data.map((x, k) => scaled(x, k % width));
  const other = {
    ...observation,
    history: { ...history, values },
    statistics: {
      ...statistics,
      centre: ends(statistics.centre),
      spread: statistics.spread.map((x, k) => (k % width + 2) * x),
    },
    problems: { ...problems, low: ends(problems.low), high: ends(problems.high) },
  };
  close(outputs(views()), outputs(historyViews(other, OPTIONS.view)));
  const turned = {
    ...observation,
    problems: { ...problems, signs: problems.signs.map((sign) => -sign) },
    history: {
      ...history,
      values: history.values.map((x, k) => {
        const e = Math.floor(k / (width * history.capacity));
        return k % width === problems.targets[e] ? -x : x;
      }),
    },
    statistics: {
      ...statistics,
      centre: statistics.centre.map((x, k) => k % width === problems.targets[Math.floor(k / width)] ? -x : x),
    },
  };
  close(outputs(views()), outputs(historyViews(turned, OPTIONS.view)));
});

Deno.test("history: the target and padding are never drawn, and probabilities are those that the loss sees", () => {
  const batch = views();
  const policy = policyOf();
  const drawn = policy.draw(batch, 64, Array.from({ length: batch.count }, (_, e) => stream("draw").child(e)));
  drawn.variable.forEach((v, k) => assert.equal(batch.settable[Math.floor(k / 64) * batch.width + v], 1));
  const { logProb } = policy.score(batch, drawn);
  close([...drawn.logProb], [...logProb.dataSync()]);
});

Deno.test("history: gradients of all parameters match finite differences", () => {
  const batch = views();
  const policy = policyOf();
  const s = stream("directions");
  for (const variable of policy.parameters) {
    const jitter = tf.tensor(Float32Array.from({ length: variable.size }, () => 0.1 * s.normal()), variable.shape);
    variable.assign(tf.add(variable, jitter));
  }
  const actions = policy.draw(batch, 2, Array.from({ length: batch.count }, (_, e) => stream("draw").child(e)));
  const loss = () =>
    tf.tidy(() => {
      const { logProb, entropy } = policy.score(batch, actions);
      return tf.add(tf.mean(logProb), tf.mul(tf.mean(entropy), 0.3)) as tf.Scalar;
    });
  const { grads } = tf.variableGrads(loss, policy.parameters as tf.Variable[]);
  let largest = 0;
  policy.named.names.forEach((name, p) => {
    const variable = policy.parameters[p];
    const start = variable.dataSync().slice();
    const direction = Float32Array.from({ length: variable.size }, () => s.normal() / Math.sqrt(variable.size));
    const at = (step: number): number => {
      const moved = tf.tensor(start.map((x, i) => x + step * direction[i]), variable.shape);
      variable.assign(moved);
      return loss().dataSync()[0];
    };
    const step = 2e-3;
    const numeric = (at(step) - at(-step)) / (2 * step);
    at(0);
    const analytic = grads[variable.name].dataSync<"float32">().reduce((sum, g, i) => sum + g * direction[i], 0);
    largest = Math.max(largest, Math.abs(analytic));
    assert.ok(Math.abs(numeric - analytic) < 4e-3 + 0.03 * Math.abs(analytic), `${name}: ${analytic}, ${numeric}`);
  });
  assert.ok(largest > 0.05, "every gradient vanishes");
});

Deno.test("history: width, layers and heads change the network, dropout what is drawn to learn from alone", () => {
  const batch = views();
  const plain = outputs(batch).join();
  for (const changed of [{ width: 16 }, { layers: 1 }, { heads: 4 }]) {
    assert.notEqual(outputs(batch, { ...OPTIONS, ...changed }).join(), plain, JSON.stringify(changed));
  }
  const actions = policyOf().draw(batch, 1, null);
  const logProbs = (options: HistoryPolicyOptions, key: number | null) => {
    const dropped = key === null ? {} : { dropout: new Uint32Array(batch.count).fill(key) };
    return [...policyOf(options).score(batch, { ...actions, ...dropped }).logProb.dataSync()].join();
  };
  const dropping = { ...OPTIONS, dropout: 0.3 };
  assert.equal(logProbs(dropping, null), logProbs(OPTIONS, null));
  assert.notEqual(logProbs(dropping, 1), logProbs(OPTIONS, 1));
  assert.equal(logProbs(dropping, 1), logProbs(dropping, 1));
  assert.notEqual(logProbs(dropping, 1), logProbs(dropping, 2));
  assert.throws(() => policyOf({ ...OPTIONS, heads: 3 }), /width of 8 into 3 heads/);
  assert.throws(() => policyOf({ ...OPTIONS, dropout: 1 }), /dropout = 1/);
});

Deno.test("history: the parent channel shows the surrogate's belief, and 0.5 without one or where it is turned off", () => {
  const observation = state();
  const { episodes, width } = observation.problems;
  const beliefs: Beliefs = {
    parent: Float64Array.from({ length: episodes * width }, (_, k) => k / 100),
    entropy: new Float64Array(episodes),
  };
  const channel = HISTORY_CHANNELS.indexOf("parent probability");
  const shown = (given: Observation, show: boolean) => {
    const { cells, rows } = historyViews(given, { beliefs: show });
    return (e: number, v: number, row: number) =>
      cells[((e * rows + row) * width + v) * HISTORY_CHANNELS.length + channel];
  };
  const seen = shown({ ...observation, beliefs }, true);
  assert.ok(Math.abs(seen(1, 2, 0) - (width + 2) / 100) < 1e-6 && seen(1, 2, 0) === seen(1, 2, 5));
  assert.equal(shown({ ...observation, beliefs }, false)(1, 2, 0), 0.5);
  assert.equal(shown(observation, true)(1, 2, 0), 0.5);
  assert.notDeepEqual(
    outputs(historyViews({ ...observation, beliefs }, { beliefs: true })),
    outputs(historyViews(observation, { beliefs: true })),
  );
});

Deno.test("history: the view is made of the rows and of what is public: the graph behind them has no influence", () => {
  const observation = state();
  // All that an observation holds besides: sums that the history policy must not need, and the capacity of the buffers.
  const { statistics } = observation;
  const empty = (data: Float64Array) => new Float64Array(data.length).fill(NaN);
  const blind = {
    ...observation,
    statistics: {
      ...statistics,
      obsCross: empty(statistics.obsCross),
      doCross: empty(statistics.doCross),
      doSum: empty(statistics.doSum),
      ridgeInverse: empty(statistics.ridgeInverse),
      bestOutcome: empty(statistics.bestOutcome),
    },
  };
  assert.deepEqual(historyViews(blind, OPTIONS.view), views());
});

Deno.test("history: a value function gives one number for each state, whatever the padding", () => {
  const { width, layers, heads, dropout } = OPTIONS;
  const value = createHistoryValueFunction({ width, layers, heads, dropout }, stream("value"));
  const first = value.value(views());
  assert.deepEqual(first.shape, [3, 1]);
  close([...first.dataSync()], [...value.value(padded(views(), 2, 1)).dataSync()]);
});
