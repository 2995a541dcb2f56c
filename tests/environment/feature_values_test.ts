/** Features of one small episode against their formulas, with numbers worked out by hand. */

import assert from "node:assert/strict";
import {
  type Beliefs,
  HISTORY_CHANNELS,
  HISTORY_STATICS,
  historyViews,
  type Observation,
  PAIR_FEATURES,
  publicProblems,
  recordedObservation,
  statisticsViews,
} from "../../lib/environment/mod.ts";
import { EFFECT_FEATURES, STRUCTURE_FEATURES } from "../../lib/environment/belief_features.ts";
import { RESPONSE_FEATURES } from "../../lib/environment/response.ts";
import { NODE_FEATURES } from "../../lib/environment/node_features.ts";
import type { Objective } from "../../lib/scm/mod.ts";
import { linearProblem } from "./support.ts";

const ROOT3 = Math.sqrt(3);
const LOW = -2, HIGH = 4;
const HORIZON = 8;

/**
 * X in [−2, 4] and the target Y: rows (−1, 2), (0, −1), (1, −1) as observed, then X = 2 gave −1 and X = −2 gave 2. The means
 * are 0, the spreads 1 and √3.
 */
function episode(objective: Objective): Observation {
  const problem = linearProblem(["X", "Y"], [{ from: "X", to: "Y", weight: -1 }], {
    objective,
    domains: { X: { kind: "interval", low: LOW, high: HIGH } },
  });
  const rows = {
    values: Float64Array.of(-1, 2, 0, -1, 1, -1, 2, -1, -2, 2),
    intervened: Int32Array.of(-1, -1, -1, 0, 0),
    samples: Int32Array.of(1, 1),
  };
  return recordedObservation(publicProblems([problem]), rows, HORIZON);
}

function near(actual: number, expected: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= 1e-5 * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, not ${expected}`,
  );
}

const CASES: readonly (readonly [Objective, number])[] = [["minimize", -1], ["maximize", 1]];

/** Σ xy over the observed rows is −3, over n − 1 = 2 and the spreads. */
const CORRELATION = -1.5 / ROOT3;
/** Σ v² = 8 and Σ v·y/√3 = −6/√3 over the rows in which X was set; the prior's precision is 2 around the correlation. */
const SLOPE = (2 * CORRELATION - 6 / ROOT3) / 10;
/** X on Y over all five rows: Σ xy/√3 = −9/√3, Σ x² = 10, ridge 1. */
const DIRECT = -9 / ROOT3 / 11;

Deno.test("features of a variable have the values of their formulas, for either objective", () => {
  for (const [objective, sign] of CASES) {
    const { nodes, channels } = statisticsViews(episode(objective));
    const unit = Math.max(1, sign * SLOPE * LOW, sign * SLOPE * HIGH);
    assert.ok(unit > 1);
    // The best outcome is −1 minimised and 2 maximised; the last one was 2, the mean ½.
    const best = sign < 0 ? 1 : 2;
    const expected: Record<typeof NODE_FEATURES[number], number> = {
      "posterior gain at low": sign * SLOPE * LOW / unit,
      "posterior gain at high": sign * SLOPE * HIGH / unit,
      "posterior sd at low": 2 / Math.sqrt(10) / unit,
      "posterior sd at high": 4 / Math.sqrt(10) / unit,
      "interventional gain at low": sign * (-6 / ROOT3 / 8.25) * LOW / unit,
      "interventional gain at high": sign * (-6 / ROOT3 / 8.25) * HIGH / unit,
      "observational gain at low": sign * CORRELATION * LOW / unit,
      "observational gain at high": sign * CORRELATION * HIGH / unit,
      "direct gain at low": sign * DIRECT * LOW / unit,
      "direct gain at high": sign * DIRECT * HIGH / unit,
      "path gain at low": sign * DIRECT * LOW / unit,
      "path gain at high": sign * DIRECT * HIGH / unit,
      "evidence of an effect on the target": -sign * Math.asinh(-6 / ROOT3 / Math.sqrt(8)),
      "correlation with the target": -sign * CORRELATION,
      "log interventions": Math.log(3),
      "mean gain seen": sign * 0.5 / ROOT3 / unit,
      "never tried": 0,
      "tried last": 1,
      "log spread against the domain": Math.log(6 / 4),
      "time": 2 / 8,
      "log unit": Math.log(unit),
      "log observational rows": Math.log(0.3),
      "log size": Math.log(2 / 8),
      "is the target": 0,
      "low end in spreads": -2 / 5,
      "high end in spreads": 4 / 5,
      "best gain seen": best / ROOT3 / unit,
      "last gain seen": sign * 2 / ROOT3 / unit,
    };
    NODE_FEATURES.forEach((name, f) => near(nodes[f], expected[name], `${name}, ${objective}`));
    assert.equal(nodes[channels + NODE_FEATURES.indexOf("is the target")], 1);
  }
});

Deno.test("features of a pair have the values of their formulas, in either direction", () => {
  for (const [objective, sign] of CASES) {
    const { pairs } = statisticsViews(episode(objective));
    const turn = -sign;
    // Y was never set: all that is known of its effect on X is the correlation, and rows in which X was set say nothing of
    // X's mechanism: Σ xy/√3 = −3/√3 and Σ y²/3 = 2 over the observed rows, ridge 1.
    const back = -3 / ROOT3 / 3;
    const fromX = [CORRELATION, SLOPE, Math.asinh(-6 / ROOT3 / Math.sqrt(8)), DIRECT, back, 0, CORRELATION];
    const fromY = [CORRELATION, CORRELATION, 0, back, DIRECT, fromX[2], SLOPE];
    const [xy, yx] = [1, 2].map((pair) => pairs.subarray(pair * PAIR_FEATURES.length));
    fromX.forEach((value, f) => near(xy[f], turn * value, `${PAIR_FEATURES[f]} of X and Y, ${objective}`));
    fromY.forEach((value, f) => near(yx[f], turn * value, `${PAIR_FEATURES[f]} of Y and X, ${objective}`));
    const wasSet = PAIR_FEATURES.indexOf("j has been set");
    assert.deepEqual([xy[wasSet], yx[wasSet]], [0, 1]);
  }
});

Deno.test("the observed response is a kernel mean, with one row at 0 added", () => {
  const points = 3;
  const { nodes } = statisticsViews(episode("minimize"), { responsePoints: points });
  const at = (name: typeof RESPONSE_FEATURES[number], p: number) =>
    nodes[NODE_FEATURES.length + RESPONSE_FEATURES.indexOf(name) * points + p];
  // X = −1, 0, 1 lie at −⅔, −⅓, 0 of the domain; the kernel is half a domain's half wide.
  const rows = [[-2 / 3, -2], [-1 / 3, 1], [0, 1]].map(([u, gain]) => [u, Math.asinh(gain / ROOT3)]);
  [-1, 0, 1].forEach((u, p) => {
    const weights = rows.map(([place]) => Math.exp(-0.5 * ((u - place) / 0.5) ** 2));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const sum = rows.reduce((known, [, gain], r) => known + weights[r] * gain, 0);
    near(at("observational mean", p), sum / (total + 1), `observational mean at ${u}`);
    near(at("log observational weight", p), Math.log1p(total), `log observational weight at ${u}`);
  });
});

Deno.test("features of beliefs have the values of their formulas", () => {
  for (const [objective, sign] of CASES) {
    const beliefs: Beliefs = {
      parent: Float64Array.of(0.3, 0),
      entropy: Float64Array.of(0.2),
      effect: { mean: Float64Array.of(-1.5, 0), sd: Float64Array.of(0.5, 0), offset: Float64Array.of(0.6, 0) },
    };
    const { nodes } = statisticsViews({ ...episode(objective), beliefs }, { responsePoints: 0, beliefs: "effects" });
    // E[τ]·v − offset is 3 − 0.6 at the low end and −6 − 0.6 at the high one.
    const [low, high] = [sign * 2.4 / ROOT3, sign * -6.6 / ROOT3];
    const unit = Math.max(1, low, high);
    assert.ok(unit > 1);
    const sd = 0.5 / ROOT3 / unit;
    const expected = [0.3, 0.2 / Math.LN2, low / unit, high / unit, 2 * sd, 4 * sd, Math.log(unit)];
    [...STRUCTURE_FEATURES, ...EFFECT_FEATURES].forEach((name, f) =>
      near(nodes[NODE_FEATURES.length + f], expected[f], `${name}, ${objective}`)
    );
  }
});

Deno.test("the history shows each row in spreads, the target turned so that more is better", () => {
  for (const [objective, sign] of CASES) {
    const { cells, statics } = historyViews(episode(objective), { beliefs: false });
    const rows = [[-1, 2], [0, -1], [1, -1], [2, -1], [-2, 2]];
    const channels = HISTORY_CHANNELS.length;
    rows.forEach(([x, y], r) => {
      const isSet = r > 2 ? 1 : 0;
      const recency = (r + 1) / 5;
      const expected = [[x, isSet, 0, 0.5, recency], [sign * y / ROOT3, 0, 1, 0.5, recency]];
      expected.flat().forEach((value, k) =>
        near(cells[2 * r * channels + k], value, `${HISTORY_CHANNELS[k % channels]} of row ${r}, ${objective}`)
      );
    });
    const expected = [-2, 4, 1, 0, 2 / 8, 0, 0, 0, 1, 2 / 8];
    expected.forEach((value, k) => near(statics[k], value, HISTORY_STATICS[k % HISTORY_STATICS.length]));
  }
});
