import assert from "node:assert/strict";
import { createStream } from "../../lib/random/mod.ts";
import { createScm, outcomeModel, parseScm, sampleRows, type Scm, ScmError } from "../../lib/scm/mod.ts";
import { CONSTANTS, FUNCTION_NAMES } from "../../lib/scm/mechanisms/functions.ts";
import { define, interval, linear, noise } from "./support.ts";

/** X ~ N(0.5, 1) and Z ~ N(−1, 2²); a noiseless Y by the formula. */
function formula(text: string, ...parents: readonly string[]): Scm {
  return createScm(define([
    { name: "X", mechanism: linear(0.5), noise: noise(1), domain: interval(-9, 9) },
    { name: "Z", mechanism: linear(-1), noise: noise(2), domain: interval(-9, 9) },
    { name: "Y", parents, mechanism: { kind: "expression", formula: text }, noise: noise(0) },
  ], "Y"));
}

/** Every value of Y must be `f(x, z)` of the same row, and the truth under do(X) and do(Z) the mean of f over the other. */
function assertFollows(text: string, f: (x: number, z: number) => number, ...parents: readonly string[]): void {
  const rows = sampleRows(formula(text, ...parents), 300, [], createStream(11));
  for (let r = 0; r < 300; r++) {
    const expected = f(rows[3 * r], rows[3 * r + 1]), found = rows[3 * r + 2];
    assert.ok(Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), `${text}: ${found}, ${expected}`);
  }
}

const sigma = (x: number) => 1 / (1 + Math.exp(-x));

Deno.test("formulas follow the precedence of mathematics", () => {
  const cases: [string, (x: number) => number][] = [
    ["-X^2", (x) => -(x ** 2)],
    ["2^-X", (x) => 2 ** -x],
    ["-2^2*X", (x) => -4 * x],
    ["2^3^0.5*X", (x) => 2 ** (3 ** 0.5) * x],
    ["X - 2 - 3", (x) => x - 5],
    ["X / 2 / 4 * 3", (x) => x / 8 * 3],
    ["+X*-1", (x) => -x],
    ["(1 + X)^2 / (2 - -1)", (x) => (1 + x) ** 2 / 3],
    ["1.5e-1*X + 2E2", (x) => 0.15 * x + 200],
    ["sigmoid(X) + tanh(abs(X)) - sqrt(X^2 + 1)", (x) => sigma(x) + Math.tanh(Math.abs(x)) - Math.sqrt(x * x + 1)],
    ["sin(pi*X) + log(exp(X)) + atan(X) + tan(X/9)", (x) => Math.sin(Math.PI * x) + x + Math.atan(x) + Math.tan(x / 9)],
    ["X + 1 > 2*X - 1", (x) => Number(x + 1 > 2 * x - 1)],
  ];
  for (const [text, f] of cases) assertFollows(text, f, "X");
});

Deno.test("every function is what mathematics calls so, to the value of a table", () => {
  const cases: [string, number][] = [
    ["exp(1)", Math.E],
    ["e", Math.E],
    ["pi", Math.PI],
    ["expm1(1e-12)", 1.0000000000005e-12],
    ["log1p(1e-12)", 9.999999999995e-13],
    ["log(8)", 2.0794415416798357],
    ["ln(8)", 2.0794415416798357],
    ["log2(8)", 3],
    ["log10(1000)", 3],
    ["sqrt(2)", Math.SQRT2],
    ["abs(-2)", 2],
    ["sin(1)", 0.8414709848078965],
    ["cos(1)", 0.5403023058681398],
    ["tan(1)", 1.5574077246549023],
    ["asin(0.5)", Math.PI / 6],
    ["acos(0.5)", Math.PI / 3],
    ["atan(1)", Math.PI / 4],
    ["sinh(1)", 1.1752011936438014],
    ["cosh(1)", 1.5430806348152437],
    ["tanh(1)", 0.7615941559557649],
    ["sigmoid(2)", 0.8807970779778823],
    ["sign(-3)", -1],
    ["floor(-1.5)", -2],
    ["ceil(-1.5)", -1],
    ["round(2.5)", 3],
    ["round(-2.5)", -3],
    ["round(0.49999999999999994)", 0],
    // Abramowitz & Stegun 1964, tables 7.1 and 26.5.
    ["erf(0.5)", 0.5204998778130465],
    ["erf(-1e-12)", -1.1283791670955126e-12],
    ["normal_cdf(1.96)", 0.9750021048517795],
    ["probit(0.975)", 1.959963984540054],
    ["min(3, 1, 2)", 1],
    ["max(3, 1, 2, 7)", 7],
    ["if(2 > 1, 5, 6)", 5],
    ["if(0, 5, 6)", 6],
    ["(1 < 2) + (1 <= 1) + (2 > 1) + (1 >= 1) + (1 == 1) + (1 != 2)", 6],
    ["(2 < 1) + (2 <= 1) + (1 > 2) + (1 >= 2) + (1 == 2) + (1 != 1)", 0],
    ["2^10", 1024],
  ];
  for (const [text, value] of cases) {
    assertFollows(`${text} + 0*X`, () => value, "X");
    // The same of a column, so that a constant is not folded away.
    assertFollows(text.replace(/\d+(\.\d+)?(e-?\d+)?(?!.*\d)/, "($& + 0*X)") + " + 0*X", () => value, "X");
  }
});

Deno.test("functions of several columns work row by row, and a condition keeps what is not chosen out", () => {
  assertFollows("max(X, Z, 0) - min(X, Z, 1, X*Z)", (x, z) => Math.max(x, z, 0) - Math.min(x, z, 1, x * z), "X", "Z");
  assertFollows("if(X > 0, log(X), Z)", (x, z) => x > 0 ? Math.log(x) : z, "X", "Z");
  assertFollows("if(X, 1, 2) + (X == X)", () => 2, "X");
  assertFollows("(X > -1)*(X < 1)", (x) => Number(x > -1 && x < 1), "X");
  assertFollows(
    "floor(X) + round(10*Z)/10",
    (x, z) => Math.floor(x) + Math.sign(z) * Math.round(Math.abs(10 * z)) / 10,
    "X",
    "Z",
  );
  // A program reuses its columns: every value must survive until it is used.
  assertFollows(
    "(X + Z)*(X - Z)/(1 + (X*Z + 1)^2) - ((X + 1)*(Z + 2) - (X - 3)*(Z - 4))^2",
    (x, z) => (x + z) * (x - z) / (1 + (x * z + 1) ** 2) - ((x + 1) * (z + 2) - (x - 3) * (z - 4)) ** 2,
    "X",
    "Z",
  );
});

Deno.test("a comparison with what is not a number is not a number, and so is its condition", () => {
  const scm = formula("if(log(X) > 0, 1, 2)", "X");
  const rows = sampleRows(scm, 300, [], createStream(11));
  for (let r = 0; r < 300; r++) assert.equal(Number.isNaN(rows[3 * r + 2]), rows[3 * r] < 0);
});

Deno.test("a variable named like a constant or a function is the variable", () => {
  for (const name of ["pi", "e", "exp", "max", "if", "log10"]) {
    const scm = parseScm(
      `name: t\nobjective: minimize\ntarget: Y\nvariables:\n  ${name}: { intercept: 7, noise: 0, domain: [0, 9] }\n` +
        `  Y: { formula: 2*${name} + exp(0), noise: 0 }`,
      "t.yaml",
    );
    assert.deepEqual(scm.variables[1].parents, [0], name);
    assert.equal(outcomeModel(scm).observational, 15, name);
    assert.equal(outcomeModel(scm).best.outcome, 1, name);
  }
  assert.throws(
    () =>
      createScm(define([
        { name: "X", mechanism: linear(), domain: interval(0, 1) },
        { name: "pi", mechanism: linear() },
        { name: "Y", parents: ["X"], mechanism: { kind: "expression", formula: "pi*X" } },
      ], "Y")),
    /variable Y: "pi" stands in the formula "pi\*X" but is none of its parents/,
  );
});

Deno.test("a formula that cannot be read is refused with the variable, the column and a way out", () => {
  const refuse = (text: string, message: RegExp) =>
    assert.throws(() => formula(text, "X"), (error: Error) => {
      assert.ok(error instanceof ScmError, String(error));
      assert.match(error.message, /variable Y: /);
      assert.match(error.message, message);
      return !error.message.includes("\n");
    });
  refuse("exp(-X)+ *2", /column 10: Expected expression after \+/);
  refuse("2 + Qu*X", /column 5: "Qu" is no variable that can stand here; known here are X, Z, Y/);
  refuse("X + exq(X)", /column 5: "exq" is no function; did you mean "exp"\?/);
  refuse("X X", /column 3: an operator is missing/);
  refuse("(X + 1", /column 7: Unclosed \(/);
  refuse("X)", /column 2/);
  refuse("X.y", /column 2: it is not arithmetic/);
  refuse("X, 1", /column 2: an operator is missing/);
  refuse("X = 2", /column 3: "=" has no meaning in a formula; a comparison is written ==/);
  refuse("X; process", /column 2: ";" has no meaning/);
  refuse("constructor(X)", /column 1: "constructor" is no function/);
  refuse("exp(X, 1)", /column 1: exp takes 1 argument, not 2/);
  refuse("max(X)", /max takes 2 or more arguments, not 1/);
  refuse("if(X > 0, 1)", /if takes 3 arguments, not 2/);
  refuse("  ", /column 1: it is empty/);
  refuse("X + ", /Expected expression after \+/);
  refuse("-", /a value is missing/);
  refuse("0 < X < 1", /column 3: comparisons cannot follow each other; write \(a < b\)\*\(b < c\)/);
  refuse("exp + X", /column 1: "exp" is a function: write exp\(…\)/);
  refuse("X**2", /column 2: "\*\*" has no meaning in a formula; a power is written \^/);
  refuse("X − 1", /column 3: "−" has no meaning in a formula; write -/);
  refuse("2·X", /"·" has no meaning in a formula; write \*/);
  refuse("X && 1", /multiply two conditions/);
  refuse("!X", /write != or 1 - condition/);
  refuse("2*`a-b", /column 3: a quoted name is not closed/);
  refuse("X + `` + 1", /column 5: there is no name between the backquotes/);
  refuse("X + `exp`(X)", /"exp" is no function/);
});

Deno.test("a hint for a function is never another function whose name is part of it", () => {
  const hint = (text: string) => {
    try {
      formula(text, "X");
    } catch (error) {
      return String(error);
    }
    return "accepted";
  };
  for (const name of ["log3", "atan2", "exp2", "minmax", "erfc", "logit"]) {
    assert.match(hint(`${name}(X)`), /is no function; known are exp, expm1, log, ln/, name);
  }
  assert.match(hint("pow(X, 2)"), /"pow" is no function; write x\^y/);
  assert.match(hint("where(X, 1, 2)"), /write if\(condition, then, otherwise\)/);
  assert.match(hint("sqr(X)"), /is no function; known are/);
  assert.match(hint("flor(X)"), /did you mean "floor"\?/);
});

Deno.test("the page on SCM files names every function and constant, and its example works", () => {
  const page = Deno.readTextFileSync(new URL("../../docs/scms.md", import.meta.url));
  const formulas = page.slice(page.indexOf("## Formulas"), page.indexOf("## Noise"));
  for (const name of [...FUNCTION_NAMES, ...Object.keys(CONSTANTS)]) {
    assert.match(formulas, new RegExp(`[\\s\`]${name}[\\s\`(]`), name);
  }
  const example = /```yaml\n([^]*?)```/.exec(page)?.[1] ?? "";
  const scm = parseScm(example, "docs/scms.md");
  const { best } = outcomeModel(scm);
  // 3·(−9 + 0.5·37) = 28.5, less 2·E(pH − 7)² = 0.045.
  assert.equal(scm.variables[best.variable].name, "heat");
  assert.equal(best.value, 37);
  assert.ok(Math.abs(best.outcome - 28.455) < 1e-6);
});
