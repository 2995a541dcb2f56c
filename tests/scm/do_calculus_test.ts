import assert from "node:assert/strict";
import { createStream } from "../../lib/random/mod.ts";
import { createScm, type Intervention, sampleRows, type Scm, totalEffects } from "../../lib/scm/mod.ts";
import { column, correlation, define, interval, linear, mean, perfect } from "./support.ts";

const N = 40_000;
const NULL = 4.5 / Math.sqrt(N);

function columns(scm: Scm, intervention: Intervention = []): Float64Array[] {
  const rows = sampleRows(scm, N, intervention, createStream(41));
  return scm.variables.map((_, v) => column(rows, scm.variables.length, v));
}

const free = interval(-5, 5);

Deno.test("a fork's children move together and do not move each other", () => {
  const scm = createScm(define([
    { name: "Z", mechanism: linear(), domain: free },
    { name: "X", parents: ["Z"], mechanism: linear(0, 1), domain: free },
    { name: "Y", parents: ["Z"], mechanism: linear(0, 2) },
  ], "Y"));
  const [, x, y] = columns(scm);
  assert.ok(Math.abs(correlation(x, y) - 2 / Math.sqrt(10)) < NULL);
  assert.deepEqual(columns(scm, perfect(1, 4))[2], y);
  assert.deepEqual([...totalEffects(scm)], [2, 0, 1]);
});

Deno.test("a collider's causes are independent, and become dependent once the collider is known", () => {
  const scm = createScm(define([
    { name: "X", mechanism: linear(), domain: free },
    { name: "Z", mechanism: linear(), domain: free },
    { name: "Y", parents: ["X", "Z"], mechanism: linear(0, 1, 1) },
  ], "Y"));
  const [x, z, y] = columns(scm);
  assert.ok(Math.abs(correlation(x, z)) < NULL);
  const known = [...y.keys()].filter((r) => Math.abs(y[r]) < 0.2);
  const pick = (values: Float64Array) => Float64Array.from(known, (r) => values[r]);
  assert.ok(correlation(pick(x), pick(z)) < -0.4); // −½ in the limit: Berkson's paradox
  assert.deepEqual(columns(scm, perfect(0, 2))[1], z);
});

Deno.test("a chain's ends are independent once its middle is set", () => {
  const scm = createScm(define([
    { name: "X", mechanism: linear(), domain: free },
    { name: "M", parents: ["X"], mechanism: linear(0, 1.5), domain: free },
    { name: "Y", parents: ["M"], mechanism: linear(0, 1.5) },
  ], "Y"));
  const [x, , y] = columns(scm);
  assert.ok(correlation(x, y) > 0.7);
  const cut = columns(scm, perfect(1, 1));
  assert.ok(Math.abs(correlation(cut[0], cut[2])) < NULL);
});

Deno.test("a hidden confounder correlates what has no effect, and do() removes the correlation", () => {
  const scm = createScm(define([
    { name: "W", mechanism: linear(), domain: free },
    { name: "X", parents: ["U"], mechanism: linear(0, 2), domain: free },
    { name: "Y", parents: ["W", "U"], mechanism: linear(0, 0.5, 2) },
    { name: "U", mechanism: linear(), observed: false },
  ], "Y"));
  const [, x, y] = columns(scm);
  assert.ok(correlation(x, y) > 0.7);
  assert.ok(Math.abs(mean(columns(scm, perfect(1, 5))[2]) - mean(y)) < 1e-12);
  assert.equal(totalEffects(scm)[1], 0);
  assert.throws(() => columns(scm, perfect(3, 0)), /U cannot be set; the variables that can are W, X/);
});

Deno.test("the back-door adjustment recovers the effect of do() from observations (Pearl 2009, theorem 3.3.2)", () => {
  const scm = createScm(define([
    { name: "Z", mechanism: linear(), domain: free },
    { name: "X", parents: ["Z"], mechanism: linear(0, 1), domain: free },
    { name: "Y", parents: ["X", "Z"], mechanism: linear(0, 1.2, -2) },
  ], "Y"));
  const [z, x, y] = columns(scm);
  const covariance = (a: Float64Array, b: Float64Array) =>
    a.reduce((sum, v, r) => sum + v * b[r], 0) / N - mean(a) * mean(b);
  const [xx, zz, xz] = [covariance(x, x), covariance(z, z), covariance(x, z)];
  const adjusted = (covariance(x, y) * zz - covariance(z, y) * xz) / (xx * zz - xz * xz);
  assert.ok(Math.abs(adjusted - totalEffects(scm)[1]) < 0.03);
  assert.ok(Math.abs(covariance(x, y) / xx - 0.2) < 0.03, "without adjustment the slope is 1.2 − 2·½");
});
