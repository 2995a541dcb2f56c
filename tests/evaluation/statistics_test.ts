import assert from "node:assert/strict";
import * as distributions from "../../lib/evaluation/statistics/distributions.ts";
import {
  adjustBenjaminiHochberg,
  adjustHolm,
  AGGREGATES,
  bootstrap,
  boundedInterval,
  cohenD,
  cohenDz,
  crossedError,
  detectableDifference,
  detectableEffect,
  type EffectSize,
  friedmanTest,
  hedgesG,
  kruskalWallisTest,
  meanOf,
  medianOf,
  NON_NEGATIVE,
  oneWayAnova,
  pairedTest,
  performanceProfile,
  power,
  probabilityOfImprovement,
  profileBand,
  quantileOf,
  requiredSize,
  type TestResult,
  UNBOUNDED,
  UNIT,
  varianceOf,
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

Deno.test("Cohen's d pools variances by their degrees of freedom, Hedges' g shrinks it by Γ(ν/2)/(√(ν/2) Γ((ν − 1)/2))", () => {
  // Variances 1 of three values and 8 of two: (2·1 + 1·8)/3, means 2 and 6.
  const d = -4 / Math.sqrt(10 / 3);
  assert.ok(Math.abs(cohenD([1, 2, 3], [4, 8]).value - d) < 1e-12);
  // ν = 3: Γ(3/2) = √π/2 and Γ(1) = 1.
  assert.ok(Math.abs(hedgesG([1, 2, 3], [4, 8]).value - d * Math.sqrt(Math.PI) / 2 / Math.sqrt(1.5)) < 1e-12);
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
  assert.throws(() => distributions.invertIncreasing((x) => x, 3, 0, 2), /in \[0, 2\] gives 3: the ends give 0 and 2/);
  assert.throws(() => distributions.invertIncreasing((x) => x, -1, 0, 2), /gives -1/);
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
  const once = bootstrap([scores], ([[row]]) => row[0], { stream, unit, resamples: 1 });
  assert.equal(once.low, once.high, "one resample has no spread");
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

Deno.test("the error of crossed seeds and problems is that of restricted maximum likelihood, with Satterthwaite's degrees", () => {
  for (const { first, second, mean, variance, degreesOfFreedom } of reference.crossed as readonly CrossedReference[]) {
    const error = crossedError(first, second);
    near(error.variance, variance, 1e-12);
    near(error.degreesOfFreedom, degreesOfFreedom, 1e-10);
    near(meanOf(first.map(meanOf)) - (second === undefined ? 0 : meanOf(second.map(meanOf))), mean);
  }
});

/** A row of the fixture. */
interface CrossedReference {
  readonly first: number[][];
  readonly second?: number[][];
  readonly mean: number;
  readonly variance: number;
  readonly degreesOfFreedom: number;
}

Deno.test("the crossed error of a table equals that of its analysis of variance worked out by hand", () => {
  // Seed means 1, 3; problem means 0, 2, 4; residuals ±1, ∓1, 0: MS 6 with 1, 8 with 2, 2 with 2 degrees of freedom.
  const table = [[0, 0, 3], [0, 4, 5]];
  const error = crossedError(table);
  near(error.variance, (6 + 8 - 2) / 6);
  near(error.degreesOfFreedom, 12 ** 2 / (6 ** 2 / 1 + 8 ** 2 / 2 + 2 ** 2 / 2));
});

Deno.test("a component that is estimated below 0 counts as 0, of seeds, of problems and of both", () => {
  // Equal seed means: what is left is s²(problem means)/P, with the degrees of freedom of that alone.
  const seeds = crossedError([[0, 2, 4], [1, 3, 2]]);
  near(seeds.variance, varianceOf([0.5, 2.5, 3]) / 3);
  near(seeds.degreesOfFreedom, 2);
  const problems = crossedError([[0, 1], [2, 4], [3, 2]]);
  near(problems.variance, varianceOf([0.5, 3, 2.5]) / 3);
  near(problems.degreesOfFreedom, 2);
  // Neither varies more than the residual, MS_e = 4 with 1 degree of freedom.
  const rest = crossedError([[1, -1], [-1, 1]]);
  near(rest.variance, 4 / 4);
  near(rest.degreesOfFreedom, 1);
});

Deno.test("with one seed each the crossed error is the paired test's, with one problem Welch's, with neither unknown", () => {
  const [a, b] = [[0.3, 0.9, 0.4, 1.2], [0.1, 0.5, 0.6, 0.4]];
  const paired = crossedError([a], [b]);
  near((meanOf(a) - meanOf(b)) / Math.sqrt(paired.variance), pairedTest(a, b).statistic);
  assert.equal(paired.degreesOfFreedom, 3);
  const welch = crossedError(a.map((x) => [x]), b.map((x) => [x]));
  near((meanOf(a) - meanOf(b)) / Math.sqrt(welch.variance), welchTest(a, b).statistic);
  near(welch.degreesOfFreedom, welchTest(a, b).degreesOfFreedom as number);
  assert.ok(Number.isNaN(crossedError([[1]]).variance));
  assert.deepEqual(crossedError([[1, 1, 1], [1, 1, 1]]), { variance: 0, degreesOfFreedom: 5 });
});

Deno.test("the detectable difference equals SciPy's, is exactly what a t-test finds with 80 %, and grows with the family", () => {
  for (const [standardError, degreesOfFreedom, alpha, expected] of reference.detectable) {
    near(detectableDifference({ standardError, degreesOfFreedom }, alpha), expected, 1e-9);
  }
  const design = { kind: "paired", pairs: 12 } as const;
  near(
    detectableDifference({ standardError: 1 / Math.sqrt(12), degreesOfFreedom: 11 }, 0.05),
    detectableEffect(design),
  );
  assert.equal(detectableDifference({ standardError: 0, degreesOfFreedom: 3 }, 0.05), 0);
  assert.ok(Number.isNaN(detectableDifference({ standardError: NaN, degreesOfFreedom: 0 }, 0.05)));
});

Deno.test("intervals by hand: Student's cut off at a bound, Wilson's between two", () => {
  const mean = { value: 0.2, standardError: 0.1, degreesOfFreedom: 4 };
  const t = 2.7764451051977987;
  const interval = (bounds: typeof UNIT, given: Partial<typeof mean & { trials: number }> = {}) =>
    boundedInterval({ ...mean, ...given }, bounds, 0.95);
  const both = ([low, high]: readonly [number, number], expected: readonly [number, number]) => {
    near(low, expected[0], 1e-9);
    near(high, expected[1], 1e-9);
  };
  both(interval(UNBOUNDED), [0.2 - t * 0.1, 0.2 + t * 0.1]);
  both(interval(NON_NEGATIVE), [0, 0.2 + t * 0.1]);
  both(interval(NON_NEGATIVE, { value: 3 }), [3 - t * 0.1, 3 + t * 0.1]);
  both(interval({ low: -Infinity, high: 0.3 }), [0.2 - t * 0.1, 0.3]);
  // Both ends solve |u − p| = t √(p (1 − p) / n) with n = 0.2 · 0.8 / 0.01 = 16.
  for (const [low, high] of [interval(UNIT), interval({ low: 0, high: 1 })]) {
    for (const p of [low, high]) near(Math.abs(0.2 - p), t * Math.sqrt(p * (1 - p) / 16), 1e-9);
    assert.ok(low < 0.2 && high > 0.2);
  }
  both(interval({ low: -2, high: 8 }, { value: 0, standardError: 1 }), [
    -2 + 10 * interval(UNIT)[0],
    -2 + 10 * interval(UNIT)[1],
  ]);
  assert.deepEqual(interval(UNIT, { standardError: 0 }), [0.2, 0.2]);
  assert.deepEqual(interval(NON_NEGATIVE, { value: 0, standardError: 0 }), [0, 0]);
  both(interval({ low: -Infinity, high: 0.1 }), [0.2 - t * 0.1, 0.2]);
  both(interval(UNIT, { value: 1.5 }), [1.5 - t * 0.1, 1.5]);
});

Deno.test("moments are those of simple lists, exact without spread, and nothing of an empty one", () => {
  const values = [4, 1, 3, 2, 10];
  assert.equal(meanOf(values), 4);
  assert.equal(varianceOf(values), (0 + 9 + 1 + 4 + 36) / 4);
  assert.equal(medianOf(values), 3);
  assert.equal(medianOf([4, 1, 3, 2]), 2.5);
  near(quantileOf([1, 2, 3, 4], 0.3), 1.9);
  assert.deepEqual([quantileOf([1, 2, 3], 0), quantileOf([1, 2, 3], 1), quantileOf([7], 0.9)], [1, 3, 7]);
  assert.deepEqual([meanOf([0.1, 0.1, 0.1]), varianceOf([0.1, 0.1, 0.1])], [0.1, 0]);
  for (const nothing of [meanOf([]), varianceOf([1]), medianOf([]), quantileOf([], 0.5)]) {
    assert.ok(Number.isNaN(nothing));
  }
});
