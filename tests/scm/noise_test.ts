import assert from "node:assert/strict";
import { createStream } from "../../lib/random/mod.ts";
import type { NoiseDistribution } from "../../lib/scm/mod.ts";
import { sampleNoise } from "../../lib/scm/noise.ts";

const N = 100_000;

function draws(distribution: NoiseDistribution): Float64Array {
  const stream = createStream(21).child(distribution.kind);
  return Float64Array.from({ length: N }, () => sampleNoise(distribution, stream));
}

/** Largest distance between the empirical and the true distribution function. */
function distance(sample: Float64Array, cdf: (x: number) => number): number {
  const sorted = sample.slice().sort();
  return sorted.reduce((worst, x, i) => Math.max(worst, Math.abs(cdf(x) - (i + 0.5) / N)), 0);
}

const EULER = 0.5772156649015329;
const kinds: [NoiseDistribution, (x: number) => number][] = [
  [{ kind: "uniform" }, (x) => 0.5 + x / (2 * Math.sqrt(3))],
  [{ kind: "laplace" }, (x) => x < 0 ? 0.5 * Math.exp(Math.SQRT2 * x) : 1 - 0.5 * Math.exp(-Math.SQRT2 * x)],
  [{ kind: "gumbel" }, (x) => Math.exp(-Math.exp(-(x * Math.PI / Math.sqrt(6) + EULER)))],
  // Student with 4 degrees of freedom: F(t) = ½ + ¾(s − s³/3) with s = t/√(4 + t²), and t = √2·ε.
  [{ kind: "student-t", degreesOfFreedom: 4 }, (x) => {
    const t = x * Math.SQRT2;
    const s = t / Math.sqrt(4 + t * t);
    return 0.5 + 0.75 * (s - s ** 3 / 3);
  }],
];

for (const [distribution, cdf] of kinds) {
  Deno.test(`${distribution.kind} noise has its distribution, mean 0 and variance 1`, () => {
    const x = draws(distribution);
    const d = distance(x, cdf);
    assert.ok(d < 2.23 / Math.sqrt(N), `distance ${d}`); // Kolmogorov & Smirnov at level 1e-4
    const mean = x.reduce((a, b) => a + b, 0) / N;
    assert.ok(Math.abs(mean) < 4 / Math.sqrt(N));
    const variance = x.reduce((a, b) => a + b * b, 0) / N;
    assert.ok(Math.abs(variance - 1) < (distribution.kind === "student-t" ? 0.15 : 0.03));
    assert.ok(x.every(Number.isFinite));
  });
}

Deno.test("gumbel noise is skewed to the right, the others are symmetric", () => {
  const skewness = (x: Float64Array) => x.reduce((sum, v) => sum + v ** 3, 0) / N;
  assert.ok(Math.abs(skewness(draws({ kind: "gumbel" })) - 1.1395) < 0.1); // 12√6·ζ(3)/π³
  assert.ok(Math.abs(skewness(draws({ kind: "laplace" }))) < 0.15);
  assert.ok(Math.abs(skewness(draws({ kind: "uniform" }))) < 0.03);
});
