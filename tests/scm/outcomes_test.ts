import assert from "node:assert/strict";
import { createStream } from "../../lib/random/mod.ts";
import {
  createScm,
  LINEAR_DISTRIBUTION,
  normalisedValue,
  outcomeModel,
  sampleRows,
  type Scm,
  settableVariables,
  totalEffects,
} from "../../lib/scm/mod.ts";
import { expectedOutcome } from "../../lib/scm/outcomes.ts";
import { sampleScm } from "../../lib/scm/random/sample.ts";
import { summariseLinear } from "../../lib/scm/effects.ts";
import { chain, column, define, interval, linear, mean, noise, perfect, shift, variance } from "./support.ts";

/** The sum over all directed paths from i to the target of the product of the weights, by enumeration. */
function pathSum(scm: Scm, from: number, at = scm.target): number {
  if (at === from) return 1;
  const { parents, mechanism } = scm.variables[at];
  assert.ok(mechanism.kind === "linear");
  return parents.reduce((sum, p, k) => sum + mechanism.weights[k] * pathSum(scm, from, p), 0);
}

Deno.test("chain-3: the best intervention is on the grandparent, −11.25; the best on a parent is −7.5", () => {
  const outcomes = outcomeModel(chain(3));
  assert.deepEqual(outcomes.best, { variable: 0, value: -5, outcome: -11.25 });
  assert.deepEqual(outcomes.worst, { variable: 0, value: 5, outcome: 11.25 });
  assert.deepEqual(outcomes.bestParent, { variable: 1, value: -5, outcome: -7.5 });
  assert.equal(outcomes.observational, 0);
  assert.equal(outcomes.standardError, 0);
  assert.equal(outcomes.expected(1, 2), 3);
});

Deno.test("maximised, the ends change places", () => {
  const outcomes = outcomeModel({ ...chain(3), objective: "maximize" });
  assert.deepEqual(outcomes.best, { variable: 0, value: 5, outcome: 11.25 });
  assert.deepEqual(outcomes.worst, { variable: 0, value: -5, outcome: -11.25 });
  assert.deepEqual(outcomes.bestParent, { variable: 1, value: 5, outcome: 7.5 });
});

Deno.test("expected outcomes of several settings at once: a set variable no longer listens, a shifted one still does", () => {
  const scm = chain(4);
  const expected = (...parts: Parameters<typeof expectedOutcome>[1][]) => expectedOutcome(scm, parts.flat());
  assert.deepEqual(expected(perfect(0, 4), perfect(1, 2)), { mean: 2 * 1.5 ** 2, standardError: 0 });
  assert.deepEqual(expected(perfect(0, 4), shift(1, 2)), { mean: (4 * 1.5 + 2) * 1.5 ** 2, standardError: 0 });
});

Deno.test("total effects are the sums over all directed paths, on 60 random graphs of every family", () => {
  for (let i = 0; i < 60; i++) {
    const distribution = { ...LINEAR_DISTRIBUTION, sizes: { min: 4, max: 9 }, hidden: { min: 0, max: 2 } };
    const scm = sampleScm(distribution, createStream(5).child(i));
    const effects = totalEffects(scm);
    scm.variables.forEach((_, v) => assert.ok(Math.abs(effects[v] - pathSum(scm, v)) < 1e-9));
  }
});

Deno.test("the closed form is the mean of many samples, for every variable that can be set", () => {
  const scm = sampleScm(
    { ...LINEAR_DISTRIBUTION, sizes: { min: 6, max: 6 }, hidden: { min: 2, max: 2 } },
    createStream(8),
  );
  const outcomes = outcomeModel(scm);
  const n = 20_000;
  const cases = settableVariables(scm).map((v) => {
    const { domain } = scm.variables[v];
    assert.ok(domain?.kind === "interval");
    return perfect(v, 0.3 * domain.low + 0.7 * domain.high);
  });
  [[], ...cases].forEach((intervention, i) => {
    const y = column(sampleRows(scm, n, intervention, createStream(9).child(i)), scm.variables.length, scm.target);
    const expected = intervention.length === 0
      ? outcomes.observational
      : outcomes.expected(intervention[0].variable, intervention[0].value);
    assert.ok(Math.abs(mean(y) - expected) < 4.5 * Math.sqrt(variance(y) / n), `${mean(y)} against ${expected}`);
  });
});

Deno.test("the graph is cut at the intervened variable: its own causes no longer matter", () => {
  // Z confounds X and Y: E[Y | do(X = 1)] = 1 + 3·E[Z] = 4, although observing X = 1 says something else of Z.
  const scm = createScm(define([
    { name: "Z", mechanism: linear(1), domain: interval(-9, 9) },
    { name: "X", parents: ["Z"], mechanism: linear(0, 2), domain: interval(-2, 2) },
    { name: "Y", parents: ["X", "Z"], mechanism: linear(0, 1, 3) },
  ], "Y"));
  const outcomes = outcomeModel(scm);
  assert.equal(outcomes.expected(1, 1), 4);
  assert.equal(outcomes.observational, 5);
  assert.deepEqual([...totalEffects(scm)], [5, 1, 1]);
  assert.deepEqual([...summariseLinear(scm).means], [1, 2, 5]);
});

Deno.test("a list of values is optimised over the list alone", () => {
  const values = { kind: "values", values: [2, -1, 0] } as const;
  const scm = createScm(define([
    { name: "X", mechanism: linear(), domain: values },
    { name: "Y", parents: ["X"], mechanism: linear(1, 3) },
  ], "Y"));
  const outcomes = outcomeModel(scm);
  assert.deepEqual(outcomes.best, { variable: 0, value: -1, outcome: -2 });
  assert.deepEqual(outcomes.worst, { variable: 0, value: 2, outcome: 7 });
  assert.throws(() => outcomes.expected(0, 1), /X = 1 is outside its domain \{2, -1, 0\}/);
  assert.throws(() => outcomes.expected(1, 1), /Y is the target/);
});

Deno.test("no best parent where no parent can be set", () => {
  const scm = createScm(define([
    { name: "X", mechanism: linear(), domain: interval(-1, 1) },
    { name: "M", parents: ["X"], mechanism: linear(0, 2) },
    { name: "Y", parents: ["M"], mechanism: linear(0, 1) },
  ], "Y"));
  assert.equal(outcomeModel(scm).bestParent, null);
  assert.equal(outcomeModel(scm).best.outcome, -2);
});

Deno.test("zero-mean noise of any kind leaves the closed form as it is, and so do nonlinear effects of the target's effects", () => {
  const laplace = { distribution: { kind: "laplace" }, scale: 2, combination: "multiplicative" } as const;
  const scm = createScm(define([
    { name: "X", mechanism: linear(1), noise: laplace, domain: interval(-5, 5) },
    { name: "Y", parents: ["X"], mechanism: linear(0, 2), noise: noise(0.3, "multiplicative") },
    { name: "E", parents: ["Y"], mechanism: { kind: "expression", formula: "exp(Y)" }, domain: interval(0, 1) },
  ], "Y"));
  const outcomes = outcomeModel(scm);
  assert.equal(outcomes.standardError, 0);
  assert.equal(outcomes.observational, 2);
  assert.equal(outcomes.expected(0, -5), -10);
  assert.equal(outcomes.expected(2, 0.5), 2);
});

Deno.test("the normalised value is 0 for nothing, 1 for the best, negative for harm, and the same for either objective", () => {
  const down = outcomeModel(chain(3)), up = outcomeModel({ ...chain(3), objective: "maximize" });
  assert.equal(normalisedValue(down, "minimize", 0), 0);
  assert.equal(normalisedValue(down, "minimize", -11.25), 1);
  assert.equal(normalisedValue(down, "minimize", -7.5), 2 / 3);
  assert.equal(normalisedValue(down, "minimize", 5.625), -0.5);
  assert.equal(normalisedValue(up, "maximize", 11.25), 1);
  assert.equal(normalisedValue(up, "maximize", -5.625), -0.5);
});

Deno.test("the normalised value has no scale where nothing improves the target", () => {
  const scm = createScm(define([
    { name: "X", mechanism: linear(0), domain: interval(1, 2) },
    { name: "Y", parents: ["X"], mechanism: linear(0, 1) },
  ], "Y"));
  const outcomes = outcomeModel(scm);
  assert.throws(
    () => normalisedValue(outcomes, "minimize", 0),
    /No intervention improves on observing: the best outcome is 1/,
  );
  assert.equal(normalisedValue({ ...outcomes, best: outcomes.worst }, "maximize", 1), 0.5);
});
