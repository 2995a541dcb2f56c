import assert from "node:assert/strict";
import { createStream } from "../../lib/random/mod.ts";
import {
  createScm,
  DEFAULT_ACCURACY,
  type Noise,
  outcomeModel,
  parseScm,
  sampleProblem,
  sampleRows,
  type Scm,
  TRAINING_ACCURACY,
  type VariableDefinition,
} from "../../lib/scm/mod.ts";
import { UndefinedTruthError } from "../../lib/scm/error.ts";
import { expectedOutcome } from "../../lib/scm/outcomes.ts";
import { column, define, interval, linear, mean, noise, perfect, shift } from "./support.ts";

function formula(text: string, ...parents: readonly string[]): Pick<VariableDefinition, "parents" | "mechanism"> {
  return { parents, mechanism: { kind: "expression", formula: text } };
}

const unit: Noise = { distribution: { kind: "between", low: 0, high: 1 }, scale: 1, combination: "additive" };

/** X with a noise of its own, and Y a noiseless formula of it. */
function behind(text: string, own: Noise, intercept = 0): Scm {
  return createScm(define([
    { name: "X", mechanism: linear(intercept), noise: own, domain: interval(0, 1) },
    { name: "Y", ...formula(text, "X"), noise: noise(0) },
  ], "Y"));
}

Deno.test("bounded noise keeps its support: a root behind U(0, 1) has the mean ⅔, at any accuracy and seed", () => {
  const scaled: Noise = { distribution: { kind: "uniform" }, scale: 1 / Math.sqrt(12), combination: "additive" };
  // The standardised form may leave [0, 1] by rounding alone, which a floor of 10⁻¹² forgives.
  for (const scm of [behind("sqrt(X)", unit), behind("sqrt(X + 1e-12)", scaled, 0.5)]) {
    for (const [rows, seed] of [[4, 0], [256, 1], [256, 2], [2048, 3], [2048, 4]] as const) {
      const { mean, standardError } = expectedOutcome(scm, [], { ...DEFAULT_ACCURACY, rows, seed });
      assert.ok(Math.abs(mean - 2 / 3) < Math.max(4 * standardError, 1e-3), `${rows}: ${mean} ± ${standardError}`);
    }
    assert.ok(sampleRows(scm, 20_000, [], createStream(1)).every((x) => x >= 0 && x <= 1));
  }
});

Deno.test("stratified noise has its mean exactly and its variance nearly", () => {
  const exact = expectedOutcome(behind("X", unit), []);
  assert.ok(Math.abs(exact.mean - 0.5) < 1e-15);
  assert.ok(Math.abs(expectedOutcome(behind("X^2", unit), []).mean - 1 / 3) < 1e-5);
  assert.ok(Math.abs(expectedOutcome(behind("12*X^2", unit), [], TRAINING_ACCURACY).mean - 4) < 2e-3);
});

Deno.test("noise of one variable tells nothing of another's, stratified or not", () => {
  const scm = createScm(define([
    { name: "X", mechanism: linear(), noise: unit, domain: interval(0, 1) },
    { name: "Z", mechanism: linear(), noise: unit, domain: interval(0, 1) },
    { name: "Y", ...formula("X*Z", "X", "Z"), noise: noise(0) },
  ], "Y"));
  // Var(XZ) = 1/9 − 1/16: equal strata in both would give 1/3 instead of 1/4.
  const { mean, standardError } = expectedOutcome(scm, []);
  assert.ok(Math.abs(mean - 0.25) < 4.5 * standardError && standardError < 0.006, `${mean} ± ${standardError}`);
  // Nor do their distances from the middle: (1/12)² = 1/144, where equal strata would give E(X − ½)⁴ = 1/80.
  const distances = createScm(define([
    { name: "X", mechanism: linear(), noise: unit, domain: interval(0, 1) },
    { name: "Z", mechanism: linear(), noise: unit, domain: interval(0, 1) },
    { name: "Y", ...formula("(X - 0.5)^2*(Z - 0.5)^2", "X", "Z"), noise: noise(0) },
  ], "Y"));
  assert.ok(Math.abs(expectedOutcome(distances, []).mean - 1 / 144) < 1e-3);
});

Deno.test("noise between two ends counts with its mean in the closed form, added or multiplied", () => {
  const shifted: Noise = { distribution: { kind: "between", low: 1, high: 4 }, scale: 1, combination: "additive" };
  const scm = createScm(define([
    { name: "X", mechanism: linear(1), noise: shifted, domain: interval(-1, 2) },
    { name: "M", parents: ["X"], mechanism: linear(3, 2), noise: { ...shifted, combination: "multiplicative" } },
    { name: "Y", parents: ["M"], mechanism: linear(0, 1), noise: noise(1) },
  ], "Y"));
  const outcomes = outcomeModel(scm);
  // E[X] = 3.5, E[M] = (3 + 2·3.5)·3.5 = 35; do(X = v) gives (3 + 2v)·3.5.
  assert.equal(outcomes.observational, 35);
  assert.equal(outcomes.expected(0, 2), 24.5);
  assert.deepEqual(outcomes.best, { variable: 0, value: -1, outcome: 3.5 });
  assert.equal(expectedOutcome(scm, shift(0, 1)).mean, 42);
  const y = column(sampleRows(scm, 100_000, perfect(0, 2), createStream(5)), 3, 2);
  assert.ok(Math.abs(mean(y) - 24.5) < 4.5 * 7 * Math.sqrt(0.75) / Math.sqrt(100_000));
});

Deno.test("the truth of uniform toy_graph_tmlr is its integral over X", () => {
  const text = Deno.readTextFileSync(new URL("../../configs/scms/toy_graph_tmlr.yaml", import.meta.url));
  const scm = parseScm(text, "toy_graph_tmlr.yaml");
  const s = 0.1, n = 1_000_000;
  let sum = 0;
  for (let k = 0; k < n; k++) {
    const m = Math.exp(-(-5 + 10 * (k + 0.5) / n));
    sum += Math.exp(-s * s / 2) * Math.cos(m) - Math.exp(-m / 20 + s * s / 800);
  }
  const { mean, standardError } = expectedOutcome(scm, []);
  assert.ok(Math.abs(mean - sum / n) < 3 * standardError, `${mean} ± ${standardError} against ${sum / n}`);
});

Deno.test("a truth that is not a number is an error that names variable, intervention, formula and count", () => {
  const refuse = (make: () => unknown, message: RegExp) =>
    assert.throws(make, (error: Error) => error instanceof UndefinedTruthError && message.test(error.message));
  const log = behind("log(X)", noise(1));
  refuse(
    () => expectedOutcome(log, []),
    /^SCM "test": E\[Y\] without intervention is not a number: Y is NaN in 10\d\d of 2048 simulated rows of Y = log\(X\)$/,
  );
  refuse(
    () => outcomeModel(behind("log(X - 0.5)", noise(0))),
    /E\[Y\] under do\(X = 0\.5\) is not a number: Y is -Infinity in 2048/,
  );
  refuse(
    () => outcomeModel(behind("log(X)", unit)),
    /E\[Y\] under do\(X = 0\) is not a number: Y is -Infinity in 2048/,
  );
  refuse(() => expectedOutcome(behind("1/X", noise(0)), []), /without intervention .* Y is Infinity/);
  refuse(() => outcomeModel(behind("exp(1000*X)", unit)), /Y is Infinity in \d+ of 2048 simulated rows/);
  refuse(
    () => expectedOutcome(behind("log(X - 2)", unit), shift(0, 0.5)),
    /under do\(X \+ 0\.5\) is not a number: Y is NaN/,
  );
  const chained = createScm(define([
    { name: "X", mechanism: linear(2), noise: noise(0), domain: interval(-1, 3) },
    { name: "R", ...formula("sqrt(X)", "X"), noise: noise(0) },
    { name: "Y", parents: ["R"], mechanism: linear(0, 1) },
  ], "Y"));
  refuse(
    () => outcomeModel(chained),
    /under do\(X = −0?\.?\d+.*\) is not a number: R is NaN in 2048 of 2048 .* of R = sqrt\(X\)/,
  );
  refuse(() => expectedOutcome(chained, perfect(0, -1)), /under do\(X = −1\) .* R is NaN/);
});

Deno.test("sums that overflow are errors too, in closed form and in simulations", () => {
  const huge = createScm(define([
    { name: "X", mechanism: linear(1), noise: noise(0), domain: interval(-1e200, 1e200) },
    { name: "Y", parents: ["X"], mechanism: linear(0, 1e200) },
  ], "Y"));
  assert.throws(() => outcomeModel(huge), /the mean of Y under do\(X = −1e\+200\) is too large for a number/);
  assert.throws(() => outcomeModel(behind("8e307*(1 + X)", unit)), /the mean of Y .* is too large for a number/);
});

Deno.test("an expectation without a bound has no best intervention: a pole is found, with or without a change of sign", () => {
  for (const text of ["1/(X - 0.3)", "1/(X - 0.3)^2"]) {
    assert.throws(
      () => outcomeModel(behind(text, noise(0))),
      /E\[Y \| do\(X\)\] (has no bound near X = 0\.3|is too rough to be known)/,
      text,
    );
  }
});

Deno.test("an SCM at random whose truth is not a number is drawn again", () => {
  const distribution = {
    families: { chain: 1 },
    density: { edgesPerVariable: 1, maximumProbability: 0.8, attachments: 1 },
    sizes: { min: 8, max: 8 },
    mechanisms: { polynomial: 1 },
    weights: { min: 1e30, max: 1e60 },
    intercepts: { min: 0, max: 0 },
    noise: { min: 1, max: 1 },
    noiseKinds: { gaussian: 1 },
    degreesOfFreedom: { min: 5, max: 5 },
    reach: { min: 1, max: 1 },
    hidden: { min: 0, max: 0 },
    objective: "minimize",
    minimumGain: 0,
  } as const;
  let attempts = 0;
  for (let i = 0; i < 20; i++) {
    try {
      const { outcomes } = sampleProblem(distribution, createStream(3).child(i), TRAINING_ACCURACY);
      assert.ok(Number.isFinite(outcomes.best.outcome) && Number.isFinite(outcomes.observational));
      attempts++;
    } catch (error) {
      assert.ok(!(error instanceof UndefinedTruthError), String(error));
    }
  }
  assert.ok(attempts > 0);
});
