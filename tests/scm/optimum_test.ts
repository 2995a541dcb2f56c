import assert from "node:assert/strict";
import {
  createScm,
  DEFAULT_ACCURACY,
  type Domain,
  type Noise,
  type Objective,
  type OutcomeModel,
  outcomeModel,
  type Scm,
  type VariableDefinition,
} from "../../lib/scm/mod.ts";
import { monteCarloOutcomes } from "../../lib/scm/monte_carlo.ts";
import { define, interval, linear, noise } from "./support.ts";

const values = (...list: readonly number[]): Domain => ({ kind: "values", values: list });

function scmOf(objective: Objective, ...variables: readonly VariableDefinition[]): Scm {
  return createScm({ ...define(variables, variables[variables.length - 1].name), objective });
}

function formula(text: string, ...parents: readonly string[]): Pick<VariableDefinition, "parents" | "mechanism"> {
  return { parents, mechanism: { kind: "expression", formula: text } };
}

/** X0 → X1 → X2 with weights 1.5 and the given domains. */
function chain3(objective: Objective, first: Domain, second: Domain): Scm {
  return scmOf(
    objective,
    { name: "X0", mechanism: linear(), domain: first },
    { name: "X1", parents: ["X0"], mechanism: linear(0, 1.5), domain: second },
    { name: "X2", parents: ["X1"], mechanism: linear(0, 1.5) },
  );
}

/** `best worst bestParent` as `variable value outcome`, rounded to 10⁻⁹. */
function optimum({ best, worst, bestParent }: OutcomeModel): (number[] | null)[] {
  const round = (x: number) => Math.round(1e9 * x) / 1e9 + 0;
  return [best, worst, bestParent].map((found) =>
    found === null ? null : [found.variable, found.value, found.outcome].map(round)
  );
}

Deno.test("chain-3 on ±5: best −11.25 by do(X0 = −5), best direct parent −7.5, and mirrored to maximise", () => {
  const domain = interval(-5, 5);
  assert.deepEqual(optimum(outcomeModel(chain3("minimize", domain, domain))), [[0, -5, -11.25], [0, 5, 11.25], [
    1,
    -5,
    -7.5,
  ]]);
  assert.deepEqual(optimum(outcomeModel(chain3("maximize", domain, domain))), [[0, 5, 11.25], [0, -5, -11.25], [
    1,
    5,
    7.5,
  ]]);
});

Deno.test("on domains that are not symmetric each objective has its own variable and end", () => {
  const [first, second] = [interval(-2, 5), interval(-7, 1)];
  assert.deepEqual(optimum(outcomeModel(chain3("minimize", first, second))), [[1, -7, -10.5], [0, 5, 11.25], [
    1,
    -7,
    -10.5,
  ]]);
  assert.deepEqual(optimum(outcomeModel(chain3("maximize", first, second))), [[0, 5, 11.25], [1, -7, -10.5], [
    1,
    1,
    1.5,
  ]]);
});

Deno.test("domains of values are searched over their values alone, in either kind of truth", () => {
  const [first, second] = [values(3, -1, 2), values(-3, 4)];
  const minimized = [[1, -3, -4.5], [0, 3, 6.75], [1, -3, -4.5]], maximized = [[0, 3, 6.75], [1, -3, -4.5], [1, 4, 6]];
  assert.deepEqual(optimum(outcomeModel(chain3("minimize", first, second))), minimized);
  assert.deepEqual(optimum(outcomeModel(chain3("maximize", first, second))), maximized);
  assert.deepEqual(optimum(monteCarloOutcomes(chain3("minimize", first, second))), minimized);
  assert.deepEqual(optimum(monteCarloOutcomes(chain3("maximize", first, second))), maximized);
});

Deno.test("intercepts, negative weights and several paths enter the totals of every intervention", () => {
  const scm = (objective: Objective) =>
    scmOf(
      objective,
      { name: "A", mechanism: linear(1), domain: interval(-1, 2) },
      { name: "B", parents: ["A"], mechanism: linear(2, -3), domain: interval(0, 1) },
      { name: "C", parents: ["A", "B"], mechanism: linear(-1, 1, 2), domain: interval(-4, 3) },
      { name: "Y", parents: ["B", "C"], mechanism: linear(5, 1, -1) },
    );
  // E[A] = 1, E[B] = −1, E[C] = −2, E[Y] = 6. τ_A = −3 − (1 − 6) = 2, τ_B = 1 − 2 = −1, τ_C = −1.
  const outcomes = outcomeModel(scm("minimize"));
  assert.equal(outcomes.observational, 6);
  assert.deepEqual([outcomes.expected(0, -1), outcomes.expected(1, 0), outcomes.expected(2, 3)], [2, 5, 1]);
  assert.deepEqual(optimum(outcomes), [[2, 3, 1], [0, 2, 8], [2, 3, 1]]);
  assert.deepEqual(optimum(outcomeModel(scm("maximize"))), [[0, 2, 8], [2, 3, 1], [2, -4, 8]]);
  const simulated = optimum(monteCarloOutcomes(scm("minimize")));
  assert.deepEqual(simulated, optimum(outcomes));
});

Deno.test("the best direct parent is the best of all direct parents, and none where none can be set", () => {
  const scm = (objective: Objective, ...settable: readonly boolean[]) =>
    scmOf(
      objective,
      { name: "A", mechanism: linear(), domain: interval(-9, 9) },
      { name: "P", parents: ["A"], mechanism: linear(0, 4), domain: settable[0] ? interval(-1, 2) : null },
      { name: "Q", mechanism: linear(), domain: settable[1] ? interval(-2, 1) : null },
      { name: "Y", parents: ["P", "Q"], mechanism: linear(0, 1, 2) },
    );
  assert.deepEqual(outcomeModel(scm("minimize", true, true)).bestParent, { variable: 2, value: -2, outcome: -4 });
  assert.deepEqual(outcomeModel(scm("maximize", true, true)).bestParent, { variable: 1, value: 2, outcome: 2 });
  assert.deepEqual(outcomeModel(scm("minimize", true, false)).bestParent, { variable: 1, value: -1, outcome: -1 });
  assert.equal(outcomeModel(scm("minimize", false, false)).bestParent, null);
  assert.deepEqual(outcomeModel(scm("minimize", false, false)).best, { variable: 0, value: -9, outcome: -36 });
});

Deno.test("a parabola behind a noisy mediator: interior optima of the ancestor and of the parent, and the worst at an end", () => {
  const scm = (objective: Objective) =>
    scmOf(
      objective,
      { name: "X", mechanism: linear(), domain: interval(-1, 2) },
      { name: "M", parents: ["X"], mechanism: linear(0, 1.5), domain: interval(0, 5) },
      { name: "Y", ...formula("(M - 2)^2", "M"), noise: noise(0.5) },
    );
  // E[Y | do(X = v)] = (1.5·v − 2)² + 1 and E[Y | do(M = m)] = (m − 2)²; balanced noise makes both exact.
  const outcomes = monteCarloOutcomes(scm("minimize"));
  assert.ok(Math.abs(outcomes.expected(0, 4 / 3) - 1) < 1e-9);
  assert.ok(Math.abs(outcomes.expected(0, 0.5) - 2.5625) < 1e-9);
  assert.ok(Math.abs(outcomes.observational - (4 + 2.25 + 1)) < 4.5 * outcomes.standardError + 1e-9);
  const close = (found: OutcomeModel["bestParent"], [variable, value, outcome]: readonly number[]) => {
    assert.ok(found !== null);
    assert.equal(found.variable, variable);
    assert.ok(Math.abs(found.value - value) < 1e-4 && Math.abs(found.outcome - outcome) < 1e-8, JSON.stringify(found));
  };
  close(outcomes.best, [1, 2, 0]);
  close(outcomes.bestParent, [1, 2, 0]);
  close(outcomes.worst, [0, -1, 13.25]);
  const mirrored = monteCarloOutcomes(scm("maximize"));
  close(mirrored.best, [0, -1, 13.25]);
  close(mirrored.bestParent, [1, 5, 9]);
  close(mirrored.worst, [1, 2, 0]);
});

Deno.test("an interior optimum is within its stated error, for gaussian, laplace and uniform noise over forty seeds", () => {
  // E cos(v + σε) = φ(σ)·cos v with φ the characteristic function; least at π, greatest at 0.
  const laws: [Noise["distribution"], number][] = [
    [{ kind: "gaussian" }, Math.exp(-0.5)],
    [{ kind: "laplace" }, 1 / 1.5],
    [{ kind: "uniform" }, Math.sin(Math.sqrt(3)) / Math.sqrt(3)],
  ];
  for (const [distribution, factor] of laws) {
    const scm = scmOf(
      "minimize",
      { name: "X", mechanism: linear(), domain: interval(-1, 5) },
      { name: "M", parents: ["X"], mechanism: linear(0, 1), noise: { ...noise(1), distribution } },
      { name: "Y", ...formula("cos(M)", "M"), noise: noise(0) },
    );
    let within = 0;
    for (let seed = 0; seed < 40; seed++) {
      const { best, worst, standardError, interpolationError } = monteCarloOutcomes(scm, { ...DEFAULT_ACCURACY, seed });
      assert.ok(standardError > 1e-6 && standardError < 0.02);
      assert.ok(Math.abs(best.value - Math.PI) < 0.1 && Math.abs(worst.value) < 0.1);
      const error = Math.max(Math.abs(best.outcome + factor), Math.abs(worst.outcome - factor));
      if (error <= 2 * standardError + interpolationError) within++;
    }
    assert.ok(within >= 36, `${distribution.kind}: ${within} of 40`);
  }
});

Deno.test("steps, conditions and kinks have their optimum where they are, to the value at either side", () => {
  const best = (text: string, domain: Domain, objective: Objective = "minimize") =>
    outcomeModel(scmOf(
      objective,
      { name: "X", mechanism: linear(), domain },
      { name: "Y", ...formula(text, "X"), noise: noise(0.1) },
    )).best;
  const near = (found: OutcomeModel["best"], value: number, outcome: number) =>
    assert.ok(Math.abs(found.value - value) < 1e-6 && Math.abs(found.outcome - outcome) < 1e-6, JSON.stringify(found));
  near(best("if(X > 0.3, X, -2*X)", interval(-1, 2)), 0.3, -0.6);
  near(best("if(X < 0.3, X, -2*X)", interval(-1, 0.31)), -1, -1);
  near(best("if(X > 0.3, -X, X)", interval(-1, 0.9), "maximize"), 0.3, 0.3);
  // A kink ends no piece: it is met within the tolerance, a thousandth of the range of outcomes.
  const kinks = [["abs(X - 1.7)", 1.7, 0, 5.7], ["max(1 - X, X - 3, 0.5*X - 1)", 4 / 3, -1 / 3, 6]] as const;
  for (const [text, value, outcome, range] of kinks) {
    const found = best(text, interval(-4, 6));
    assert.ok(Math.abs(found.outcome - outcome) < 2e-3 * range, JSON.stringify(found));
    assert.ok(Math.abs(found.value - value) < 4e-3 * range, JSON.stringify(found));
  }
  const stairs = outcomeModel(scmOf(
    "minimize",
    { name: "X", mechanism: linear(), domain: interval(-2.5, 2.5) },
    { name: "Y", ...formula("floor(X)", "X"), noise: noise(0) },
  ));
  assert.ok(Math.abs(stairs.best.outcome + 3) < 1e-9 && Math.abs(stairs.worst.outcome - 2) < 1e-9);
  for (const [v, y] of [[-2.2, -3], [-0.001, -1], [0.001, 0], [0.999, 0], [1.001, 1], [2.4, 2]]) {
    assert.ok(Math.abs(stairs.expected(0, v) - y) < 1e-9, `${v}: ${stairs.expected(0, v)}`);
  }
});

Deno.test("a noisy threshold has the normal distribution function as its truth", () => {
  const scm = scmOf(
    "maximize",
    { name: "X", mechanism: linear(), domain: interval(-1, 3) },
    { name: "M", parents: ["X"], mechanism: linear(0, 1), noise: noise(1) },
    { name: "Y", ...formula("if(M > 1, 2, 0) - normal_cdf(M)", "M"), noise: noise(0) },
  );
  const outcomes = monteCarloOutcomes(scm, { ...DEFAULT_ACCURACY, rows: 8192 });
  // P(M > 1 | v) = Φ(v − 1) and E Φ(v + ε) = Φ(v/√2), from tables of the normal distribution.
  const truth: [number, number][] = [[-1, 2 * 0.0227501 - 0.2397501], [1, 1 - 0.7602499], [
    3,
    2 * 0.9772499 - 0.9830526,
  ]];
  for (const [v, y] of truth) {
    const error = Math.abs(outcomes.expected(0, v) - y);
    assert.ok(error < 4.5 * outcomes.standardError + outcomes.interpolationError, `${v}: ${error}`);
  }
});
