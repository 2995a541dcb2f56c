import assert from "node:assert/strict";
import { expectedImprovementPolicy } from "../../lib/policy/baselines/expected_improvement.ts";
import {
  expectedImprovement,
  fitHyperparameters,
  type Hyperparameters,
  logEvidence,
  type Observations,
  predict,
} from "../../lib/policy/baselines/gaussian_process.ts";
import { createStream } from "../../lib/random/mod.ts";
import { chain } from "../environment/support.ts";
import { after, playOut } from "./support.ts";

const HYPER: Hyperparameters = { length: 0.8, signal: 1.5, noise: 0.4 };
const kernel = (v: number, w: number) => HYPER.signal ** 2 * Math.exp(-0.5 * ((v - w) / HYPER.length) ** 2);

function close(actual: number, expected: number, tolerance = 1e-10): void {
  assert.ok(Math.abs(actual - expected) <= tolerance * (1 + Math.abs(expected)), `${actual}, not ${expected}`);
}

Deno.test("predictions and evidence from two points are the closed form", () => {
  const data: Observations = { at: [-1, 0.5], count: [1, 4], mean: [0.7, -1.2] };
  const [a, b, c] = [kernel(-1, -1) + 0.16, kernel(-1, 0.5), kernel(0.5, 0.5) + 0.16 / 4];
  const determinant = a * c - b * b;
  const solve = (y0: number, y1: number) => [(c * y0 - b * y1) / determinant, (a * y1 - b * y0) / determinant];
  const [w0, w1] = solve(0.7, -1.2);
  const [k0, k1] = [kernel(0.2, -1), kernel(0.2, 0.5)];
  const [s0, s1] = solve(k0, k1);
  const { mean, sd } = predict(data, HYPER, [0.2]);
  close(mean[0], k0 * w0 + k1 * w1);
  close(sd[0], Math.sqrt(kernel(0, 0) - k0 * s0 - k1 * s1));
  close(logEvidence(data, HYPER), -0.5 * (0.7 * w0 - 1.2 * w1) - 0.5 * Math.log(determinant));
});

Deno.test("before any data a prediction is the prior", () => {
  const { mean, sd } = predict({ at: [], count: [], mean: [] }, HYPER, [-1, 0.3]);
  assert.deepEqual([...mean], [0, 0]);
  assert.deepEqual([...sd], [1.5, 1.5]);
});

Deno.test("repeated rows at one point weigh as much as their separate rows", () => {
  // The full covariance of two rows at one point, against one point with count 2 and their mean.
  const [y0, y1] = [0.4, 1.0];
  const [a, b] = [kernel(0, 0) + 0.16, kernel(0, 0)];
  const k = kernel(0.6, 0);
  const together = predict({ at: [0], count: [2], mean: [0.7] }, HYPER, [0.6]);
  close(together.mean[0], k * (y0 + y1) / (a + b));
  close(together.sd[0] ** 2, kernel(0, 0) - 2 * k * k / (a + b));
});

Deno.test("the marginal likelihood tells a long function from a short one, and quiet data from noisy data", () => {
  const at = Array.from({ length: 15 }, (_, k) => -1 + k / 7);
  const data = (f: (x: number) => number): Observations => ({ at, count: at.map(() => 1), mean: at.map(f) });
  const noise = createStream(1);
  assert.ok(fitHyperparameters([data((x) => 2 * x)], 0).length >= 2);
  assert.equal(fitHyperparameters([data((x) => 2 * Math.sin(6 * x))], 0).length, 0.5);
  assert.equal(fitHyperparameters([data((x) => 2 * x)], 0).noise, 0.3);
  const noisy = Array.from({ length: 5 }, () => data((x) => 2 * x + noise.normal()));
  assert.equal(fitHyperparameters(noisy, 0).noise, 1);
  // Thirty repeats that scatter by 1 say that the noise is large, whatever the means do.
  const repeated: Observations = { at: [-1, 1], count: [16, 16], mean: [-2, 2] };
  assert.equal(fitHyperparameters([repeated], 30).noise, 1);
  assert.equal(fitHyperparameters([repeated], 0.3).noise, 0.3);
});

Deno.test("expected improvement is the integral of the improvement over the normal density", () => {
  for (const [mean, sd, incumbent, margin] of [[0, 1, 0, 0], [0.3, 0.7, 1, 0.2], [2, 0.5, -1, 0], [-3, 1, 0, 0]]) {
    let integral = 0;
    const h = 1e-3;
    for (let z = -9; z < 9; z += h) {
      const gain = Math.max(0, mean + sd * (z + h / 2) - incumbent - margin);
      integral += gain * Math.exp(-0.5 * (z + h / 2) ** 2) / Math.sqrt(2 * Math.PI) * h;
    }
    assert.ok(Math.abs(expectedImprovement(mean, sd, incumbent, margin) - integral) < 1e-6);
  }
  assert.equal(expectedImprovement(1.5, 0, 1, 0.2), 0.3);
  assert.equal(expectedImprovement(0.5, 0, 1, 0), 0);
});

Deno.test("play starts anywhere, stays on the grid, and finds the best end of the chain", () => {
  const policy = expectedImprovementPolicy({ values: 5, margin: 0 });
  const problem = chain({ noise: 0.3 });
  const { actions, observation } = playOut(policy, [problem, problem], 20, 3);
  const first = new Set(
    Array.from({ length: 40 }, (_, seed) => {
      const { variable, value } = policy.act(after([problem], []), [createStream(seed)], "sample");
      return `${variable[0]} ${value[0]}`;
    }),
  );
  assert.ok(first.size >= 8, `${first.size} first moves`);
  assert.ok(actions.flat().every(([variable, value]) => variable < 2 && [-1, -0.5, 0, 0.5, 1].includes(value)));
  const { variable, value } = policy.recommend(observation);
  assert.deepEqual([[...variable], [...value]], [[0, 0], [-1, -1]]);
});

Deno.test("options out of range are refused", () => {
  assert.throws(() => expectedImprovementPolicy({ values: 1, margin: 0 }), /1 values/);
  assert.throws(() => expectedImprovementPolicy({ values: 3, margin: -1 }), /margin of -1/);
});
