import assert from "node:assert/strict";
import { correlationOf, countsOf, meanMeasure, type Measure, type Measures, spreadOf } from "../../lib/grpo/mod.ts";
import { mergeMeasures, readMeasure } from "../../lib/grpo/measures.ts";
import { createStream } from "../../lib/random/mod.ts";

const near = (actual: number, expected: number, what: string) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${what}: ${actual} is not ${expected}`);

/** Everything that can be measured of the pairs `from … to − 1`. */
function measured(x: readonly number[], y: readonly number[], from: number, to: number): Measures {
  const [a, b] = [x.slice(from, to), y.slice(from, to)];
  return {
    mean: meanMeasure(a),
    share: { kind: "share", value: a.reduce((sum, v) => sum + v, 0) / x.length },
    least: { kind: "least", value: Math.min(...a) },
    most: { kind: "most", value: Math.max(...a) },
    deviation: { kind: "deviation", of: spreadOf(a) },
    correlation: correlationOf(a, b),
    explained: { kind: "explained", error: spreadOf(a.map((v, i) => v - b[i])), target: spreadOf(a) },
    "largest share": { kind: "largest share", counts: countsOf(a.map((v) => Math.round(v))) },
    "distinct share": { kind: "distinct share", counts: countsOf(a.map((v) => Math.round(v))) },
  };
}

Deno.test("measures of a batch are the same however it is split, unequal parts and single members included", () => {
  const stream = createStream(4);
  const x = Array.from({ length: 65 }, () => 3 + 2 * stream.normal());
  const y = x.map((v) => 0.5 * v + stream.normal());
  const whole = measured(x, y, 0, 65);
  for (const cuts of [[32], [64], [1, 2, 40], [5, 10, 15, 20, 64]]) {
    const edges = [0, ...cuts, 65];
    const merged = mergeMeasures(edges.slice(1).map((to, p) => measured(x, y, edges[p], to)));
    for (const [name, measure] of Object.entries(whole)) {
      near(readMeasure(merged[name]), readMeasure(measure), `${name}, cut at ${cuts.join()}`);
    }
  }
});

Deno.test("measures of five pairs, worked out by hand", () => {
  const whole = measured([1, 2, 3, 4, 10], [1, 1, 3, 5, 5], 0, 5);
  const expected: Record<string, number> = {
    mean: 4,
    share: 4,
    least: 1,
    most: 10,
    deviation: Math.sqrt((9 + 4 + 1 + 0 + 36) / 4),
    // Σ(x − 4)(y − 3) = 6 + 4 + 0 + 0 + 12, Σ(y − 3)² = 16.
    correlation: 22 / Math.sqrt(50 * 16),
    // Errors 0, 1, 0, −1, 5 have mean 1 and squares 1 + 0 + 1 + 4 + 16.
    explained: 1 - 22 / 50,
    "largest share": 1 / 5,
    "distinct share": 1,
  };
  for (const [name, value] of Object.entries(expected)) near(readMeasure(whole[name]), value, name);
  const repeated: Measure = { kind: "largest share", counts: countsOf(["a", "b", "a", "a"]) };
  near(readMeasure(repeated), 3 / 4, "the most frequent name");
  near(readMeasure({ ...repeated, kind: "distinct share" }), 2 / 4, "distinct names");
});

Deno.test("what does not vary has correlation 0 and nothing to explain, and a mean of nothing is 0", () => {
  assert.equal(readMeasure(correlationOf([2, 2, 2], [1, 2, 3])), 0);
  assert.equal(readMeasure({ kind: "explained", error: spreadOf([1, 2]), target: spreadOf([5, 5]) }), 0);
  assert.equal(readMeasure(meanMeasure([])), 0);
  assert.equal(readMeasure(mergeMeasures([{ a: meanMeasure([]) }, { a: meanMeasure([3]) }, {}]).a), 3);
});

Deno.test("parts that measure one name differently are refused", () => {
  const parts: Measures[] = [{ reward: meanMeasure([1]) }, { reward: { kind: "most", value: 1 } }];
  assert.throws(() => mergeMeasures(parts), /measure reward differently: mean and most/);
});
