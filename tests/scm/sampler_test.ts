import assert from "node:assert/strict";
import { createStream } from "../../lib/random/mod.ts";
import {
  compileSampler,
  createScm,
  type Intervention,
  LINEAR_DISTRIBUTION,
  sampleRows,
  type Scm,
  ScmError,
  settableVariables,
} from "../../lib/scm/mod.ts";
import { sampleScm } from "../../lib/scm/random/sample.ts";
import { chain, column, define, interval, linear, mean, noise, perfect, shift, variance } from "./support.ts";

const stream = () => createStream(1).child("rows");
const linearScm = sampleScm({ ...LINEAR_DISTRIBUTION, sizes: { min: 9, max: 9 } }, createStream(2));
const mixedScm = sampleScm({
  ...LINEAR_DISTRIBUTION,
  sizes: { min: 9, max: 9 },
  mechanisms: { linear: 1, polynomial: 1, sigmoid: 1, tanh: 1, mlp: 1 },
  noiseKinds: { gaussian: 1, uniform: 1, laplace: 1, gumbel: 1, "student-t": 1 },
  hidden: { min: 2, max: 2 },
}, createStream(3));

const skewedScm = sampleScm({
  ...LINEAR_DISTRIBUTION,
  sizes: { min: 9, max: 9 },
  noiseKinds: { uniform: 1, laplace: 1, gumbel: 1 },
}, createStream(5));

/** The first settable variable and the middle of its domain. */
function middle(scm: Scm): [number, number] {
  const [variable] = settableVariables(scm);
  const { domain } = scm.variables[variable];
  assert.ok(domain?.kind === "interval");
  return [variable, 0.5 * (domain.low + domain.high)];
}

for (const [kind, scm] of [["linear", linearScm], ["skewed noise", skewedScm], ["nonlinear", mixedScm]] as const) {
  const n = scm.variables.length;
  const [variable, value] = middle(scm);

  Deno.test(`${kind}: rows drawn together, one by one and as columns are the same numbers`, () => {
    const rows = 700;
    const sampler = compileSampler(scm);
    for (const intervention of [[], perfect(variable, value)]) {
      const together = new Float64Array(rows * n),
        one = new Float64Array(rows * n),
        columns = new Float64Array(rows * n);
      sampler.rowsInto(together, rows, intervention, stream());
      sampler.columnsInto(columns, rows, intervention, stream());
      const single = stream();
      for (let r = 0; r < rows; r++) {
        sampler.rowInto(one, single, intervention.length > 0 ? variable : -1, value, r * n);
      }
      assert.deepEqual(one, together);
      for (let v = 0; v < n; v++) assert.deepEqual(columns.slice(v * rows, (v + 1) * rows), column(together, n, v));
    }
  });

  Deno.test(`${kind}: an intervention moves descendants alone, under common random numbers`, () => {
    const before = sampleRows(scm, 50, [], stream());
    const after = sampleRows(scm, 50, perfect(variable, value), stream());
    const below = new Set([variable]);
    for (const v of scm.order) if (scm.variables[v].parents.some((p) => below.has(p))) below.add(v);
    for (let v = 0; v < n; v++) {
      if (!below.has(v)) assert.deepEqual(column(before, n, v), column(after, n, v));
      else assert.notDeepEqual(column(before, n, v), column(after, n, v));
    }
    assert.ok(column(after, n, variable).every((x) => x === value));
  });
}

Deno.test("a perfect intervention cuts a variable from its parents; a shift adds to what they say", () => {
  const scm = chain(3);
  const rows = 5;
  const free = sampleRows(scm, rows, [], stream());
  const shifted = sampleRows(scm, rows, shift(1, 2), stream());
  const set = sampleRows(scm, rows, perfect(1, 2), stream());
  for (let r = 0; r < rows; r++) {
    assert.equal(shifted[3 * r], free[3 * r]);
    assert.ok(Math.abs(shifted[3 * r + 1] - free[3 * r + 1] - 2) < 1e-12);
    assert.ok(Math.abs(shifted[3 * r + 2] - free[3 * r + 2] - 3) < 1e-12);
    assert.equal(set[3 * r + 1], 2);
    assert.ok(Math.abs(set[3 * r + 2] - (free[3 * r + 2] + 1.5 * (2 - free[3 * r + 1]))) < 1e-12);
  }
});

Deno.test("several variables are set at once, and freed again for the next sample", () => {
  const scm = chain(4);
  const both: Intervention = [...perfect(0, -1), ...shift(2, 3)];
  const sampler = compileSampler(scm);
  const rows = new Float64Array(8), free = new Float64Array(8), again = new Float64Array(8);
  sampler.rowsInto(free, 2, [], stream());
  sampler.rowsInto(rows, 2, both, stream());
  sampler.rowsInto(again, 2, [], stream());
  assert.deepEqual(again, free);
  for (let r = 0; r < 2; r++) {
    assert.equal(rows[4 * r], -1);
    const moved = 1.5 * (rows[4 * r] - free[4 * r]);
    assert.ok(Math.abs(rows[4 * r + 1] - free[4 * r + 1] - moved) < 1e-12);
    assert.ok(Math.abs(rows[4 * r + 2] - free[4 * r + 2] - 1.5 * moved - 3) < 1e-12);
  }
});

Deno.test("the chain's variables have the means and variances of their closed form, observed and under both interventions", () => {
  const scm = chain(3);
  const n = 200_000;
  const expected: [Intervention, number[], number[]][] = [
    [[], [0, 0, 0], [1, 3.25, 8.3125]],
    [perfect(1, -4), [0, -4, -6], [1, 0, 1]],
    [shift(0, 2), [2, 3, 4.5], [1, 3.25, 8.3125]],
  ];
  for (const [intervention, means, variances] of expected) {
    const rows = sampleRows(scm, n, intervention, stream());
    for (let v = 0; v < 3; v++) {
      const x = column(rows, 3, v);
      assert.ok(Math.abs(mean(x) - means[v]) <= 4 * Math.sqrt(variances[v] / n));
      assert.ok(Math.abs(variance(x) - variances[v]) <= 4 * variances[v] * Math.sqrt(2 / n));
    }
  }
});

Deno.test("multiplicative noise scales with the mechanism's value", () => {
  const variables = [
    { name: "X", mechanism: linear(3), noise: noise(0), domain: interval(0, 9) },
    { name: "Y", parents: ["X"], mechanism: linear(1, 2), noise: noise(0.5, "multiplicative") },
  ];
  for (const extra of [[], [{ name: "Z", mechanism: { kind: "expression", formula: "1" } } as const]]) {
    const scm = createScm(define([...variables, ...extra], "Y"));
    const y = column(sampleRows(scm, 100_000, [], stream()), scm.variables.length, 1);
    assert.ok(Math.abs(mean(y) - 7) < 4 * 3.5 / Math.sqrt(1e5));
    assert.ok(Math.abs(Math.sqrt(variance(y)) - 3.5) < 0.04);
  }
});

Deno.test("what cannot be set is refused with the domain or the choices in the message", () => {
  const values = { kind: "values", values: [0, 1] } as const;
  const scm = createScm(define([
    { name: "A", mechanism: linear(), domain: interval(-5, 5) },
    { name: "B", mechanism: linear(), domain: values },
    { name: "C", mechanism: linear() },
    { name: "Y", parents: ["A"], mechanism: linear(0, 1) },
  ], "Y"));
  const sampler = compileSampler(scm);
  const out = new Float64Array(4);
  const attempts: [number, number, RegExp][] = [
    [0, 5.01, /A = 5\.01 is outside its domain \[-5, 5\]/],
    [0, NaN, /A = NaN is outside/],
    [1, 0.5, /B = 0\.5 is outside its domain \{0, 1\}/],
    [2, 0, /C cannot be set; the variables that can are A, B/],
    [3, 0, /Y is the target and can never be set/],
    [4, 0, /has no variable number 4; it can set A, B/],
  ];
  for (const [variable, value, message] of attempts) {
    assert.throws(() => sampler.rowInto(out, stream(), variable, value), message);
    assert.throws(() => sampler.rowsInto(out, 1, perfect(variable, value), stream()), message);
    assert.throws(() => sampler.rowsInto(out, 1, shift(variable, value), stream()), ScmError);
  }
  assert.throws(() => sampler.rowsInto(out, 1, [...perfect(0, 1), ...shift(0, 1)], stream()), /A is set twice/);
  assert.throws(() => sampler.rowsInto(out, 2, [], stream()), /2 rows of 4 variables into an array of 4 numbers/);
  sampler.rowInto(out, stream(), 1, 1);
  assert.equal(out[1], 1);
  sampler.rowInto(out, stream(), -1, 0);
  const fresh = sampleRows(scm, 1, [], stream());
  assert.deepEqual(out, fresh, "a refused intervention leaves nothing behind");
});
