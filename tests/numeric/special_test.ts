import assert from "node:assert/strict";
import { fTail, studentCdf, studentQuantile } from "../../lib/numeric/mod.ts";

// Beyond these guards the continued fraction of what is no number would be an error.
Deno.test("without degrees of freedom, as of a single value, the tails of t and F are no numbers", () => {
  for (const none of [0, -1, NaN]) {
    assert.equal(studentQuantile(0.975, none), NaN);
    assert.equal(studentCdf(1, none), NaN);
    assert.equal(fTail(2, none, 3), NaN);
    assert.equal(fTail(2, 3, none), NaN);
  }
  assert.equal(studentCdf(NaN, 3), NaN);
  assert.equal(fTail(NaN, 2, 3), NaN);
});

Deno.test("with one degree of freedom t is Cauchy's, with two it has a closed form, with infinitely many it is normal", () => {
  const near = (value: number, wanted: number) =>
    assert.ok(Math.abs(value - wanted) < 1e-12 * Math.abs(wanted), `${value}`);
  for (const p of [0.6, 0.9, 0.975, 0.9999]) {
    near(studentQuantile(p, 1), Math.tan(Math.PI * (p - 0.5)));
    near(studentQuantile(p, 2), (2 * p - 1) / Math.sqrt(2 * p * (1 - p)));
    near(studentCdf(studentQuantile(p, 7.5), 7.5), p);
  }
  near(studentQuantile(0.975, Infinity), 1.959963984540054);
});
