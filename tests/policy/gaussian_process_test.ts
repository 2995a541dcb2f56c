import assert from "node:assert/strict";
import type { Observation } from "../../lib/environment/mod.ts";
import { processBeliefs } from "../../lib/policy/baselines/gaussian_process.ts";
import {
  type Acquisition,
  expectedImprovement,
  responsePolicy,
  thompsonSampling,
  upperBound,
} from "../../lib/policy/baselines/responses.ts";
import { BASELINES } from "../../lib/policy/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { predictResponse } from "../../lib/surrogate/mod.ts";
import { chain } from "../environment/support.ts";
import { after, playOut } from "./support.ts";

const STREAM = createStream(1);
type Candidates = Parameters<Acquisition["scores"]>[0];

/** Candidates with the given moments; the acquisitions under test look at nothing else. */
function candidates(mean: number[], sd: number[], incumbent = 0): Candidates {
  const fit = processBeliefs("units")(after([chain()], []), 0);
  return { ...fit, values: new Float64Array(1), mean: Float64Array.from(mean), sd: Float64Array.from(sd), incumbent };
}

Deno.test("the score of expected improvement is the logarithm of the improvement's integral", () => {
  for (const [mean, sd, incumbent, margin] of [[0, 1, 0, 0], [0.3, 0.7, 1, 0.2], [2, 0.5, -1, 0], [-3, 1, 0, 0]]) {
    let integral = 0;
    const h = 1e-3;
    for (let z = -9; z < 9; z += h) {
      const gain = Math.max(0, mean + sd * (z + h / 2) - incumbent - margin);
      integral += gain * Math.exp(-0.5 * (z + h / 2) ** 2) / Math.sqrt(2 * Math.PI) * h;
    }
    const [score] = expectedImprovement("x", margin).scores(candidates([mean], [sd], incumbent), STREAM);
    assert.ok(Math.abs(Math.exp(score) / integral - 1) < 1e-4, `${Math.exp(score)}, not ${integral}`);
  }
});

Deno.test("expected improvement tells hopeless candidates apart, and knows what is certain", () => {
  const { scores } = expectedImprovement("x", 0.1);
  const [far, farther, certain, useless] = scores(candidates([-60, -80, 1.5, 0.5], [1, 1, 0, 0], 1), STREAM);
  assert.ok(far > farther && farther > -Infinity, "60 and 80 standard deviations away");
  assert.ok(Math.abs(certain - Math.log(0.4)) < 1e-12);
  assert.equal(useless, -Infinity);
});

Deno.test("upper bounds are the mean and c standard deviations; draws have the temperature as their width", () => {
  assert.deepEqual([...upperBound("x", 2).scores(candidates([1, 3], [0.5, 0]), STREAM)], [2, 3]);
  const observation = after([chain()], [[0, -1], [1, 0.5]]);
  const { fit, variables } = processBeliefs("units")(observation, 0);
  const values = Float64Array.of(-1, 0, 1);
  const moments = variables.map((_, i) => predictResponse(fit, i, values));
  const known = {
    fit,
    variables,
    values,
    mean: Float64Array.from(moments.flatMap(({ mean }) => [...mean])),
    sd: Float64Array.from(moments.flatMap(({ sd }) => [...sd])),
    incumbent: 0,
  };
  const { scores } = thompsonSampling("x", 0.5);
  const draws = Array.from({ length: 2000 }, (_, k) => scores(known, STREAM.child(k)));
  known.mean.forEach((mean, k) => {
    const spread = Math.sqrt(draws.reduce((sum, draw) => sum + (draw[k] - mean) ** 2, 0) / draws.length);
    assert.ok(Math.abs(spread / (0.5 * known.sd[k]) - 1) < 0.15, `${spread}, not half of ${known.sd[k]}`);
  });
});

Deno.test("without an observational prior play starts anywhere, with one at the best end of the chain", () => {
  const observation = after([chain({ noise: 0.5 })], []);
  const firsts = (name: string, parameters: Record<string, number>) =>
    new Set(
      Array.from({ length: 40 }, (_, seed) => {
        const policy = BASELINES[name].create({ ...BASELINES[name].grid[0], ...parameters });
        const { variable, value } = policy.act(observation, [createStream(seed)], "sample");
        return `${variable[0]} ${value[0]}`;
      }),
    );
  assert.deepEqual(firsts("gp-ucb", {}), new Set(["0 -1", "0 1", "1 -1", "1 1"]));
  assert.deepEqual(firsts("gp-obs-ucb", { hedged: 0 }), new Set(["0 -1"]));
  assert.deepEqual(firsts("gp-obs-ucb", { hedged: 1 }), new Set(["0 -1"]));
});

for (const name of ["gp-ei", "gp-ucb", "gp-thompson", "gp-obs-ei", "gp-obs-ucb", "gp-obs-thompson"]) {
  Deno.test(`${name} stays on its grid and finds the best end of the chain`, () => {
    const problem = chain({ noise: 0.3 });
    // The best end is 14 standard deviations of the target away: without a prior that takes much optimism.
    const bold = name === "gp-ucb" ? { c: 2 } : {};
    const policy = BASELINES[name].create({ ...BASELINES[name].grid[0], values: 5, ...bold });
    const { actions, observation } = playOut(policy, [problem, problem], 20, 3);
    assert.ok(actions.flat().every(([variable, value]) => variable < 2 && [-1, -0.5, 0, 0.5, 1].includes(value)));
    const { variable, value } = policy.recommend(observation);
    assert.deepEqual([[...variable], [...value]], [[0, 0], [-1, -1]]);
  });
}

Deno.test("what misleads in observation is unlearned from trials", () => {
  // The rows of the chain with the target's sign turned promise the wrong ends.
  const observation: Observation = structuredClone(after([chain({ noise: 0.3 })], [[0, -1], [0, 1], [1, -1], [1, 1]]));
  const { history, problems } = observation;
  for (let r = 0; r < history.rows; r++) {
    if (history.intervened[r] < 0) history.values[r * problems.width + 2] *= -1;
  }
  for (const hedged of [0, 1]) {
    const policy = BASELINES["gp-obs-ucb"].create({ ...BASELINES["gp-obs-ucb"].grid[0], hedged });
    const { variable, value } = policy.recommend(observation);
    assert.deepEqual([variable[0], value[0]], [0, -1]);
  }
});

Deno.test("a tie is broken by the stream and its probability is told; a draw has none", () => {
  const observation = after([chain()], []);
  const believe = processBeliefs("units");
  const tied: Acquisition = { random: false, scores: ({ mean }) => mean.map((_, k) => k % 2) };
  const { variable, value, logProb } = responsePolicy("x", 2, tied, believe).act(observation, [STREAM], "sample");
  assert.deepEqual([value[0], logProb[0]], [1, -Math.log(2)]);
  assert.ok(variable[0] < 2);
  const drawn = responsePolicy("x", 2, thompsonSampling("x", 1), believe).act(observation, [STREAM], "sample");
  assert.ok(Number.isNaN(drawn.logProb[0]));
  const broken: Acquisition = { random: false, scores: ({ mean }) => mean.map(() => NaN) };
  assert.throws(() => responsePolicy("x", 2, broken, believe).act(observation, [STREAM], "sample"), /not a number/);
});

Deno.test("options out of range are refused", () => {
  const believe = processBeliefs("units");
  assert.throws(() => responsePolicy("gp", 1, upperBound("gp", 0), believe), /gp: cannot use 1 values/);
  assert.throws(() => expectedImprovement("gp", -1), /margin of -1/);
  assert.throws(() => upperBound("gp", -1), /c = -1/);
  assert.throws(() => thompsonSampling("gp", 0), /temperature 0/);
});
