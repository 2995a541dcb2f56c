import assert from "node:assert/strict";
import { lineFigure } from "../../lib/report/figures.ts";
import { MOST_POINTS, thinLine, thinnedIndices } from "../../lib/report/thin.ts";

Deno.test("a thinned curve keeps its ends, its order and every spike", () => {
  const x = Array.from({ length: 20_000 }, (_, i) => i + 1);
  const y = x.map((i) => Math.sin(i / 500) + (i === 7_777 ? 5 : i === 15_001 ? -4 : 0));
  const kept = thinnedIndices(x, y, 500);
  assert.equal(kept.length, 500);
  assert.deepEqual([kept[0], kept.at(-1)], [0, 19_999]);
  assert.deepEqual(kept, [...new Set(kept)].toSorted((a, b) => a - b));
  assert.ok(kept.includes(7_776) && kept.includes(15_000));
  const extremes = [Math.max, Math.min].map((most) => most(...kept.map((i) => y[i])));
  assert.deepEqual(extremes, [Math.max(...y), Math.min(...y)]);
});

Deno.test("largest triangles, worked out by hand", () => {
  // Buckets {1, 2} and {3, 4}: from (0, 0) with the mean (3.5, 0.5) point 2 spans |−3.5·3 + 2·0.5| = 9.5, point 1 |−3.5 + 0.5| = 3.
  // From (2, 3) with the end (5, 0): point 3 spans |−3·(−2) − 1·3| = 3, point 4 |−3·(−3) − 2·3| = 3; the first of equals stays.
  assert.deepEqual(thinnedIndices([0, 1, 2, 3, 4, 5], [0, 1, 3, 1, 0, 0], 4), [0, 2, 3, 5]);
  assert.deepEqual(thinnedIndices([0, 1, 2], [5, 6, 7], 3), [0, 1, 2]);
});

Deno.test("a figure of a long run is bounded and says so; a short one is as it was", () => {
  const line = (length: number) => {
    const x = Array.from({ length }, (_, i) => i);
    return { name: "loss", x, y: x.map(Math.sqrt), low: x.map(() => 0), high: x.map((i) => i + 1), color: "#000000" };
  };
  const [long, short] = [20_000, MOST_POINTS].map((length) =>
    lineFigure([line(length)], { x: "update", y: "loss" }, { caption: "A loss." })
  );
  assert.ok(JSON.stringify(long).length < 150_000, `${JSON.stringify(long).length} characters`);
  assert.equal(long.caption, "A loss. Drawn through 1000 of 20000 points, chosen so that the shape stays.");
  assert.equal(short.caption, "A loss.");
  const thin = thinLine(line(20_000));
  assert.deepEqual(thin.high, thin.x.map((i) => i + 1), "the band has the points of its line");
  const whole = line(MOST_POINTS);
  assert.equal(thinLine(whole), whole);
});
