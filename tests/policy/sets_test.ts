import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import {
  chosenOf,
  createEnvironment,
  type HistoryViews,
  historyViews,
  type Observation,
  type Problem,
  type StatisticsViews,
  statisticsViews,
} from "../../lib/environment/mod.ts";
import {
  createStatisticsPolicy,
  type LearnedPolicy,
  type SettableViews,
  type ViewActions,
} from "../../lib/policy/mod.ts";
import { createHistoryPolicy } from "../../lib/policy/history_policy.ts";
import { createStream } from "../../lib/random/mod.ts";
import { setOutcomeModel } from "../../lib/scm/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { linearProblem } from "../environment/support.ts";

await useBackend("cpu");

const stream = createStream(11);
const VIEW = { responsePoints: 3, sets: true };
const NETWORK = { width: 8, layers: 1, heads: 1, dropout: 0, annealFrom: 1, view: VIEW };
const LEVELS = { kind: "categorical", levels: 3 } as const;
const NORMAL = { kind: "gaussian", std: { kind: "learned", value: 0.5 } } as const;

function problem(min: number, max: number, exclusive: readonly (readonly [number, number])[] = []): Problem {
  const { scm } = linearProblem(["A", "B", "C", "Y"], [
    { from: "A", to: "B", weight: 0.7 },
    { from: "B", to: "Y", weight: 1 },
    { from: "C", to: "Y", weight: -1 },
  ]);
  const setAtOnce = { min, max };
  return { scm, outcomes: setOutcomeModel(scm, { ...setAtOnce, exclusive }), setAtOnce, exclusive };
}

function observe(problems: readonly Problem[]): Observation {
  const environment = createEnvironment(problems, {
    observationalRows: 8,
    interventionalRows: 2,
    horizon: 6,
    rowsPerIntervention: 1,
  });
  environment.reset(problems.map((_, e) => stream.child(e)));
  return environment.observation;
}

function statisticsPolicy(valueHead: typeof LEVELS | typeof NORMAL, dropout = 0): LearnedPolicy<StatisticsViews> {
  return createStatisticsPolicy({ ...NETWORK, dropout, valueHead }, stream.child("policy"));
}

/** Weights far from their start, so that no two probabilities are alike. */
function stir<Views>(policy: LearnedPolicy<Views>, size = 0.12): LearnedPolicy<Views> {
  const s = stream.child("weights");
  for (const variable of policy.parameters) {
    const values = Float32Array.from({ length: variable.size }, () => size * s.normal());
    variable.assign(tf.tensor(values, variable.shape));
  }
  return policy;
}

const draws = (policy: LearnedPolicy<StatisticsViews>, views: StatisticsViews, perView: number, name = "draw") =>
  policy.draw(views, perView, Array.from({ length: views.count }, (_, e) => stream.child(name).child(e)));

/** Every sequence of choices that is possible in the one view. */
function allSets(views: SettableViews, values: readonly number[], allowed: (set: readonly number[]) => boolean) {
  const [least, most] = [views.sets?.least[0] ?? 1, views.sets?.most[0] ?? 1];
  const found: { variable: number[]; value: number[] }[] = [];
  const visit = (variable: number[], value: number[]): void => {
    const open = [...Array(views.width).keys()].filter((v) =>
      views.settable[v] === 1 && !variable.includes(v) && allowed([...variable, v])
    );
    if (variable.length > 0 && (variable.length >= least || open.length === 0)) found.push({ variable, value });
    if (variable.length === most) return;
    for (const v of open) for (const x of values) visit([...variable, v], [...value, x]);
  };
  visit([], []);
  const slots = most;
  const flat = (pick: "variable" | "value", empty: number) =>
    found.flatMap((set) => Array.from({ length: slots }, (_, k) => set[pick][k] ?? empty));
  const actions: ViewActions = {
    perView: found.length,
    slots,
    variable: Int32Array.from(flat("variable", -1)),
    value: Float64Array.from(flat("value", 0)),
  };
  return actions;
}

const near = (actual: number, expected: number, tolerance: number, what = "") =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, not ${expected}`);

Deno.test("Probabilities of all sets sum to 1, whatever sizes and exclusions are asked for", () => {
  const cases = [
    { one: problem(1, 2), allowed: () => true },
    { one: problem(1, 3), allowed: () => true },
    { one: problem(2, 3), allowed: () => true },
    { one: problem(2, 2), allowed: () => true },
    { one: problem(1, 3, [[0, 2]]), allowed: (set: readonly number[]) => !(set.includes(0) && set.includes(2)) },
  ];
  for (const { one, allowed } of cases) {
    const policy = stir(statisticsPolicy(LEVELS));
    const views = statisticsViews(observe([one]), VIEW);
    const { logProb } = policy.score(views, allSets(views, [-1, 0, 1], allowed));
    const total = logProb.dataSync<"float32">().reduce((sum, x) => sum + Math.exp(x), 0);
    near(total, 1, 1e-4, JSON.stringify(one.setAtOnce));
  }
});

Deno.test("Entropy (stopping weighs as all else) and KL over the sub-decisions are, on average, those of whole sets", () => {
  const policy = stir(statisticsPolicy(LEVELS));
  const reference = createStatisticsPolicy({ ...NETWORK, valueHead: LEVELS }, stream.child("reference"));
  const views = statisticsViews(observe([problem(1, 3)]), VIEW);
  const sets = allSets(views, [-1, 0, 1], () => true);
  const { logProb, entropy, exactKl } = policy.score(views, sets, reference);
  const [p, h, kl] = [logProb, entropy, exactKl ?? entropy].map((x) => x.dataSync<"float32">());
  const q = reference.score(views, sets).logProb.dataSync<"float32">();
  const mean = (of: (k: number) => number) => p.reduce((sum, x, k) => sum + Math.exp(x) * of(k), 0);
  assert.deepEqual([entropy.shape, exactKl?.shape], [[1, sets.perView], [1, sets.perView]]);
  // Stopping weighs as much as all that could be chosen instead: 2 variables at 3 levels after the first, 1 after the second.
  const weight = (k: number) => [6, 3, 1][chosenOf(sets.variable, k, 3).length - 1];
  near(mean((k) => h[k]), mean((k) => Math.log(weight(k)) - p[k]), 1e-3, "entropy");
  near(mean((k) => kl[k]), mean((k) => p[k] - q[k]), 1e-3, "KL");
  assert.ok(mean((k) => p[k] - q[k]) > 0.05);
});

for (const [name, head] of Object.entries({ categorical: LEVELS, gaussian: NORMAL })) {
  Deno.test(`${name}: drawn sets are allowed, end in every possible way, and have the probabilities that the loss sees`, () => {
    const problems = [problem(1, 3), problem(2, 3, [[1, 2]]), problem(1, 1), problem(2, 2)];
    const policy = stir(statisticsPolicy(head), 0.02);
    const views = statisticsViews(observe(problems), VIEW);
    const drawn = draws(policy, views, 200);
    const sizes = problems.map(() => new Set<number>());
    for (let k = 0; k < drawn.logProb.length; k++) {
      const chosen = [...chosenOf(drawn.variable, k, drawn.slots ?? 1)];
      const view = Math.floor(k / 200);
      sizes[view].add(chosen.length);
      assert.equal(new Set(chosen).size, chosen.length, "nothing is chosen twice");
      assert.ok(chosen.every((v) => views.settable[view * 4 + v] === 1), "the target is never chosen");
      if (view === 1) assert.ok(!(chosen.includes(1) && chosen.includes(2)), "they exclude each other");
    }
    assert.deepEqual(sizes.map((each) => [...each].sort()), [[1, 2, 3], [2], [1], [2]]);
    const again = policy.score(views, drawn).logProb.dataSync<"float32">();
    drawn.logProb.forEach((x, k) => near(x, again[k], 2e-3, `set ${k}`));
  });

  Deno.test(`${name}: gradients of log-probabilities and entropies of sets match finite differences`, () => {
    const policy = stir(statisticsPolicy(head), 0.05);
    const views = statisticsViews(observe([problem(1, 3), problem(2, 3), problem(1, 2, [[0, 1]])]), VIEW);
    const drawn = draws(policy, views, 3);
    const reference = stir(createStatisticsPolicy({ ...NETWORK, valueHead: head }, stream.child("other")));
    reference.parameters[0].assign(tf.mul(reference.parameters[0], 0.5));
    const loss = () =>
      tf.tidy(() => {
        const { logProb, entropy, exactKl } = policy.score(views, drawn, reference);
        const extra = exactKl === undefined ? tf.scalar(0) : tf.mul(tf.sum(exactKl), 0.2);
        return tf.add(tf.add(tf.sum(logProb), tf.mul(tf.sum(entropy), 0.3)), extra) as tf.Scalar;
      });
    const { grads } = tf.variableGrads(loss, policy.parameters as tf.Variable[]);
    const s = stream.child("directions");
    policy.named.names.forEach((parameterName, p) => {
      const variable = policy.parameters[p];
      const start = variable.dataSync<"float32">().slice();
      const direction = Float32Array.from({ length: variable.size }, () => s.normal() / Math.sqrt(variable.size));
      const at = (step: number): number => {
        variable.assign(tf.tensor(start.map((x, i) => x + step * direction[i]), variable.shape));
        return loss().dataSync<"float32">()[0];
      };
      const step = 2e-3;
      const numeric = (at(step) - at(-step)) / (2 * step);
      at(0);
      const analytic = grads[variable.name].dataSync<"float32">().reduce((sum, g, i) => sum + g * direction[i], 0);
      const scale = Math.max(1, Math.abs(numeric), Math.abs(analytic));
      assert.ok(Math.abs(numeric - analytic) / scale < 0.03, `${parameterName}: ${analytic} against ${numeric}`);
    });
  });

  Deno.test(`${name}: the SIMD backend scores sets and their gradients as the plain one does`, async () => {
    const policy = stir(statisticsPolicy(head));
    const views = statisticsViews(observe([problem(1, 3), problem(2, 3)]), VIEW);
    const drawn = draws(policy, views, 3);
    const compute = (own: LearnedPolicy<StatisticsViews>) => {
      const { value, grads } = tf.variableGrads(() => {
        const { logProb, entropy } = own.score(views, drawn);
        return tf.add(tf.sum(logProb), tf.mul(tf.sum(entropy), 0.3)) as tf.Scalar;
      }, own.parameters as tf.Variable[]);
      return [
        value.dataSync<"float32">()[0],
        ...own.parameters.flatMap(({ name }) => [...grads[name].dataSync<"float32">()]),
      ];
    };
    const plain = compute(policy);
    await useBackend("simd");
    try {
      const fast = compute(stir(statisticsPolicy(head)));
      fast.forEach((x, k) => near(x, plain[k], 1e-2 * (1 + Math.abs(plain[k])), `number ${k}`));
    } finally {
      await useBackend("cpu");
    }
  });
}

Deno.test("The entropy of a choice that may stop counts stopping as one more value", () => {
  const policy = stir(statisticsPolicy(NORMAL));
  const views = statisticsViews(observe([problem(1, 2)]), VIEW);
  const drawn = draws(policy, views, 800);
  const { entropy } = policy.score(views, drawn);
  const h = entropy.dataSync<"float32">().reduce((sum, x) => sum + x, 0) / 800;
  const weight = (k: number) => chosenOf(drawn.variable, k, 2).length === 1 ? Math.log(2) : 0;
  near(h, drawn.logProb.reduce((sum, x, k) => sum + weight(k) - x, 0) / 800, 0.15, "entropy");
});

Deno.test("Relabelling the variables relabels the probabilities of sets", () => {
  const policy = stir(statisticsPolicy(LEVELS));
  const one = observe([problem(1, 3, [[0, 2]])]);
  const views = statisticsViews(one, VIEW);
  const order = [2, 3, 0, 1];
  const place = (v: number) => v < 0 ? -1 : order.indexOf(v);
  const drawn = draws(policy, views, 20);
  const logProb = policy.score(views, drawn).logProb.dataSync<"float32">();
  const moved = policy.score(relabelled(views, order), { ...drawn, variable: drawn.variable.map(place) });
  moved.logProb.dataSync<"float32">().forEach((x, k) => near(x, logProb[k], 1e-4));
});

Deno.test("The mode is the best choice at every step, and ties no draw to the rest of its batch", () => {
  const policy = stir(statisticsPolicy(LEVELS));
  const problems = [problem(1, 3), problem(2, 3)];
  const views = statisticsViews(observe(problems), VIEW);
  const both = draws(policy, views, 5);
  const second = policy.gather(views, both, Int32Array.of(1)).views;
  const alone = policy.draw(second, 5, [stream.child("draw").child(1)]);
  assert.deepEqual([...alone.variable], [...both.variable.slice(5 * 3)]);
  const mode = policy.draw(views, 1, null);
  const [logProb] = policy.score(views, mode).logProb.dataSync<"float32">();
  const chosen = chosenOf(mode.variable, 0, 3);
  const others = allSets(policy.gather(views, both, Int32Array.of(0)).views, [-1, 0, 1], () => true);
  const firsts = new Map<string, number>();
  policy.score(second.count === 1 ? policy.gather(views, both, Int32Array.of(0)).views : views, others).logProb
    .dataSync<"float32">().forEach((x, k) => {
      const key = `${others.variable[k * 3]} ${others.value[k * 3]}`;
      firsts.set(key, (firsts.get(key) ?? 0) + Math.exp(x));
    });
  const best = [...firsts].reduce((a, b) => b[1] > a[1] ? b : a)[0];
  assert.equal(best, `${chosen[0]} ${mode.value[0]}`);
  assert.ok(Number.isFinite(logProb));
});

Deno.test("Channels that were dropped when a set was drawn are dropped in all of its sub-decisions", () => {
  const policy = stir(statisticsPolicy(LEVELS, 0.5));
  const views = statisticsViews(observe([problem(1, 3), problem(2, 3)]), VIEW);
  const drawn = policy.explore(views, 8, [stream.child("x"), stream.child("y")]);
  assert.equal(drawn.dropout?.length, 2);
  policy.score(views, drawn).logProb.dataSync<"float32">().forEach((x, k) => near(x, drawn.logProb[k], 2e-3));
});

Deno.test("The history policy chooses sets in the same way", () => {
  const policy = stir(
    createHistoryPolicy(
      { ...NETWORK, view: { beliefs: false, sets: true }, valueHead: LEVELS },
      stream.child("policy"),
    ),
  ) as LearnedPolicy<HistoryViews>;
  const views = historyViews(observe([problem(1, 2)]), { beliefs: false, sets: true });
  const { logProb } = policy.score(views, allSets(views, [-1, 0, 1], () => true));
  near(logProb.dataSync<"float32">().reduce((sum, x) => sum + Math.exp(x), 0), 1, 1e-4);
});

Deno.test("A policy that was not made for sets sets one variable; what it sees has no feature of sets", () => {
  const view = { responsePoints: 3 };
  const policy = createStatisticsPolicy({ ...NETWORK, view, valueHead: LEVELS }, stream.child("policy"));
  const observation = observe([problem(1, 3)]);
  const views = statisticsViews(observation, view);
  assert.equal(views.sets, undefined);
  const { variable } = policy.act(observation, [stream], "sample");
  assert.equal(variable.length, 1);
});

/** Views under another order of the variables: variable `order[k]` becomes number k. */
function relabelled(views: StatisticsViews, order: readonly number[]): StatisticsViews {
  const { width, channels, sets } = views;
  const nodes = order.flatMap((v) => [...views.nodes.subarray(v * channels, (v + 1) * channels)]);
  const P = views.pairs.length / (width * width);
  const pair = (i: number, j: number) => [...views.pairs.subarray((i * width + j) * P, (i * width + j + 1) * P)];
  assert.ok(sets !== undefined);
  return {
    ...views,
    nodes: Float32Array.from(nodes),
    pairs: Float32Array.from(order.flatMap((i) => order.flatMap((j) => pair(i, j)))),
    present: Float32Array.from(order, (v) => views.present[v]),
    settable: Float32Array.from(order, (v) => views.settable[v]),
    sets: {
      ...sets,
      targets: sets.targets.map((v) => order.indexOf(v)),
      exclusive: Uint8Array.from(order.flatMap((i) => order.map((j) => sets.exclusive[i * width + j]))),
    },
  };
}
