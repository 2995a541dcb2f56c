import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { PAIR_FEATURES } from "../../lib/environment/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { basisAround, basisInto, curveOf, fitBasis, sumRows, sumsOf } from "../../lib/surrogate/amortised/basis.ts";
import { createResponseTracker } from "../../lib/surrogate/amortised/episode.ts";
import { addReadingsInto, averageProcesses, createGrid, createProcess } from "../../lib/surrogate/amortised/grid.ts";
import { CELL_FEATURES, VARIABLE_FEATURES } from "../../lib/surrogate/amortised/views.ts";
import {
  concatResponseViews,
  createResponseNetwork,
  gatherResponseViews,
  HALF_INTERVAL,
  readOutputs,
  responseLoss,
  type ResponseViews,
  responseViews,
} from "../../lib/surrogate/mod.ts";
import { choleskyInto, halfLogDeterminant, solveLowerInto, solveUpperInto } from "../../lib/numeric/mod.ts";
import { computeNow, useBackend } from "../../lib/tensor/mod.ts";
import { EPISODE, mirrored, N, observe, relabelled, rescaled } from "../environment/written_out.ts";

await useBackend("simd");

const grid = createGrid(9);

function viewsOf(observation: ReturnType<typeof observe>): ResponseViews {
  return responseViews(observation, grid, createResponseTracker(grid));
}

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what = ""): void {
  assert.equal(actual.length, expected.length);
  for (let k = 0; k < actual.length; k++) {
    assert.ok(
      Math.abs(actual[k] - expected[k]) <= tolerance * (1 + Math.abs(expected[k])),
      `${what}${k}: ${actual[k]}, not ${expected[k]}`,
    );
  }
}

/** Prior means of the four sources, of which nothing more is unknown. */
const known = (...means: Float64Array[]) => means.map((mean) => ({ mean, covariance: null }));

/** Posterior mean and variance of `K + noise²`, by one dense solve, and the evidence without constants. */
function denseProcess(
  covariance: (a: number, b: number) => number,
  at: readonly number[],
  outcome: readonly number[],
  noise: number,
  where: readonly number[],
) {
  const n = at.length;
  const factor = Float64Array.from(
    { length: n * n },
    (_, k) => covariance(at[Math.floor(k / n)], at[k % n]) + (Math.floor(k / n) === k % n ? noise * noise : 0),
  );
  assert.ok(choleskyInto(factor, n));
  const half = Float64Array.from(outcome);
  solveLowerInto(factor, n, half);
  const evidence = -halfLogDeterminant(factor, n) - 0.5 * half.reduce((sum, x) => sum + x * x, 0);
  const solved = half.slice();
  solveUpperInto(factor, n, solved);
  return {
    evidence,
    mean: where.map((w) => at.reduce((sum, a, k) => sum + covariance(w, a) * solved[k], 0)),
    variance: where.map((w) => {
      const cross = Float64Array.from(at, (a) => covariance(w, a));
      solveLowerInto(factor, n, cross);
      return covariance(w, w) - cross.reduce((sum, x) => sum + x * x, 0);
    }),
  };
}

Deno.test("one reading after the other gives the posterior and the evidence of all at once", () => {
  const cells = [...grid.cells];
  const at = [2, 6, 6, 0, 4].map((k) => cells[k]);
  const outcome = [0.4, -1, -0.7, 2, 0.1];
  const prior = grid.cells.map((u) => 0.5 * u);
  // The last source is a straight line whose slope is known to 0.8.
  const unsure = {
    mean: prior,
    covariance: Float64Array.from({ length: 81 }, (_, k) => 0.64 * cells[Math.floor(k / 9)] * cells[k % 9]),
  };
  const process = createProcess(grid, [...known(new Float64Array(9), prior, prior), unsure]);
  // Both rows at the same setting are one reading.
  addReadingsInto(process, grid, { at: at[0], mean: outcome[0], count: 1, scatter: 0 });
  addReadingsInto(process, grid, { at: at[1], mean: -0.85, count: 2, scatter: 2 * 0.15 ** 2 });
  addReadingsInto(process, grid, { at: at[3], mean: outcome[3], count: 1, scatter: 0 });
  addReadingsInto(process, grid, { at: at[4], mean: outcome[4], count: 1, scatter: 0 });
  const [kernels, noises] = [11, [0.05, 0.15, 0.4, 1]];
  // Kernel 5 has length 1.2 and height 2, kernel 2 is a straight line with slope 2.5.
  const matern = (a: number, b: number) => {
    const r = Math.sqrt(5) / 1.2 * Math.abs(a - b);
    return 4 * (1 + r + r * r / 3) * Math.exp(-r);
  };
  const line = (a: number, b: number) => 6.25 * (0.25 + a * b);
  const differences: number[] = [];
  for (const [kernel, covariance] of [[5, matern], [2, line]] as const) {
    for (const n of [1, 2, 3]) {
      const c = kernel * noises.length + n;
      const zero = denseProcess(covariance, at, outcome, noises[n], cells);
      assertClose(process.means.slice(c * 9, c * 9 + 9), zero.mean, 2e-4, `mean ${kernel} `);
      assertClose(process.variances.slice(c * 9, c * 9 + 9), zero.variance, 2e-4, `variance ${kernel} `);
      differences.push(process.evidence[c] - zero.evidence);
      const residuals = outcome.map((y, k) => y - 0.5 * at[k]);
      const around = denseProcess(covariance, at, residuals, noises[n], cells);
      const member = kernels * noises.length + c;
      assertClose(
        process.means.slice(member * 9, member * 9 + 9),
        around.mean.map((m, p) => m + 0.5 * cells[p]),
        2e-4,
        "around a prior ",
      );
      differences.push(process.evidence[member] - around.evidence);
      const last = 3 * kernels * noises.length + c;
      const wide = denseProcess((a, b) => covariance(a, b) + 0.64 * a * b, at, residuals, noises[n], cells);
      assertClose(
        process.means.slice(last * 9, last * 9 + 9),
        wide.mean.map((m, p) => m + 0.5 * cells[p]),
        2e-4,
        "around an unsure prior ",
      );
      assertClose(process.variances.slice(last * 9, last * 9 + 9), wide.variance, 2e-4, "variance of an unsure prior ");
      differences.push(process.evidence[last] - wide.evidence);
    }
  }
  // The evidence leaves out what is the same for every member, here ½ log 2 of the reading of two rows.
  assertClose(differences, differences.map(() => differences[0]), 1e-4, "evidence ");
});

Deno.test("between cells a reading is of the interpolation of its neighbours", () => {
  const zero = Array.from({ length: 4 }, () => new Float64Array(9));
  const process = createProcess(grid, known(...zero));
  for (let k = 0; k < 40; k++) addReadingsInto(process, grid, { at: 0.1, mean: 1, count: 1, scatter: 0 });
  const [{ mean, sd }] = averageProcesses([process]);
  assert.ok(Math.abs(0.6 * mean[4] + 0.4 * mean[5] - 1) < 0.01);
  assert.ok(Math.min(sd[4], sd[5]) < 0.5 * sd[0], `${sd}`);
});

Deno.test("what the other variables' readings say of prior and noise counts for a variable that was never tried", () => {
  const curve = grid.cells.map((u) => 2 * Math.sin(2 * u));
  const priors = known(new Float64Array(9), curve, curve, curve);
  const [tried, untried] = [createProcess(grid, priors), createProcess(grid, priors)];
  const before = averageProcesses([tried, untried])[1].byMean[0];
  for (const k of [0, 3, 5, 8]) {
    addReadingsInto(tried, grid, { at: grid.cells[k], mean: -3 * curve[k], count: 1, scatter: 0 });
  }
  const after = averageProcesses([tried, untried]);
  assert.ok(after[0].byMean[0] > 0.5, `observation is not believed where it was wrong: ${after[0].byMean}`);
  assert.ok(after[1].byMean[0] > before + 0.1, `and less where nothing was tried: ${after[1].byMean}`);
});

Deno.test("a straight regression in the basis is the Bayesian one, and parts of the sums are the sums of the parts", () => {
  const stream = createStream(3);
  const [x, z] = [0, 1].map(() => Float64Array.from({ length: 40 }, () => stream.normal()));
  const y = x.map((v, r) => 0.8 * v - 0.3 * z[r] + 0.2 * stream.normal());
  const noise = 0.2;
  const one = fitBasis(sumRows([x], [basisAround(x, 0)], y), [{ smooth: 0, length: 1, noise }]);
  const points = Float64Array.of(-2, 0.3, 4);
  const { mean, sd, covariance } = curveOf(one, 0, points);
  const dense = denseProcess((a, b) => 1 + a * b, [...x], [...y], noise, [...points]);
  assertClose(mean, dense.mean, 1e-8);
  assertClose(sd, dense.variance.map(Math.sqrt), 1e-8);
  // Of a straight line, what is not known at three places lies in a plane: it is the middle one's, drawn straight.
  const [a, b, c] = points;
  const share = (b - a) / (c - a);
  for (let q = 0; q < 3; q++) {
    const between = (1 - share) * covariance[q] + share * covariance[6 + q];
    assert.ok(Math.abs(covariance[3 + q] - between) < 1e-9 && covariance[3 + q] === covariance[q * 3 + 1]);
  }
  const both = sumRows([x, z], [basisAround(x, 5), basisAround(z, 5)], y);
  const own = sumRows([z], [{ ...basisAround(z, 5), sines: 3 }], y);
  const part = sumsOf(both, [1], 3);
  const lower = (cross: Float64Array, size: number) => cross.filter((_, k) => k % size <= Math.floor(k / size));
  assertClose(lower(part.cross, part.size), lower(own.cross, own.size), 1e-12);
  assertClose(part.outcome, own.outcome, 1e-12);
});

Deno.test("sines with the prior variances of a kernel have its covariance inside of their reach", () => {
  const basis = { sines: 60, reach: 6 };
  const [a, b, length] = [0.4, -0.7, 0.8];
  const [first, second] = [a, b].map((x) => {
    const values = new Float64Array(61);
    basisInto(values, 0, basis, x);
    return values;
  });
  let covariance = 0;
  for (let j = 1; j <= 60; j++) {
    const w = Math.PI * j / 12 * length;
    covariance += Math.sqrt(2 * Math.PI) * length * Math.exp(-0.5 * w * w) * first[j] * second[j];
  }
  assert.ok(Math.abs(covariance - Math.exp(-0.5 * ((a - b) / length) ** 2)) < 1e-6);
});

Deno.test("a bent curve is found from observation, and is not known far from the rows", () => {
  const stream = createStream(4);
  const x = Float64Array.from({ length: 150 }, () => stream.normal());
  const y = x.map((v) => Math.sin(2 * v) + 0.1 * stream.normal());
  const kernels = [0.1, 0.5].flatMap((noise) => [0, 1].map((smooth) => ({ smooth, length: 0.7, noise })));
  const { mean, sd } = curveOf(
    fitBasis(sumRows([x], [basisAround(x, 14)], y), kernels),
    0,
    Float64Array.of(-1, 0, 0.8, 9),
  );
  assertClose(mean.slice(0, 3), [Math.sin(-2), 0, Math.sin(1.6)], 0.12);
  assert.ok(sd[3] > 3 * Math.max(sd[0], sd[1], sd[2]));
});

const views = viewsOf(observe(EPISODE));
const NAMES = CELL_FEATURES;

function assertSameViews(actual: ResponseViews, expected: ResponseViews): void {
  actual.cell.forEach((value, k) =>
    assert.ok(
      Math.abs(value - expected.cell[k]) <= 2e-3 * (1 + Math.abs(expected.cell[k])),
      `${NAMES[k % NAMES.length]}: ${value}, not ${expected.cell[k]}`,
    )
  );
  assertClose(actual.nodes, expected.nodes, 2e-3, "node ");
  assertClose(actual.mean, expected.mean, 2e-3, "mean ");
}

Deno.test("features of responses are finite and tell cells and variables apart", () => {
  for (const data of [views.cell, views.nodes, views.mean, views.sd]) assert.ok(data.every(Number.isFinite));
  const cells = views.settable.length * views.cells;
  const constant = CELL_FEATURES.filter((_, f) =>
    new Set(Array.from({ length: cells }, (_, k) => views.cell[k * NAMES.length + f])).size === 1
  );
  assert.deepEqual(constant, []);
  assert.equal(views.channels, 28 + VARIABLE_FEATURES.length);
});

Deno.test("features of responses do not depend on units, zero points, or the objective's sign", () => {
  assertSameViews(viewsOf(observe(rescaled(EPISODE, [3, 0.02, 40, 1e3], [7, -2, 0.5, 90]))), views);
  assertSameViews(viewsOf(observe(mirrored(EPISODE))), views);
});

Deno.test("relabelling the variables relabels what the network says, and padding changes nothing of it", () => {
  const network = createResponseNetwork({ width: 16, layers: 2, heads: 1 }, createStream(5));
  const outputs = (own: ResponseViews) => computeNow(() => network.forward(own));
  const plain = outputs(views);
  const each = views.cells * 4;
  const order = [2, 0, 3, 1];
  const changed = outputs(viewsOf(observe(relabelled(EPISODE, order))));
  order.forEach((v, i) =>
    assertClose(changed.slice(i * each, (i + 1) * each), plain.slice(v * each, (v + 1) * each), 2e-3)
  );
  const padded = outputs(viewsOf(observe(EPISODE, N + 3)));
  assertClose(padded.slice(0, N * each), plain, 2e-3);
  network.parameters.dispose();
});

Deno.test("the same parameters work on a grid of any number of cells", () => {
  const network = createResponseNetwork({ width: 16, layers: 1, heads: 1 }, createStream(6));
  const fine = createGrid(17);
  const own = responseViews(observe(EPISODE), fine, createResponseTracker(fine));
  const [coarse, dense] = [views, own].map((of) => computeNow(() => readOutputs(network.forward(of), of).mean));
  const shared = Float32Array.from(coarse, (_, k) => dense[Math.floor(k / 9) * 17 + 2 * (k % 9)]);
  assertClose(shared, coarse, 0.1);
  network.parameters.dispose();
});

Deno.test("an episode that is followed row by row knows what one that is read at once knows", () => {
  const track = createResponseTracker(grid);
  const shorter = { ...EPISODE, rows: EPISODE.rows.slice(0, -2) };
  track(observe(shorter), 0);
  const followed = track(observe(EPISODE), 0);
  const fresh = createResponseTracker(grid)(observe(EPISODE), 0);
  assert.deepEqual(followed.processes.map(({ means }) => means), fresh.processes.map(({ means }) => means));
  assert.deepEqual(followed.readings, fresh.readings);
  // Another episode under the same index begins anew.
  const other = rescaled(EPISODE, [1, 1, 1, -1], [0, 0, 0, 0]);
  assert.deepEqual(
    track(observe(other), 0).processes.map(({ evidence }) => evidence),
    createResponseTracker(grid)(observe(other), 0).processes.map(({ evidence }) => evidence),
  );
});

Deno.test("joined and gathered views are those of their states", () => {
  const both = concatResponseViews([views, viewsOf(observe(mirrored(EPISODE))), views]);
  const second = gatherResponseViews(both, Int32Array.of(2));
  for (const name of ["cell", "nodes", "pairs", "mean", "sd", "unit", "left", "settable"] as const) {
    assert.deepEqual(second[name], views[name], name);
  }
  assert.equal(both.pairs.length, 3 * N * N * PAIR_FEATURES.length);
});

Deno.test("the loss is the negative log density of the truth, of promising cells above all, less half the answer's value", () => {
  const rows = N * views.cells;
  const settable = Array.from({ length: rows }, (_, k) => k).filter((k) =>
    views.settable[Math.floor(k / views.cells)] > 0
  );
  const lossFor = (truth: Float32Array) => {
    const labels = { truth, value: new Float32Array(rows).fill(0.25) };
    const [total, likelihood, answer] = computeNow(() => {
      const loss = responseLoss(tf.zeros([rows, 4]), views, labels);
      return tf.stack([loss.total, loss.likelihood, loss.answer]);
    });
    return { total, likelihood, answer };
  };
  // Outputs of 0 leave the processes as they are.
  const sds = settable.map((k) => Math.max(views.sd[k], 0.02 * views.unit[0]));
  const highest = Math.max(...settable.map((k) => views.mean[k] + views.sd[k]));
  const weights = settable.map((k) =>
    1 + 4 * Math.exp((views.mean[k] + views.sd[k] - highest) / (0.3 * views.unit[0]))
  );
  const total = weights.reduce((sum, w) => sum + w, 0);
  const density = (z: number, sd: number) => {
    const scale = sd / Math.sqrt(10 / 8);
    return 5.5 * Math.log1p((z * sd / scale) ** 2 / 10) + Math.log(scale);
  };
  for (const miss of [0, 0.7, 5]) {
    const truth = new Float32Array(rows).fill(123);
    settable.forEach((k, i) => truth[k] = views.mean[k] + miss * sds[i]);
    const { total: loss, likelihood, answer } = lossFor(truth);
    const expected = weights.reduce((sum, w, i) => sum + w * density(miss, sds[i]), 0) / total;
    assert.ok(Math.abs(likelihood - expected) < 1e-4 * (1 + Math.abs(expected)), `${likelihood}, not ${expected}`);
    assert.ok(Math.abs(answer - 0.25) < 1e-5);
    assert.ok(Math.abs(loss - (likelihood - 0.125)) < 1e-4);
  }
});

Deno.test("half an interval is what a Student distribution of ten degrees of freedom says, in standard deviations", () => {
  assert.ok(Math.abs(2.2281388519649385 / Math.sqrt(10 / 8) - HALF_INTERVAL) < 1e-8);
});

Deno.test("outputs are read column by column, and a network that is sure of everything keeps some of the processes' doubt", () => {
  const rows = N * views.cells;
  const outputs = Float32Array.from({ length: rows * 4 }, (_, k) => [0.5, -9, 0.1, 0.2][k % 4]);
  const read = computeNow(() => {
    const { mean, sd, answer, action } = readOutputs(tf.tensor2d(outputs, [rows, 4]), views);
    return tf.stack([mean, sd, answer, action]);
  });
  for (let k = 0; k < rows; k++) {
    if (views.settable[Math.floor(k / views.cells)] === 0) continue;
    const base = Math.max(views.sd[k], 0.02 * views.unit[0]);
    const actual = [0, 1, 2, 3].map((column) => read[column * rows + k]);
    assertClose(actual, [views.mean[k] + 0.5 * base, Math.exp(-1.5) * base, 0.1, 0.2], 1e-5);
  }
});
