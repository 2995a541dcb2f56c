import assert from "node:assert/strict";
import { createEnvironment, type Problem } from "../../lib/environment/mod.ts";
import { BASELINES, PRIVILEGED_BASELINES } from "../../lib/policy/baselines/registry.ts";
import { createStream } from "../../lib/random/mod.ts";
import { createScm, outcomeModel } from "../../lib/scm/mod.ts";
import { chain, linearProblem } from "../environment/support.ts";
import { after, OPTIONS, playOut } from "./support.ts";

const wide = linearProblem(["A", "B", "C", "D", "Y"], [
  { from: "A", to: "B", weight: 0.8 },
  { from: "B", to: "Y", weight: -1.1 },
  { from: "D", to: "Y", weight: 0.4 },
], { objective: "maximize", domains: { C: null } });

for (const [name, baseline] of Object.entries(BASELINES)) {
  Deno.test(`${name} plays and recommends what can be set, the same alone as beside others`, () => {
    const policy = baseline.create(baseline.grid[0]);
    assert.equal(policy.name, name);
    const alone = playOut(policy, [chain()], 6, 1);
    // Episode 0 has the same streams in both batches; here it is padded to five variables.
    const together = playOut(policy, [chain(), wide], 6, 1);
    assert.deepEqual(together.actions.map(([first]) => first), alone.actions.map(([first]) => first));
    assert.deepEqual(
      policy.recommend(together.observation).variable[0],
      policy.recommend(alone.observation).variable[0],
    );
    const { settable, width } = together.observation.problems;
    for (const step of together.actions) {
      step.forEach(([variable, value], e) => {
        assert.equal(settable[e * width + variable], 1);
        assert.ok(Math.abs(value) <= 1);
      });
    }
    const final = policy.recommend(together.observation);
    [0, 1].forEach((e) => assert.equal(settable[e * width + final.variable[e]], 1));
  });

  Deno.test(`every point of ${name}'s grid makes a policy, and other parameters are refused by name`, () => {
    const names = Object.keys(baseline.grid[0]);
    assert.equal(new Set(baseline.grid.map((point) => JSON.stringify(point))).size, baseline.grid.length);
    for (const point of baseline.grid) {
      assert.deepEqual(Object.keys(point), names);
      assert.equal(baseline.create(point).name, name);
    }
    assert.throws(() => baseline.create({ ...baseline.grid[0], magic: 1 }), /magic is no parameter of it/);
    for (const missing of names) {
      const { [missing]: _, ...rest } = baseline.grid[0];
      assert.throws(() => baseline.create(rest), new RegExp(`${missing} is missing`));
    }
  });
}

Deno.test("policies that learn maximise as they minimise: the mirrored problem is played alike", () => {
  const mirrored = (sign: number): Problem =>
    linearProblem(["A", "B", "Y"], [
      { from: "A", to: "B", weight: 0.9 },
      { from: "B", to: "Y", weight: 1.3 * sign },
    ], { objective: sign > 0 ? "minimize" : "maximize" });
  const observation = after([mirrored(1)], [[0, -1], [1, 0.5]], 2);
  // The same rows with the target's sign turned, and the other objective.
  const turned = structuredClone(observation);
  const { problems, statistics: s, history } = turned;
  problems.signs[0] = -problems.signs[0];
  for (let r = 0; r < history.rows; r++) history.values[3 * r + 2] *= -1;
  for (const vector of [s.centre, s.obsSum]) vector[2] *= -1;
  for (const matrix of [s.obsCross, s.doSum, s.doCross]) for (const i of [0, 1]) matrix[3 * i + 2] *= -1;
  for (const [name, baseline] of Object.entries(BASELINES)) {
    const policy = baseline.create(baseline.grid[0]);
    const play = (seen: typeof observation) => {
      const { variable, value } = policy.act(seen, [createStream(5)], "sample");
      return { variable, value, recommended: policy.recommend(seen) };
    };
    assert.deepEqual(play(turned), play(observation), name);
  }
});

Deno.test("the oracle plays the optimum and the parent oracle the best parent: −11.25 and −7.5 on the chain", () => {
  const environment = createEnvironment([chain(), chain()], OPTIONS);
  environment.reset([createStream(1), createStream(2)]);
  const expected = (name: string) => {
    const policy = PRIVILEGED_BASELINES[name].create([chain(), chain()]);
    const streams = [createStream(3), createStream(4)];
    const owners = Int32Array.of(0, 1);
    return [
      ...environment.expected(policy.act(environment.observation, streams, "mode"), owners),
      ...environment.expected(policy.recommend(environment.observation), owners),
    ];
  };
  assert.deepEqual(expected("oracle"), [-11.25, -11.25, -11.25, -11.25]);
  assert.deepEqual(expected("oracle-parent"), [-7.5, -7.5, -7.5, -7.5]);
  assert.ok(Object.values(PRIVILEGED_BASELINES).every(({ privileged }) => privileged));
});

Deno.test("oracles number variables as an experimenter does, without the hidden ones", () => {
  const linear = (weights: number[]) => ({ kind: "linear" as const, intercept: 0, weights });
  const scm = createScm({
    name: "hidden first",
    variables: [
      { name: "H", mechanism: linear([]), observed: false },
      { name: "A", parents: ["H"], mechanism: linear([1]), domain: { kind: "interval", low: -1, high: 3 } },
      { name: "Y", parents: ["A", "H"], mechanism: linear([1, 1]) },
    ],
    target: "Y",
    objective: "maximize",
  });
  const problem = { scm, outcomes: outcomeModel(scm) };
  const environment = createEnvironment([problem], OPTIONS);
  environment.reset([createStream(1)]);
  const actions = PRIVILEGED_BASELINES.oracle.create([problem]).recommend(environment.observation);
  assert.deepEqual([actions.variable[0], actions.value[0]], [0, 1]);
  assert.deepEqual([...environment.expected(actions, Int32Array.of(0))], [3]);
});

Deno.test("oracles refuse other batches than their own, and targets whose parents cannot be set", () => {
  const observation = createEnvironment([chain(), chain()], OPTIONS).observation;
  assert.throws(() => PRIVILEGED_BASELINES.oracle.create([chain()]).recommend(observation), /made for 1 problems/);
  const fixed = chain({ domains: { X1: null } });
  assert.throws(() => PRIVILEGED_BASELINES["oracle-parent"].create([fixed]), /linear X0X1X2: no parent/);
});
