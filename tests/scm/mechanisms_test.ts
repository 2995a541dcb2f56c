import assert from "node:assert/strict";
import { createStream } from "../../lib/random/mod.ts";
import { createScm, type Mechanism, sampleRows, type Scm } from "../../lib/scm/mod.ts";
import { column, define, interval, linear, mean, noise, perfect, variance } from "./support.ts";

const stream = () => createStream(11);
const N = 100_000;

/** X ~ N(0.5, 1) and Z ~ N(−1, 2²) as parents of a noiseless Y. */
function parentsOf(mechanism: Mechanism, parents: readonly string[]): Scm {
  const variables = [
    { name: "X", mechanism: linear(0.5), noise: noise(1), domain: interval(-9, 9) },
    { name: "Z", mechanism: linear(-1), noise: noise(2), domain: interval(-9, 9) },
    { name: "Y", parents, mechanism, noise: noise(0) },
  ];
  return createScm(define(variables, "Y"));
}

/** Every value of Y must be `f(x, z)` of the same row. */
function assertFollows(mechanism: Mechanism, parents: readonly string[], f: (x: number, z: number) => number): void {
  const rows = sampleRows(parentsOf(mechanism, parents), 300, [], stream());
  for (let r = 0; r < 300; r++) {
    const expected = f(rows[3 * r], rows[3 * r + 1]);
    assert.ok(Math.abs(rows[3 * r + 2] - expected) <= 1e-8 * Math.max(1, Math.abs(expected)));
  }
}

/** Mean and variance of Y over many rows must be those of the closed form, within 4.5 standard errors. */
function assertMoments(
  scm: Scm,
  intervention: ReturnType<typeof perfect>,
  m: number,
  v: number,
  kurtosis: number,
): void {
  const y = column(sampleRows(scm, N, intervention, stream()), 3, 2);
  assert.ok(Math.abs(mean(y) - m) <= 4.5 * Math.sqrt(v / N), `mean ${mean(y)} against ${m}`);
  assert.ok(
    Math.abs(variance(y) - v) <= 4.5 * v * Math.sqrt((kurtosis - 1) / N),
    `variance ${variance(y)} against ${v}`,
  );
}

const sigma = (x: number) => 1 / (1 + Math.exp(-x));

Deno.test("every mechanism computes its formula", () => {
  assertFollows({ kind: "linear", intercept: 1, weights: [2, -3] }, ["X", "Z"], (x, z) => 1 + 2 * x - 3 * z);
  assertFollows(
    { kind: "polynomial", intercept: 1, coefficients: [[1, 0.5, -0.25], [0, 2]] },
    ["X", "Z"],
    (x, z) => 1 + x + 0.5 * x ** 2 - 0.25 * x ** 3 + 2 * z ** 2,
  );
  const bends = { intercept: -1, scales: [2, -3], slopes: [1.5, -0.5], shifts: [0.1, 1] };
  assertFollows(
    { kind: "tanh", ...bends },
    ["X", "Z"],
    (x, z) => -1 + 2 * Math.tanh(1.5 * x + 0.1) - 3 * Math.tanh(1 - 0.5 * z),
  );
  assertFollows(
    { kind: "sigmoid", ...bends },
    ["Z", "X"],
    (x, z) => -1 + 2 * sigma(1.5 * z + 0.1) - 3 * sigma(1 - 0.5 * x),
  );
  assertFollows(
    {
      kind: "mlp",
      intercept: 3,
      hiddenWeights: [[1, -1], [0.5, 2]],
      hiddenBiases: [0.2, -0.3],
      outputWeights: [2, -1],
    },
    ["X", "Z"],
    (x, z) => 3 + 2 * Math.tanh(x - z + 0.2) - Math.tanh(0.5 * x + 2 * z - 0.3),
  );
  assertFollows(
    { kind: "expression", formula: "exp(-X/2) + cos(Z)*X^2 - max(X, Z)" },
    ["X", "Z"],
    (x, z) => Math.exp(-x / 2) + Math.cos(z) * x ** 2 - Math.max(x, z),
  );
});

Deno.test("a linear effect of normals has the normal's moments, and the other parent's alone under do", () => {
  const scm = parentsOf({ kind: "linear", intercept: 1, weights: [2, -3] }, ["X", "Z"]);
  assertMoments(scm, [], 1 + 1 + 3, 4 + 36, 3);
  assertMoments(scm, perfect(1, 2), 1 + 1 - 6, 4, 3);
});

Deno.test("a polynomial of a normal has the moments of the normal's powers", () => {
  // Y = X + X² with X ~ N(m, 1): E = m + m² + 1, Var = Var X + Var X² + 2 Cov(X, X²) = 1 + (2 + 4m²) + 4m.
  const m = 0.5;
  const scm = parentsOf({ kind: "polynomial", intercept: 0, coefficients: [[1, 1]] }, ["X"]);
  assertMoments(scm, [], m + m * m + 1, 3 + 4 * m * m + 4 * m, 12);
  assertMoments(scm, perfect(0, 2), 6, 0, 3);
});

Deno.test("an exponential of a normal is log-normal", () => {
  // E exp(−X/2) = exp(−m/2 + 1/8), Var = (exp(1/4) − 1)·exp(−m + 1/4).
  const scm = parentsOf({ kind: "expression", formula: "exp(-X/2)" }, ["X"]);
  assertMoments(scm, [], Math.exp(-0.25 + 0.125), (Math.exp(0.25) - 1) * Math.exp(-0.5 + 0.25), 9);
});

Deno.test("a cosine of a normal has the moments of its characteristic function", () => {
  // E cos Z = exp(−σ²/2)·cos m and E cos² Z = ½ + ½ exp(−2σ²)·cos 2m, with m = −1, σ = 2.
  const scm = parentsOf({ kind: "expression", formula: "cos(Z)" }, ["Z"]);
  const first = Math.exp(-2) * Math.cos(1), second = 0.5 + 0.5 * Math.exp(-8) * Math.cos(2);
  assertMoments(scm, [], first, second - first * first, 2);
});

Deno.test("sigmoid, tanh and network have the moments that quadrature gives them", () => {
  /** E g(X) for X ~ N(m, 1), by the midpoint rule. */
  const expectation = (g: (x: number) => number, m: number) => {
    let sum = 0;
    for (let i = 0; i < 4000; i++) {
      const t = -9 + (i + 0.5) * 18 / 4000;
      sum += g(m + t) * Math.exp(-0.5 * t * t) / Math.sqrt(2 * Math.PI) * 18 / 4000;
    }
    return sum;
  };
  const cases: [Mechanism, (x: number) => number][] = [
    [{ kind: "sigmoid", intercept: 0, scales: [3], slopes: [2], shifts: [1] }, (x) => 3 * sigma(2 * x + 1)],
    [{ kind: "tanh", intercept: 1, scales: [-2], slopes: [1], shifts: [0.5] }, (x) => 1 - 2 * Math.tanh(x + 0.5)],
    [
      { kind: "mlp", intercept: 0, hiddenWeights: [[1], [-2]], hiddenBiases: [0, 1], outputWeights: [1, 2] },
      (x) => Math.tanh(x) + 2 * Math.tanh(1 - 2 * x),
    ],
  ];
  for (const [mechanism, f] of cases) {
    const first = expectation(f, 0.5), second = expectation((x) => f(x) ** 2, 0.5);
    assertMoments(parentsOf(mechanism, ["X"]), [], first, second - first ** 2, 4);
  }
});
