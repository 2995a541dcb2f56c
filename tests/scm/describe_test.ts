import assert from "node:assert/strict";
import { createStream } from "../../lib/random/mod.ts";
import {
  createScm,
  drawGraph,
  formatCsv,
  formatEquations,
  inspectScm,
  LINEAR_DISTRIBUTION,
  outcomeModel,
  parseAssignment,
  parseScm,
  roleText,
  sampleRows,
} from "../../lib/scm/mod.ts";
import { sampleScm } from "../../lib/scm/random/sample.ts";
import { graphLayout } from "../../lib/scm/describe/layout.ts";
import { chain, define, interval, linear, noise } from "./support.ts";

const ALL = parseScm(
  `name: all
objective: maximize
target: Y
variables:
  A: { intercept: -0.5, noise: { kind: uniform, scale: 1 }, domain: [-1, 2], unit: kg }
  B: { linear: { A: -2 }, noise: 0.5, domain: { values: [0, 1] } }
  C: { polynomial: { A: [1, 0, -3] }, noise: { kind: student-t, scale: 2, degrees_of_freedom: 4 } }
  D: { tanh: { C: { scale: -1, slope: 2, shift: -3 } }, intercept: 1, noise: { kind: laplace, scale: 1 } }
  E: { mlp: { parents: [C, D], hidden: [[1, 2]], biases: [3], outputs: [4] }, noise: 0 }
  H: { observed: false }
  Y: { formula: exp(E) - H*B, noise: { kind: gumbel, scale: 0.1, combination: multiplicative } }
`,
  "all.yaml",
);

Deno.test("equations are written as in a paper", () => {
  assert.deepEqual(
    new Set(formatEquations(ALL)),
    new Set([
      "A = −0.5 + ε, ε ~ U(−1.7321, 1.7321)",
      "B = −2·A + ε, ε ~ N(0, 0.5²)",
      "C = A − 3·A^3 + ε, ε ~ t(4) of deviation 2",
      "D = 1 − tanh(2·C − 3) + ε, ε ~ Laplace of mean 0 and deviation 1",
      "E = MLP(C, D; 1 tanh units)",
      "H = ε, ε ~ N(0, 1)",
      "Y = (exp(E) - H*B)·(1 + ε), ε ~ Gumbel of mean 0 and deviation 0.1",
    ]),
  );
  assert.deepEqual(ALL.variables.map((_, v) => roleText(ALL, v)), [
    "[-1, 2] kg",
    "{0, 1}",
    "observed",
    "observed",
    "observed",
    "hidden",
    "target, to maximize",
  ]);
});

Deno.test("causes stand above their effects, edges pass between variables, and no two things share a place", () => {
  for (let i = 0; i < 20; i++) {
    const scm = sampleScm({ ...LINEAR_DISTRIBUTION, sizes: { min: 3, max: 20 } }, createStream(71).child(i));
    const { places, edges } = graphLayout(scm);
    assert.equal(edges.length, scm.variables.reduce((sum, v) => sum + v.parents.length, 0));
    for (const { from, to, via } of edges) {
      assert.ok(scm.variables[to].parents.includes(from));
      const rows = [places[from].row, ...via.map(({ row }) => row), places[to].row];
      rows.slice(1).forEach((row, k) => assert.equal(row, rows[k] + 1));
    }
    const taken = [...places, ...edges.flatMap(({ via }) => via)].map(({ column, row }) => `${column} ${row}`);
    assert.equal(new Set(taken).size, taken.length);
  }
});

Deno.test("a drawing names every variable, carries linear weights and marks what is hidden", () => {
  const svg = drawGraph(ALL);
  for (const { name } of ALL.variables) assert.ok(svg.includes(`>${name}</text>`), name);
  assert.ok(svg.includes(">−2</text>"));
  assert.equal(svg.match(/<circle/g)?.length, 7);
  assert.equal(svg.match(/marker-end/g)?.length, 8);
  assert.equal(svg.match(/stroke-dasharray="4 4"/g)?.length, 1, "one hidden variable");
  assert.ok(!/(?:href|src)=|<script|NaN/.test(svg), "self-contained");
  assert.ok(svg.lastIndexOf("marker-end") < svg.indexOf('class="weight"'), "no line runs through a weight");
  assert.match(svg, /prefers-color-scheme:dark\)\{\.drawn-graph \.ground\{fill:#14171c\}/);
  assert.equal(drawGraph(ALL), svg);
});

Deno.test("CSV has a heading, exact numbers and no hidden variable", () => {
  const rows = sampleRows(ALL, 2, [], createStream(72));
  const lines = formatCsv(ALL, rows).split("\n");
  assert.equal(lines[0], "A,B,C,D,E,Y");
  assert.deepEqual(lines[2].split(",").map(Number), [7, 8, 9, 10, 11, 13].map((at) => rows[at]));
  assert.equal(lines.length, 4);
  assert.equal(lines[3], "");
});

Deno.test("assignments are read, and refused with a way out", () => {
  const scm = chain(3);
  assert.deepEqual(parseAssignment(scm, "X0=-5", "perfect"), { variable: 0, value: -5, kind: "perfect" });
  assert.deepEqual(parseAssignment(scm, " X1 = −1e-2 ", "shift"), { variable: 1, value: -0.01, kind: "shift" });
  assert.throws(() => parseAssignment(scm, "X0", "perfect"), /"X0" is no assignment: write a name, = and a number/);
  assert.throws(() => parseAssignment(scm, "X0=", "perfect"), /is no assignment/);
  assert.throws(() => parseAssignment(scm, "X0=five", "perfect"), /is no assignment/);
  assert.throws(() => parseAssignment(scm, "XO=1", "perfect"), /no variable "XO"; did you mean "X0"\?/);
  assert.throws(() => parseAssignment(scm, "X2=1", "perfect"), /X2 is the target/);
  assert.throws(() => parseAssignment(scm, "X0=9", "perfect"), /X0 = 9 is outside its domain \[-5, 5\]/);
});

Deno.test("names with spaces and signs of their own are read in assignments, and quoted in CSV", () => {
  const scm = createScm(define([
    { name: "a=b, c", mechanism: linear(), noise: noise(0), domain: interval(-1, 3) },
    { name: 'T "4"', parents: ["a=b, c"], mechanism: linear(0, 1), noise: noise(0) },
  ], 'T "4"'));
  assert.deepEqual(parseAssignment(scm, "a=b, c=2", "perfect"), { variable: 0, value: 2, kind: "perfect" });
  assert.equal(formatCsv(scm, Float64Array.of(1, 2)), '"a=b, c","T ""4"""\n1,2\n');
});

Deno.test("an inspection finds overflow, idle variables and targets that cannot be improved, and nothing in a sound SCM", () => {
  const inspect = (scm: Parameters<typeof inspectScm>[0]) => inspectScm(scm, outcomeModel(scm));
  assert.deepEqual(inspect(chain(3)), []);
  const broken = createScm(define([
    { name: "X", mechanism: linear(2), noise: noise(0), domain: interval(-1, 3) },
    { name: "Z", parents: ["X"], mechanism: { kind: "expression", formula: "log(X)" }, domain: interval(-1, 1) },
    { name: "Y", parents: ["X"], mechanism: linear(0, 1) },
  ], "Y"));
  assert.deepEqual(inspect(broken), [
    { severity: "error", text: "Z becomes NaN under do(X = −1): Z = log(X) + ε, ε ~ N(0, 1)" },
    { severity: "warning", text: "setting Z cannot move the target: no cause of it" },
  ]);
  const hopeless = createScm(define([
    { name: "X", mechanism: linear(), domain: interval(1, 2) },
    { name: "Y", parents: ["X"], mechanism: linear(0, 3) },
  ], "Y"));
  assert.deepEqual(inspect(hopeless), [
    { severity: "warning", text: "no intervention improves the target: the best outcome is 3, observed are 0" },
  ]);
});

Deno.test("an inspection warns of expectations that are uncertain, by their rows or between their points", () => {
  const outcomes = outcomeModel(chain(3));
  const texts = (more: object) => inspectScm(chain(3), { ...outcomes, ...more }).map(({ text }) => text);
  assert.deepEqual(texts({ standardError: 0.44, interpolationError: 0.44 }), []);
  assert.deepEqual(texts({ standardError: 0.46 }), ["expected outcomes are uncertain: ± 0.46 in a range of 22.5"]);
  assert.deepEqual(texts({ interpolationError: 0.46 }), [
    "expected outcomes are interpolated to ± 0.46 in a range of 22.5",
  ]);
});
