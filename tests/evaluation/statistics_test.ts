import assert from "node:assert/strict";
import * as distributions from "../../lib/evaluation/statistics/distributions.ts";
import {
  adjustBenjaminiHochberg,
  adjustHolm,
  AGGREGATES,
  bootstrap,
  cohenD,
  cohenDz,
  detectableEffect,
  type EffectSize,
  friedmanTest,
  hedgesG,
  kruskalWallisTest,
  oneWayAnova,
  pairedTest,
  performanceProfile,
  power,
  probabilityOfImprovement,
  profileBand,
  requiredSize,
  type TestResult,
  welchTest,
  wilcoxonTest,
} from "../../lib/evaluation/statistics/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import reference from "./fixtures/reference.json" with { type: "json" };
import { near } from "./records.ts";

/** The greatest relative error over rows `[...arguments, value]`, where values below `floor` are left out. */
function worst(rows: readonly (readonly number[])[], f: (...args: number[]) => number, floor = 0): number {
  return Math.max(
    ...rows.filter((row) => row[row.length - 1] > floor || row[row.length - 1] < 0).map((row) => {
      const expected = row[row.length - 1];
      return Math.abs(f(...row.slice(0, -1)) - expected) / Math.abs(expected || 1);
    }),
  );
}

Deno.test("distributions equal SciPy's, in the tails too", () => {
  const { student, studentQuantile, f, chiSquared, normal, noncentralStudent, normalRange } = reference.distributions;
  const errors = {
    student: worst(student, distributions.studentCdf),
    studentQuantile: worst(studentQuantile, distributions.studentQuantile),
    f: worst(f, distributions.fTail),
    chiSquared: worst(chiSquared, distributions.chiSquaredTail),
    normal: worst(normal, distributions.normalCdf),
    noncentralStudent: worst(noncentralStudent, distributions.noncentralStudentCdf, 1e-6),
    normalRange: worst(normalRange, distributions.normalRangeTail, 1e-4),
  };
  for (const [name, error] of Object.entries(errors)) assert.ok(error < 1e-8, `${name} errs by ${error}`);
  const absolute = (rows: readonly (readonly number[])[], g: (...args: number[]) => number) =>
    Math.max(...rows.map((row) => Math.abs(g(...row.slice(0, -1)) - row[row.length - 1])));
  assert.ok(absolute(noncentralStudent, distributions.noncentralStudentCdf) < 1e-11);
  assert.ok(absolute(normalRange, distributions.normalRangeTail) < 1e-10);
});

Deno.test("tests and effect sizes of two samples equal SciPy's", () => {
  for (const [k, { first, second, ...expected }] of reference.twoSamples.entries()) {
    const test = ({ statistic, degreesOfFreedom, pValue }: TestResult) =>
      degreesOfFreedom === null ? [statistic, pValue] : [statistic, degreesOfFreedom as number, pValue];
    const effect = ({ value, low, high }: EffectSize) => [value, low, high];
    const actual = {
      welch: test(welchTest(first, second)),
      paired: test(pairedTest(first, second)),
      wilcoxon: test(wilcoxonTest(first, second)),
      cohenD: effect(cohenD(first, second)),
      hedgesG: effect(hedgesG(first, second)),
      cohenDz: effect(cohenDz(first, second)),
    };
    for (const [name, values] of Object.entries(expected)) {
      values.forEach((value, i) => {
        const found = actual[name as keyof typeof actual][i];
        const error = Math.abs(found - value) / Math.max(Math.abs(value), 1e-300);
        assert.ok(error < 1e-8, `${name}[${i}] of samples ${k} is ${found}, not ${value}`);
      });
    }
  }
});

Deno.test("analysis of variance and Kruskal–Wallis equal SciPy's", () => {
  for (const { groups, anova, kruskal } of reference.groups) {
    const [f, h] = [oneWayAnova(groups), kruskalWallisTest(groups)];
    near(f.statistic, anova[0], 1e-10);
    assert.ok(Math.abs(f.pValue / anova[1] - 1) < 1e-8);
    near(h.statistic, kruskal[0], 1e-10);
    assert.ok(Math.abs(h.pValue / kruskal[1] - 1) < 1e-8);
  }
});

Deno.test("Friedman's test equals SciPy's, and Nemenyi's critical difference its studentised range", () => {
  for (const { blocks, friedman, meanRanks, criticalDifference, pairwise } of reference.blocks) {
    const result = friedmanTest(blocks);
    near(result.statistic, friedman[0], 1e-10);
    near(result.pValue, friedman[1], 1e-10);
    meanRanks.forEach((value, i) => near(result.meanRanks[i], value));
    near(result.criticalDifference, criticalDifference, 1e-8);
    pairwise.forEach((row, i) => row.forEach((value, j) => near(result.pairwise[i][j], value, 1e-8)));
  }
});

Deno.test("Nemenyi's critical values are those that Demšar (2006, table 5) prints", () => {
  const printed = [1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164];
  printed.forEach((expected, i) => {
    const k = i + 2;
    const blocks = [0, 1, 2].map((b) => Array.from({ length: k }, (_, j) => (b + j) % k));
    const q = friedmanTest(blocks).criticalDifference / Math.sqrt(k * (k + 1) / (6 * 3));
    assert.ok(Math.abs(q - expected) < 1e-3, `q of ${k} methods is ${q}, printed ${expected}`);
  });
});

Deno.test("corrections for several comparisons equal their definitions, and are monotone whatever the order", () => {
  for (const { p, holm, benjaminiHochberg } of reference.adjustments) {
    adjustHolm(p).forEach((value, i) => near(value, holm[i]));
    adjustBenjaminiHochberg(p).forEach((value, i) => near(value, benjaminiHochberg[i]));
  }
  const stream = createStream(3).child("p-values");
  for (let r = 0; r < 50; r++) {
    const p = Array.from({ length: 12 }, () => stream.uniform() ** 2);
    for (const adjust of [adjustHolm, adjustBenjaminiHochberg]) {
      const order = [...stream.permutation(12)];
      const adjusted = adjust(p);
      const shuffled = adjust(order.map((i) => p[i]));
      order.forEach((i, k) => assert.equal(shuffled[k], adjusted[i]));
      p.forEach((a, i) => p.forEach((b, j) => assert.ok(!(a < b) || adjusted[i] <= adjusted[j])));
      adjusted.forEach((value, i) => assert.ok(value >= p[i] && value <= 1));
    }
    adjustHolm(p).forEach((value, i) => assert.ok(value >= adjustBenjaminiHochberg(p)[i] - 1e-15));
  }
  assert.throws(() => adjustHolm([0.1, NaN]), /p-value 1 is NaN/);
});

Deno.test("power equals SciPy's noncentral t; sizes and detectable effects invert it", () => {
  for (const { effect, first, second, power: expected } of reference.power) {
    const design = second === null
      ? { kind: "paired", pairs: first } as const
      : { kind: "independent", first, second } as const;
    near(power(effect, design), expected, 1e-9);
    near(power(detectableEffect(design, 0.7), design), 0.7, 1e-9);
  }
  assert.equal(requiredSize("independent", 0.5), 64, "Cohen (1988): 64 in each group for d = 0.5 at 80 %");
  assert.equal(requiredSize("paired", 0.5), 34);
  assert.throws(() => detectableEffect({ kind: "independent", first: 5, second: 5 }, 0.05), /power of 0.05/);
});

Deno.test("aggregates equal rliable's, on its own examples and on others", () => {
  for (const { first, second, thresholds, ...expected } of reference.aggregates) {
    for (const name of ["iqm", "mean", "median", "optimalityGap"] as const) {
      near(AGGREGATES[name](first), expected[name]);
    }
    near(probabilityOfImprovement(first, second), expected.improvement);
    near(probabilityOfImprovement(second, first), 1 - expected.improvement);
    performanceProfile(first, thresholds).forEach((value, i) => near(value, expected.profile[i]));
  }
  const [x, y] = [[[1, 2], [2, 2], [1, 1], [2, 1]], [[1, 1], [2, 2], [3, 3]]];
  assert.deepEqual(["iqm", "mean", "median"].map((name) => AGGREGATES[name as "iqm"](x)), [1.5, 1.5, 1.5]);
  assert.deepEqual(["iqm", "mean", "median"].map((name) => AGGREGATES[name as "iqm"](y)), [2, 2, 2]);
  near(probabilityOfImprovement(x, y), 1 / 3);
  assert.equal(probabilityOfImprovement(x, x), 0.5);
});

Deno.test("stratified bootstrap intervals agree with those of 200 000 resamples by NumPy", () => {
  const { scores, iqm } = reference.bootstrap;
  const options = { stream: createStream(11).child("bootstrap"), resamples: 20_000, unit: "scores" as const };
  const estimate = bootstrap([scores], ([drawn]) => AGGREGATES.iqm(drawn), options);
  const width = iqm[1] - iqm[0];
  assert.ok(Math.abs(estimate.low - iqm[0]) < 0.03 * width, `low ${estimate.low} against ${iqm[0]}`);
  assert.ok(Math.abs(estimate.high - iqm[1]) < 0.03 * width, `high ${estimate.high} against ${iqm[1]}`);
});

Deno.test("the bootstrap keeps every task's runs within the task, and names what cannot vary", () => {
  const [stream, unit] = [createStream(1).child("strata"), "scores" as const];
  const scores = [[0, 100], [1, 101]];
  const drawn = bootstrap([scores], ([rows]) => {
    rows.forEach((row) => assert.ok(row[0] <= 1 && row[1] >= 100, "a score left its task"));
    return rows[0][0];
  }, { stream, unit, resamples: 200 });
  assert.deepEqual([drawn.low, drawn.high], [0, 1]);
  const single = bootstrap([[[0.2, 0.4]]], ([rows]) => AGGREGATES.mean(rows), { stream, unit, resamples: 10 });
  assert.ok(Number.isNaN(single.low) && Number.isNaN(single.high));
  const band = profileBand(scores, [-1, 0.5, 200], { stream, unit, resamples: 100 });
  assert.deepEqual([band.value, band.low[0], band.high[2]], [[1, 0.75, 0], 1, 0]);
  const whole = profileBand(scores, [-1, 0.5, 200], { stream, unit: "runs", resamples: 400 });
  assert.deepEqual([whole.value, whole.low[1], whole.high[1]], [[1, 0.75, 0], 0.5, 1]);
  assert.throws(() => bootstrap([scores], () => 0, { stream, unit, resamples: 0 }), /asked for 0 resamples/);
});

Deno.test("drawing whole runs keeps what a run has in common on all tasks, and so gives the wider interval", () => {
  const stream = createStream(2).child("whole");
  const scores = Array.from({ length: 8 }, (_, run) => new Array<number>(9).fill(run ** 1.3));
  const width = (unit: "scores" | "runs") => {
    const { low, high } = bootstrap([scores], ([rows]) => AGGREGATES.mean(rows), { stream, unit, resamples: 4000 });
    return high - low;
  };
  const ratio = width("runs") / width("scores");
  assert.ok(Math.abs(ratio - 3) < 0.2, `√9 tasks make a factor of 3, not ${ratio}`);
  bootstrap([scores], ([rows]) => {
    rows.forEach((row) => assert.ok(Array.from(row).every((score) => score === row[0]), "a run was torn apart"));
    return 0;
  }, { stream, unit: "runs", resamples: 50 });
});

Deno.test("samples without spread have a p-value of 0 or 1, never one that is not a number", () => {
  const [a, b] = [[0.1, 0.1, 0.1], [0.1, 0.1, 0.1, 0.1, 0.1]];
  assert.equal(welchTest(a, b).pValue, 1);
  assert.equal(welchTest(a, [0.2, 0.2]).pValue, 0);
  assert.equal(pairedTest(a, a).pValue, 1);
  assert.equal(wilcoxonTest(a, a).pValue, 1);
  assert.equal(oneWayAnova([a, b]).pValue, 1);
  assert.equal(kruskalWallisTest([a, b]).pValue, 1);
  assert.equal(friedmanTest([a, a]).pValue, 1);
  assert.ok(Number.isNaN(hedgesG(a, b).low));
});

Deno.test("samples that a test cannot use are refused with their size or value", () => {
  assert.throws(() => welchTest([1], [1, 2]), /at least 2 values, not 1/);
  assert.throws(() => pairedTest([1, 2], [1, 2, 3]), /2 values against 3/);
  assert.throws(() => wilcoxonTest([1, NaN], [0, 0]), /value 1 is NaN/);
  assert.throws(() => oneWayAnova([[1, 2]]), /two groups, not 1/);
  assert.throws(() => friedmanTest([[1, 2]]), /not 1 and 2/);
  assert.throws(() => probabilityOfImprovement([[1, 2]], [[1]]), /2 and on 1 tasks/);
});
