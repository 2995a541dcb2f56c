import assert from "node:assert/strict";
import { formatEstimate, formatNumber, formatPercent } from "../../lib/report/mod.ts";
import { formatP } from "../../lib/report/format.ts";

Deno.test("numbers are rounded, with a true minus sign and no negative zero", () => {
  const cases: readonly [number, number, string][] = [
    [0.95449, 3, "0.954"],
    [-0.03, 3, "−0.030"],
    [-0, 2, "0.00"],
    [1.2000000000000002, 1, "1.2"],
    [123456.7, 3, "123,457"],
    [-123456.7, 3, "−123,457"],
    [2.5e-7, 3, "2.5e−7"],
    [-2.5e-7, 3, "−2.5e−7"],
    [3e12, 3, "3.0e12"],
    [NaN, 3, "–"],
    [-Infinity, 3, "−∞"],
  ];
  for (const [value, digits, text] of cases) assert.equal(formatNumber(value, digits), text, `${value}`);
});

Deno.test("p-values, shares and estimates have their own forms", () => {
  assert.equal(formatP(0.00099), "< 0.001");
  assert.equal(formatP(0.0421), "0.042");
  assert.equal(formatPercent(0.2564), "25.6 %");
  assert.equal(formatEstimate({ value: 0.5, low: -0.25, high: 1 }, 2), "0.50 [−0.25, 1.00]");
  assert.equal(formatEstimate({ value: 0.5 }, 2), "0.50");
  assert.equal(formatEstimate({ value: -0.024, low: -0.048, high: 4.8e-4 }), "−0.024 [−0.048, 0.000]");
});
