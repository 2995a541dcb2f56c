import assert from "node:assert/strict";
import { causalBeliefs } from "../../lib/policy/baselines/causal_process.ts";
import { PRIVILEGED_BASELINES } from "../../lib/policy/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { createScm, outcomeModel, STANDARD_NOISE } from "../../lib/scm/mod.ts";
import { predictResponse } from "../../lib/surrogate/mod.ts";
import { chain, linearProblem } from "../environment/support.ts";
import { after, playOut } from "./support.ts";

const CAUSAL = Object.entries(PRIVILEGED_BASELINES).filter(([name]) =>
  name.startsWith("causal-bo") && name !== "causal-bo-sets"
);
const [, IMPROVEMENT] = CAUSAL[0];

Deno.test("causal BO comes with every acquisition, knows the graph and is no bound", () => {
  assert.deepEqual(CAUSAL.map(([name]) => name), ["causal-bo", "causal-bo-ucb", "causal-bo-thompson"]);
  for (const [name, entry] of CAUSAL) {
    assert.deepEqual([entry.privileged, entry.bound], [true, false]);
    assert.equal(entry.create([chain()]).name, name);
    for (const point of entry.grid) entry.create([chain()], point);
    assert.throws(() => entry.create([chain()], { values: 9 }), /is missing/);
  }
});

Deno.test("causal BO's first move on the chain is its best end, and it never sets what does not cause the target", () => {
  const problem = chain({ noise: 0.5 });
  for (const [name, entry] of CAUSAL) {
    const first = entry.create([problem]).act(after([problem], []), [createStream(1)], "sample");
    assert.deepEqual([first.variable[0], first.value[0]], [0, -1], name);
    const idle = linearProblem(["A", "B", "Y"], [{ from: "A", to: "B", weight: 1 }, { from: "A", to: "Y", weight: 1 }]);
    const policy = entry.create([idle, idle]);
    const { actions, observation } = playOut(policy, [idle, idle], 8);
    assert.ok(actions.flat().every(([variable]) => variable === 0));
    assert.deepEqual([...policy.recommend(observation).variable], [0, 0]);
  }
});

Deno.test("what the graph says to adjust for is adjusted for", () => {
  // Z lifts X and, more strongly, lowers Y: observation alone has X's effect the wrong way round.
  const problem = linearProblem(["Z", "X", "Y"], [
    { from: "Z", to: "X", weight: 1 },
    { from: "Z", to: "Y", weight: -2 },
    { from: "X", to: "Y", weight: 0.8 },
  ], { noise: 0.4 });
  const observation = after([problem], [], 3);
  const { fit, variables } = causalBeliefs("causal-bo", [problem])(observation, 0);
  const { mean } = predictResponse(fit, variables.indexOf(1), Float64Array.of(-1, 1));
  // The target is minimised: low values of X gain.
  assert.ok(mean[0] > 0 && mean[1] < 0, `${mean}`);
});

Deno.test("where a hidden cause forbids adjustment nothing is known before a trial", () => {
  const linear = (weights: number[]) => ({ kind: "linear" as const, intercept: 0, weights });
  const interval = { kind: "interval" as const, low: -3, high: 3 };
  const scm = createScm({
    name: "hidden",
    variables: [
      { name: "H", mechanism: linear([]), observed: false, noise: STANDARD_NOISE },
      { name: "X", parents: ["H"], mechanism: linear([1]), domain: interval },
      { name: "Y", parents: ["X", "H"], mechanism: linear([1, 2]) },
    ],
    target: "Y",
    objective: "maximize",
  });
  const problem = { scm, outcomes: outcomeModel(scm) };
  const { fit } = causalBeliefs("causal-bo", [problem])(after([problem], []), 0);
  const { mean } = predictResponse(fit, 0, Float64Array.of(-1, 1));
  assert.deepEqual([...mean], [0, 0]);
});

Deno.test("causal BO reads the graph, not the mechanisms: other weights behind the same rows change nothing", () => {
  const edges = (w: number) => [{ from: "X0", to: "X1", weight: w }, { from: "X1", to: "X2", weight: w }];
  const observation = after([chain()], [[0, 0.5]]);
  const other = linearProblem(["X0", "X1", "X2"], edges(-0.7));
  const act = (problem: typeof other) => IMPROVEMENT.create([problem]).act(observation, [createStream(1)], "sample");
  assert.deepEqual(act(other), act(chain()));
});

Deno.test("a new episode of the same policy gets its own prior", () => {
  const problem = chain({ noise: 0.5 });
  const policy = IMPROVEMENT.create([problem]);
  const [one, two] = [after([problem], [], 1), after([problem], [], 2)];
  policy.act(one, [createStream(1)], "sample");
  const fresh = IMPROVEMENT.create([problem]);
  assert.deepEqual(policy.act(two, [createStream(1)], "sample"), fresh.act(two, [createStream(1)], "sample"));
});

Deno.test("causal BO refuses what it cannot play", () => {
  const { scm } = chain();
  const shifted = { scm, outcomes: outcomeModel(scm, undefined, "shift"), intervention: "shift" as const };
  assert.throws(() => IMPROVEMENT.create([shifted]), /perfect interventions/);
  assert.throws(() => IMPROVEMENT.create([chain()]).recommend(after([chain(), chain()], [])), /made for 1 problems/);
});
