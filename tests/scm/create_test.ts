import assert from "node:assert/strict";
import { createScm, ScmError, settableVariables, type VariableDefinition } from "../../lib/scm/mod.ts";
import { define, interval, linear, noise } from "./support.ts";

const X: VariableDefinition = { name: "X", mechanism: linear(), domain: interval(-1, 1) };
const Y: VariableDefinition = { name: "Y", parents: ["X"], mechanism: linear(0, 2) };

/** The one-line message of the error that a definition of X, Y and one more variable causes. */
function refusal(change: Partial<VariableDefinition> & { readonly name: string }, target = "Y"): string {
  const variables = [X, Y].filter(({ name }) => name !== change.name);
  const base = [X, Y].find(({ name }) => name === change.name) ?? { mechanism: linear() };
  try {
    createScm(define([...variables, { ...base, ...change }], target));
  } catch (error) {
    assert.ok(error instanceof ScmError, String(error));
    assert.ok(!error.message.includes("\n"), "one line");
    return error.message;
  }
  return "accepted";
}

Deno.test("a definition in names becomes indices, an order and defaults", () => {
  const scm = createScm(define([Y, X], "Y"));
  assert.deepEqual(scm.order, [1, 0]);
  assert.deepEqual(scm.variables[0].parents, [1]);
  assert.deepEqual(scm.variables[0].noise, noise(1));
  assert.equal(scm.variables[0].observed, true);
  assert.equal(scm.target, 0);
  assert.deepEqual(settableVariables(scm), [1]);
});

Deno.test("names must be unique and printable, and parents must exist and be listed once", () => {
  for (const name of ["", " X", "X ", "a\nb", "a`b", "\u0007", "\uE000", "__proto__"]) {
    assert.match(refusal({ name }), /is no variable name: it must not be empty/);
  }
  for (const name of ["two words", "1st", "12", "PKC.p", "IL-6", "pi", "exp", "a=b", 'a"b', "größe_2"]) {
    assert.equal(refusal({ name }), "accepted");
  }
  assert.throws(() => createScm(define([X, X, Y], "Y")), /two variables are named "X"/);
  assert.match(refusal({ name: "Y", parents: ["Q"] }), /variable Y: its parent "Q" is none of X, Y/);
  assert.match(refusal({ name: "Y", parents: ["X", "X"], mechanism: linear(0, 1, 1) }), /listed twice/);
});

Deno.test("a cycle is refused by name, a variable of its own included", () => {
  const variables: VariableDefinition[] = [
    { name: "A", parents: ["C"], mechanism: linear(0, 1) },
    { name: "B", parents: ["A"], mechanism: linear(0, 1) },
    { name: "C", parents: ["X", "B"], mechanism: linear(0, 1, 1) },
  ];
  assert.throws(() => createScm(define([X, ...variables], "C")), /has a cycle: A → B → C → A/);
  assert.match(refusal({ name: "Z", parents: ["Z"], mechanism: linear(0, 1) }), /has a cycle: Z → Z/);
});

Deno.test("a target must exist, be seen, be unsettable and have a cause that can be set", () => {
  assert.match(refusal({ name: "Z" }, "Q"), /the target "Q" is none of X, Y, Z/);
  assert.match(refusal({ name: "Y", observed: false }), /target Y is hidden/);
  assert.match(refusal({ name: "Y", domain: interval(0, 1) }), /target Y has a domain/);
  assert.match(refusal({ name: "Y", parents: [], mechanism: linear() }), /target Y has no cause that can be set/);
  assert.match(refusal({ name: "X", domain: null }), /target Y has no cause that can be set/);
});

Deno.test("domains must hold something finite, and hidden variables have none", () => {
  assert.match(refusal({ name: "X", domain: interval(1, -1) }), /variable X: its domain \[1, -1\] is empty/);
  assert.match(refusal({ name: "X", domain: interval(1, 1) }), /\[1, 1\] is empty/);
  assert.match(refusal({ name: "X", domain: interval(0, Infinity) }), /\[0, Infinity\]/);
  assert.match(refusal({ name: "X", domain: { kind: "values", values: [] } }), /its domain is empty/);
  assert.match(refusal({ name: "X", domain: { kind: "values", values: [1, NaN] } }), /\{1, NaN\} holds a value/);
  assert.match(refusal({ name: "H", observed: false, domain: interval(0, 1) }), /variable H: it is hidden/);
});

Deno.test("mechanisms must fit their parents and hold finite numbers", () => {
  assert.match(refusal({ name: "Y", mechanism: linear(0, NaN) }), /the weight of X is NaN/);
  assert.match(refusal({ name: "Y", mechanism: linear(Infinity, 1) }), /intercept is Infinity/);
  assert.match(refusal({ name: "Y", mechanism: linear(0, 1, 2) }), /2 weights for 1 parents \(X\)/);
  const polynomial = { kind: "polynomial", intercept: 0, coefficients: [[1, -Infinity]] } as const;
  assert.match(refusal({ name: "Y", mechanism: polynomial }), /a coefficient of X is not finite: 1, -Infinity/);
  const tanh = { kind: "tanh", intercept: 0, scales: [1], slopes: [], shifts: [0] } as const;
  assert.match(refusal({ name: "Y", mechanism: tanh }), /0 slopes for 1 parents/);
  const mlp = {
    kind: "mlp",
    intercept: 0,
    hiddenWeights: [[1], [1, 2]],
    hiddenBiases: [0, 0],
    outputWeights: [1, 1],
  } as const;
  assert.match(refusal({ name: "Y", mechanism: mlp }), /row 1 of the hidden weights has 2 numbers for 1 parents/);
  assert.match(
    refusal({ name: "Y", mechanism: { ...mlp, hiddenBiases: [0] } }),
    /2 rows of hidden weights, 1 hidden biases/,
  );
  assert.match(refusal({ name: "Y", mechanism: { ...mlp, hiddenWeights: [], hiddenBiases: [] } }), /no hidden unit/);
  const idle = { name: "Y", parents: ["X"], mechanism: { kind: "expression", formula: "2" } } as const;
  assert.match(refusal(idle), /its parent "X" does not appear in the formula "2"/);
});

Deno.test("noise needs a scale ≥ 0 and a variance", () => {
  assert.match(refusal({ name: "Y", noise: noise(-1) }), /noise scale is -1/);
  assert.match(refusal({ name: "Y", noise: noise(NaN) }), /noise scale is NaN/);
  const student = { ...noise(1), distribution: { kind: "student-t", degreesOfFreedom: 2 } } as const;
  assert.match(refusal({ name: "Y", noise: student }), /2 degrees of freedom has no variance/);
});
