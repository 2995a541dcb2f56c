import assert from "node:assert/strict";
import { type Observation, publicProblems } from "../../lib/environment/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { createActiveSurrogate, createBootstrapSurrogate, surrogateFor } from "../../lib/surrogate/mod.ts";
import { chain, linearProblem } from "../environment/support.ts";
import { beliefsAlong, playedAtRandom } from "./support.ts";

/** Beliefs about a finished history. */
function beliefsOf(observation: Observation, options = {}) {
  const streams = Array.from({ length: observation.problems.episodes }, (_, e) => createStream(0).child(e));
  return createActiveSurrogate(options).track(observation.problems, streams).update(observation);
}

/** X0 → X1 → Y → X3 and X4 → X3: Y is the last name, as `linearProblem` wants it. */
const planted = linearProblem(["X0", "X1", "X3", "X4", "Y"], [
  { from: "X0", to: "X1", weight: 1.2 },
  { from: "X1", to: "Y", weight: 1.5 },
  { from: "Y", to: "X3", weight: 1 },
  { from: "X4", to: "X3", weight: 0.8 },
]);

Deno.test("beliefs are the same whatever the true graph behind the same rows is", () => {
  const { observation } = playedAtRandom([planted], 10);
  const other = linearProblem(["X0", "X1", "X3", "X4", "Y"], [
    { from: "X3", to: "Y", weight: -2 },
    { from: "X4", to: "X0", weight: 1 },
  ]);
  const behind = { ...observation, problems: publicProblems([other]) };
  assert.deepEqual(beliefsOf(behind), beliefsOf(observation));
  const bootstrap = createBootstrapSurrogate();
  const features = (problem: typeof planted) =>
    surrogateFor(bootstrap, [problem]).track(observation.problems, [createStream(0)]).update(observation).parent;
  assert.notDeepEqual(features(other), features(planted));
});

Deno.test("interventions tell a cause from an effect that rows alone cannot tell apart", () => {
  const cause = linearProblem(["A", "B", "Y"], [{ from: "A", to: "Y", weight: 1 }]);
  // B is there because a target needs a cause that can be set; its part is small.
  const effect = linearProblem(["A", "B", "Y"], [{ from: "Y", to: "A", weight: 1 }, {
    from: "B",
    to: "Y",
    weight: 0.3,
  }]);
  const { beliefs } = beliefsAlong(createActiveSurrogate(), [cause, effect], 20);
  const width = 3;
  const before = beliefs[0].parent;
  assert.ok(Math.abs(before[0] - before[width]) < 0.3, `alike at first: ${before[0]} and ${before[width]}`);
  const after = beliefs.at(-1)?.parent ?? new Float64Array();
  assert.ok(after[0] > 0.95, `A causes Y: ${after[0]}`);
  assert.ok(after[width] < 0.05, `Y causes A: ${after[width]}`);
  assert.ok(after[1] < 0.2, `B is apart: ${after[1]}`);
});

Deno.test("on a planted easy case F1 rises with the interventions and entropy falls", () => {
  const easy = linearProblem(["A", "B", "C", "E", "Y"], [
    { from: "A", to: "B", weight: 1.5 },
    { from: "B", to: "Y", weight: 1.2 },
    { from: "C", to: "Y", weight: 0.8 },
    { from: "Y", to: "E", weight: 1 },
  ], { noise: 0.5 });
  const problems = Array.from({ length: 24 }, () => easy);
  const { beliefs, environment } = beliefsAlong(createActiveSurrogate(), problems, 20);
  const f1 = beliefs.map(({ parent }) => {
    const scores = problems.map((_, e) => {
      const predicted = [0, 1, 2, 3].filter((v) => parent[e * 5 + v] > 0.5);
      const right = predicted.filter((v) => environment.isParent(e, v)).length;
      return 2 * right / (predicted.length + 2);
    });
    return scores.reduce((a, b) => a + b, 0) / scores.length;
  });
  assert.ok(f1[20] > 0.95, `at the end: ${f1[20]}`);
  assert.ok(f1[20] > f1[0] + 0.15, `from ${f1[0]} to ${f1[20]}`);
  assert.ok(f1[10] > f1[0], `half way: ${f1[10]}`);
  const entropy = beliefs.map((b) => b.entropy.reduce((a, x) => a + x, 0));
  assert.ok(entropy[20] < entropy[0] / 2, `entropy from ${entropy[0]} to ${entropy[20]}`);
});

Deno.test("the learning rate scales each step, and at 1 the order of updates does not matter", () => {
  const problems = [planted, chain()];
  const { observation } = playedAtRandom(problems, 20);
  const stepwise = (learningRate: number) =>
    beliefsAlong(createActiveSurrogate({ learningRate }), problems, 20).beliefs;
  const close = (a: Float64Array, b: Float64Array) => a.every((value, k) => Math.abs(value - b[k]) < 1e-9);
  for (const learningRate of [0.3, 1]) {
    const last = stepwise(learningRate)[20];
    assert.ok(close(last.parent, beliefsOf(observation, { learningRate }).parent), `all at once, η = ${learningRate}`);
  }
  const moved = (learningRate: number) => {
    const along = stepwise(learningRate);
    return along[20].parent.reduce((sum, p, k) => sum + Math.abs(p - along[0].parent[k]), 0);
  };
  const [slow, middle, fast] = [moved(1e-4), moved(0.1), moved(1)];
  assert.ok(slow < 0.01 && slow > 0 && slow < middle && middle < fast, `${slow} < ${middle} < ${fast}`);
});

Deno.test("beliefs follow the labels, and know no units", () => {
  const { observation } = playedAtRandom([planted], 12);
  const { history, statistics, problems } = observation;
  const order = [3, 0, 4, 1, 2];
  const pick = <T extends Float64Array | Uint8Array>(data: T): T =>
    data.map((_, k) => data[Math.floor(k / 5) * 5 + order[k % 5]]) as T;
  const scales = [2, 0.1, 30, 1, 5];
  const shuffled: Observation = {
    ...observation,
    problems: { ...problems, targets: Int32Array.of(order.indexOf(problems.targets[0])) },
    statistics: {
      ...statistics,
      centre: pick(statistics.centre).map((x, v) => x * scales[v] + 1),
      spread: pick(statistics.spread).map((x, v) => x * scales[v]),
    },
    history: {
      ...history,
      values: pick(history.values).map((x, k) => x * scales[k % 5] + 1),
      intervened: history.intervened.map((v) => v < 0 ? v : order.indexOf(v)),
    },
  };
  const plain = beliefsOf(observation);
  const turned = beliefsOf(shuffled);
  order.forEach((from, to) => assert.ok(Math.abs(turned.parent[to] - plain.parent[from]) < 1e-9));
  assert.ok(Math.abs(turned.entropy[0] - plain.entropy[0]) < 1e-9);
});

Deno.test("an episode's beliefs do not depend on the rest of the batch", () => {
  const alone = beliefsAlong(createActiveSurrogate(), [chain()], 8).beliefs;
  const beside = beliefsAlong(createActiveSurrogate(), [chain(), planted], 8).beliefs;
  beside.forEach(({ parent, entropy }, t) => {
    assert.deepEqual(parent.slice(0, 3), alone[t].parent);
    assert.equal(parent[3] + parent[4], 0);
    assert.equal(entropy[0], alone[t].entropy[0]);
  });
});

Deno.test("with more variables than can be weighed, the others keep a part of their prior", () => {
  const { observation } = playedAtRandom([planted], 5);
  const { parent } = beliefsOf(observation, { maximumCandidates: 2, expectedParents: 1 });
  const unknown = [...parent].filter((p, v) => v !== 4 && p === 0.15);
  assert.equal(unknown.length, 2);
});

Deno.test("options that cannot be are refused with their value", () => {
  assert.throws(() => createActiveSurrogate({ learningRate: 0 }), /learningRate = 0: a finite rate above 0/);
  assert.throws(() => createActiveSurrogate({ maximumCandidates: 40 }), /maximumCandidates = 40: a whole number/);
});

Deno.test("probabilities stay within 0 and 1 however sure the learner is", () => {
  const sure = linearProblem(["A", "B", "C", "Y"], [
    { from: "A", to: "Y", weight: 2 },
    { from: "B", to: "Y", weight: 2 },
    { from: "C", to: "Y", weight: 2 },
  ], { noise: 0.05 });
  const { beliefs } = beliefsAlong(createActiveSurrogate(), Array.from({ length: 50 }, () => sure), 20);
  for (const { parent } of beliefs) assert.ok(parent.every((p) => p >= 0 && p <= 1));
});
