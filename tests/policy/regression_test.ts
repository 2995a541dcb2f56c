import assert from "node:assert/strict";
import { linePosterior, type RegressionPrior } from "../../lib/policy/baselines/regression.ts";
import {
  regressionGreedyPolicy,
  regressionThompsonPolicy,
  regressionUcbPolicy,
} from "../../lib/policy/baselines/regression_policies.ts";
import { createStream } from "../../lib/random/mod.ts";
import { chain, linearProblem } from "../environment/support.ts";
import { after, type Move, OPTIONS } from "./support.ts";

const PRIOR: RegressionPrior = { observational: true, slopeSd: 0.7, shrinkage: 0, noise: 1.5 };
const MOVES: readonly Move[] = [[0, -1], [0, 1], [1, 0.3], [0, 0.6], [1, -1]];

function close(actual: number, expected: number, tolerance = 1e-9): void {
  assert.ok(Math.abs(actual - expected) <= tolerance * (1 + Math.abs(expected)), `${actual}, not ${expected}`);
}

/** [a, b] and their covariance from the normal equations, written out from the rows of variable 0 (minimised). */
function directPosterior(prior: RegressionPrior, seed: number) {
  const { history, statistics, problems } = after([chain({ intercept: 0.8 })], MOVES, seed);
  const rows = Array.from({ length: history.rows }, (_, r) => [...history.values.subarray(r * 3, r * 3 + 3)]);
  const observed = rows.slice(0, OPTIONS.observationalRows);
  const n = observed.length;
  const mean = (j: number) => observed.reduce((sum, x) => sum + x[j], 0) / n;
  const product = (i: number, j: number) => observed.reduce((sum, x) => sum + (x[i] - mean(i)) * (x[j] - mean(j)), 0);
  const unitX = Math.sqrt(product(0, 0) / (n - 1));
  const unitY = Math.sqrt(product(2, 2) / (n - 1));
  const slope = -product(0, 2) / product(0, 0) * unitX / unitY;
  const origin = prior.observational ? mean(0) : 0;
  const noise = prior.noise ** 2;
  const slopeMean = prior.observational ? slope : 0;
  let [aa, ab, bb] = [prior.observational ? n : 1, 0, prior.slopeSd ** -2 + prior.shrinkage];
  let [ra, rb] = [0, slopeMean * prior.slopeSd ** -2];
  rows.forEach((x, r) => {
    if (history.intervened[r] !== 0) return;
    const at = (x[0] - origin) / unitX;
    const gain = -(x[2] - mean(2)) / unitY;
    [aa, ab, bb] = [aa + 1 / noise, ab + at / noise, bb + at * at / noise];
    [ra, rb] = [ra + gain / noise, rb + at * gain / noise];
  });
  const determinant = aa * bb - ab * ab;
  return {
    posterior: linePosterior({ history, statistics, problems, step: 0, horizon: 1 }, prior),
    expected: {
      intercept: (bb * ra - ab * rb) / determinant,
      slope: (aa * rb - ab * ra) / determinant,
      interceptVariance: bb / determinant,
      slopeVariance: aa / determinant,
      covariance: -ab / determinant,
    },
  };
}

for (const observational of [true, false]) {
  const title = `${observational ? "with" : "without"} the observational prior`;
  Deno.test(`the posterior is the conjugate one from the rows themselves, ${title}`, () => {
    for (const seed of [1, 2, 3]) {
      const shrinkage = observational ? 0.4 : 0;
      const { posterior, expected } = directPosterior({ ...PRIOR, observational, shrinkage }, seed);
      close(posterior.intercept[0], expected.intercept);
      close(posterior.slope[0], expected.slope);
      close(posterior.interceptVariance[0], expected.interceptVariance);
      close(posterior.slopeVariance[0], expected.slopeVariance);
      close(posterior.covariance[0], expected.covariance);
    }
  });
}

Deno.test("with many interventions the line is the truth, whatever the prior", () => {
  const moves = Array.from({ length: 400 }, (_, t): Move => [0, Math.sin(t)]);
  for (const observational of [true, false]) {
    const seen = after([chain({ intercept: 1 })], moves, 4, { ...OPTIONS, horizon: 400 });
    const lines = linePosterior(seen, { ...PRIOR, observational });
    // Minimised: a gain falls by 1.5² for each unit of X0.
    close(lines.slope[0] * seen.statistics.spread[2] / seen.statistics.spread[0], -2.25, 0.05);
    assert.ok(lines.slopeVariance[0] < 0.01);
  }
});

Deno.test("without the observational prior only the units of the starting rows matter", () => {
  // The same units, another correlation: the target copies X0 in one and is independent of it in the other.
  const seen = after([chain()], [], 5);
  const twisted = structuredClone(seen);
  twisted.statistics.obsCross.forEach((x, k) => twisted.statistics.obsCross[k] = -3 * x);
  const blind = { ...PRIOR, observational: false };
  assert.deepEqual(linePosterior(twisted, blind), linePosterior(seen, blind));
  assert.notDeepEqual(linePosterior(twisted, PRIOR), linePosterior(seen, PRIOR));
});

Deno.test("with fewer than three observational rows both priors are the same", () => {
  const options = { ...OPTIONS, observationalRows: 2 };
  const seen = after([chain()], [[0, 1]], 6, options);
  assert.deepEqual(linePosterior(seen, PRIOR), linePosterior(seen, { ...PRIOR, observational: false }));
});

Deno.test("play does not depend on any variable's unit", () => {
  const scaled = (k: number) => {
    const domain = { kind: "interval" as const, low: -5 * k, high: 5 * k };
    return linearProblem(["A", "B", "Y"], [
      { from: "A", to: "B", weight: 1.2 },
      { from: "B", to: "Y", weight: -0.8 },
    ], { noise: k, domains: { A: domain, B: domain } });
  };
  const policies = [
    regressionUcbPolicy("ucb", PRIOR, 0.5),
    regressionThompsonPolicy("thompson", PRIOR, 1),
  ];
  for (const policy of policies) {
    const play = (k: number) => policy.act(after([scaled(k)], MOVES, 7), [createStream(8)], "sample");
    assert.deepEqual(play(1e6), play(1));
  }
});

Deno.test("greedy play on noiseless chain data finds the optimum, which is not a parent", () => {
  const problem = chain({ noise: 0.05 });
  const policy = regressionGreedyPolicy("greedy", PRIOR);
  const { variable, value } = policy.recommend(after([problem], [[0, 1], [1, 1], [0, -1], [1, -1]], 9));
  assert.deepEqual([variable[0], value[0]], [0, -1]);
});

Deno.test("UCB adds c posterior standard deviations: a large c prefers the variable never tried", () => {
  const problem = linearProblem(["A", "B", "Y"], [{ from: "A", to: "Y", weight: 1 }]);
  const seen = after([problem], Array.from({ length: 20 }, (): Move => [0, -1]), 10);
  const play = (c: number) => regressionUcbPolicy("ucb", PRIOR, c).act(seen, [createStream(1)], "mode").variable[0];
  assert.equal(play(0), 0);
  assert.equal(play(20), 1);
  assert.equal(regressionUcbPolicy("ucb", PRIOR, 20).recommend(seen).variable[0], 0);
});

Deno.test("Thompson draws follow the posterior: shares of a choice between two arms match the normal distribution", () => {
  // Only X0 can be set, and its line passes the observational means: the high end is chosen when the drawn slope is positive.
  const problem = chain({ domains: { X1: null } });
  const seen = after([problem], [], 11);
  const prior = { ...PRIOR, slopeSd: 2 };
  const lines = linePosterior(seen, prior);
  const positive = normalCdf(lines.slope[0] / Math.sqrt(lines.slopeVariance[0]));
  const policy = regressionThompsonPolicy("thompson", prior, 1);
  const trials = 4000;
  let high = 0;
  for (let k = 0; k < trials; k++) {
    const decision = policy.act(seen, [createStream(12).child(k)], "sample");
    if (decision.value[0] === 1) high++;
    assert.ok(Number.isNaN(decision.logProb[0]));
  }
  const error = Math.sqrt(positive * (1 - positive) / trials);
  assert.ok(positive > 0.05 && positive < 0.95, `a share of ${positive} would test nothing`);
  assert.ok(Math.abs(high / trials - positive) < 4 * error, `${high / trials}, not ${positive} ± ${error}`);
});

Deno.test("bad priors and exploration are refused by name", () => {
  assert.throws(() => regressionGreedyPolicy("g", { ...PRIOR, slopeSd: 0 }), /prior sd 0/);
  assert.throws(() => regressionGreedyPolicy("g", { ...PRIOR, noise: NaN }), /noise multiplier NaN/);
  assert.throws(() => regressionGreedyPolicy("g", { ...PRIOR, shrinkage: -1 }), /shrinkage -1/);
  assert.throws(() => regressionUcbPolicy("u", PRIOR, -0.1), /c = -0.1/);
  assert.throws(() => regressionThompsonPolicy("t", PRIOR, 0), /temperature 0/);
});

/** By Simpson's rule from −8, independent of any approximation in the library. */
function normalCdf(z: number): number {
  const steps = 2000;
  const h = (z + 8) / steps;
  let sum = 0;
  for (let k = 0; k <= steps; k++) {
    const x = -8 + k * h;
    sum += (k === 0 || k === steps ? 1 : k % 2 === 1 ? 4 : 2) * Math.exp(-0.5 * x * x);
  }
  return sum * h / 3 / Math.sqrt(2 * Math.PI);
}
