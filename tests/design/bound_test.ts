import assert from "node:assert/strict";
import { Belief } from "../../lib/design/belief.ts";
import { boundGains, boxOfWeight, contrastiveBound } from "../../lib/design/bound.ts";
import { drawSource, logIntensity, logLikelihood, measure, NOISE, type Point } from "../../lib/design/source.ts";
import { createStream, type Stream } from "../../lib/random/mod.ts";

const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const CENTRE: Point = [0.5, 0.5];

/** One experiment whose designs lie at and around the source. */
function experiment(seed: number) {
  const stream = createStream(seed);
  const source = drawSource(stream.child("source"));
  const belief = new Belief();
  for (let t = 0; t < 12; t++) {
    const design: Point = [source[0] + 0.02 * stream.normal(), source[1] + 0.02 * stream.normal()];
    belief.add(measure(source, design, stream.normal()));
  }
  return { source, belief };
}

Deno.test("the intensity has the published form", () => {
  assert.equal(logIntensity(0), Math.log(0.1 + 1e4));
  assert.ok(Math.abs(logIntensity(0.25) - Math.log(0.1 + 1 / 0.2501)) < 1e-15);
});

Deno.test("no bound exceeds log(L + 1), and a telling experiment reaches it", () => {
  const { source, belief } = experiment(1);
  for (const contrasts of [1, 10, 100]) {
    const value = contrastiveBound(belief.measurements, source, contrasts, createStream(2));
    assert.ok(value <= Math.log(contrasts + 1) + 1e-12, `${value} with ${contrasts} contrasts`);
    assert.ok(value > Math.log(contrasts + 1) - 0.2);
    assert.ok(boundGains(belief, source, contrasts).reduce((a, b) => a + b) <= Math.log(contrasts + 1) + 1e-12);
  }
});

Deno.test("drawn in a box alone, the contrasts give the bound of the definition", () => {
  const stream = createStream(4);
  const source: Point = [0.4, 0.3];
  const near: Point = [0.42, 0.33];
  const data = [measure(source, [0.9, 0.8], 0.3), measure(source, near, -1), measure(source, [0.1, 0.35], 0.5)];
  const contrasts = 400;
  const log = (x: number, y: number) => data.reduce((sum, each) => sum + logLikelihood(each, x, y), 0);
  const own = log(...source);
  const defined = (draws: Stream) => {
    let sum = Math.exp(own);
    for (let l = 0; l < contrasts; l++) sum += Math.exp(log(draws.uniform(), draws.uniform()));
    return own - Math.log(sum / (contrasts + 1));
  };
  const runs = Array.from({ length: 4000 }, (_, run) => stream.child(run));
  const ours = runs.map((run) => contrastiveBound(data, source, contrasts, run.child("ours")));
  const expected = runs.map((run) => defined(run.child("defined")));
  const spread = Math.sqrt(meanOf(expected.map((value) => (value - meanOf(expected)) ** 2)));
  assert.ok(spread > 0.05, "the runs differ");
  const error = spread * Math.sqrt(2 / runs.length);
  assert.ok(Math.abs(meanOf(ours) - meanOf(expected)) < 4 * error, `${meanOf(ours)} instead of ${meanOf(expected)}`);
  const ownSpread = Math.sqrt(meanOf(ours.map((value) => (value - meanOf(ours)) ** 2)));
  assert.ok(Math.abs(ownSpread / spread - 1) < 0.1, `a spread of ${ownSpread} instead of ${spread}`);
});

Deno.test("the box holds every source of weight, and is not the whole square", () => {
  const source: Point = [0.4, 0.3];
  const data = [measure(source, [0.42, 0.33], 0.3), measure(source, [0.6, 0.45], -1)];
  const log = (x: number, y: number) => data.reduce((sum, each) => sum + logLikelihood(each, x, y), 0);
  const least = log(...source) - 30;
  const [left, bottom, width, height] = boxOfWeight(data, least);
  const inside = (x: number, y: number) => x >= left && x <= left + width && y >= bottom && y <= bottom + height;
  const grid = Array.from({ length: 400 }, (_, k) => (k + 0.5) / 400);
  let [held, weighty] = [0, 0];
  for (const x of grid) {
    for (const y of grid) {
      held += Number(inside(x, y));
      if (log(x, y) < least) continue;
      weighty++;
      assert.ok(inside(x, y), `${x}, ${y}`);
    }
  }
  assert.ok(weighty > 1000 && held < grid.length ** 2, `${weighty} of ${held}`);
});

Deno.test("a source that its contrasts beat moves the scale: the bound is far below 0 but finite", () => {
  const source: Point = [0.1, 0.1];
  // Noise of twenty deviations: the source itself is hopeless.
  const value = contrastiveBound([measure(source, CENTRE, 40)], source, 2000, createStream(1));
  assert.ok(Number.isFinite(value) && value < -100);
});

/** The information that one design at the centre gives, by quadrature over the outcome's density on a grid of sources. */
function informationOfOneDesign(): number {
  const side = 60;
  const means: number[] = [];
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      means.push(logIntensity(((i + 0.5) / side - 0.5) ** 2 + ((j + 0.5) / side - 0.5) ** 2));
    }
  }
  let entropy = 0;
  const step = 0.05;
  for (let y = -4; y < 14; y += step) {
    const density = meanOf(means.map((m) => Math.exp(-((y - m) ** 2) / (2 * NOISE ** 2)))) /
      (NOISE * Math.sqrt(2 * Math.PI));
    if (density > 0) entropy -= step * density * Math.log(density);
  }
  return entropy - 0.5 * Math.log(2 * Math.PI * Math.E * NOISE ** 2);
}

Deno.test("with one design both bounds are the information, by quadrature", () => {
  const information = informationOfOneDesign();
  const stream = createStream(8);
  const [sampled, expected]: [number[], number[]] = [[], []];
  for (let run = 0; run < 3000; run++) {
    const own = stream.child(run);
    const source = drawSource(own);
    const belief = new Belief();
    belief.add(measure(source, CENTRE, own.normal()));
    sampled.push(contrastiveBound(belief.measurements, source, 300, own));
    expected.push(boundGains(belief, source, 300)[0]);
  }
  for (const bound of [sampled, expected]) {
    assert.ok(Math.abs(meanOf(bound) - information) < 0.06, `${meanOf(bound)} instead of ${information}`);
  }
});

Deno.test("the order of measurements changes neither bound", () => {
  const { source, belief: { measurements } } = experiment(3);
  const other = new Belief();
  measurements.toReversed().forEach((each) => other.add(each));
  const own = new Belief();
  measurements.forEach((each) => own.add(each));
  const bound = (belief: Belief) => contrastiveBound(belief.measurements, source, 5000, createStream(1));
  assert.ok(Math.abs(bound(own) - bound(other)) < 1e-9);
  const total = (belief: Belief) => boundGains(belief, source, 1e6).reduce((a, b) => a + b);
  assert.ok(Math.abs(total(own) - total(other)) < 1e-3);
});
