import assert from "node:assert/strict";
import { createEnvironment, type Observation, type Problem } from "../../lib/environment/mod.ts";
import { addToRegimeInto, createRegimeSums, joinRegimesInto } from "../../lib/numeric/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { setOutcomeModel } from "../../lib/scm/mod.ts";
import { createActiveSurrogate, createExactSurrogate, type Surrogate } from "../../lib/surrogate/mod.ts";
import { linearProblem } from "../environment/support.ts";

const stream = createStream(31);
const OPTIONS = { observationalRows: 30, interventionalRows: 0, horizon: 30, rowsPerIntervention: 1 };

/** A → Y and Y → B. */
function problem(): Problem {
  const { scm } = linearProblem(["A", "B", "Y"], [
    { from: "A", to: "Y", weight: 1.5 },
    { from: "Y", to: "B", weight: 1.5 },
  ], { domains: {}, noise: 1 });
  const setAtOnce = { min: 1, max: 2 };
  return { scm, outcomes: setOutcomeModel(scm, setAtOnce), setAtOnce };
}

function play(isJoint: boolean): Observation {
  const environment = createEnvironment([problem()], OPTIONS);
  environment.reset([stream]);
  for (let t = 0; t < 30; t++) {
    const second = isJoint ? 1 : -1;
    const variable = isJoint ? Int32Array.of(0, second) : Int32Array.of(t % 2, -1);
    const value = Float64Array.of(Math.cos(3 * t), Math.sin(5 * t));
    environment.step({ variable, value }, [stream.child(t)]);
  }
  return environment.observation;
}

const believed = (surrogate: Surrogate, observation: Observation) =>
  surrogate.track(observation.problems, [stream.child("beliefs")]).update(observation).parent;

for (const [name, surrogate] of Object.entries({ exact: createExactSurrogate(), active: createActiveSurrogate() })) {
  Deno.test(`${name}: a cause and an effect of the target are told apart by rows in which both were set`, () => {
    const parent = believed(surrogate, play(true));
    assert.ok(parent[0] > 0.9, `the cause: ${parent[0]}`);
    assert.ok(parent[1] < 0.1, `the effect: ${parent[1]}`);
  });
}

Deno.test("A row of several variables counts for each that was not set, and for no other", () => {
  const sums = createRegimeSums(3);
  addToRegimeInto(sums, Float64Array.of(1, 2, 3), -1);
  addToRegimeInto(sums, Float64Array.of(10, 20, 30), [1]);
  addToRegimeInto(sums, Float64Array.of(100, 200, 300), [0, 1]);
  const joined = (without: number) => {
    const [sum, cross] = [new Float64Array(3), new Float64Array(9)];
    const rows = joinRegimesInto(sum, cross, sums, without);
    return [rows, ...sum, cross[1]];
  };
  assert.deepEqual(joined(-1), [3, 111, 222, 333, 2 + 200 + 20_000]);
  assert.deepEqual(joined(0), [2, 11, 22, 33, 2 + 200]);
  assert.deepEqual(joined(1), [1, 1, 2, 3, 2]);
  assert.deepEqual(joined(2), [3, 111, 222, 333, 2 + 200 + 20_000]);
  assert.deepEqual([sums.rows, [...(sums.several?.setRows ?? [])]], [3, [1, 1, 0]]);
});
