import assert from "node:assert/strict";
import { createStream } from "../../lib/random/mod.ts";
import {
  createScm,
  DEFAULT_ACCURACY,
  type Intervention,
  LINEAR_DISTRIBUTION,
  outcomeModel,
  sampleRows,
  type Scm,
  settableVariables,
  TRAINING_ACCURACY,
  type VariableDefinition,
} from "../../lib/scm/mod.ts";
import { expectedOutcome } from "../../lib/scm/outcomes.ts";
import { sampleScm } from "../../lib/scm/random/sample.ts";
import { createOutcomeCache } from "../../lib/scm/cache.ts";
import { type MonteCarloOutcomes, monteCarloOutcomes } from "../../lib/scm/monte_carlo.ts";
import { chain, column, define, interval, linear, mean, noise, perfect, shift, variance } from "./support.ts";

function formula(text: string, ...parents: readonly string[]): Pick<VariableDefinition, "parents" | "mechanism"> {
  return { parents, mechanism: { kind: "expression", formula: text } };
}

/** X → Y with Y a formula of X, X ~ N(0, 1) with domain [−4, 6]. */
function pair(text: string): Scm {
  const x = { name: "X", mechanism: linear(), domain: interval(-4, 6) };
  return createScm(define([x, { name: "Y", ...formula(text, "X"), noise: noise(0.5) }], "Y"));
}

Deno.test("on linear SCMs Monte Carlo gives the closed form to rounding: mirrored noise cancels", () => {
  for (let i = 0; i < 10; i++) {
    const scm = sampleScm({ ...LINEAR_DISTRIBUTION, hidden: { min: 1, max: 1 } }, createStream(31).child(i));
    const exact = outcomeModel(scm), simulated = monteCarloOutcomes(scm, { rows: 64, tolerance: 1e-3, seed: 1 });
    assert.ok(Math.abs(exact.observational - simulated.observational) < 1e-9);
    assert.ok(Math.abs(exact.best.outcome - simulated.best.outcome) < 1e-9);
    assert.ok(Math.abs(exact.worst.outcome - simulated.worst.outcome) < 1e-9);
    assert.ok(simulated.standardError < 1e-9);
  }
});

Deno.test("the table reproduces E[Y | do(X = v)] between its points, and its error is no smaller than said", () => {
  const cases: [string, (v: number) => number][] = [
    ["cos(3*X) - X/5", (v) => Math.cos(3 * v) - v / 5],
    ["exp(-X/2)", (v) => Math.exp(-v / 2)],
    ["X^3 - 4*X^2", (v) => v ** 3 - 4 * v ** 2],
    ["abs(X - 1)", (v) => Math.abs(v - 1)],
    ["1/(1 + 25*X^2)", (v) => 1 / (1 + 25 * v * v)],
    ["max(X, 0)*sin(8*X)", (v) => Math.max(v, 0) * Math.sin(8 * v)],
  ];
  for (const [text, truth] of cases) {
    const outcomes = monteCarloOutcomes(pair(text));
    let worst = 0, range = 0;
    for (let k = 0; k <= 997; k++) {
      const v = -4 + 10 * k / 997;
      worst = Math.max(worst, Math.abs(outcomes.expected(0, v) - truth(v)));
      range = Math.max(range, Math.abs(truth(v)));
    }
    assert.ok(
      worst <= 3 * outcomes.interpolationError + 1e-6,
      `${text}: ${worst} against ${outcomes.interpolationError}`,
    );
    assert.ok(worst <= 0.004 * Math.max(range, 1), `${text}: ${worst}`);
  }
});

Deno.test("an interior optimum is found between the points, an optimum at an end exactly there", () => {
  const inside = outcomeModel(pair("(X - 1.2345)^2"));
  assert.ok(Math.abs(inside.best.value - 1.2345) < 1e-5);
  assert.ok(Math.abs(inside.best.outcome) < 1e-9);
  assert.equal(inside.worst.value, -4);
  assert.equal(outcomeModel(pair("exp(X)")).best.value, -4);
  const narrow = outcomeModel(pair("1 - exp(-(10*(X - 0.77))^2)"));
  assert.ok(Math.abs(narrow.best.value - 0.77) < 1e-3);
});

Deno.test("the standard error is the spread over seeds, and falls with the root of the rows", () => {
  // E[Y] = E[exp(X)] = exp(½) for X ~ N(0, 1).
  const scm = createScm(define([
    { name: "X", mechanism: linear(), domain: interval(-1, 1) },
    { name: "W", mechanism: linear(), domain: interval(-1, 1) },
    { name: "Y", ...formula("exp(X) + W^2", "X", "W"), noise: noise(1) },
  ], "Y"));
  const estimates = Array.from(
    { length: 60 },
    (_, seed) => expectedOutcome(scm, [], { ...DEFAULT_ACCURACY, seed, rows: 1000 }),
  );
  const errors = Float64Array.from(estimates, ({ mean }) => mean - Math.exp(0.5) - 1);
  const spread = Math.sqrt(variance(errors)), said = estimates[0].standardError;
  assert.ok(Math.abs(mean(errors)) < 4.5 * spread / Math.sqrt(60), "unbiased");
  assert.ok(spread < 1.2 * said, `spread ${spread} against ${said}`); // moment matching makes it smaller than said
  const finer = expectedOutcome(scm, [], { ...DEFAULT_ACCURACY, rows: 16_000 }).standardError;
  assert.ok(finer < 0.35 * said && finer > 0.17 * said);
});

Deno.test("do, shift and joint interventions have the mean of their samples", () => {
  const scm = createScm(define([
    { name: "A", mechanism: linear(0.5), noise: noise(1), domain: interval(-3, 3) },
    { name: "B", ...formula("A^2/2 - 1", "A"), noise: noise(0.7), domain: interval(-3, 3) },
    { name: "C", ...formula("tanh(B) + A", "A", "B"), noise: noise(0.3, "multiplicative"), domain: interval(-3, 3) },
    { name: "Y", ...formula("C*B + sin(2*A)", "A", "B", "C"), noise: noise(0.5) },
  ], "Y"));
  const cases: Intervention[] = [
    [],
    perfect(0, -1.5),
    perfect(1, 2),
    shift(0, 1),
    shift(1, -0.5),
    [...perfect(2, 1), ...shift(0, -0.7)],
    [...perfect(0, 1), ...perfect(1, -2)],
  ];
  const n = 200_000;
  for (const [i, intervention] of cases.entries()) {
    const y = column(sampleRows(scm, n, intervention, createStream(32).child(i)), 4, 3);
    const said = expectedOutcome(scm, intervention, { ...DEFAULT_ACCURACY, rows: 8000 });
    const tolerance = 4.5 * Math.hypot(Math.sqrt(variance(y) / n), said.standardError);
    assert.ok(Math.abs(mean(y) - said.mean) < tolerance, `${i}: ${mean(y)} against ${said.mean} ± ${tolerance}`);
  }
});

Deno.test("the outcomes of shifts move a variable from where it is: exact for linear SCMs, tabulated for others", () => {
  const straight = outcomeModel(chain(3), DEFAULT_ACCURACY, "shift");
  assert.deepEqual(straight.best, { variable: 0, value: -5, outcome: -11.25 });
  assert.equal(
    outcomeModel(
      createScm(define([
        { name: "X", mechanism: linear(3), domain: interval(-1, 2) },
        { name: "Y", parents: ["X"], mechanism: linear(0, 2) },
      ], "Y")),
      DEFAULT_ACCURACY,
      "shift",
    ).expected(0, 1),
    8,
  );
  // E[(X + δ)²] = 1 + δ² for X ~ N(0, 1): no shift improves on observing, and mirrored unit-variance noise is exact.
  const curved = outcomeModel(pair("X^2"), DEFAULT_ACCURACY, "shift");
  assert.ok(Math.abs(curved.expected(0, 1.5) - 3.25) < 1e-9);
  assert.ok(Math.abs(curved.best.outcome - 1) < 1e-9);
  assert.ok(Math.abs(curved.best.value) < 1e-5);
});

Deno.test("a list of values is tabulated at its values alone", () => {
  const values = { kind: "values", values: [-2, 0, 3] } as const;
  const scm = createScm(define([
    { name: "X", mechanism: linear(), domain: values },
    { name: "Y", ...formula("(X - 2)^2", "X") },
  ], "Y"));
  const outcomes = outcomeModel(scm);
  assert.equal(outcomes.best.value, 3);
  assert.ok(Math.abs(outcomes.expected(0, -2) - 16) < 1e-9);
  assert.throws(() => outcomes.expected(0, 1), /X = 1 is outside its domain \{-2, 0, 3\}/);
  assert.throws(() => outcomes.expected(1, 1), /Y is the target/);
});

Deno.test("setting what does not cause the target leaves its expectation as observed", () => {
  const scm = createScm(define([
    { name: "X", mechanism: linear(), domain: interval(-1, 1) },
    { name: "Y", ...formula("X^2", "X") },
    { name: "E", ...formula("exp(Y)", "Y"), domain: interval(0, 1) },
  ], "Y"));
  const outcomes = outcomeModel(scm);
  assert.equal(outcomes.expected(2, 0.5), outcomes.observational);
});

Deno.test("a quick table is close to a slow one on random nonlinear SCMs", () => {
  const distribution = { ...LINEAR_DISTRIBUTION, mechanisms: { polynomial: 1, tanh: 1, mlp: 1 }, minimumGain: 0.1 };
  const differences = Array.from({ length: 15 }, (_, i) => {
    const scm = sampleScm(distribution, createStream(33).child(i));
    const quick = monteCarloOutcomes(scm, TRAINING_ACCURACY),
      slow = monteCarloOutcomes(scm, { ...DEFAULT_ACCURACY, seed: 9 });
    const gain = slow.observational - slow.best.outcome;
    return Math.max(
      ...settableVariables(scm).map((v) => {
        const { domain } = scm.variables[v];
        assert.ok(domain?.kind === "interval");
        return Math.abs(
          quick.expected(v, domain.low) - quick.observational - slow.expected(v, domain.low) + slow.observational,
        ) /
          gain;
      }),
    );
  }).sort((a, b) => a - b);
  assert.ok(differences[7] < 0.05, `median ${differences[7]}`);
});

Deno.test("rows that cannot be mirrored are refused", () => {
  assert.throws(() => monteCarloOutcomes(pair("X^2"), { ...DEFAULT_ACCURACY, rows: 101 }), /101 rows/);
  assert.throws(() => expectedOutcome(pair("X^2"), [], { ...DEFAULT_ACCURACY, rows: 2 }), /2 rows/);
});

Deno.test("the cache computes equal SCMs once and forgets the one used the longest ago", () => {
  const cache = createOutcomeCache(2);
  const [a, b, c] = [pair("X^2"), pair("X^3"), pair("X^4")];
  const first: MonteCarloOutcomes | ReturnType<typeof cache> = cache(a);
  assert.equal(cache(structuredClone(a)), first);
  cache(b);
  cache(a);
  cache(c); // forgets b
  assert.equal(cache(a), first);
  const second = cache(b); // forgets c
  assert.equal(cache(b), second);
  assert.notEqual(cache({ ...a, objective: "maximize" }), first);
  assert.throws(() => createOutcomeCache(0), /Cannot keep 0/);
});
