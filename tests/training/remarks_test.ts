import assert from "node:assert/strict";
import { closingRemarks } from "../../lib/training/mod.ts";

const NAME = "validation/normalised_value";
const validated = (update: number, value: number, half: number) => ({
  update,
  [NAME]: value,
  [`${NAME}_low`]: value - half,
  [`${NAME}_high`]: value + half,
});

Deno.test("a training that stopped learning says so, with the update, and why where it is known", () => {
  const rows = (last: number, equal: number) =>
    Array.from({ length: 30 }, (_, i) => ({
      update: i + 1,
      grad_norm: i < last ? 1 : 0,
      frac_reward_zero_std: i < last ? 0.5 : equal,
    }));
  assert.deepEqual(closingRemarks(rows(30, 1)), []);
  assert.deepEqual(closingRemarks(rows(26, 1)), [], "a few updates without a gradient are no news");
  const [remark] = closingRemarks(rows(7, 1));
  assert.match(remark, /^learning stopped at update 8: from there to update 30 the gradient is 0, because the members/);
  assert.match(closingRemarks(rows(7, 0.9))[0], /the gradient is 0; /);
});

Deno.test("a validation that ends clearly below an earlier one says so, and one within the noise does not", () => {
  assert.deepEqual(closingRemarks([validated(0, 0.1, 0.1), validated(50, 0.9, 0.05), validated(100, 0.85, 0.05)]), []);
  assert.deepEqual(closingRemarks([validated(0, 0.1, 0.1), validated(50, 0.9, 0.02), validated(100, 0.5, 0.02)]), [
    `${NAME} ends at 0.500 [0.480, 0.520], below the 0.900 [0.880, 0.920] of update 50`,
  ]);
  assert.match(
    closingRemarks([validated(0, 0.3, 0.05), validated(50, 0.9, 0.02), validated(100, 0.1, 0.02)])[0],
    /of update 50, and below the 0\.300 \[0\.250, 0\.350\] that it began with$/,
  );
});
