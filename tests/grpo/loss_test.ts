/** The loss against values worked out by hand, and its slopes against central differences in float64. */

import assert from "node:assert/strict";
import { type KlEstimator, type LossKind, type LossOptions } from "../../lib/grpo/mod.ts";
import { evaluateLoss, type LossCoefficients, type LossData, type Scores } from "../../lib/grpo/loss.ts";
import { createStream } from "../../lib/random/mod.ts";

const OPTIONS: LossOptions = {
  kind: "bnpo",
  ratio: "token",
  clipLow: 0.2,
  clipHigh: 0.3,
  delta: null,
  klEstimator: "k3",
};
const NONE: LossCoefficients = { entropy: 0, kl: 0, value: 0 };

const near = (actual: number, expected: number, what: string, tolerance = 1e-12) =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, not ${expected}`,
  );

/** Decisions of one view each, with the ratios given. */
function decisions(ratio: readonly number[], advantage: readonly number[]): { scores: Scores; data: LossData } {
  const ones = ratio.map(() => 1);
  return {
    scores: { logProb: ratio.map((r) => Math.log(r) - 1), entropy: ratio.map(() => 0), exactKl: null, value: null },
    data: {
      views: ratio.length,
      perView: 1,
      oldLogProb: ratio.map(() => -1),
      advantage,
      mask: ones,
      weight: ones,
      referenceLogProb: null,
      target: null,
      viewsPerSequence: 1,
    },
  };
}

/** Loss and slope of a single decision. */
function single(ratio: number, advantage: number, options: Partial<LossOptions> = {}): { loss: number; slope: number } {
  const { scores, data } = decisions([ratio], [advantage]);
  const { loss, slopes } = evaluateLoss(scores, data, { ...OPTIONS, ...options }, { weight: 1, decisions: 1 }, NONE);
  return { loss, slope: slopes.logProb[0] };
}

Deno.test("the clipped surrogate is −min(ρA, clip(ρ, 1 − ε_low, 1 + ε_high) A), on both sides of both bounds", () => {
  const cases: [ratio: number, advantage: number, loss: number, slope: number][] = [
    [1, 2, -2, -2],
    [1.25, 2, -2.5, -2.5],
    // Above 1 + ε_high = 1.3: a good decision gains no more, a bad one costs without bound.
    [1.5, 2, -2.6, 0],
    [1.5, -2, 3, 3],
    // Below 1 − ε_low = 0.8: a bad decision costs no less, a good one still gains.
    [0.5, -2, 1.6, 0],
    [0.5, 2, -1, -1],
    [0.9, -2, 1.8, 1.8],
  ];
  for (const [ratio, advantage, loss, slope] of cases) {
    const result = single(ratio, advantage);
    near(result.loss, loss, `loss at ρ = ${ratio}, A = ${advantage}`);
    near(result.slope, slope, `slope at ρ = ${ratio}, A = ${advantage}`);
  }
});

Deno.test("δ bounds what a bad decision costs, and nothing else", () => {
  const delta = { delta: 2 };
  near(single(3, -2, delta).loss, 4, "loss beyond δ");
  near(single(3, -2, delta).slope, 0, "slope beyond δ");
  near(single(1.9, -2, delta).loss, 3.8, "loss before δ");
  near(single(1.9, -2, delta).slope, 3.8, "slope before δ");
  near(single(3, 2, delta).loss, -2.6, "a good decision is clipped at 1 + ε_high");
  near(single(0.5, -2, delta).loss, 1.6, "and below at 1 − ε_low");
});

Deno.test("cispo weighs A log π with the clipped ratio, held fixed, so that no decision loses its gradient", () => {
  const weights: [ratio: number, weight: number][] = [[1, 1], [2, 1.3], [0.1, 0.8], [1.2, 1.2]];
  for (const [ratio, weight] of weights) {
    for (const advantage of [2, -2]) {
      const { loss, slope } = single(ratio, advantage, { kind: "cispo" });
      near(loss, -weight * advantage * (Math.log(ratio) - 1), `loss at ρ = ${ratio}`);
      near(slope, -weight * advantage, `slope at ρ = ${ratio}`);
    }
  }
  near(single(0.1, 2, { kind: "cispo", clipLow: 1 }).slope, -0.2, "ε_low = 1 bounds nothing from below");
});

/** Two views of three decisions, the last of which is padding: ratios 1.1, 1.21 and 0.5, 0.8, 2. */
const SEQUENCES = {
  scores: {
    logProb: [Math.log(1.1), Math.log(1.21), 7, Math.log(0.5), Math.log(0.8), Math.log(2)],
    entropy: [0, 0],
    exactKl: null,
    value: null,
  },
  data: {
    views: 2,
    perView: 3,
    oldLogProb: [0, 0, 0, 0, 0, 0],
    advantage: [1, 2, 9, -1, 3, 0.5],
    mask: [1, 1, 0, 1, 1, 1],
    weight: [1, 1, 0, 1, 1, 1],
    referenceLogProb: null,
    target: null,
    viewsPerSequence: 1,
  },
} as const;

Deno.test("ratios of sequences are the geometric mean of their decisions', padding left out", () => {
  const { loss, slopes, statistics } = evaluateLoss(
    SEQUENCES.scores,
    SEQUENCES.data,
    { ...OPTIONS, ratio: "sequence" },
    { weight: 5, decisions: 5 },
    NONE,
  );
  const first = Math.sqrt(1.1 * 1.21);
  const second = Math.cbrt(0.5 * 0.8 * 2);
  // 0.928… and 1.154… lie between 0.8 and 1.3: nothing is clipped.
  near(loss, -(first * 3 + second * 2.5) / 5, "loss");
  near(slopes.logProb[0], -first * 3 / 2 / 5, "each decision of the first sequence moves its ratio by a half");
  near(slopes.logProb[1], slopes.logProb[0], "alike");
  near(slopes.logProb[3], -second * 2.5 / 3 / 5, "each of the second by a third");
  assert.equal(slopes.logProb[2], 0);
  near(statistics.ratioMax, first, "the largest ratio is a sequence's");
  near(statistics.ratioMin, second, "and so is the smallest");
});

Deno.test("a sequence may be made of several views", () => {
  const { views, perView, ...rest } = SEQUENCES.data;
  const flat = { ...rest, views: views * perView, perView: 1, viewsPerSequence: 3 };
  const scores = { ...SEQUENCES.scores, entropy: new Array(6).fill(0) };
  const options: LossOptions = { ...OPTIONS, ratio: "sequence" };
  const normalisers = { weight: 5, decisions: 5 };
  const wide = evaluateLoss(SEQUENCES.scores, SEQUENCES.data, options, normalisers, NONE);
  const long = evaluateLoss(scores, flat, options, normalisers, NONE);
  assert.equal(long.loss, wide.loss);
  assert.deepEqual(long.slopes.logProb, wide.slopes.logProb);
});

Deno.test("the policy term is divided by the weights that it is told of, the others by the decisions", () => {
  const { data } = SEQUENCES;
  const scores = { ...SEQUENCES.scores, entropy: [2, 3], exactKl: [0.5, 0.1], value: [1, -1] };
  const target = [1, 2, 50, 0, 0, -3];
  const coefficients = { entropy: 0.1, kl: 0.2, value: 0.3 };
  const options: LossOptions = { ...OPTIONS, klEstimator: "exact" };
  const { loss, statistics } = evaluateLoss(
    scores,
    { ...data, target, weight: [0.5, 0.5, 0, 1 / 3, 1 / 3, 1 / 3] },
    options,
    { weight: 2, decisions: 10 },
    coefficients,
  );
  // Clipped: 2 at A = 0.5 to 1.3, 0.5 at A = −1 to 0.8.
  const policy = -((1.1 + 2.42) / 2 + (-0.8 + 2.4 + 0.65) / 3) / 2;
  near(statistics.policyLoss, policy, "the mean over two sequences of the mean over their decisions");
  near(statistics.entropy, (2 * 2 + 3 * 3) / 10, "entropy counts once for each decision of a view");
  near(statistics.kl, (2 * 0.5 + 3 * 0.1) / 10, "so does the exact KL");
  near(statistics.valueLoss, (0 + 1 + 1 + 1 + 4) / 2 / 10, "half the squared error of V");
  near(loss, policy - 0.1 * 1.3 + 0.2 * 0.13 + 0.3 * 0.35, "the loss is their weighted sum");
});

Deno.test("the KL's estimators at a ratio: k1 = d, k2 = ½d², k3 = ρ(e^−d − 1 + d), and their slopes", () => {
  const { scores, data } = decisions([1.25], [0]);
  const logProb = scores.logProb[0];
  const d = 0.3;
  const at = (klEstimator: KlEstimator) =>
    evaluateLoss(
      scores,
      { ...data, referenceLogProb: [logProb - d] },
      { ...OPTIONS, klEstimator },
      { weight: 1, decisions: 1 },
      { ...NONE, kl: 2 },
    );
  const expected = {
    k1: { mean: d, loss: 0, slope: 0 },
    k2: { mean: 0.045, loss: 0.09, slope: 2 * d },
    k3: {
      mean: 1.25 * (Math.exp(-d) - 1 + d),
      loss: 2 * 1.25 * (Math.exp(-d) - 1 + d),
      slope: 2 * 1.25 * d,
    },
  };
  for (const estimator of ["k1", "k2", "k3"] as const) {
    const { loss, slopes, statistics } = at(estimator);
    near(statistics.kl, expected[estimator].mean, `${estimator} is logged`);
    near(loss, expected[estimator].loss, `${estimator} in the loss`);
    near(slopes.logProb[0], expected[estimator].slope, `slope of ${estimator}`);
  }
  assert.throws(() => at("exact"), /continuous/);
});

/** KL(π ‖ reference) of categorical distributions given by logits, in float64. */
function divergence(p: readonly number[], q: readonly number[]): number {
  const [a, b] = [logSoftmax(p), logSoftmax(q)];
  return a.reduce((sum, x, i) => sum + Math.exp(x) * (x - b[i]), 0);
}

function logSoftmax(logits: readonly number[]): number[] {
  const total = Math.log(logits.reduce((sum, x) => sum + Math.exp(x), 0));
  return logits.map((x) => x - total);
}

/** Slope by the logits of an expectation over π_old of an estimator's slope by log π: its gradient, without sampling. */
function expectedGradient(
  estimator: KlEstimator,
  now: readonly number[],
  old: readonly number[],
  reference: readonly number[],
): number[] {
  const [logProb, oldLogProb, referenceLogProb] = [now, old, reference].map(logSoftmax);
  const { data } = decisions(now.map(() => 1), now.map(() => 0));
  const { slopes } = evaluateLoss(
    { logProb, entropy: now.map(() => 0), exactKl: null, value: null },
    { ...data, oldLogProb, referenceLogProb },
    { ...OPTIONS, klEstimator: estimator },
    { weight: 1, decisions: 1 },
    { ...NONE, kl: 1 },
  );
  const weighted = slopes.logProb.map((slope, a) => slope * Math.exp(oldLogProb[a]));
  const total = weighted.reduce((sum, x) => sum + x, 0);
  // ∂ log π(a)/∂ℓ_i = 1[a = i] − π(i)
  return now.map((_, i) => weighted[i] - total * Math.exp(logProb[i]));
}

const slopeOf = (f: (x: number[]) => number, x: readonly number[]): number[] =>
  x.map((_, i) => {
    const moved = (by: number) => f(x.map((value, j) => j === i ? value + by : value));
    return (moved(1e-5) - moved(-1e-5)) / 2e-5;
  });

Deno.test("the sampled KLs have the gradient of KL(π ‖ reference): k2 at an update's first step, k3 at every step", () => {
  const [now, old, reference] = [[0.3, -0.7, 1.1, 0], [0.6, 0.1, 0.2, -0.5], [-0.4, 0.9, 0, 0.2]];
  const forward = slopeOf((x) => divergence(x, reference), now);
  expectedGradient("k2", now, now, reference).forEach((g, i) => near(g, forward[i], `k2, ${i}`, 1e-8));
  expectedGradient("k3", now, now, reference).forEach((g, i) => near(g, forward[i], `k3, first step, ${i}`, 1e-8));
  expectedGradient("k3", now, old, reference).forEach((g, i) => near(g, forward[i], `k3, later, ${i}`, 1e-8));
  // The other divergence, whose gradient k3 has without its ratio, is another direction.
  const reverse = slopeOf((x) => divergence(reference, x), now);
  assert.ok(Math.max(...forward.map((g, i) => Math.abs(g - reverse[i]))) > 0.1);
});

/** A random minibatch whose ratios lie on all sides of all bounds, with padding and skipped decisions. */
function randomMinibatch(seed: number, views: number, perView: number, viewsPerSequence: number) {
  const stream = createStream(seed);
  const size = views * perView;
  const uniform = (low: number, high: number, length = size) =>
    Array.from({ length }, () => stream.uniformIn(low, high));
  const mask = Array.from({ length: size }, (_, d) => d % 5 === 3 ? 0 : 1);
  const oldLogProb = uniform(-3, -1);
  return {
    scores: {
      logProb: oldLogProb.map((x) => x + stream.uniformIn(-0.7, 0.9)),
      entropy: uniform(0, 2, views),
      exactKl: uniform(0, 1, views),
      value: uniform(-1, 1, views),
    },
    data: {
      views,
      perView,
      oldLogProb,
      advantage: uniform(-2, 2),
      mask,
      weight: mask.map((m, d) => d % 7 === 5 ? 0 : m * stream.uniformIn(0.2, 1)),
      referenceLogProb: uniform(-3, -1),
      target: uniform(-1, 1),
      viewsPerSequence,
    },
  };
}

/** The ratio of each decision, or of its sequence, within its bounds: the weights of `cispo`. */
function clippedRatios(logProb: readonly number[], data: LossData, level: LossOptions["ratio"]): number[] {
  const size = level === "token" ? 1 : data.viewsPerSequence * data.perView;
  return logProb.map((_, d) => {
    const own = Array.from({ length: size }, (_, i) => d - d % size + i).filter((i) => size === 1 || data.mask[i] > 0);
    const mean = own.reduce((sum, i) => sum + logProb[i] - data.oldLogProb[i], 0) / own.length;
    return Math.min(1 + OPTIONS.clipHigh, Math.max(1 - OPTIONS.clipLow, Math.exp(mean)));
  });
}

Deno.test("slopes of the whole loss are those of central differences in float64, for every option", () => {
  const normalisers = { weight: 7.5, decisions: 29 };
  const coefficients = { entropy: 0.3, kl: 0.7, value: 0.4 };
  const kinds: LossKind[] = ["bnpo", "dapo", "sequence", "cispo"];
  const cases = kinds.flatMap((kind) =>
    (["token", "sequence"] as const).flatMap((ratio) =>
      (["exact", "k1", "k2", "k3"] as const).flatMap((klEstimator) =>
        (kind === "cispo" ? [null] : [null, 1.6]).map((delta) => ({ ...OPTIONS, kind, ratio, klEstimator, delta }))
      )
    )
  );
  assert.equal(cases.length, 56);
  cases.forEach((options, seed) => {
    const { scores, data } = randomMinibatch(seed, 6, 5, options.ratio === "sequence" ? 2 : 1);
    const fixed = options.kind === "cispo" ? clippedRatios(scores.logProb, data, options.ratio) : null;
    const lossAt = (changed: Scores): number => {
      if (fixed === null) return evaluateLoss(changed, data, options, normalisers, coefficients).loss;
      // The weights of cispo do not move with what is differentiated.
      const rest = evaluateLoss(
        changed,
        { ...data, weight: data.mask.map(() => 0) },
        options,
        normalisers,
        coefficients,
      );
      const terms = fixed.map((weight, d) => data.weight[d] * weight * data.advantage[d] * changed.logProb[d]);
      return rest.loss - terms.reduce((sum, term) => sum + term, 0) / normalisers.weight;
    };
    const { loss, slopes } = evaluateLoss(scores, data, options, normalisers, coefficients);
    near(loss, lossAt(scores), "the loss itself");
    for (const name of ["logProb", "entropy", "exactKl", "value"] as const) {
      const slope = slopes[name];
      assert.equal(slope === null, name === "exactKl" && options.klEstimator !== "exact");
      const numeric = slopeOf((x) => lossAt({ ...scores, [name]: x }), scores[name]);
      slope?.forEach((s, d) => near(s, numeric[d], `${name} ${d} with ${JSON.stringify(options)}`, 1e-8));
    }
  });
});

Deno.test("shares of two halves of a minibatch add up to those of the whole", () => {
  const { scores, data } = randomMinibatch(3, 8, 5, 1);
  const options: LossOptions = { ...OPTIONS, klEstimator: "exact" };
  const normalisers = { weight: 20, decisions: 32 };
  const coefficients = { entropy: 0.3, kl: 0.7, value: 0.4 };
  const whole = evaluateLoss(scores, data, options, normalisers, coefficients);
  const part = (from: number, to: number) => {
    const cut = <T>(x: readonly T[]) => x.slice(from * x.length / 8, to * x.length / 8);
    const { oldLogProb, advantage, mask, weight, referenceLogProb, target } = data;
    return evaluateLoss(
      {
        logProb: cut(scores.logProb),
        entropy: cut(scores.entropy),
        exactKl: cut(scores.exactKl),
        value: cut(scores.value),
      },
      {
        ...data,
        views: to - from,
        oldLogProb: cut(oldLogProb),
        advantage: cut(advantage),
        mask: cut(mask),
        weight: cut(weight),
        referenceLogProb: cut(referenceLogProb),
        target: cut(target),
      },
      options,
      normalisers,
      coefficients,
    );
  };
  const parts = [part(0, 3), part(3, 8)];
  near(parts[0].loss + parts[1].loss, whole.loss, "loss");
  assert.deepEqual([...parts[0].slopes.logProb, ...parts[1].slopes.logProb], [...whole.slopes.logProb]);
  for (
    const name of [
      "policyLoss",
      "entropy",
      "kl",
      "valueLoss",
      "clippedLow",
      "clippedHigh",
      "ratioMean",
      "oldKl",
    ] as const
  ) {
    near(parts[0].statistics[name] + parts[1].statistics[name], whole.statistics[name], name);
  }
  near(Math.min(...parts.map((p) => p.statistics.ratioMin)), whole.statistics.ratioMin, "smallest ratio");
});

Deno.test("what is logged of the ratios: extremes, mean, clipped shares by weight, KL(old ‖ new)", () => {
  const { scores, data } = decisions([1, 2, 0.5, 4, 0.5], [1, 1, -1, -1, 1]);
  const at = (options: Partial<LossOptions>) =>
    evaluateLoss(
      scores,
      { ...data, weight: [1, 0.5, 1, 1, 0.25] },
      { ...OPTIONS, ...options },
      { weight: 5, decisions: 5 },
      NONE,
    ).statistics;
  const clipped = at({ delta: 3 });
  near(clipped.ratioMin, 0.5, "min");
  near(clipped.ratioMax, 4, "max");
  near(clipped.ratioMean, 8 / 5, "mean");
  near(clipped.clippedLow, 1 / 5, "below with A < 0");
  near(clipped.clippedHigh, 0.5 / 5, "above with A > 0, by weight");
  near(clipped.clippedDelta, 1 / 5, "beyond δ with A < 0");
  const logs = [0, Math.log(2), Math.log(0.5), Math.log(4), Math.log(0.5)];
  near(clipped.oldKl, logs.reduce((sum, x) => sum + Math.exp(x) - 1 - x, 0) / 5, "KL(old ‖ new)");
  near(at({ kind: "cispo" }).clippedLow, 1.25 / 5, "cispo clips its weights whatever the sign of A");
  near(at({ kind: "cispo" }).clippedHigh, 1.5 / 5, "above too");
});

Deno.test("a minibatch without anything to learn from has loss 0 and no slope", () => {
  const { scores, data } = decisions([1.2, 0.7], [1, -1]);
  const nothing = { ...data, mask: [0, 0], weight: [0, 0] };
  const { loss, slopes } = evaluateLoss(scores, nothing, OPTIONS, { weight: 0, decisions: 0 }, { ...NONE, entropy: 1 });
  assert.equal(loss, 0);
  assert.deepEqual([...slopes.logProb, ...slopes.entropy], [0, 0, 0, 0]);
});
