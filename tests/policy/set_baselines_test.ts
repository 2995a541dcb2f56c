import assert from "node:assert/strict";
import { chosenOf, createEnvironment, type Observation, type Problem } from "../../lib/environment/mod.ts";
import { episodeMetrics, evaluate } from "../../lib/evaluation/mod.ts";
import { BASELINES, type Policy, PRIVILEGED_BASELINES } from "../../lib/policy/mod.ts";
import { possiblyOptimalSets, projectedGraph } from "../../lib/policy/baselines/sets/pomis.ts";
import { bestSet, spaceOf } from "../../lib/policy/baselines/sets/space.ts";
import { createStream } from "../../lib/random/mod.ts";
import { createScm, outcomeModel, type Scm, setOutcomeModel, settableVariables } from "../../lib/scm/mod.ts";
import { heldBy } from "../../lib/surrogate/mod.ts";
import { type Edge, linearProblem } from "../environment/support.ts";

const stream = createStream(21);
const EPISODE = { observationalRows: 30, interventionalRows: 0, horizon: 25, rowsPerIntervention: 1 };
const SETS = ["random-sets", "coordinate-ascent", "blr-sets-ucb", "blr-sets-ei", "gp-sets-ucb", "gp-sets-ei"];

/** Three causes of the target of opposite signs and a variable that does nothing. */
function additive(min = 1, max = 3, exclusive: readonly (readonly [number, number])[] = []): Problem {
  const { scm } = linearProblem(["A", "B", "C", "D", "Y"], [
    { from: "A", to: "Y", weight: 1 },
    { from: "B", to: "Y", weight: -1.5 },
    { from: "C", to: "Y", weight: 0.8 },
  ], { noise: 0.5 });
  const setAtOnce = { min, max };
  return { scm, outcomes: setOutcomeModel(scm, { ...setAtOnce, exclusive }), setAtOnce, exclusive };
}

function playOut(policy: Policy, one: Problem): { sets: number[][]; observation: Observation } {
  const environment = createEnvironment([one], EPISODE);
  environment.reset([stream.child("start")]);
  const sets: number[][] = [];
  for (let t = 0; t < EPISODE.horizon; t++) {
    const actions = policy.act(environment.observation, [stream.child("choice").child(t)], "sample");
    sets.push([...chosenOf(actions.variable, 0, actions.variable.length)]);
    environment.step(actions, [stream.child("noise").child(t)]);
  }
  environment.expected(policy.recommend(environment.observation), Int32Array.of(0));
  return { sets, observation: environment.observation };
}

for (const name of SETS) {
  Deno.test(`${name}: every set is allowed, also where sizes are bounded and variables exclude each other`, () => {
    const policy = BASELINES[name].create(BASELINES[name].grid[0]);
    for (const one of [additive(), additive(2, 2), additive(1, 3, [[0, 1], [0, 2]]), additive(1, 1)]) {
      const { sets } = playOut(policy, one);
      assert.ok(sets.every((set) => set.length >= 1 && !(one.exclusive?.length && set.includes(0) && set.includes(1))));
    }
  });
}

Deno.test("Models of sets find the joint optimum of additive causes, which no single variable reaches", () => {
  const problems = [0, 1, 2, 3].map((k) => ({ ...additive(), key: `p${k}`, family: "additive" }));
  const final = (name: string) => {
    const { recommendation } = episodeMetrics(evaluate(BASELINES[name].create(BASELINES[name].grid[0]), problems, {
      method: name,
      episode: EPISODE,
      stream,
      mode: "sample",
    }));
    return recommendation.reduce((sum, x) => sum + x, 0) / recommendation.length;
  };
  assert.ok(final("blr-sets-ucb") > 0.99);
  assert.ok(final("gp-sets-ucb") > 0.95);
  assert.ok(final("coordinate-ascent") > 0.7);
  assert.ok(final("gp-obs-ucb") < 0.5, "the best single variable has 1.5 of 3.3");
});

Deno.test("The oracle plays the best set, and keeps playing the best single variable where one is set at a time", () => {
  const play = (one: Problem) => {
    const oracle = PRIVILEGED_BASELINES.oracle.create([one]);
    const environment = createEnvironment([one], EPISODE);
    environment.reset([stream]);
    return environment.expected(oracle.recommend(environment.observation), Int32Array.of(0))[0];
  };
  assert.ok(Math.abs(play(additive()) + 5 * 3.3) < 1e-9);
  const { scm } = additive();
  assert.ok(Math.abs(play({ scm, outcomes: outcomeModel(scm) }) + 7.5) < 1e-9);
});

/** A graph by its edges; names that begin with U are hidden. */
function graph(edges: readonly Edge[], names: readonly string[], target: string): Scm {
  return createScm({
    name: "graph",
    target,
    objective: "minimize",
    variables: names.map((name) => {
      const parents = edges.filter(({ to }) => to === name).map(({ from }) => from);
      const isHidden = name.startsWith("U");
      return {
        name,
        parents,
        mechanism: { kind: "linear", intercept: 0, weights: parents.map(() => 1) },
        domain: isHidden || name === target ? null : { kind: "interval", low: -1, high: 1 },
        observed: !isHidden,
      };
    }),
  });
}

function pomis(names: readonly string[], arrows: readonly string[], target = "Y", most = 9): string[] {
  const edges = arrows.map((arrow) => ({ from: arrow.split(">")[0], to: arrow.split(">")[1], weight: 1 }));
  const scm = graph(edges, names, target);
  return possiblyOptimalSets(projectedGraph(scm, settableVariables(scm)), most)
    .map((set) => set.map((v) => scm.variables[v].name).sort().join("")).sort();
}

Deno.test("Possibly optimal minimal sets are those of Lee & Bareinboim (2018)", () => {
  // Without hidden causes the parents of the target are the only one.
  assert.deepEqual(pomis(["Z", "X", "Y"], ["Z>X", "X>Y"]), ["X"]);
  assert.deepEqual(pomis(["A", "B", "C", "Y"], ["A>B", "B>Y", "C>Y"]), ["BC"]);
  // A hidden cause of X and Y: to set X loses what X says of it, so that Z may be better.
  assert.deepEqual(pomis(["U", "Z", "X", "Y"], ["Z>X", "X>Y", "U>X", "U>Y"]), ["X", "Z"]);
  // A variable that cannot be set is projected out: its own causes take its place.
  const scm = graph([{ from: "Z", to: "X", weight: 1 }, { from: "X", to: "Y", weight: 1 }], ["Z", "X", "Y"], "Y");
  assert.deepEqual(possiblyOptimalSets(projectedGraph(scm, [0]), 3), [[0]]);
  // The bound on the size leaves out what is larger.
  assert.deepEqual(pomis(["A", "B", "Y"], ["A>Y", "B>Y"], "Y", 1), []);
});

Deno.test("Causal Bayesian optimisation over sets intervenes on possibly optimal sets alone", () => {
  const scm = graph(
    [{ from: "Z", to: "X", weight: 1 }, { from: "X", to: "Y", weight: 1 }, { from: "W", to: "Y", weight: 1 }],
    ["Z", "X", "W", "Y"],
    "Y",
  );
  const setAtOnce = { min: 1, max: 2 };
  const one = { scm, outcomes: setOutcomeModel(scm, setAtOnce), setAtOnce };
  const { sets } = playOut(PRIVILEGED_BASELINES["causal-bo-sets"].create([one]), one);
  assert.ok(sets.every((set) => set.toSorted().join() === "1,2"));
});

Deno.test("The search over sets finds the best of all on a grid", () => {
  const space = spaceOf(createEnvironment([additive()], EPISODE).observation.problems, 0);
  const weights = [1, -2, 0.5, 0.1];
  const score = (point: Float64Array) => {
    const held = heldBy(point);
    return held.reduce((sum, v) => sum + weights[v] * point[v], 0) - (held.includes(0) && held.includes(1) ? 5 : 0);
  };
  const values = Float64Array.of(-1, 0, 1);
  const beside = (point: Float64Array) =>
    Float64Array.from({ length: 5 * 3 }, (_, k) => {
      const larger = point.slice();
      larger[Math.floor(k / 3)] = values[k % 3];
      return score(larger);
    });
  const found = bestSet(space, values, [], { of: score, beside });
  assert.deepEqual([heldBy(found), score(found)], [[1, 2, 3], 2.6]);
});
