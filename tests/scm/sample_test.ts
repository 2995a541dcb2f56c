import assert from "node:assert/strict";
import { createStream } from "../../lib/random/mod.ts";
import {
  ancestorsOf,
  checkDistribution,
  createScm,
  gainShare,
  LINEAR_DISTRIBUTION,
  normalisedValue,
  sampleProblem,
  sampleRows,
  type Scm,
  type ScmDistribution,
} from "../../lib/scm/mod.ts";
import { sampleScm } from "../../lib/scm/random/sample.ts";
import { summariseLinear } from "../../lib/scm/effects.ts";
import { column, correlation, mean, variance } from "./support.ts";

const NONLINEAR: ScmDistribution = {
  ...LINEAR_DISTRIBUTION,
  mechanisms: { linear: 1, polynomial: 1, tanh: 1, mlp: 1, sigmoid: 1 },
  minimumGain: 0.1,
};
const CONFOUNDED: ScmDistribution = { ...LINEAR_DISTRIBUTION, hidden: { min: 1, max: 3 } };
const FAST = { rows: 256, tolerance: 0.02, seed: 0 };

function draw(distribution: ScmDistribution, count: number): Scm[] {
  return Array.from({ length: count }, (_, i) => sampleProblem(distribution, createStream(4).child(i), FAST).scm);
}

Deno.test("the same stream gives the same SCM, and what was sampled passes every check of createScm", () => {
  for (const distribution of [LINEAR_DISTRIBUTION, CONFOUNDED, NONLINEAR]) {
    for (const [i, scm] of draw(distribution, 12).entries()) {
      assert.deepEqual(sampleProblem(distribution, createStream(4).child(i), FAST).scm, scm);
      const checked = createScm({
        name: scm.name,
        objective: scm.objective,
        target: scm.variables[scm.target].name,
        variables: scm.variables.map((v) => ({ ...v, parents: v.parents.map((p) => scm.variables[p].name) })),
      });
      assert.deepEqual({ ...checked, order: scm.order }, scm);
    }
  }
});

Deno.test("every number lies in the range that the distribution names", () => {
  for (const scm of draw({ ...CONFOUNDED, noiseKinds: { "student-t": 1 } }, 200)) {
    const observed = scm.variables.filter((v) => v.observed);
    assert.ok(observed.length >= 3 && observed.length <= 8);
    const hidden = scm.variables.length - observed.length;
    assert.ok(hidden >= 1 && hidden <= 3);
    const { means } = summariseLinear(scm);
    scm.variables.forEach((v, index) => {
      assert.ok(v.mechanism.kind === "linear");
      assert.ok(v.mechanism.weights.every((w) => Math.abs(w) >= 0.5 && Math.abs(w) <= 2));
      if (!v.observed) return;
      assert.ok(Math.abs(v.mechanism.intercept) <= 1);
      assert.ok(v.noise.scale >= 0.3 && v.noise.scale <= 1);
      assert.deepEqual(v.noise.distribution, { kind: "student-t", degreesOfFreedom: 5 });
      if (index === scm.target) return assert.equal(v.domain, null);
      assert.ok(v.domain?.kind === "interval");
      const below = means[index] - v.domain.low, above = v.domain.high - means[index];
      assert.ok(Math.min(below, above) >= 1 && Math.max(below, above) <= 5);
    });
  }
});

Deno.test("weights have either sign equally often, families and sizes all occur, labels carry no information", () => {
  const scms = draw(LINEAR_DISTRIBUTION, 1500);
  const weights = scms.flatMap((scm) =>
    scm.variables.flatMap((v) => v.mechanism.kind === "linear" ? v.mechanism.weights : [])
  );
  const positive = weights.filter((w) => w > 0).length;
  assert.ok(Math.abs(positive - weights.length / 2) < 4 * Math.sqrt(weights.length / 4));
  assert.equal(new Set(scms.map(({ name }) => name)).size, 7 * 6);
  const fives = scms.filter((scm) => scm.variables.length === 5);
  const targets = new Float64Array(5), roots = new Float64Array(5);
  for (const scm of fives) {
    targets[scm.target]++;
    roots[scm.order[0]]++;
  }
  for (const counts of [targets, roots]) {
    const expected = fives.length / 5;
    const chiSquare = counts.reduce((sum, c) => sum + (c - expected) ** 2 / expected, 0);
    assert.ok(chiSquare < 23.5, `chi-square ${chiSquare} of 4 degrees of freedom`); // level 1e-4
  }
});

Deno.test("the target always has a settable cause, and the best intervention improves on observing", () => {
  for (const distribution of [LINEAR_DISTRIBUTION, CONFOUNDED, NONLINEAR]) {
    for (let i = 0; i < 30; i++) {
      const { scm, outcomes } = sampleProblem(distribution, createStream(6).child(i), FAST);
      const causes = ancestorsOf(scm.variables.map((v) => v.parents), scm.target);
      assert.ok(scm.variables.some((v, index) => causes[index] === 1 && v.domain !== null));
      assert.ok(gainShare(outcomes) > distribution.minimumGain);
      const worst = normalisedValue(outcomes, scm.objective, outcomes.worst.outcome);
      if (distribution.minimumGain > 0) assert.ok(worst >= 1 - 1 / distribution.minimumGain);
    }
  }
});

Deno.test("the first hidden cause moves the target and another variable together without an effect between them", () => {
  const scms = draw({ ...CONFOUNDED, families: { "two-layer": 1 } }, 20);
  for (const { variables, target } of scms) {
    assert.ok(variables[target].parents.includes(variables.findIndex(({ name }) => name === "U0")));
  }
  const scm = draw({ ...CONFOUNDED, families: { "two-layer": 1 }, hidden: { min: 1, max: 1 } }, 1)[0];
  const hidden = scm.variables.findIndex((v) => !v.observed);
  const children = scm.variables.flatMap((v, index) => v.parents.includes(hidden) ? [index] : []);
  assert.equal(children.length, 2);
  assert.ok(children.includes(scm.target));
  const n = scm.variables.length;
  const rows = sampleRows(scm, 4000, [], createStream(7));
  const [a, b] = children.map((v) => column(rows, n, v));
  const residual = (v: number, x: Float64Array) => {
    const { parents, mechanism } = scm.variables[v];
    assert.ok(mechanism.kind === "linear");
    return x.map((value, r) =>
      parents.reduce((sum, p, k) => p === hidden ? sum : sum - mechanism.weights[k] * rows[r * n + p], value)
    );
  };
  assert.ok(Math.abs(correlation(residual(children[0], a), residual(children[1], b))) > 0.15);
});

Deno.test("nonlinear mechanisms keep the scale of linear ones: no explosion down a chain of eight", () => {
  const chains: ScmDistribution = {
    ...NONLINEAR,
    families: { chain: 1 },
    sizes: { min: 8, max: 8 },
    mechanisms: { polynomial: 1 },
  };
  const deviations = draw(chains, 20).map((scm) => {
    const last = scm.order[scm.order.length - 1];
    const x = column(sampleRows(scm, 500, [], createStream(8)), 8, last);
    assert.ok(Number.isFinite(mean(x)));
    return Math.sqrt(variance(x));
  }).sort((a, b) => a - b);
  assert.ok(deviations[10] < 30, `median ${deviations[10]}`);
  assert.ok(deviations[10] > 0.3);
});

Deno.test("a fifth or more of nonlinear problems have their optimum inside a domain; a linear one never has", () => {
  const inside = (distribution: ScmDistribution, count: number) =>
    Array.from({ length: count }, (_, i) => {
      const { scm, outcomes } = sampleProblem(distribution, createStream(9).child(i), FAST);
      const { domain } = scm.variables[outcomes.best.variable];
      assert.ok(domain?.kind === "interval");
      return outcomes.best.value > domain.low && outcomes.best.value < domain.high ? 1 : 0;
    }).reduce<number>((a, b) => a + b, 0) / count;
  assert.equal(inside(LINEAR_DISTRIBUTION, 50), 0);
  assert.ok(inside({ ...NONLINEAR, mechanisms: { polynomial: 1, mlp: 1 } }, 60) > 0.2);
});

Deno.test("200 variables are sampled as easily as 2", () => {
  for (const n of [2, 200]) {
    const scm = sampleScm({ ...LINEAR_DISTRIBUTION, sizes: { min: n, max: n } }, createStream(n));
    assert.equal(scm.variables.length, n);
  }
});

Deno.test("distributions that make no sense are refused with the field", () => {
  const refuse = (change: Partial<ScmDistribution>, message: RegExp) =>
    assert.throws(() => checkDistribution({ ...LINEAR_DISTRIBUTION, ...change }), message);
  refuse({ sizes: { min: 8, max: 3 } }, /sizes: \[8, 3\] is no range/);
  refuse({ sizes: { min: 1, max: 3 } }, /sizes: \[1, 3\] must lie within 2 and 200/);
  refuse({ sizes: { min: 2.5, max: 3 } }, /whole numbers/);
  refuse({ families: {} }, /families: nothing has a weight above 0/);
  refuse({ mechanisms: { mlp: -1 } }, /mechanisms\.mlp: -1 is no weight/);
  refuse({ hidden: { min: 0, max: 4 } }, /hidden: \[0, 4\] must lie within 0 and 3/);
  refuse({ weights: { min: -1, max: 1 } }, /weights: -1 is negative/);
  refuse({ reach: { min: 0, max: 1 } }, /reach: 0 must be above 0/);
  refuse({ degreesOfFreedom: { min: 2, max: 3 } }, /degreesOfFreedom: 2 must be above 2/);
  refuse({ minimumGain: 1 }, /minimumGain: 1/);
  refuse({ density: { ...LINEAR_DISTRIBUTION.density, attachments: 0 } }, /attachments: 0/);
  checkDistribution(LINEAR_DISTRIBUTION);
});

Deno.test("a condition that no SCM meets is an error, not an endless search", () => {
  const impossible = { ...LINEAR_DISTRIBUTION, families: { collider: 1 }, weights: { min: 0, max: 0 } };
  assert.throws(() => sampleScm(impossible, createStream(1)), /1000 attempts found no SCM/);
});
