import assert from "node:assert/strict";
import { createEnvironment, type Problem } from "../../lib/environment/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { outcomeModel } from "../../lib/scm/mod.ts";
import { chain } from "./support.ts";

const OPTIONS = { observationalRows: 5, interventionalRows: 0, horizon: 40, rowsPerIntervention: 1 };

/** The rows of an episode that sets X1 (scaled 0.4, i.e. 2) at every step, `[rows][X0, X1, X2]`. */
function rowsOf(problem: Problem): number[][] {
  const environment = createEnvironment([problem], OPTIONS);
  environment.reset([createStream(3)]);
  for (let t = 0; t < OPTIONS.horizon; t++) {
    environment.step({ variable: Int32Array.of(1), value: Float64Array.of(0.4) }, [createStream(4).child(t)]);
  }
  const { values, rows } = environment.observation.history;
  return Array.from({ length: rows }, (_, r) => [...values.subarray(3 * r, 3 * r + 3)]);
}

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}, not ${expected}`);
}

Deno.test("a shift adds to what the variable would have been; a perfect intervention replaces it", () => {
  const perfect = chain();
  const outcomes = outcomeModel(perfect.scm, undefined, "shift");
  const shifted = rowsOf({ scm: perfect.scm, outcomes, intervention: "shift" });
  const set = rowsOf(perfect);
  assert.deepEqual(shifted.slice(0, 5), set.slice(0, 5), "observational rows");
  assert.ok(set.slice(5).every(([, x1]) => x1 === 2));
  shifted.slice(5).forEach(([x0, x1, x2], t) => {
    // The same noise under both: X2 less 1.5·X1 is its own noise, and X0 is the same.
    close(x2 - 1.5 * x1, set[t + 5][2] - 3);
    close(x0, set[t + 5][0]);
  });
  const own = shifted.slice(5).map(([x0, x1]) => x1 - 1.5 * x0 - 2);
  const mean = own.reduce((sum, e) => sum + e, 0) / own.length;
  assert.ok(Math.abs(mean) < 0.5 && own.some((e) => Math.abs(e) > 0.5), "what is left is the variable's own noise");
});

Deno.test("the expected target under a shift is counted from observing", () => {
  const { scm } = chain({ intercept: 1 });
  const problem: Problem = { scm, outcomes: outcomeModel(scm, undefined, "shift"), intervention: "shift" };
  const environment = createEnvironment([problem], OPTIONS);
  environment.reset([createStream(3)]);
  // Means 1, 2.5, 4.75; a shift of X1 by 2 moves X2 by 3.
  const { expected } = environment.step({ variable: Int32Array.of(1), value: Float64Array.of(0.4) }, [createStream(5)]);
  close(expected[0], 7.75);
});

Deno.test("a drifting instrument moves what is measured of the target, and nothing else", () => {
  const still = rowsOf(chain());
  const drifting = rowsOf({ ...chain(), drift: 0.25 });
  still.forEach(([x0, x1, x2], r) => {
    assert.deepEqual(drifting[r].slice(0, 2), [x0, x1]);
    close(drifting[r][2], x2 + 0.25 * Math.max(0, r - 5));
  });
});
