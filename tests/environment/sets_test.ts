import assert from "node:assert/strict";
import {
  createEnvironment,
  type EpisodeOptions,
  historyViews,
  membersOf,
  type Observation,
  offsetsOf,
  PAIR_FEATURES,
  type Problem,
  recordedObservation,
  statisticsViews,
} from "../../lib/environment/mod.ts";
import { NODE_FEATURES } from "../../lib/environment/node_features.ts";
import { createResponseWork, jointResponsesInto, responseInto } from "../../lib/environment/response.ts";
import { createStream } from "../../lib/random/mod.ts";
import { setOutcomeModel } from "../../lib/scm/mod.ts";
import { expectedOutcome } from "../../lib/scm/outcomes.ts";
import { linearProblem } from "./support.ts";

const OPTIONS: EpisodeOptions = { observationalRows: 12, interventionalRows: 0, horizon: 20, rowsPerIntervention: 1 };
const stream = createStream(7);

/** A → B → Y, C → Y: with weights 2, 1.5 and −1. */
function problem(min = 1, max = 2, exclusive: readonly (readonly [number, number])[] = [], noise = 1): Problem {
  const { scm } = linearProblem(["A", "B", "C", "Y"], [
    { from: "A", to: "B", weight: 2 },
    { from: "B", to: "Y", weight: 1.5 },
    { from: "C", to: "Y", weight: -1 },
  ], { noise });
  const sizes = { min, max };
  return { scm, outcomes: setOutcomeModel(scm, { ...sizes, exclusive }), setAtOnce: sizes, exclusive };
}

type Set = readonly (readonly [variable: number, value: number])[];

function play(one: Problem, sets: readonly Set[], options = OPTIONS): Observation {
  const environment = createEnvironment([one], options);
  environment.reset([stream.child("start")]);
  sets.forEach((set, t) => void environment.step(actionOf(set, 2), [stream.child("noise").child(t)]));
  return environment.observation;
}

function actionOf(set: Set, slots: number) {
  const variable = Int32Array.from({ length: slots }, (_, k) => set[k]?.[0] ?? -1);
  return { variable, value: Float64Array.from(variable, (_, k) => set[k]?.[1] ?? 0) };
}

Deno.test("A set holds all of its variables at their values, and its expected outcome is the SCM's", () => {
  const one = problem();
  const environment = createEnvironment([one], OPTIONS);
  environment.reset([stream]);
  const { rawValue, expected } = environment.step(actionOf([[2, 1], [0, -0.4]], 2), [stream.child(1)]);
  const { history, problems } = environment.observation;
  assert.deepEqual([...rawValue], [5, -2]);
  assert.deepEqual(membersOf(history, 12, 4), [0, 2]);
  assert.deepEqual([history.values[12 * 4], history.values[12 * 4 + 2]], [-2, 5]);
  const set = [{ variable: 0, value: -2, kind: "perfect" }, { variable: 2, value: 5, kind: "perfect" }] as const;
  assert.equal(expected[0], expectedOutcome(one.scm, set).mean);
  assert.equal(expected[0], 2 * 1.5 * -2 - 5);
  assert.deepEqual(problems.sets?.slots, 2);
});

Deno.test("A set of one is what the same intervention is where one variable is set at a time", () => {
  const many = play(problem(), [[[0, 1]], [[2, -1]], [[0, -0.3]]]);
  const { setAtOnce: _, exclusive: __, ...single } = problem();
  const environment = createEnvironment([single], OPTIONS);
  environment.reset([stream.child("start")]);
  [[0, 1], [2, -1], [0, -0.3]].forEach(([variable, value], t) =>
    environment.step({ variable: Int32Array.of(variable), value: Float64Array.of(value) }, [
      stream.child("noise").child(t),
    ])
  );
  const one = environment.observation;
  const rows = one.history.rows;
  assert.deepEqual(many.history.values.slice(0, 4 * rows), one.history.values.slice(0, 4 * rows));
  assert.deepEqual(many.history.intervened.slice(0, rows), one.history.intervened.slice(0, rows));
  const options = { responsePoints: 5 };
  assert.deepEqual(statisticsViews(many, options), statisticsViews(one, options));
});

Deno.test("Sets that are not allowed are refused, each by its reason", () => {
  const refuses = (one: Problem, set: Set, message: RegExp) => {
    const environment = createEnvironment([one], OPTIONS);
    environment.reset([stream]);
    const slots = environment.observation.problems.sets?.slots ?? 1;
    const actions = actionOf(set, Math.max(slots, set.length));
    assert.throws(() => environment.step(actions, [stream]), { name: "RangeError", message });
    assert.throws(() => environment.expected(actions, Int32Array.of(0)), { name: "RangeError", message });
  };
  refuses(problem(), [[0, 1], [1, 1], [2, 1]], /Cannot set 3 variables .* it takes 1 to 2/);
  refuses(problem(2, 3), [[0, 1]], /Cannot set 1 variables .* it takes 2 to 3/);
  refuses(problem(2, 2), [], /Cannot set 0 variables .* it takes 2/);
  refuses(problem(), [[0, 1], [0, 0.5]], /Cannot set A .* twice/);
  refuses(problem(1, 2, [[2, 0]]), [[0, 1], [2, 1]], /Cannot set A and C .* exclude each other/);
  refuses(problem(), [[0, 1], [3, 1]], /Y .* cannot be set/);
  const { setAtOnce: _, ...single } = problem();
  refuses(single, [[0, 1], [1, 1]], /Cannot set 2 variables .* it takes 1/);
});

Deno.test("Fewer variables than asked for are set where the others exclude each other", () => {
  const all = [[0, 1], [0, 2], [1, 2]] as const;
  assert.throws(() => problem(2, 2, all), /no 2 variables may be set together/);
  const { setAtOnce: _, ...rest } = problem(1, 2, all);
  const environment = createEnvironment([{ ...rest, setAtOnce: { min: 2, max: 2 } }], OPTIONS);
  environment.reset([stream]);
  environment.step(actionOf([[0, 1]], 2), [stream]);
  assert.deepEqual(membersOf(environment.observation.history, 12, 4), [0]);
});

Deno.test("Random interventions of the start have sizes and members that are allowed", () => {
  const one = problem(2, 3, [[0, 1]]);
  const environment = createEnvironment(Array.from({ length: 20 }, () => one), { ...OPTIONS, interventionalRows: 4 });
  environment.reset(Array.from({ length: 20 }, (_, e) => stream.child(e)));
  const { history } = environment.observation;
  for (let e = 0; e < 20; e++) {
    for (let r = 12; r < 16; r++) {
      const members = membersOf(history, e * history.capacity + r, 4);
      assert.equal(members.length, 2);
      assert.ok(members.includes(2), "of A and B one is left out");
    }
  }
});

Deno.test("A state that is taken over keeps which variables its rows set", () => {
  const one = problem();
  const source = createEnvironment([one, one], OPTIONS);
  source.reset([stream.child(0), stream.child(1)]);
  const actions = { variable: Int32Array.of(0, 2, 1, -1), value: Float64Array.of(1, 1, -1, 0) };
  source.step(actions, [stream.child(2), stream.child(3)]);
  const copy = createEnvironment([one, one, one], OPTIONS);
  copy.adopt(source.observation, Int32Array.of(1, 0, 0));
  const { history } = copy.observation;
  const members = [0, 1, 2].map((e) => membersOf(history, e * history.capacity + 12, 4));
  assert.deepEqual(members, [[1], [0, 2], [0, 2]]);
});

Deno.test("The direct coefficients of a variable come from the rows in which it was not set, whatever else was", () => {
  const sets = Array.from(
    { length: 20 },
    (_, t): Set => [[1, Math.cos(3 * t)], [t % 2 === 0 ? 0 : 2, Math.sin(5 * t)]],
  );
  const views = statisticsViews(play(problem(1, 2, [], 0.3), sets));
  const at = (i: number, j: number) =>
    views.pairs[(i * 4 + j) * PAIR_FEATURES.length + offsetsOf(PAIR_FEATURES)["direct coefficient of i for j"]];
  const { statistics } = play(problem(1, 2, [], 0.3), []);
  const unit = (i: number, j: number) => statistics.spread[i] / statistics.spread[j];
  // What relates to the target is turned: to minimise Y its sign stays.
  assert.ok(Math.abs(at(1, 3) - 1.5 * unit(1, 3)) < 0.1, `B → Y: ${at(1, 3)} against ${1.5 * unit(1, 3)}`);
  assert.ok(Math.abs(at(2, 3) + unit(2, 3)) < 0.1);
  assert.ok(Math.abs(at(0, 3)) < 0.15, "A acts through B alone");
  const start = statisticsViews(play(problem(1, 2, [], 0.3), []));
  const cell = (0 * 4 + 1) * PAIR_FEATURES.length + offsetsOf(PAIR_FEATURES)["direct coefficient of i for j"];
  assert.ok(
    Math.abs(at(0, 1) - start.pairs[cell]) < 1e-4,
    "B was set in every row: its regression is that of the start",
  );
});

Deno.test("Rows of several variables enter no slope of one alone, and count for each of them", () => {
  const pairs = Array.from({ length: 6 }, (_, t): Set => [[0, t / 6], [2, -t / 6]]);
  const only = play(problem(), [[[0, 1]]]);
  const mixed = play(problem(), [[[0, 1]], ...pairs]);
  for (const name of ["doCount", "doSum", "doCross"] as const) {
    assert.deepEqual(mixed.statistics[name], only.statistics[name]);
  }
  const node = offsetsOf(NODE_FEATURES);
  const views = statisticsViews(mixed);
  const feature = (v: number, name: keyof typeof node) => views.nodes[v * views.channels + node[name]];
  assert.deepEqual(
    [0, 1, 2].map((v) => feature(v, "log interventions")),
    [7, 0, 6].map((n) => Math.fround(Math.log1p(n))),
  );
  assert.deepEqual([0, 1, 2].map((v) => feature(v, "tried last")), [1, 0, 1]);
  assert.deepEqual([0, 1, 2].map((v) => feature(v, "never tried")), [0, 1, 0]);
  const cells = historyViews(mixed, { beliefs: false });
  const wasSet = (row: number, v: number) => cells.cells[(row * 4 + v) * 5 + 1];
  assert.deepEqual([0, 1, 2, 3].map((v) => wasSet(18, v)), [1, 0, 1, 0]);
});

Deno.test("One process over sets is one for each variable where every row sets one", () => {
  const observation = play(problem(), [[[0, 1]], [[2, -1]], [[0, -0.3]], [[1, 0.5]], [[2, 0.2]]]);
  const points = 5;
  const own = new Float32Array(3 * 4 * points);
  const joint = new Float32Array(3 * 4 * points);
  const work = createResponseWork(observation.history.rows, 5);
  for (let i = 0; i < 3; i++) {
    responseInto(own, i * 4 * points, { observation, episode: 0, variable: i, points }, work);
  }
  jointResponsesInto(joint, (i) => i * 4 * points, observation, 0, points);
  own.forEach((x, k) => assert.ok(Math.abs(x - joint[k]) < 1e-5, `${k}: ${x} and ${joint[k]}`));
});

Deno.test("The process over sets takes sums of responses apart", () => {
  const sets = Array.from({ length: 20 }, (_, t): Set => [[1, Math.cos(3 * t)], [2, Math.sin(5 * t)]]);
  const observation = play(problem(1, 2, [], 0.05), sets);
  const views = statisticsViews(observation, { responsePoints: 3 });
  const mean = (v: number, p: number) => views.nodes[v * views.channels + NODE_FEATURES.length + p];
  const gain = (v: number, slope: number, end: number) => {
    const { centre, spread } = observation.statistics;
    return -slope * (end - centre[v]) / spread[3];
  };
  // Gains count as asinh: half way between the ends the two are told apart by sign and order.
  assert.ok(mean(1, 0) > 0.5 && mean(1, 2) < -0.5, "low B is good");
  assert.ok(mean(2, 0) < -0.5 && mean(2, 2) > 0.5, "high C is good");
  assert.ok(Math.abs(gain(1, 1.5, -5)) > Math.abs(gain(2, 1, -5)) && mean(1, 0) > mean(2, 2));
});

Deno.test("Recorded sets give the environment's own observation, bit for bit", () => {
  const sets: Set[] = [[[0, 1], [2, -1]], [[1, 0.3]], [[2, 0.7], [1, -0.2]]];
  const played = play(problem(), sets);
  const { history, problems, horizon } = played;
  const [rows, width] = [history.rows, 4];
  const recorded = {
    values: history.values.slice(0, rows * width),
    intervened: history.intervened.slice(0, rows),
    set: (history.set ?? new Uint8Array()).slice(0, rows * width),
    samples: Int32Array.from(sets, () => 1),
  };
  const observation = recordedObservation(problems, recorded, horizon);
  assert.deepEqual(observation.statistics, played.statistics);
  const options = { responsePoints: 3, sets: true };
  assert.deepEqual(statisticsViews(observation, options), statisticsViews(played, options));
  const { sets: _, ...single } = problems;
  assert.throws(() => recordedObservation(single, recorded, horizon), /not one intervention on a variable/);
});

Deno.test("What a policy sees of sets knows nothing of the graph: the same rows of another system look the same", () => {
  const sets: Set[] = [[[0, 1], [2, -1]], [[1, 0.3], [2, 0.1]]];
  const played = play(problem(), sets);
  const { scm } = linearProblem(["A", "B", "C", "Y"], [{ from: "C", to: "Y", weight: 3 }]);
  const sizes = { min: 1, max: 2 };
  const other = createEnvironment([{ scm, outcomes: setOutcomeModel(scm, sizes), setAtOnce: sizes }], OPTIONS);
  other.adopt(played, Int32Array.of(0));
  const options = { responsePoints: 3, sets: true };
  assert.deepEqual(statisticsViews(other.observation, options), statisticsViews(played, options));
  assert.deepEqual(
    historyViews(other.observation, { beliefs: false, sets: true }),
    historyViews(played, { beliefs: false, sets: true }),
  );
});
