import assert from "node:assert/strict";
import { createStream } from "../../lib/random/mod.ts";
import { candidateSets, createEvidenceScratch, evidenceInto } from "../../lib/surrogate/active/evidence.ts";

const PRIOR = { precision: 0.5, interceptPrecision: 0.2, shape: 1.5, scale: 0.7 };

/** `[rows]` of intercept, three variables and the target. */
function rows(count: number): number[][] {
  const stream = createStream(5);
  return Array.from({ length: count }, () => {
    const x = [stream.normal(), stream.normal(), stream.normal()];
    return [1, ...x, 0.5 + x[0] - 0.4 * x[2] + 0.3 * stream.normal()];
  });
}

/** Σ log p(yₜ | xₜ, earlier rows): each predictive is a Student t; the regression is updated by Sherman & Morrison. */
function prequential(data: readonly number[][], columns: readonly number[]): number {
  const size = columns.length;
  const covariance = columns.map((c, i) =>
    columns.map((_, j) => i === j ? 1 / (c === 0 ? PRIOR.interceptPrecision : PRIOR.precision) : 0)
  );
  let mean = new Array<number>(size).fill(0);
  let [shape, scale] = [PRIOR.shape, PRIOR.scale];
  let total = 0;
  for (const row of data) {
    const x = columns.map((c) => row[c]);
    const spread = covariance.map((r) => r.reduce((sum, v, j) => sum + v * x[j], 0));
    const variance = 1 + spread.reduce((sum, v, i) => sum + v * x[i], 0);
    const error = row[4] - mean.reduce((sum, m, i) => sum + m * x[i], 0);
    // Student t with 2·shape degrees of freedom, without the terms that no set changes.
    total -= 0.5 * Math.log(scale * variance) + (shape + 0.5) * Math.log1p(error * error / (2 * scale * variance));
    mean = mean.map((m, i) => m + spread[i] * error / variance);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) covariance[i][j] -= spread[i] * spread[j] / variance;
    }
    scale += error * error / (2 * variance);
    shape += 0.5;
  }
  return total;
}

Deno.test("the evidence of every set is the product of its one-row-ahead predictions", () => {
  const data = rows(15);
  const dimension = 5;
  const cross = new Float64Array(dimension * dimension);
  for (const row of data) row.forEach((a, i) => row.forEach((b, j) => cross[i * dimension + j] += a * b));
  const sets = candidateSets(3, 3);
  assert.equal(sets.members.length, 8);
  const out = new Float64Array(8);
  const joined = new Float64Array(8);
  const columns = Int32Array.of(1, 2, 3);
  const run = (extra: number) =>
    evidenceInto(
      out,
      joined,
      { sets, cross, dimension, rows: data.length, columns, target: 4, prior: PRIOR },
      extra,
      createEvidenceScratch(3),
    );
  const columnsOf = (members: number) => [0, ...[0, 1, 2].filter((c) => members >> c & 1).map((c) => c + 1)];
  run(-1);
  const base = prequential(data, [0]) - out[0];
  sets.members.forEach((members, s) => {
    assert.ok(Math.abs(out[s] + base - prequential(data, columnsOf(members))) < 1e-9, `set ${members}`);
  });
  const whole = new Map(sets.members.entries().map(([s, members]) => [members, out[s]] as const));
  run(1);
  sets.members.forEach((members, s) => {
    if (members & 2) assert.equal(joined[s], -Infinity);
    else assert.ok(Math.abs(joined[s] - (whole.get(members | 2) ?? NaN)) < 1e-9, `set ${members} and candidate 1`);
  });
});
