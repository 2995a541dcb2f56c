import assert from "node:assert/strict";
import { createStream } from "../../lib/random/mod.ts";
import {
  createScm,
  formatScm,
  LINEAR_DISTRIBUTION,
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

Deno.test("errors name the file, the path and the nearest key, in one line", () => {
  const cases: [string, RegExp][] = [
    [
      "name: t\nobjctive: minimize\ntarget: Y\nvariables: {}",
      /^t\.yaml: objctive: unknown key; did you mean "objective"\?$/,
    ],
    [`${HEAD}  Y: { lineer: { X: 1 } }`, /^t\.yaml: variables\.Y\.lineer: unknown key; did you mean "linear"\?$/],
    [
      `${HEAD}  Y: { noise: { kind: laplace, scal: 1 } }`,
      /variables\.Y\.noise\.scal: unknown key; did you mean "scale"\?/,
    ],
    [
      `${HEAD}  Y: { tanh: { X: { scale: 1, slop: 2 } } }`,
      /variables\.Y\.tanh\.X\.slop: unknown key; did you mean "slope"\?/,
    ],
    [`${HEAD}  Y: { zzzzzzzz: 1 }`, /zzzzzzzz: unknown key; known here are intercept, linear, polynomial/],
    [
      `name: t\nobjective: minimise\ntarget: Y\nvariables: {}`,
      /objective: expected one of minimize, maximize, got the text "minimise"/,
    ],
    [`name: t\nobjective: minimize\nvariables: {}`, /target: expected string, it is missing/],
    [
      `${HEAD}  Y: { intercept: 5e-1 }\n  X: { intercept: "1" }`,
      /variables\.X\.intercept: expected number, got the text "1"/,
    ],
    [
      `${HEAD}  Y: { noise: loud }`,
      /variables\.Y\.noise: expected a standard deviation or \{kind, scale\}, got the text "loud"/,
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
    [`${HEAD}  Y: { formula: 2*Q }`, /variable Y: its parent "Q" is none of Y/],
    [`${HEAD}  Y: [`, /^t\.yaml: .*at line 5/],
    [`name: t\nname: u`, /Map keys must be unique at line 2/],
    [`just text`, /expected object, got the text "just text"/],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => parseScm(text, "t.yaml"), (error: Error) => {
      assert.ok(error instanceof ScmError, String(error));
      assert.match(error.message, message);
      return error.message.startsWith("t.yaml: ") && !error.message.includes("\n");
    }, text);
  }
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
