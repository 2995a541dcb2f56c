import assert from "node:assert/strict";
import {
  createEnvironment,
  gatherViews,
  PAIR_FEATURES,
  type StatisticsViews,
  statisticsViews,
} from "../../lib/environment/mod.ts";
import { RESPONSE_FEATURES } from "../../lib/environment/response.ts";
import { NODE_FEATURES } from "../../lib/environment/node_features.ts";
import { createStream } from "../../lib/random/mod.ts";
import { createScm } from "../../lib/scm/mod.ts";
import { chain } from "./support.ts";
import { EPISODE, mirrored, N, observe, relabelled, rescaled, START } from "./written_out.ts";

function assertClose(actual: Float32Array, expected: Float32Array, names: readonly string[]): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, k) => {
    const tolerance = 1e-4 * (1 + Math.abs(expected[k]));
    assert.ok(Math.abs(value - expected[k]) <= tolerance, `${names[k % names.length]}: ${value}, not ${expected[k]}`);
  });
}

function assertSameViews(actual: StatisticsViews, expected: StatisticsViews): void {
  assertClose(actual.nodes, expected.nodes, NAMES);
  assertClose(actual.pairs, expected.pairs, PAIR_FEATURES);
  assert.deepEqual(actual.settable, expected.settable);
  assert.deepEqual(actual.present, expected.present);
}

const RESPONSE = { responsePoints: 3 };
const views = statisticsViews(observe(EPISODE), RESPONSE);
const CHANNELS = views.channels;
/** Every feature of a variable, for messages. */
const NAMES = [...NODE_FEATURES, ...RESPONSE_FEATURES.flatMap((name) => [0, 1, 2].map((p) => `${name} at ${p}`))];

Deno.test("features are finite, and none is the same for all variables of a played episode but those of the episode", () => {
  assert.ok([...views.nodes, ...views.pairs].every(Number.isFinite));
  const constant = NODE_FEATURES.filter((_, f) =>
    new Set(Array.from({ length: N }, (_, v) => views.nodes[v * CHANNELS + f])).size === 1
  );
  const ofEpisode = ["time", "log unit", "log observational rows", "log size", "best gain seen", "last gain seen"];
  assert.deepEqual(constant, ofEpisode);
});

Deno.test("relabelling the variables relabels the features", () => {
  const order = [2, 0, 3, 1];
  const changed = statisticsViews(observe(relabelled(EPISODE, order)), RESPONSE);
  const [n, p] = [CHANNELS, PAIR_FEATURES.length];
  const nodes = order.map((v) => views.nodes.subarray(v * n, v * n + n));
  const pairs = order.flatMap((i) => order.map((j) => views.pairs.subarray((i * N + j) * p, (i * N + j + 1) * p)));
  assertClose(changed.nodes, Float32Array.from(nodes.flatMap((part) => [...part])), NAMES);
  assertClose(changed.pairs, Float32Array.from(pairs.flatMap((part) => [...part])), PAIR_FEATURES);
});

Deno.test("features do not depend on units or zero points", () => {
  const changed = observe(rescaled(EPISODE, [3, 0.02, 40, 1e3], [7, -2, 0.5, 90]));
  assertSameViews(statisticsViews(changed, RESPONSE), views);
});

Deno.test("maximising −Y has the features of minimising Y", () => {
  assertSameViews(statisticsViews(observe(mirrored(EPISODE)), RESPONSE), views);
});

Deno.test("padding changes no feature of a variable, and is not present", () => {
  const padded = statisticsViews(observe(EPISODE, N + 3), RESPONSE);
  const width = N + 3;
  const [n, p] = [CHANNELS, PAIR_FEATURES.length];
  assertClose(padded.nodes.slice(0, N * n), views.nodes, NAMES);
  for (let i = 0; i < N; i++) {
    const row = padded.pairs.slice(i * width * p, (i * width + N) * p);
    assertClose(row, views.pairs.slice(i * N * p, (i + 1) * N * p), PAIR_FEATURES);
  }
  assert.ok(padded.nodes.slice(N * n).every((x) => x === 0));
  assert.deepEqual([...padded.present], [1, 1, 1, 1, 0, 0, 0]);
});

Deno.test("the posterior gain is the effect: after many interventions it is τ·(v − μ) in units of the best one", () => {
  const problem = chain();
  const environment = createEnvironment([problem], {
    observationalRows: 200,
    interventionalRows: 0,
    horizon: 400,
    rowsPerIntervention: 1,
  });
  environment.reset([createStream(3)]);
  for (let t = 0; t < 400; t++) {
    environment.step({ variable: Int32Array.of(t % 2), value: Float64Array.of(t % 4 < 2 ? -1 : 1) }, [
      createStream(4).child(t),
    ]);
  }
  const { nodes } = statisticsViews(environment.observation);
  const at = (variable: number, name: typeof NODE_FEATURES[number]) =>
    nodes[variable * NODE_FEATURES.length + NODE_FEATURES.indexOf(name)];
  // X0 = −5 is the best (unit 1), X1 = −5 reaches 7.5 / 11.25 of it.
  assert.ok(Math.abs(at(0, "posterior gain at low") - 1) < 0.05);
  assert.ok(Math.abs(at(0, "posterior gain at high") + 1) < 0.05);
  assert.ok(Math.abs(at(1, "posterior gain at low") - 2 / 3) < 0.05);
  // X0 acts through X1 alone: nothing directly, everything along the path.
  assert.ok(Math.abs(at(0, "direct gain at low")) < 0.1);
  assert.ok(Math.abs(at(0, "path gain at low") - 1) < 0.1);
  assert.equal(at(0, "log interventions"), Math.fround(Math.log1p(200)));
});

Deno.test("outcomes that explode leave every feature finite", () => {
  const rows = EPISODE.rows.map(({ intervened, x }, r) => ({
    intervened,
    x: r < START ? x : x.map((value, v) => v === intervened ? value : value * 10 ** (8 + 30 * (r - START))),
  }));
  const { nodes, pairs } = statisticsViews(observe({ ...EPISODE, rows }), RESPONSE);
  assert.ok([...nodes, ...pairs].every(Number.isFinite));
  const plain = [
    ...pairs,
    ...Array.from({ length: N }, (_, v) => [...nodes.slice(v * CHANNELS, v * CHANNELS + 14)]).flat(),
  ];
  assert.equal(Math.max(...plain.map(Math.abs)), 10);
});

Deno.test("features stay finite where rounding leaves nothing of a regression: cubes of cubes of cubes", () => {
  const noise = { distribution: { kind: "gaussian" }, scale: 1, combination: "additive" } as const;
  const domain = { kind: "interval", low: -50, high: 50 } as const;
  const cube = { kind: "polynomial", intercept: 0, coefficients: [[0, 0, 1]] } as const;
  const scm = createScm({
    name: "tower",
    variables: ["A", "B", "C", "Y"].map((name, k, names) => ({
      name,
      parents: names.slice(Math.max(0, k - 1), k),
      mechanism: k === 0 ? { kind: "linear", intercept: 0, weights: [] } : cube,
      noise,
      domain: name === "Y" ? null : domain,
    })),
    target: "Y",
    objective: "minimize",
  });
  const outcomes = { ...chain().outcomes, expected: () => 0 };
  const environment = createEnvironment([{ scm, outcomes }], {
    observationalRows: 20,
    interventionalRows: 0,
    horizon: 20,
    rowsPerIntervention: 1,
  });
  const stream = createStream(24);
  environment.reset([stream.child("a")]);
  for (let t = 0; t < 20; t++) {
    const value = stream.child("v").child(t).uniformIn(-1, 1);
    environment.step({ variable: Int32Array.of(0), value: Float64Array.of(value) }, [stream.child("n").child(t)]);
    const { nodes, pairs } = statisticsViews(environment.observation, RESPONSE);
    assert.ok([...nodes, ...pairs].every(Number.isFinite), `after ${t + 1} interventions`);
  }
});

Deno.test("gathered views are the chosen rows", () => {
  const environment = createEnvironment([chain(), chain(), chain()], {
    observationalRows: 5,
    interventionalRows: 0,
    horizon: 1,
    rowsPerIntervention: 1,
  });
  environment.reset([createStream(5), createStream(6), createStream(7)]);
  const all = statisticsViews(environment.observation);
  const some = gatherViews(all, Int32Array.of(2, 0));
  const length = 3 * NODE_FEATURES.length;
  assert.equal(some.count, 2);
  assert.deepEqual(some.nodes.slice(0, length), all.nodes.slice(2 * length));
  assert.deepEqual(some.nodes.slice(length), all.nodes.slice(0, length));
});
