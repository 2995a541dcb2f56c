import assert from "node:assert/strict";
import {
  type Actions,
  createEnvironment,
  type EpisodeOptions,
  type Observation,
  type Problem,
  statisticsViews,
} from "../../lib/environment/mod.ts";
import { createStream, type Stream } from "../../lib/random/mod.ts";
import { chain, linearProblem } from "./support.ts";

const OPTIONS: EpisodeOptions = { observationalRows: 12, interventionalRows: 3, horizon: 6, rowsPerIntervention: 2 };
const streams = (count: number, root: Stream) => Array.from({ length: count }, (_, e) => root.child(e));

/** Plays the same fixed interventions in every episode. */
function play(problems: readonly Problem[], roots: readonly Stream[], options = OPTIONS): Observation {
  const environment = createEnvironment(problems, options);
  environment.reset(roots.map((root) => root.child("start")));
  for (let t = 0; t < options.horizon; t++) {
    const variable = new Int32Array(problems.length).fill(t % 2);
    const value = new Float64Array(problems.length).fill(Math.cos(3 * t));
    environment.step({ variable, value }, roots.map((root) => root.child(t)));
  }
  return environment.observation;
}

/** The rows of one episode with what was set in each. */
function rowsOf({ problems, history }: Observation, e: number) {
  return Array.from({ length: history.rows }, (_, r) => {
    const at = (e * history.capacity + r) * problems.width;
    return {
      intervened: history.intervened[e * history.capacity + r],
      x: [...history.values.subarray(at, at + problems.sizes[e])],
    };
  });
}

const wide = linearProblem(["A", "B", "C", "D", "Y"], [
  { from: "A", to: "B", weight: 0.8 },
  { from: "B", to: "Y", weight: -1.1 },
  { from: "D", to: "Y", weight: 0.4 },
], { intercept: 0.7, objective: "maximize" });

function close(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= 1e-8 * (1 + Math.abs(expected)), `${what}: ${actual}, not ${expected}`);
}

Deno.test("the statistics are the sums over the history's rows", () => {
  const observation = play([chain(), wide], streams(2, createStream(1)));
  const { statistics: s, problems: { width, sizes } } = observation;
  for (let e = 0; e < 2; e++) {
    const rows = rowsOf(observation, e);
    const observed = rows.filter(({ intervened }) => intervened < 0);
    assert.equal(s.obsCount[e], observed.length);
    const total = (list: typeof rows, f: (x: number[]) => number) => list.reduce((sum, { x }) => sum + f(x), 0);
    for (let i = 0; i < sizes[e]; i++) {
      const at = e * width + i;
      const set = rows.filter(({ intervened }) => intervened === i);
      close(s.obsSum[at], total(observed, (x) => x[i]), "Σx");
      close(s.centre[at], total(observed, (x) => x[i]) / observed.length, "centre");
      close(
        s.spread[at],
        Math.sqrt(total(observed, (x) => (x[i] - s.centre[at]) ** 2) / (observed.length - 1)),
        "spread",
      );
      close(s.doCount[at], set.length, "n");
      for (let j = 0; j < sizes[e]; j++) {
        const cell = at * width + j;
        close(s.obsCross[cell], total(observed, (x) => x[i] * x[j]), "Σxᵢxⱼ");
        close(s.doSum[cell], total(set, (x) => x[j]), "Σxⱼ | do i");
        close(s.doCross[cell], total(set, (x) => x[i] * x[j]), "Σvxⱼ | do i");
      }
    }
  }
});

Deno.test("the ridge inverse inverts Λ + Σ zzᵀ over all rows", () => {
  const observation = play([wide], streams(1, createStream(2)));
  const { statistics: s, problems: { width } } = observation;
  const dimension = width + 1;
  const gram: number[][] = Array.from(
    { length: dimension },
    (_, i) => Array.from({ length: dimension }, (_, j) => i === j ? 1 : 0),
  );
  gram[0][0] = 1e-2;
  for (const { x } of rowsOf(observation, 0)) {
    const z = [1, ...x.map((value, i) => (value - s.centre[i]) / s.spread[i])];
    for (let i = 0; i < dimension; i++) for (let j = 0; j < dimension; j++) gram[i][j] += z[i] * z[j];
  }
  for (let i = 0; i < dimension; i++) {
    for (let j = 0; j < dimension; j++) {
      const product = gram[i].reduce((sum, g, k) => sum + g * s.ridgeInverse[k * dimension + j], 0);
      close(product, i === j ? 1 : 0, `(gram · inverse)[${i}, ${j}]`);
    }
  }
});

Deno.test("an episode is the same alone and beside others, padded or not", () => {
  const roots = streams(3, createStream(3));
  const alone = play([chain()], [roots[1]]);
  const together = play([wide, chain(), wide], roots);
  assert.deepEqual(rowsOf(alone, 0), rowsOf(together, 1));
});

Deno.test("equal streams give equal data, other streams other data", () => {
  const root = createStream(4);
  const first = play([wide], [root]).history.values;
  assert.deepEqual(play([wide], [root]).history.values, first);
  assert.notDeepEqual(play([wide], [createStream(5)]).history.values, first);
});

Deno.test("what a policy sees does not change when the true graph changes behind the same data", () => {
  // Edges of weight 0 change the graph, its order and the target's parents, but not one number of the data.
  const base = [{ from: "A", to: "B", weight: 1 }, { from: "B", to: "Y", weight: -1 }];
  const one = linearProblem(["A", "B", "C", "Y"], [...base, { from: "A", to: "Y", weight: 0 }]);
  const other = linearProblem(["A", "B", "C", "Y"], [...base, { from: "C", to: "A", weight: 0 }]);
  const bent: Problem = { scm: other.scm, outcomes: { ...chain().outcomes, expected: () => 42 } };
  const root = createStream(6);
  const seen = play([one], [root]);
  for (const problem of [other, bent]) {
    const again = play([problem], [root]);
    assert.deepEqual(again, seen);
    assert.deepEqual(statisticsViews(again), statisticsViews(seen));
  }
});

Deno.test("maximising Y looks the same as minimising −Y", () => {
  const edges = (sign: number) => [{ from: "A", to: "B", weight: 1.2 }, { from: "B", to: "Y", weight: sign * 0.9 }];
  const quiet = { noise: 1e-9 };
  const down = play([linearProblem(["A", "B", "Y"], edges(1), quiet)], [createStream(7)]);
  const up = play([linearProblem(["A", "B", "Y"], edges(-1), { ...quiet, objective: "maximize" })], [createStream(7)]);
  assert.deepEqual([...down.problems.signs], [-1]);
  assert.deepEqual([...up.problems.signs], [1]);
  for (let i = 0; i < 2; i++) close(down.statistics.bestOutcome[i], up.statistics.bestOutcome[i], "best outcome");
});

Deno.test("expected outcomes are the closed form, and both ends of a domain are reached", () => {
  const environment = createEnvironment([chain(), chain()], OPTIONS);
  environment.reset(streams(2, createStream(8)));
  const actions: Actions = { variable: Int32Array.of(0, 1), value: Float64Array.of(-1, -1) };
  const before = environment.observation.history.rows;
  assert.deepEqual([...environment.expected(actions, Int32Array.of(0, 1))], [-11.25, -7.5]);
  assert.equal(environment.observation.history.rows, before);
  const outcomes = environment.step(actions, streams(2, createStream(9)));
  assert.deepEqual([...outcomes.expected], [-11.25, -7.5]);
  assert.deepEqual([...outcomes.rawValue], [-5, -5]);
  const high = environment.step({ ...actions, value: Float64Array.of(1, 0) }, streams(2, createStream(9)));
  assert.deepEqual([...high.rawValue], [5, 0]);
  assert.equal(environment.isParent(0, 0), false);
  assert.equal(environment.isParent(0, 1), true);
});

Deno.test("an outcome is the mean target over the rows of its intervention", () => {
  const environment = createEnvironment([chain()], OPTIONS);
  environment.reset([createStream(10)]);
  const start = environment.observation.history.rows;
  const { sampled } = environment.step(
    { variable: Int32Array.of(0), value: Float64Array.of(0.5) },
    [createStream(11)],
  );
  const rows = rowsOf(environment.observation, 0).slice(start);
  assert.equal(rows.length, 2);
  assert.ok(rows.every(({ intervened, x }) => intervened === 0 && x[0] === 2.5));
  close(sampled[0], (rows[0].x[2] + rows[1].x[2]) / 2, "sampled");
  close(environment.observation.statistics.lastOutcome[0], sampled[0], "last outcome");
});

Deno.test("actions that are only considered meet the noise of their stream and leave no trace", () => {
  const environment = createEnvironment([chain()], OPTIONS);
  environment.reset([createStream(12)]);
  const before = structuredClone(environment.observation);
  const actions: Actions = { variable: Int32Array.of(0), value: Float64Array.of(-1) };
  const considered = environment.sampled(actions, Int32Array.of(0), () => createStream(13));
  assert.deepEqual(environment.observation, before);
  assert.deepEqual(environment.step(actions, [createStream(13)]).sampled, considered);
});

Deno.test("a list of allowed values takes the nearest one", () => {
  const problem = chain({ domains: { X0: { kind: "values", values: [-5, -1, 3] } } });
  const environment = createEnvironment([problem], { ...OPTIONS, interventionalRows: 0 });
  environment.reset([createStream(14)]);
  const raw = [-1, -0.45, 0.2, 1].map((value) =>
    environment.step({ variable: Int32Array.of(0), value: Float64Array.of(value) }, [createStream(15)]).rawValue[0]
  );
  assert.deepEqual(raw, [-5, -1, -1, 3]);
});

Deno.test("impossible interventions are refused by name", () => {
  const environment = createEnvironment([chain({ domains: { X1: null } }), wide], OPTIONS);
  environment.reset(streams(2, createStream(16)));
  const act = (variable: number, value: number) => () =>
    environment.step(
      { variable: Int32Array.of(variable, 0), value: Float64Array.of(value, 0) },
      streams(2, createStream(17)),
    );
  assert.throws(act(2, 0), { name: "RangeError", message: /X2/ });
  assert.throws(act(1, 0), { name: "RangeError", message: /X1/ });
  assert.throws(act(4, 0), { name: "RangeError", message: /4/ });
  assert.throws(act(-1, 0), { name: "RangeError", message: /-1/ });
  assert.throws(act(0, NaN), { name: "RangeError", message: /NaN/ });
});

Deno.test("options out of range are refused by name, and an episode ends at its horizon", () => {
  const make = (options: Partial<EpisodeOptions>) => () => createEnvironment([chain()], { ...OPTIONS, ...options });
  assert.throws(make({ horizon: 0 }), /horizon = 0/);
  assert.throws(make({ rowsPerIntervention: 1.5 }), /rowsPerIntervention = 1.5/);
  assert.throws(make({ observationalRows: -1 }), /observationalRows = -1/);
  assert.throws(make({ observationalRows: 1, interventionalRows: 0 }), /fewer than 2 rows/);
  assert.throws(() => createEnvironment([], OPTIONS), /without problems/);
  const environment = make({ horizon: 1 })();
  environment.reset([createStream(18)]);
  const step = () => environment.step({ variable: Int32Array.of(0), value: Float64Array.of(0) }, [createStream(19)]);
  step();
  assert.throws(step, /over after 1/);
});
