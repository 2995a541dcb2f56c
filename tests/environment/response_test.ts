import assert from "node:assert/strict";
import { createEnvironment, statisticsViews } from "../../lib/environment/mod.ts";
import { RESPONSE_FEATURES } from "../../lib/environment/response.ts";
import { NODE_FEATURES } from "../../lib/environment/node_features.ts";
import { createStream } from "../../lib/random/mod.ts";
import { linearProblem } from "./support.ts";

const POINTS = 5;

/** Plays `values` on X of X → Y (and an isolated Z), Y measured with noise. */
function played(values: readonly number[]) {
  const problem = linearProblem(["X", "Z", "Y"], [{ from: "X", to: "Y", weight: 2 }], {
    noise: 0.5,
    intercept: 0.3,
  });
  const environment = createEnvironment([problem], {
    observationalRows: 40,
    interventionalRows: 0,
    horizon: Math.max(1, values.length),
    rowsPerIntervention: 1,
  });
  environment.reset([createStream(3)]);
  values.forEach((value, t) =>
    environment.step({ variable: Int32Array.of(0), value: Float64Array.of(value) }, [createStream(4).child(t)])
  );
  return environment.observation;
}

/** The response features of variable `i`, by name. */
function responseOf(observation: ReturnType<typeof played>, i: number): Record<string, number[]> {
  const { nodes, channels } = statisticsViews(observation, { responsePoints: POINTS });
  const at = i * channels + NODE_FEATURES.length;
  return Object.fromEntries(
    RESPONSE_FEATURES.map((name, k) => [name, [...nodes.subarray(at + k * POINTS, at + (k + 1) * POINTS)]]),
  );
}

Deno.test("the posterior of one intervention is the closed form of a Gaussian process", () => {
  const observation = played([1]);
  const { statistics: s, history, problems } = observation;
  const outcome = history.values[(history.rows - 1) * problems.width + 2];
  const gain = Math.asinh(-(outcome - s.centre[2]) / s.spread[2]);
  const kernel = (u: number, v: number) => 0.25 + u * v + Math.exp(-0.5 * ((u - v) / 0.4) ** 2);
  const response = responseOf(observation, 0);
  [-1, -0.5, 0, 0.5, 1].forEach((u, p) => {
    const mean = kernel(u, 1) * gain / (kernel(1, 1) + 0.3);
    const variance = kernel(u, u) - kernel(u, 1) ** 2 / (kernel(1, 1) + 0.3);
    assert.ok(Math.abs(response["interventional mean"][p] - mean) < 1e-5);
    assert.ok(Math.abs(response["interventional sd"][p] - Math.sqrt(variance)) < 1e-5);
  });
});

Deno.test("trying a point makes it certain, and says nothing about another variable", () => {
  const before = responseOf(played([]), 0);
  const after = responseOf(played([-1, -1, -1, -1]), 0);
  assert.ok(after["interventional sd"][0] < 0.4 * before["interventional sd"][0]);
  assert.ok(after["interventional mean"][0] > 0.5, "the target falls with X, so its low end gains");
  assert.deepEqual(responseOf(played([-1, -1]), 1)["interventional mean"], [0, 0, 0, 0, 0]);
});

Deno.test("observed rows show the response where there are any", () => {
  const { "observational mean": mean, "log observational weight": weight } = responseOf(played([]), 0);
  assert.ok(weight[2] > weight[0], "rows lie around the middle of the domain");
  assert.ok(mean[1] > mean[3], "the observed target falls with X");
});

Deno.test("one response point is refused", () => {
  assert.throws(() => statisticsViews(played([]), { responsePoints: 1 }), /1 point/);
});
