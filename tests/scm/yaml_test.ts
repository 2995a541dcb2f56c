import assert from "node:assert/strict";
import { createStream } from "../../lib/random/mod.ts";
import {
  createScm,
  formatScm,
  LINEAR_DISTRIBUTION,
  outcomeModel,
  parseScm,
  sampleProblem,
  ScmError,
  TRAINING_ACCURACY,
} from "../../lib/scm/mod.ts";
import { define, interval, linear } from "./support.ts";

const HEAD = "name: t\nobjective: minimize\ntarget: Y\nvariables:\n";

Deno.test("every mechanism, noise, domain, unit and hidden variable is read", () => {
  const scm = parseScm(
    `${HEAD}
  A: { intercept: 1, noise: 0.5, domain: [-1, 2], unit: kg }
  B: { linear: { A: -2 }, noise: { kind: student-t, scale: 2, degrees_of_freedom: 4 }, domain: { values: [0, 1] } }
  C: { polynomial: { A: [1, 2], B: [3] }, noise: { kind: gumbel, scale: 1, combination: multiplicative } }
  D: { tanh: { C: { scale: 1, slope: 2, shift: 3 } } }
  E: { sigmoid: { C: { scale: 1, slope: 2 } }, intercept: -1 }
  F: { mlp: { parents: [A, E], hidden: [[1, 2]], biases: [3], outputs: [4] } }
  H: { observed: false }
  Y: { formula: exp(F) - H*A }
`,
    "t.yaml",
  );
  const [a, b, c, d, e, f, h, y] = scm.variables;
  assert.deepEqual(a, {
    name: "A",
    parents: [],
    mechanism: linear(1),
    noise: { distribution: { kind: "gaussian" }, scale: 0.5, combination: "additive" },
    domain: interval(-1, 2),
    observed: true,
    unit: "kg",
  });
  assert.deepEqual(b.mechanism, linear(0, -2));
  assert.deepEqual(b.noise, {
    distribution: { kind: "student-t", degreesOfFreedom: 4 },
    scale: 2,
    combination: "additive",
  });
  assert.deepEqual(b.domain, { kind: "values", values: [0, 1] });
  assert.deepEqual(c.mechanism, { kind: "polynomial", intercept: 0, coefficients: [[1, 2], [3]] });
  assert.deepEqual(c.noise, { distribution: { kind: "gumbel" }, scale: 1, combination: "multiplicative" });
  assert.deepEqual(d.mechanism, { kind: "tanh", intercept: 0, scales: [1], slopes: [2], shifts: [3] });
  assert.deepEqual(e.mechanism, { kind: "sigmoid", intercept: -1, scales: [1], slopes: [2], shifts: [0] });
  const network = { hiddenWeights: [[1, 2]], hiddenBiases: [3], outputWeights: [4] };
  assert.deepEqual(f.mechanism, { kind: "mlp", intercept: 0, ...network });
  assert.deepEqual(f.parents, [0, 4]);
  assert.equal(h.observed, false);
  assert.deepEqual(y.parents, [5, 6, 0]);
  assert.deepEqual(parseScm(formatScm(scm), "t.yaml"), scm);
});

Deno.test("what is written is read back to the last bit, for random SCMs of every mechanism and noise", () => {
  const distribution = {
    ...LINEAR_DISTRIBUTION,
    mechanisms: { linear: 1, polynomial: 1, sigmoid: 1, tanh: 1, mlp: 1 },
    noiseKinds: { gaussian: 1, uniform: 1, laplace: 1, gumbel: 1, "student-t": 1 },
    hidden: { min: 0, max: 3 },
  };
  for (let i = 0; i < 25; i++) {
    const { scm } = sampleProblem(distribution, createStream(61).child(i), TRAINING_ACCURACY);
    assert.deepEqual({ ...parseScm(formatScm(scm), "x"), order: [] }, { ...scm, order: [] });
  }
});

Deno.test("errors name the file, line, column, path and the nearest key, in one line each", () => {
  const cases: [string, RegExp][] = [
    [
      "name: t\nobjctive: minimize\ntarget: Y\nvariables: {}",
      /^t\.yaml:2:1: objctive: unknown key; did you mean "objective"\?$/,
    ],
    [`${HEAD}  Y: { lineer: { X: 1 } }`, /^t\.yaml:5:8: variables\.Y\.lineer: unknown key; did you mean "linear"\?$/],
    [
      `${HEAD}  Y: { noise: { kind: laplace, scal: 1 } }`,
      /variables\.Y\.noise\.scal: unknown key; did you mean "scale"\?/,
    ],
    [
      `${HEAD}  Y: { tanh: { X: { scale: 1, slop: 2 } } }`,
      /variables\.Y\.tanh\.X\.slop: unknown key; did you mean "slope"\?/,
    ],
    [
      `${HEAD}  Y: { zzzzzzzz: 1 }`,
      /zzzzzzzz: unknown key; valid here: intercept, noise, domain, unit, observed, linear, polynomial/,
    ],
    [
      `name: t\nobjective: minimise\ntarget: Y\nvariables: {}`,
      /^t\.yaml:2:1: objective: expected one of minimize, maximize, got text "minimise"; did you mean "minimize"\?/,
    ],
    [`name: t\nobjective: minimize\nvariables: {}`, /target: missing; expected text/],
    [
      `${HEAD}  Y: { intercept: 5e-1 }\n  X: { intercept: "1" }`,
      /^t\.yaml:6:8: variables\.X\.intercept: expected a number, got text "1"; write the number without quotes/,
    ],
    [
      `${HEAD}  Y: { noise: loud }`,
      /variables\.Y\.noise: expected a standard deviation or \{kind, scale\}, got text "loud"/,
    ],
    [
      `${HEAD}  X: { domain: [1] }`,
      /variables\.X\.domain: expected \[low, high\] or \{values: \[\.\.\.\]\}, got \[1\]/,
    ],
    [`${HEAD}  Y: { linear: { X: 1 }, tanh: {} }`, /variable Y: it has two mechanisms, linear and tanh/],
    [`${HEAD}  Y: { formula: X, intercept: 1 }`, /variable Y: write its intercept 1 into its formula "X"/],
    [`${HEAD}  Y: { noise: { kind: student-t, scale: 1 } }`, /variable Y: student-t noise needs degrees_of_freedom/],
    [
      `${HEAD}  Y: { noise: { kind: uniform, scale: 1, degrees_of_freedom: 3 } }`,
      /uniform noise has no degrees_of_freedom/,
    ],
    [`${HEAD}  X: { linear: { Y: 1 }, domain: [0, 1] }\n  Y: { linear: { X: 1 } }`, /has a cycle: X → Y → X/],
    [`${HEAD}  X: { domain: [2, 1] }\n  Y: { linear: { X: 1 } }`, /variable X: its domain \[2, 1\] is empty/],
    [`${HEAD}  X:\n  Y: { linear: { X: 1 } }`, /the target Y has no cause that can be set/],
    [`${HEAD}  Y: { formula: exp(Q }`, /variable Y: formula "exp\(Q", column 6: Expected \)/],
    [
      `${HEAD}  Y: { formula: 2*Q }`,
      /^t\.yaml:5:3: variable Y: formula "2\*Q", column 3: "Q" is no variable that can stand here; known here are Y/,
    ],
    [`${HEAD}  Y: [`, /^t\.yaml:5:7: Flow sequence/],
    [`name: t\nname: u`, /^t\.yaml:2:1: Map keys must be unique/],
    [`just text`, /^t\.yaml:1: expected a section \(key: value pairs\) at the top level/],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => parseScm(text, "t.yaml"), (error: Error) => {
      assert.ok(error instanceof ScmError, String(error));
      assert.match(error.message, message);
      return error.message.startsWith("t.yaml:") && !error.message.includes("\n");
    }, text);
  }
});

Deno.test("noise between two ends is read and written back, and what does not belong together is refused", () => {
  const scm = parseScm(
    `${HEAD}
  X: { noise: { kind: uniform, low: 0, high: 1 }, domain: [0, 1] }
  Y: { linear: { X: 1 }, noise: { kind: uniform, low: -1, high: 3, combination: multiplicative } }`,
    "t.yaml",
  );
  assert.deepEqual(scm.variables[0].noise, {
    distribution: { kind: "between", low: 0, high: 1 },
    scale: 1,
    combination: "additive",
  });
  assert.equal(scm.variables[1].noise.combination, "multiplicative");
  assert.deepEqual(parseScm(formatScm(scm), "t.yaml"), scm);
  const refuse = (noise: string, message: RegExp) =>
    assert.throws(() => parseScm(`${HEAD}  X: { noise: ${noise} }`, "t.yaml"), message);
  refuse("{ kind: uniform, low: 0 }", /t\.yaml:5:3: variable X: uniform noise needs high/);
  refuse("{ kind: uniform, low: 0, high: 1, scale: 2 }", /has a scale or two ends, low and high, not both/);
  refuse("{ kind: uniform, low: 2, high: 1 }", /uniform noise between 2 and 1 is empty/);
  refuse("{ kind: gaussian, low: 2, scale: 1 }", /gaussian noise has no low; only uniform has/);
  refuse("{ kind: laplace }", /laplace noise needs a scale, its standard deviation/);
});

Deno.test("a formula that YAML cuts at its comma is named as such, with what to write", () => {
  assert.throws(
    () => parseScm(`${HEAD}  X: { domain: [0, 1] }\n  Y: { formula: 2*max(X, 0), noise: 1 }`, "t.yaml"),
    (error: Error) => {
      assert.equal(
        error.message,
        't.yaml:6:8: variables.Y.formula: within { } YAML ends the text at the comma, after "2*max(X"; write the formula ' +
          'in quotes: formula: "2*max(X, 0)"',
      );
      return error instanceof ScmError;
    },
  );
});

Deno.test("names as published networks have them, of digits too, keep their order and are read back", () => {
  const text = `${HEAD.replace("target: Y", "target: IL-6 (serum)")}
  "12": { domain: [0, 1] }
  PKC.p: { linear: { "12": 2 }, domain: [0, 1] }
  "3": { polynomial: { PKC.p: [1], "12": [0, 1] } }
  IL-6 (serum): { formula: "\`12\` + exp(\`PKC.p\`) - \`3\`" }`;
  const scm = parseScm(text, "t.yaml");
  assert.deepEqual(scm.variables.map(({ name }) => name), ["12", "PKC.p", "3", "IL-6 (serum)"]);
  assert.deepEqual(scm.variables.map(({ parents }) => parents), [[], [0], [1, 0], [0, 1, 2]]);
  assert.deepEqual(parseScm(formatScm(scm), "t.yaml"), scm);
  const order = createScm(define([
    { name: "10", mechanism: linear(), domain: interval(0, 1) },
    { name: "2", mechanism: linear(), domain: interval(0, 1) },
    { name: "Y", parents: ["10", "2"], mechanism: linear(0, 1, 2) },
  ], "Y"));
  assert.deepEqual(parseScm(formatScm(order), "t.yaml"), order);
});

Deno.test("a name is the same whether its accents are composed or not", () => {
  const composed = "D\u00e9bit", loose = "De\u0301bit";
  const scm = parseScm(`${HEAD}  ${loose}: { domain: [0, 1] }\n  Y: { formula: 2*${composed} }`, "t.yaml");
  assert.deepEqual(scm.variables[1].parents, [0]);
});

Deno.test("aliases that multiply, deep nesting and long formulas end in a line with the file's name, or work", () => {
  const bomb = [
    "a: &a [x, x]",
    ...[..."bcdefghijkl"].map((c, k) => `${c}: &${c} [*${"abcdefghijk"[k]}, *${"abcdefghijk"[k]}]`),
  ].join("\n");
  const deep = (open: string, close: string, n: number) => `a: ${open.repeat(n)}1${close.repeat(n)}`;
  const long = Array.from({ length: 5000 }, (_, i) => `${i}*X`).join(" + ");
  const nested = `${"(".repeat(5000)}X${")".repeat(5000)}`;
  const scm = (formula: string) => `${HEAD}  X: { domain: [0, 1], noise: 0 }\n  Y: { formula: "${formula}", noise: 0 }`;
  const refuse = (text: string, message: RegExp) =>
    assert.throws(() => parseScm(text, "t.yaml"), (error: Error) => {
      assert.ok(error instanceof ScmError, String(error));
      assert.ok(error.message.length < 400);
      assert.match(error.message, message);
      return error.message.startsWith("t.yaml:");
    });
  refuse(bomb, /Excessive alias count/);
  refuse(deep("[", "]", 500), /nested more than 100 deep/);
  refuse(deep("[", "]", 20_000), /nested too deeply/);
  refuse("a: *b", /Unresolved alias/);
  refuse(scm(nested), /variable Y: formula .*more than 200 parentheses inside each other/);
  refuse(scm(`${"-".repeat(5000)}X`), /more than 200 signs in a row/);
  refuse(scm(`-X${"^X".repeat(20_000)}`), /nested too deeply/);
  const sum = outcomeModel(parseScm(scm(long), "t.yaml"));
  assert.equal(sum.best.outcome, 0);
  assert.ok(Math.abs(sum.worst.outcome - 4999 * 5000 / 2) < 1e-3);
});

Deno.test("values with many digits, names beyond ASCII and formulas with colons of YAML survive", () => {
  const scm = createScm(define(
    [
      { name: "größe", mechanism: linear(0.1 + 0.2), domain: interval(-1 / 3, 1e-300) },
      { name: "Y", parents: ["größe"], mechanism: { kind: "expression", formula: "max(größe, -1) - 2" } },
    ],
    "Y",
    "a: b # c",
  ));
  assert.deepEqual(parseScm(formatScm(scm), "x"), scm);
});
