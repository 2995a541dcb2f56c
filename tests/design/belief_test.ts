import assert from "node:assert/strict";
import { Belief } from "../../lib/design/belief.ts";
import { logLikelihood, measure, type Measurement, type Point } from "../../lib/design/source.ts";
import { createStream } from "../../lib/random/mod.ts";

/** Measurements around a source, the later ones nearer. */
function measurements(seed: number, count: number): Measurement[] {
  const stream = createStream(seed);
  const source: Point = [0.3 + 0.4 * stream.uniform(), 0.3 + 0.4 * stream.uniform()];
  return Array.from({ length: count }, (_, t) => {
    const design: Point = [source[0] + stream.normal() / (4 + 8 * t), source[1] + stream.normal() / (4 + 8 * t)];
    return measure(source, design, stream.normal());
  });
}

/** Evidence, mean and covariance by a midpoint rule of 800 × 800 points. */
function quadrature(data: readonly Measurement[]) {
  const side = 800;
  let [total, x1, y1, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      const [x, y] = [(i + 0.5) / side, (j + 0.5) / side];
      const p = Math.exp(data.reduce((sum, each) => sum + logLikelihood(each, x, y), 0));
      [total, x1, y1] = [total + p, x1 + p * x, y1 + p * y];
      [xx, yy, xy] = [xx + p * x * x, yy + p * y * y, xy + p * x * y];
    }
  }
  const [mx, my] = [x1 / total, y1 / total];
  const [cxx, cyy, cxy] = [xx / total - mx * mx, yy / total - my * my, xy / total - mx * my];
  return {
    logEvidence: Math.log(total / side ** 2),
    mean: [mx, my],
    trace: cxx + cyy,
    determinant: cxx * cyy - cxy ** 2,
  };
}

for (const count of [1, 3, 8]) {
  Deno.test(`after ${count} measurements evidence and moments are those of a fine quadrature`, () => {
    for (const seed of [1, 2]) {
      const data = measurements(seed, count);
      const belief = new Belief();
      data.forEach((each) => belief.add(each));
      const exact = quadrature(data);
      const { mean, deviations } = belief.moments();
      const close = (ours: number, expected: number, tolerance: number) =>
        assert.ok(Math.abs(ours - expected) < tolerance, `${ours} instead of ${expected}`);
      close(belief.logEvidence[count - 1], exact.logEvidence, 0.1);
      close(mean[0], exact.mean[0], 0.03 * Math.sqrt(exact.trace));
      close(mean[1], exact.mean[1], 0.03 * Math.sqrt(exact.trace));
      close((deviations[0] ** 2 + deviations[1] ** 2) / exact.trace, 1, 0.06);
      close((deviations[0] * deviations[1]) ** 2 / exact.determinant, 1, 0.15);
    }
  });
}

Deno.test("a belief does not depend on the order of the measurements", () => {
  const data = measurements(5, 12);
  const forward = new Belief();
  const backward = new Belief();
  data.forEach((each) => forward.add(each));
  data.toReversed().forEach((each) => backward.add(each));
  const [a, b] = [forward.moments(), backward.moments()];
  assert.ok(Math.abs(forward.logEvidence[11] - backward.logEvidence[11]) < 1e-3);
  for (const d of [0, 1]) {
    assert.ok(Math.abs(a.mean[d] - b.mean[d]) < 0.01 * a.deviations[1]);
    assert.ok(Math.abs(a.deviations[d] / b.deviations[d] - 1) < 0.01);
  }
});

Deno.test("axes are orthonormal and point to the side of positive skewness", () => {
  const belief = new Belief();
  measurements(7, 2).forEach((each) => belief.add(each));
  const { mean, axes: [[ax, ay], [bx, by]], deviations } = belief.moments();
  assert.ok(Math.abs(ax * ax + ay * ay - 1) + Math.abs(bx * bx + by * by - 1) + Math.abs(ax * bx + ay * by) < 1e-12);
  const stream = createStream(3);
  const cubes = [0, 0];
  const squares = [0, 0];
  for (let k = 0; k < 20000; k++) {
    const [x, y] = belief.draw(stream);
    const along = [(x - mean[0]) * ax + (y - mean[1]) * ay, (x - mean[0]) * bx + (y - mean[1]) * by];
    along.forEach((u, i) => {
      cubes[i] += (u / deviations[i]) ** 3 / 20000;
      squares[i] += (u / deviations[i]) ** 2 / 20000;
    });
  }
  squares.forEach((square) => assert.ok(Math.abs(square - 1) < 0.08, `a variance of ${square} along an axis`));
  cubes.forEach((cube) => assert.ok(cube > -0.05, `skewness ${cube}`));
});
