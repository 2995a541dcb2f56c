import assert from "node:assert/strict";
import {
  collectResults,
  estimateDifference,
  estimateMean,
  METRICS,
  stepCurve,
  summarise,
  summariseBy,
  summariseDifference,
  UNIT,
} from "../../lib/evaluation/mod.ts";
import { differenceTest } from "../../lib/evaluation/comparison/mod.ts";
import { createStream, type Stream } from "../../lib/random/mod.ts";
import reference from "./fixtures/reference.json" with { type: "json" };
import { near, recordsOf } from "./records.ts";

const list = (...values: number[]) => Float64Array.from(values);

Deno.test("with one seed the interval is Student's over problems, as SciPy's", () => {
  const { values, student } = reference.intervals;
  const estimate = estimateMean([list(values[0], NaN, ...values.slice(1))]);
  near(estimate.value, 0.48);
  near(estimate.low, student[0]);
  near(estimate.high, student[1]);
  near(estimate.degreesOfFreedom, 4);
  const { unit, problems, missing, seeds } = estimate;
  assert.deepEqual({ unit, problems, missing, seeds }, { unit: "problems", problems: 5, missing: 1, seeds: 1 });
});

Deno.test("a share has Wilson's interval, as SciPy's, which keeps a width when every problem succeeds", () => {
  for (const [successes, problems, low, high] of reference.intervals.wilson) {
    const values = Float64Array.from({ length: problems }, (_, p) => p < successes ? 1 : 0);
    const share = estimateMean([values], { bounds: UNIT });
    near(share.low, low);
    near(share.high, high);
  }
  const one = estimateMean([list(1, 1, 1, 1)], { bounds: UNIT });
  const same = estimateMean([list(1, 1, 1, 1), list(1, 1, 1, 1)], { bounds: UNIT });
  near(same.low, one.low, 1e-12, "two equal seeds are no more problems");
  const apart = estimateMean([list(1, 1, 1, 0), list(1, 0, 1, 1)], { bounds: UNIT });
  assert.ok(apart.low > 0 && apart.high < 1 && apart.degreesOfFreedom < Infinity);
});

Deno.test("one unit alone says nothing about the spread", () => {
  assert.ok(Number.isNaN(estimateMean([list(1)]).low));
  const nothing = estimateMean([list(NaN, NaN)]);
  assert.ok(Number.isNaN(nothing.value) && nothing.problems === 0 && nothing.missing === 2);
  const seeds = estimateMean([list(1), list(2)]);
  assert.equal(seeds.unit, "seeds");
  near(seeds.low, 1.5 - 12.706204736432095 * 0.5, 1e-9);
});

/** `[seeds][problems]` of a crossed random-effects model with mean 0. */
function crossed(
  stream: Stream,
  seeds: number,
  problems: number,
  spread: { seed: number; problem: number; rest: number },
) {
  const problemEffects = Array.from({ length: problems }, () => spread.problem * stream.normal());
  return Array.from({ length: seeds }, () => {
    const own = spread.seed * stream.normal();
    return Float64Array.from(problemEffects, (effect) => own + effect + spread.rest * stream.normal());
  });
}

Deno.test("intervals over seeds and problems hold the truth in about 95 % of simulated studies", () => {
  const stream = createStream(7).child("coverage");
  const settings = [{ seed: 1, problem: 1, rest: 1 }, { seed: 0, problem: 1, rest: 2 }, {
    seed: 1,
    problem: 0.2,
    rest: 1,
  }];
  for (const [k, spread] of settings.entries()) {
    const repetitions = 600;
    let [held, naive, difference] = [0, 0, 0];
    for (let r = 0; r < repetitions; r++) {
      const own = stream.child(k).child(r);
      const values = crossed(own.child("a"), 5, 20, spread);
      const { low, high } = estimateMean(values);
      if (low <= 0 && 0 <= high) held++;
      const pooled = estimateMean([Float64Array.from(values.flatMap((row) => [...row]))]);
      if (pooled.low <= 0 && 0 <= pooled.high) naive++;
      const other = crossed(own.child("b"), 5, 20, spread);
      const gap = estimateDifference(values, other);
      if (gap.low <= 0 && 0 <= gap.high) difference++;
    }
    assert.ok(held / repetitions >= 0.935, `coverage ${held / repetitions} of setting ${k}`);
    assert.ok(difference / repetitions >= 0.935, `coverage of differences ${difference / repetitions} of setting ${k}`);
    if (spread.seed > 0) assert.ok(naive / repetitions < 0.8, `pooling all episodes covers ${naive / repetitions}`);
  }
});

Deno.test("no interval of a bounded quantity ends outside its bounds, whatever was seen", () => {
  const stream = createStream(5).child("bounds");
  for (const [name, { bounds }] of Object.entries(METRICS)) {
    for (let r = 0; r < 60; r++) {
      const [seeds, problems] = [1 + r % 3, 2 + r % 5];
      const width = Math.min(1, bounds.high - bounds.low);
      // Close to one end, where a symmetric interval would leave the range.
      const near = Number.isFinite(bounds.high) && (r % 2 === 0 || !Number.isFinite(bounds.low));
      const values = Array.from({ length: seeds }, () =>
        Float64Array.from({ length: problems }, () => {
          const u = width * stream.uniform() ** 6;
          return near ? bounds.high - u : Number.isFinite(bounds.low) ? bounds.low + u : u;
        }));
      const { value, low, high } = estimateMean(values, { bounds });
      assert.ok(low >= bounds.low && high <= bounds.high, `${name}: [${low}, ${high}]`);
      assert.ok(low <= value && value <= high, `${name}: ${value} is not in [${low}, ${high}]`);
    }
  }
  const first = [list(1, 1, 0.9), list(0.2, 1, 1)];
  const gap = estimateDifference(first, [list(0, 0, 0.1)], { bounds: UNIT });
  assert.equal(gap.high, 1, "two rates differ by 1 at most");
  assert.ok(estimateDifference(first, [list(0, 0, 0.1)]).high > 1);
});

Deno.test("a difference leaves out 0 exactly where its test rejects", () => {
  const stream = createStream(6).child("dual");
  for (let r = 0; r < 100; r++) {
    const draw = (shift: number, seeds: number) =>
      Array.from({ length: seeds }, () => Float64Array.from({ length: 6 }, () => shift + stream.uniform() ** 3));
    const gap = estimateDifference(draw(0.4 * stream.uniform(), 1 + r % 3), draw(0, 2), { bounds: UNIT });
    const { pValue } = differenceTest(gap);
    assert.equal(pValue < 0.05, gap.low > 0 || gap.high < 0);
  }
});

Deno.test("a difference on the same problems is paired: what both share cancels", () => {
  const base = list(0, 10, 20, 30);
  const better = list(1.1, 10.9, 21.1, 30.9);
  const gap = estimateDifference([better], [base]);
  near(gap.value, 1);
  near(gap.high - gap.value, 3.182446305283708 * Math.sqrt(0.04 / 3 / 4), 1e-9);
  const reverse = estimateDifference([base], [better]);
  near(reverse.value, -1);
  near(reverse.low, -gap.high);
});

Deno.test("summaries by family and size count every problem once and agree with the whole", () => {
  const values = [[0, 1], [0.5, 0.5], [1, 0], [0.2, 0.4]];
  const given = { family: ["fork", "chain", "fork", "chain"], sizes: Int32Array.of(10, 3, 3, 5) };
  const results = collectResults("m", [recordsOf(values, given)]);
  assert.deepEqual(summariseBy(results, "size").map(({ group, problems }) => [group, problems]), [
    ["3", 2],
    ["5", 1],
    ["10", 1],
  ]);
  const [chain, fork] = summariseBy(results, "family");
  assert.deepEqual([chain.group, fork.group], ["chain", "fork"]);
  near((chain.summary.meanValue.value + fork.summary.meanValue.value) / 2, summarise(results).meanValue.value);
});

Deno.test("curves show the mean over problems at every step", () => {
  const results = collectResults("m", [recordsOf([[0, 1, 0.5], [1, 0, 0.5]])]);
  assert.deepEqual(stepCurve(results, "value").value, [0.5, 0.5, 0.5]);
  assert.deepEqual(stepCurve(results, "bestSoFar").value, [0.5, 1, 1]);
  assert.deepEqual(stepCurve(results, "cumulativeRegret").value, [0.5, 1, 1.5]);
  assert.deepEqual(stepCurve(results, "value").step, [1, 2, 3]);
  const { low, high } = stepCurve(results, "value");
  near(high[0], 1);
  near(0.5 - low[0], 12.706204736432095 * 0.5, 1e-9);
  assert.equal(high[2] - low[2], 0);
});

Deno.test("methods that met other problems are refused", () => {
  const one = collectResults("one", [recordsOf([[0, 1], [1, 1]])]);
  const two = collectResults("two", [recordsOf([[0, 1], [1, 1]], { method: "two", sizes: Int32Array.of(3, 4) })]);
  assert.throws(
    () => summariseDifference(one, two),
    /test and two .* problem 1 is chain of 3 variables and chain of 4/,
  );
  assert.throws(() => collectResults("none", []), /none has no records/);
});
