import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { createEnvironment } from "../../lib/environment/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { LINEAR_DISTRIBUTION, sampleProblem } from "../../lib/scm/mod.ts";
import {
  beliefsOf,
  checkRows,
  createNeuralSurrogate,
  createSurrogateForm,
  drawBatch,
  drawEpisodes,
  type EpisodeDistribution,
  episodeRows,
  type LabelledRows,
  labelsOf,
  PARENT_SCORERS,
  type SurrogateForm,
  type SurrogateFormOptions,
  surrogateLoss,
} from "../../lib/surrogate/mod.ts";
import { createVariableAdam, useBackend } from "../../lib/tensor/mod.ts";
import { chainProblem } from "../policy/chain.ts";

await useBackend("simd");

const STATISTICS: SurrogateFormOptions = { kind: "statistics", width: 8, layers: 2, heads: 1 };
const ATTENTION: SurrogateFormOptions = { kind: "attention", width: 8, layers: 1, heads: 2, rows: 40 };
const FORMS = { statistics: STATISTICS, attention: ATTENTION };

const DISTRIBUTION: EpisodeDistribution = {
  scms: LINEAR_DISTRIBUTION,
  rows: { rows: { min: 20, max: 40 }, interventional: { min: 0.5, max: 0.5 }, observational: 0, focused: 0.5 },
};
const stream = (name: string) => createStream(11).child(name);
const episodes = (count: number, size: number | null) => drawEpisodes(DISTRIBUTION, count, size, stream("episodes"));
const probabilities = (form: SurrogateForm, batch: readonly LabelledRows[], width: number) =>
  beliefsOf(form.prepare(batch.map(episodeRows), width));

/** The same rows with variables in another order: variable v becomes order[v]. */
function permuted(episode: LabelledRows, order: Int32Array): LabelledRows {
  const { size, values, intervened } = episode;
  const moved = new Float64Array(values.length);
  for (let row = 0; row < intervened.length; row++) {
    for (let v = 0; v < size; v++) moved[row * size + order[v]] = values[row * size + v];
  }
  return {
    ...episode,
    target: order[episode.target],
    values: moved,
    intervened: intervened.map((v) => v < 0 ? -1 : order[v]),
  };
}

function close(a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number): void {
  assert.equal(a.length, b.length);
  for (let i = 0; i < a.length; i++) assert.ok(Math.abs(a[i] - b[i]) < tolerance, `${i}: ${a[i]} is not ${b[i]}`);
}

for (const [kind, options] of Object.entries(FORMS)) {
  Deno.test(`${kind}: beliefs move with the variables when their order changes`, () => {
    const form = createSurrogateForm(options, stream("form"));
    const [episode] = episodes(1, 6);
    const order = stream("order").permutation(6);
    const before = probabilities(form, [episode], 6);
    const after = probabilities(form, [permuted(episode, order)], 6);
    close(before.parent, Float64Array.from(order, (to) => after.parent[to]), 1e-5);
    close(before.effect?.mean ?? [], Float64Array.from(order, (to) => after.effect?.mean[to] ?? NaN), 1e-4);
    close(before.entropy, after.entropy, 1e-5);
  });

  Deno.test(`${kind}: padding and the rest of the batch have no influence, and neither padding nor the target is a parent`, () => {
    const form = createSurrogateForm(options, stream("form"));
    const batch = episodes(5, null);
    const width = Math.max(...batch.map(({ size }) => size)) + 2;
    const together = probabilities(form, batch, width);
    batch.forEach((episode, e) => {
      const alone = probabilities(form, [episode], episode.size);
      close(alone.parent, together.parent.subarray(e * width, e * width + episode.size), 1e-5);
      assert.ok(together.parent.subarray(e * width + episode.size, (e + 1) * width).every((p) => p === 0));
      assert.equal(alone.parent[episode.target], 0);
      assert.ok(Math.abs(alone.entropy[0] - together.entropy[e]) < 1e-4);
    });
  });

  Deno.test(`${kind}: other units and origins of the variables leave the beliefs, and rescale the effects`, () => {
    const form = createSurrogateForm(options, stream("form"));
    const [episode] = episodes(1, 5);
    const scale = [10, 0.01, 3, 0.5, 200];
    const values = episode.values.map((x, k) => scale[k % 5] * x + 7 * (k % 5));
    const before = probabilities(form, [episode], 5);
    const after = probabilities(form, [{ ...episode, values }], 5);
    close(before.parent, after.parent, 1e-4);
    const ratio = (i: number) => scale[episode.target] / scale[i];
    close(
      before.effect?.mean ?? [],
      (after.effect?.mean ?? new Float64Array()).map((effect, i) => effect / ratio(i)),
      1e-3,
    );
  });

  Deno.test(`${kind}: gradients of all parameters match finite differences`, () => {
    const form = createSurrogateForm(options, stream("form"));
    const batch = episodes(3, 4);
    const { views, forward } = form.prepare(batch.map(episodeRows), 5);
    const labels = labelsOf(batch, views);
    const { names, list } = form.parameters;
    const s = stream("directions");
    // Biases and norms start at 0, where gradients through them may vanish.
    for (const variable of list) {
      const jitter = tf.tensor(Float32Array.from({ length: variable.size }, () => 0.1 * s.normal()), variable.shape);
      variable.assign(tf.add(variable, jitter));
    }
    const loss = () => tf.tidy(() => surrogateLoss(forward(), views, labels).total);
    const { grads } = tf.variableGrads(loss, list as tf.Variable[]);
    let largest = 0;
    names.forEach((name, p) => {
      const variable = list[p];
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
      assert.ok(Math.abs(numeric - analytic) < 2e-3 + 0.03 * Math.abs(analytic), `${name}: ${analytic}, ${numeric}`);
    });
    assert.ok(largest > 0.01, "every gradient vanishes");
  });

  Deno.test(`${kind}: every option changes the network`, () => {
    const [episode] = episodes(1, 5);
    const answer = (changed: SurrogateFormOptions) =>
      probabilities(createSurrogateForm(changed, stream("form")), [episode], 5).parent.join();
    const plain = answer(options);
    const changes: Readonly<Record<string, number>> = { width: 12, layers: 3, heads: 4, rows: 10 };
    for (const [name, value] of Object.entries(changes)) {
      if (name in options) assert.notEqual(answer({ ...options, [name]: value } as SurrogateFormOptions), plain, name);
    }
    assert.throws(() => createSurrogateForm({ ...options, layers: 0 }, stream("form")), /layers = 0/);
  });

  Deno.test(`${kind}: a tracker that takes in row after row believes what one reading of all rows gives`, () => {
    const form = createSurrogateForm(options, stream("form"));
    const problems = [chainProblem(4), chainProblem(3)];
    const episode = { observationalRows: 8, interventionalRows: 2, horizon: 4, rowsPerIntervention: 2 };
    const environment = createEnvironment(problems, episode);
    environment.reset(problems.map((_, e) => stream("start").child(e)));
    const surrogate = createNeuralSurrogate(form);
    const streams = problems.map((_, e) => stream("beliefs").child(e));
    const tracker = surrogate.track(environment.observation.problems, streams);
    tracker.update(environment.observation);
    for (let t = 0; t < 3; t++) {
      environment.step(
        { variable: Int32Array.of(t % 2, 0), value: Float64Array.of(1, -1) },
        problems.map((_, e) => stream("noise").child(t).child(e)),
      );
      const stepped = tracker.update(environment.observation);
      const fresh = surrogate.track(environment.observation.problems, streams).update(environment.observation);
      close(stepped.parent, fresh.parent, 1e-6);
    }
  });
}

Deno.test("a few updates teach the statistics form what parents look like", async () => {
  const form = createSurrogateForm({ kind: "statistics", width: 16, layers: 1, heads: 1 }, stream("form"));
  const adam = createVariableAdam(form.parameters.list, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  const scms = { ...LINEAR_DISTRIBUTION, sizes: { min: 3, max: 5 } };
  const losses: number[] = [];
  for (let update = 0; update < 60; update++) {
    const batch = drawBatch({ ...DISTRIBUTION, scms }, 400, 32, stream("training").child(update));
    assert.ok(batch.every(({ size }) => size === batch[0].size), "a batch has one size");
    const { views, forward } = form.prepare(batch.map(episodeRows), batch[0].size);
    const labels = labelsOf(batch, views);
    const { value, grads } = tf.variableGrads(
      () => surrogateLoss(forward(), views, labels).total,
      form.parameters.list as tf.Variable[],
    );
    losses.push(value.dataSync()[0]);
    await adam.step(form.parameters.list.map(({ name }) => grads[name]), 5e-3, 1);
    tf.dispose([value, grads]);
  }
  const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
  assert.ok(mean(losses.slice(-10)) < 0.75 * mean(losses.slice(0, 5)), losses.map((x) => x.toFixed(2)).join(" "));
  adam.dispose();
});

Deno.test("simple scores rank the parent of a chain's end above its other ancestor; correlation need not", () => {
  const problem = chainProblem(3);
  const environment = createEnvironment([problem], {
    observationalRows: 200,
    interventionalRows: 200,
    horizon: 1,
    rowsPerIntervention: 1,
  });
  environment.reset([stream("chain")]);
  const { history, problems } = environment.observation;
  const rows = episodeRows({
    size: 3,
    target: problems.targets[0],
    values: history.values,
    intervened: history.intervened.subarray(0, history.rows),
    parents: new Uint8Array(3),
    effects: null,
  });
  const parent = problem.scm.variables[problem.scm.target].parents[0];
  const other = [0, 1, 2].find((v) => v !== parent && v !== problem.scm.target) ?? -1;
  for (const name of ["partial correlation", "regression t", "effect z and regression t", "lasso 0.05"]) {
    const scores = PARENT_SCORERS[name](rows);
    assert.ok(scores[parent] > scores[other], `${name}: ${scores}`);
  }
});

Deno.test("the lasso of uncorrelated variables is their softened correlation with the target", () => {
  // Rows of a two-level full factorial design are uncorrelated; the target is their weighted sum.
  const values = [-1, 1].flatMap((a) => [-1, 1].flatMap((b) => [a, b, 0.6 * a + 0.8 * b]));
  const rows = episodeRows({
    size: 3,
    target: 2,
    values: Float64Array.from(values),
    intervened: new Int32Array(4).fill(-1),
    parents: new Uint8Array(3),
    effects: null,
  });
  close(PARENT_SCORERS["lasso 0.1"](rows), [0.5, 0.7, 0], 1e-9);
});

Deno.test("simulated episodes have the rows, the interventions and the truth that were asked for", () => {
  const rows = { rows: { min: 50, max: 50 }, interventional: { min: 0.4, max: 0.4 }, observational: 0, focused: 0 };
  const own = stream("labels");
  const [episode] = drawEpisodes({ scms: LINEAR_DISTRIBUTION, rows }, 1, 5, own);
  assert.equal(episode.intervened.length, 50);
  assert.equal(episode.intervened.filter((v) => v >= 0).length, 20);
  assert.ok(episode.intervened.every((v) => v !== episode.target));
  assert.ok(episode.parents.some((p) => p === 1) && episode.parents[episode.target] === 0);
  episode.parents.forEach((p, v) => p === 1 && assert.ok(Math.abs(episode.effects?.[v] ?? 0) > 0));
  const without = drawEpisodes({ scms: LINEAR_DISTRIBUTION, rows: { ...rows, observational: 1 } }, 3, 5, own);
  assert.ok(without.every(({ intervened }) => intervened.every((v) => v === -1)));
  assert.throws(() => checkRows({ ...rows, rows: { min: 5, max: 2 } }), /\[5, 2\] rows/);
  assert.throws(() => checkRows({ ...rows, focused: 2 }), /within 0 and 1/);
});

Deno.test("beliefs depend on the rows alone, not on the graph behind them", () => {
  const form = createSurrogateForm(STATISTICS, stream("form"));
  const problems = [0, 1].map((i) =>
    sampleProblem({ ...LINEAR_DISTRIBUTION, sizes: { min: 5, max: 5 } }, stream("scms").child(i))
  );
  const options = { observationalRows: 10, interventionalRows: 5, horizon: 1, rowsPerIntervention: 1 };
  const [first, second] = problems.map((problem) => {
    const environment = createEnvironment([problem], options);
    environment.reset([stream("start")]);
    return environment.observation;
  });
  const believe = (observation: typeof first) =>
    createNeuralSurrogate(form).track(observation.problems, [stream("none")]).update(observation).parent;
  const behindOther = { ...first, problems: { ...second.problems, targets: first.problems.targets } };
  close(believe(first), believe(behindOther), 1e-12);
});
