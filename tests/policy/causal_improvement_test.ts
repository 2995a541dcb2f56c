import assert from "node:assert/strict";
import { adjustedEffect } from "../../lib/policy/baselines/adjusted_effect.ts";
import { causalImprovementPolicy } from "../../lib/policy/baselines/causal_improvement.ts";
import { predict } from "../../lib/policy/baselines/gaussian_process.ts";
import { PRIVILEGED_BASELINES } from "../../lib/policy/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { outcomeModel } from "../../lib/scm/mod.ts";
import { chain, linearProblem } from "../environment/support.ts";
import { after, playOut } from "./support.ts";

const SETTINGS = { values: 9, margin: 0, signal: 0.3 };

Deno.test("adjustment takes the confounder's share out of the effect", () => {
  const stream = createStream(4);
  const rows = 200;
  const inputs = new Float64Array(2 * rows);
  const outcome = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    const z = stream.normal();
    const x = 0.8 * z + 0.6 * stream.normal();
    inputs.set([x, z], 2 * r);
    outcome[r] = 0.5 * x - 1.2 * z + 0.3 * stream.normal();
  }
  const adjusted = adjustedEffect({ outcome, inputs, width: 2 });
  const slope = (effect: typeof adjusted) => (effect(1.5).mean - effect(-1.5).mean) / 3;
  assert.ok(Math.abs(slope(adjusted) - 0.5) < 0.1, `${slope(adjusted)}`);
  const alone = adjustedEffect({ outcome, inputs: inputs.filter((_, k) => k % 2 === 0), width: 1 });
  assert.ok(Math.abs(slope(alone) - (0.5 - 1.2 * 0.8)) < 0.15, `${slope(alone)}`);
  assert.ok(adjusted(0).sd < adjusted(6).sd, "what is far from the rows is less certain");
});

Deno.test("adjustment finds a curved effect", () => {
  const stream = createStream(5);
  const inputs = Float64Array.from({ length: 120 }, () => stream.normal());
  const outcome = inputs.map((x) => Math.cos(2 * x) + 0.1 * stream.normal());
  const effect = adjustedEffect({ outcome, inputs, width: 1 });
  for (const x of [-1.2, -0.4, 0, 0.7, 1.5]) {
    assert.ok(Math.abs(effect(x).mean - Math.cos(2 * x)) < 0.15, `${x}: ${effect(x).mean}`);
  }
});

Deno.test("the causal prior is the prediction before any data, and its deviation adds a rank-one covariance", () => {
  const prior = (value: number) => ({ mean: 2 * value, sd: 1 + value * value });
  const hyper = { length: 0.8, signal: 0.5, noise: 0.3 };
  const empty = predict({ at: [], count: [], mean: [], prior }, hyper, [0.5]);
  assert.deepEqual([empty.mean[0], empty.sd[0]], [1, Math.sqrt(0.25 + 1.25 ** 2)]);
  const kernel = (v: number, w: number) => 0.25 * Math.exp(-0.5 * ((v - w) / 0.8) ** 2) + (1 + v * v) * (1 + w * w);
  const { mean, sd } = predict({ at: [-1], count: [1], mean: [-3], prior }, hyper, [0.5]);
  const gain = kernel(0.5, -1) / (kernel(-1, -1) + 0.09);
  assert.ok(Math.abs(mean[0] - (1 + gain * (-3 + 2))) < 1e-12);
  assert.ok(Math.abs(sd[0] - Math.sqrt(kernel(0.5, 0.5) - gain * kernel(0.5, -1))) < 1e-12);
});

Deno.test("causal BO's first move on the chain is its best end, and it never sets what does not cause the target", () => {
  const problem = chain({ noise: 0.5 });
  const first = causalImprovementPolicy([problem], SETTINGS).act(after([problem], []), [createStream(1)], "sample");
  assert.deepEqual([first.variable[0], first.value[0]], [0, -1]);
  const idle = linearProblem(["A", "B", "Y"], [{ from: "A", to: "B", weight: 1 }, { from: "A", to: "Y", weight: 1 }]);
  const policy = causalImprovementPolicy([idle, idle], SETTINGS);
  const { actions, observation } = playOut(policy, [idle, idle], 8);
  assert.ok(actions.flat().every(([variable]) => variable === 0));
  assert.deepEqual([...policy.recommend(observation).variable], [0, 0]);
});

Deno.test("causal BO reads the graph, not the mechanisms: other weights behind the same rows change nothing", () => {
  const edges = (w: number) => [{ from: "X0", to: "X1", weight: w }, { from: "X1", to: "X2", weight: w }];
  const observation = after([chain()], [[0, 0.5]]);
  const other = linearProblem(["X0", "X1", "X2"], edges(-0.7));
  const act = (problem: typeof other) =>
    causalImprovementPolicy([problem], SETTINGS).act(observation, [createStream(1)], "sample");
  assert.deepEqual(act(other), act(chain()));
});

Deno.test("a new episode of the same policy gets its own prior", () => {
  const problem = chain({ noise: 0.5 });
  const policy = causalImprovementPolicy([problem], SETTINGS);
  const [one, two] = [after([problem], [], 1), after([problem], [], 2)];
  const recommend = (own: typeof policy, seen: typeof one) => own.act(seen, [createStream(1)], "sample");
  recommend(policy, one);
  assert.deepEqual(recommend(policy, two), recommend(causalImprovementPolicy([problem], SETTINGS), two));
});

Deno.test("causal BO is privileged but no bound, and refuses what it cannot play", () => {
  const causal = PRIVILEGED_BASELINES["causal-bo"];
  assert.deepEqual([causal.privileged, causal.bound], [true, false]);
  assert.throws(() => causal.create([chain()], { values: 9, margin: 0 }), /signal is missing/);
  assert.throws(() => causalImprovementPolicy([chain()], { ...SETTINGS, signal: 0 }), /signal of 0/);
  const { scm } = chain();
  const shifted = { scm, outcomes: outcomeModel(scm, undefined, "shift"), intervention: "shift" as const };
  assert.throws(() => causal.create([shifted]), /perfect interventions/);
  assert.throws(() => causal.create([chain()]).recommend(after([chain(), chain()], [])), /made for 1 problems/);
});
