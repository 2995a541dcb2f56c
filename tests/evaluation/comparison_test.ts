import assert from "node:assert/strict";
import {
  adjustHolm,
  checkSeedsDisjoint,
  claimSentence,
  collectResults,
  compare,
  estimateDifference,
  findSharedScms,
  isJudged,
  judgeFamily,
  meanOf,
  type MethodResults,
  type ProblemSource,
} from "../../lib/evaluation/mod.ts";
import { detectableDifference } from "../../lib/evaluation/statistics/mod.ts";
import { findSeedOverlap, SeedOverlapError } from "../../lib/evaluation/seeds.ts";
import { comparePairs, differenceTest, reversed, scoreTable } from "../../lib/evaluation/comparison/mod.ts";
import { createStream, type Stream } from "../../lib/random/mod.ts";
import { createScm } from "../../lib/scm/mod.ts";
import { near, recordsOf } from "./records.ts";

/** How a simulated study varies: over problems (common to all models), over seeds, and from one play to the next. */
interface Spread {
  readonly problem: number;
  readonly seed: number;
  readonly play: number;
}

const spread: Spread = { problem: 0.3, seed: 0.1, play: 0.2 };

/** Models of mean `0.5 + shift` with their seeds, on the same problems of two families and two sizes. */
function study(
  stream: Stream,
  shifts: readonly number[],
  { seeds = 5, problems = 12, spread: own = spread }: {
    seeds?: number | readonly number[];
    problems?: number;
    spread?: Spread;
  } = {},
): MethodResults[] {
  const base = Array.from({ length: problems }, () => 0.5 + own.problem * stream.normal());
  const family = base.map((_, p) => p % 2 === 0 ? "chain" : "fork");
  const sizes = Int32Array.from(base, (_, p) => p % 4 < 2 ? 4 : 10);
  return shifts.map((shift, m) => {
    const method = `model ${m}`;
    const count = typeof seeds === "number" ? seeds : seeds[m];
    const records = Array.from({ length: count }, () => {
      // What is not trained has no training seed that could be a lucky one.
      const level = count === 1 ? shift : shift + own.seed * stream.normal();
      return recordsOf(base.map((value) => [value + level + own.play * stream.normal()]), { method, family, sizes });
    });
    return collectResults(method, records);
  });
}

const pairOptions = { alpha: 0.05, resamples: 20 } as const;

/** The pairs of simulated models, all of them planned. */
function pairsOf(stream: Stream, ...given: [shifts: readonly number[], options?: Parameters<typeof study>[2]]) {
  return comparePairs(scoreTable(study(stream, ...given), "meanValue", "families"), { ...pairOptions, stream })
    .filter(isJudged);
}

Deno.test("three identical models show no difference, after correction, in at least 93 % of 200 repetitions", () => {
  const stream = createStream(2024).child("identical");
  let quiet = 0;
  for (let r = 0; r < 200; r++) {
    if (pairsOf(stream.child(r), [0, 0, 0]).every(({ judgement: { verdict } }) => verdict === "undecided")) quiet++;
  }
  assert.ok(quiet >= 186, `${quiet} of 200 repetitions are quiet`);
});

Deno.test("a difference that is said to be detectable is found in about 80 % of studies, a third of it hardly ever", () => {
  const stream = createStream(7).child("detectable");
  const repetitions = 300;
  for (const seeds of [[5, 5], [4, 1]]) {
    const own = (r: number) => stream.child(seeds[1]).child(r);
    const detectable = Array.from({ length: repetitions }, (_, r) => pairsOf(own(r), [0, 0], { seeds })[0])
      .map(({ judgement }) => judgement.detectable);
    // The root of the mean square: variances are estimated without bias, their roots are not.
    const typical = Math.sqrt(meanOf(detectable.map((size) => size * size)));
    const found = (share: number) => {
      const verdicts = Array.from(
        { length: repetitions },
        (_, r) => pairsOf(own(r), [share * typical, 0], { seeds })[0],
      )
        .map(({ judgement: { verdict } }) => verdict);
      assert.ok(verdicts.filter((verdict) => verdict === "worse").length <= 0.02 * repetitions);
      return verdicts.filter((verdict) => verdict === "better").length / repetitions;
    };
    const [whole, third] = [found(1), found(1 / 3)];
    assert.ok(Math.abs(whole - 0.8) < 0.08, `${whole} of ${seeds} found`);
    assert.ok(third < 0.35, `${third} of a third found`);
  }
});

Deno.test("fewer planned comparisons find more: the same pair is told apart alone, and not among all pairs", () => {
  const models = study(createStream(21).child("plan"), [0.34, 0, ...new Array<number>(12).fill(0.17)], { seeds: 4 });
  const table = scoreTable(models, "meanValue", "families");
  const planned = [["model 0", "model 1"]] as const;
  const few = comparePairs(table, { ...pairOptions, stream: createStream(1), planned });
  const all = comparePairs(table, { ...pairOptions, stream: createStream(1) });
  assert.deepEqual(few.filter(isJudged).map(({ first, second }) => [first, second]), planned);
  const [one, other] = [few[0].judgement, all[0].judgement];
  assert.ok(one !== null && other !== null);
  assert.deepEqual([one.verdict, other.verdict], ["better", "undecided"]);
  near(one.holm, few[0].test.pValue);
  assert.ok(other.detectable > 1.2 * one.detectable, "a family of 91 sees less");
  assert.equal(
    few[0].benjaminiHochberg,
    all[0].benjaminiHochberg,
    "what is explored is corrected over all that is shown",
  );
  const turned = comparePairs(table, { ...pairOptions, stream: createStream(1), planned: [["model 1", "model 0"]] });
  assert.deepEqual(
    [turned[0].first, turned[0].judgement?.verdict],
    ["model 1", "worse"],
    "a pair stands as it was planned",
  );
  const unknown = { ...pairOptions, stream: createStream(1), planned: [["model 0", "x"]] as const };
  assert.throws(() => comparePairs(table, unknown), /named x; there are model 0/);
});

Deno.test("judgements of a family: Holm over it, verdicts by the metric's direction, no claim without spread", () => {
  const estimate = (shift: number) =>
    estimateDifference([Float64Array.of(shift, shift + 0.1, shift + 0.2, shift - 0.1)], [Float64Array.of(0, 0, 0, 0)]);
  const differences = [estimate(1), estimate(0.01), estimate(-0.5)];
  const judged = judgeFamily(differences, "higher", 0.05);
  const p = differences.map((difference) => differenceTest(difference).pValue);
  assert.deepEqual(judged.map(({ holm }) => holm), adjustHolm(p));
  const words = (better: "higher" | "lower" | null) =>
    judgeFamily(differences, better, 0.05).map(({ verdict }) => verdict);
  assert.deepEqual(words("higher"), ["better", "undecided", "worse"]);
  assert.deepEqual(words("lower"), ["worse", "undecided", "better"]);
  assert.deepEqual(words(null), ["higher", "undecided", "lower"]);
  assert.deepEqual(words("higher").map(reversed), ["worse", "undecided", "better"]);
  near(judged[1].detectable, detectableDifference(differences[1], 0.05 / 3));
  assert.throws(() => judgeFamily([estimateDifference([Float64Array.of(1)], [Float64Array.of(0)])], "higher", 0.05));
});

Deno.test("counting episodes instead of trainings would claim differences between identical models", () => {
  const stream = createStream(6).child("pseudoreplication");
  let [claimed, honest] = [0, 0];
  for (let r = 0; r < 200; r++) {
    const [{ tests, judgement }] = pairsOf(stream.child(r), [0, 0], { problems: 60 });
    if (tests.paired !== null && tests.paired.pValue <= 0.05) claimed++;
    if (judgement.verdict !== "undecided") honest++;
  }
  assert.ok(claimed > 50, `the paired test over problems claims ${claimed} of 200`);
  assert.ok(honest <= 18, `the test over seeds and problems claims ${honest} of 200`);
});

Deno.test("against a baseline with one run the test takes seeds and problems as drawn, and alone it is paired over problems", () => {
  const models = study(createStream(1).child("baseline"), [0.4, 0.2, 0], { seeds: [5, 5, 1] });
  const options = { ...pairOptions, stream: createStream(1), baseline: "model 2" };
  const pairs = comparePairs(scoreTable(models, "meanValue", "families"), options);
  assert.deepEqual(pairs.map(({ first, second }) => [first, second]), [["model 0", "model 2"], ["model 1", "model 2"]]);
  assert.equal(pairs[0].test.name, "t-test over seeds and problems");
  assert.equal(pairs[0].effect?.kind, "cohen-dz");
  const single = study(createStream(1).child("single"), [0.2, 0], { seeds: 1 });
  const [pair] = comparePairs(scoreTable(single, "meanValue", "families"), { ...pairOptions, stream: createStream(1) });
  near(pair.test.pValue, pair.tests.paired?.pValue ?? NaN);
  assert.equal(pair.tests.welch, null);
  assert.throws(
    () => comparePairs(scoreTable(models, "meanValue", "families"), { ...options, baseline: "x" }),
    /named x; there are model 0/,
  );
});

Deno.test("a comparison is antisymmetric, the same whatever the order of models, and repeatable", () => {
  const models = study(createStream(3).child("order"), [0.3, 0, 0.1]);
  const options = { stream: createStream(9), resamples: 200 };
  const [forward, backward] = [compare(models, options), compare(models.toReversed(), options)];
  assert.deepEqual(compare(models, options), forward);
  for (const pair of forward.pairs) {
    const mirror = backward.pairs.find(({ first, second }) => first === pair.second && second === pair.first);
    assert.ok(mirror !== undefined);
    near(mirror.difference.value, -pair.difference.value);
    near(mirror.judgement?.holm ?? NaN, pair.judgement?.holm ?? NaN);
    assert.equal(mirror.judgement?.verdict, reversed(pair.judgement?.verdict ?? "undecided"));
    near(mirror.improvement.value, 1 - pair.improvement.value);
    near(mirror.effect?.low ?? NaN, -(pair.effect?.high ?? NaN), 1e-9);
  }
  assert.deepEqual(forward.ranking, backward.ranking);
  forward.models.forEach((model) =>
    assert.deepEqual(
      model,
      backward.models.find(({ method }) => method === model.method),
      "each model has its own stream",
    )
  );
});

Deno.test("rankings put the better model first, with chances that add up to 1", () => {
  const models = study(createStream(4).child("ranks"), [0, 1, 0.02, 0.01]);
  const { ranking, wins, omnibus } = compare(models, { stream: createStream(4), resamples: 500 });
  assert.equal(ranking[0].method, "model 1");
  assert.equal(ranking[0].chances[0], 1);
  assert.deepEqual([ranking[0].low, ranking[0].high], [1, 1]);
  ranking.forEach(({ chances }) => near(chances.reduce((sum, p) => sum + p, 0), 1, 1e-9));
  for (let place = 0; place < 4; place++) near(ranking.reduce((sum, { chances }) => sum + chances[place], 0), 1, 1e-9);
  assert.ok(ranking.filter(({ low, high }) => high > low).length >= 2, "models that are alike have uncertain ranks");
  assert.deepEqual(wins.shown.map((row) => row[1]), [-1, 0, -1, -1]);
  wins.chance.forEach((row, i) => row.forEach((p, j) => near(p + wins.chance[j][i], 1)));
  assert.ok(omnibus.anova !== null && omnibus.anova.pValue < 1e-6 && omnibus.friedman !== null);
  assert.equal(omnibus.friedman.meanRanks[1], Math.min(...omnibus.friedman.meanRanks));
});

Deno.test("for regret the lower model wins, ranks first and beats the other in words", () => {
  const models = study(createStream(6).child("regret"), [0.8, 0]);
  const result = compare(models, { metric: "simpleRegret", stream: createStream(6), resamples: 500 });
  const [pair] = result.pairs;
  assert.ok(pair.difference.value < 0 && pair.improvement.value > 0.9);
  assert.equal(result.ranking[0].method, "model 0");
  assert.equal(result.wins.shown[0][1], 1);
  assert.match(result.claims[0], /^model 0 beats model 1 in simple regret: .*difference −/);
});

Deno.test("claims follow from the corrected test, name the winner first, and say what would have been found", () => {
  const [pair] = pairsOf(createStream(8).child("claims"), [0, 0.6]);
  const sentence = claimSentence(pair, "meanValue", 3);
  assert.match(
    sentence,
    /^model 1 beats model 0 in mean value: 1\.\d{3} against 0\.\d{3}, difference 0\.\d{3} \(95 % interval 0\.\d{3} to 0\.\d{3}; t-test over seeds and problems with 5 and 5 runs on 12 problems, p < 0\.001 after Holm's correction for 3 comparisons\)\.$/,
  );
  const undecided = {
    ...pair,
    judgement: { ...pair.judgement, holm: 0.0501, verdict: "undecided", detectable: 0.0123 },
  } as const;
  assert.match(
    claimSentence(undecided, "meanValue", 1),
    /^No difference between model 0 and model 1 is shown in mean value: .*p = 0\.050\)\. One of 0\.012 would have been found with a chance of 80 %\.$/,
  );
  const lower = { ...pair, judgement: { ...pair.judgement, verdict: "lower" } } as const;
  assert.match(claimSentence(lower, "parentRate", 1), /^model 1 has a higher parent rate than model 0/);
});

Deno.test("aggregates and environments are those of the scores", () => {
  const models = study(createStream(10).child("environments"), [0.2, 0]);
  const options = { stream: createStream(10), resamples: 50 };
  const result = compare(models, options);
  assert.deepEqual(
    result.environments,
    ["chain, 10 variables", "chain,  4 variables", "fork, 10 variables", "fork,  4 variables"].sort(),
  );
  const [first] = result.models;
  near(first.aggregates.mean.value, first.mean.value);
  near(first.environments.reduce((sum, { value }) => sum + value, 0) / 4, first.mean.value);
  near(first.aggregates.optimalityGap.value + first.aggregates.mean.value, 1, 0.2);
  assert.ok(first.profile.value.every((share, i, all) => i === 0 || share <= all[i - 1]));
  assert.deepEqual(compare(models, { ...options, environments: "sizes" }).environments, [
    " 4 variables",
    "10 variables",
  ]);
});

Deno.test("problems without a value for some run are left out and counted; comparisons that make no sense are refused", () => {
  const record = (method: string, steps: number[][]) =>
    collectResults(method, [recordsOf(steps, { method, variable: Int32Array.of(0, 1, 0, 1, 0, 1) })]);
  const a = record("a", [[1, 1], [0, 1], [0, 0]]);
  const b = record("b", [[0, 1], [1, 1], [1, 1]]);
  const table = scoreTable([a, b], "convergenceStep", "families");
  assert.equal(table.missing, 1);
  assert.deepEqual([...table.models[0].problemMeans], [1, 2]);
  assert.throws(() => scoreTable([a], "meanValue", "families"), /two models, not 1/);
  assert.throws(() => scoreTable([a, a], "meanValue", "families"), /Two models are named a/);
  assert.throws(() => scoreTable([a, b], "rangeUtilisation", "families"), /No problem has a value of rangeUtilisation/);
});

Deno.test("a model that was trained on the test problems is refused", () => {
  const source = (given: Partial<ProblemSource>): ProblemSource => ({
    seed: 1,
    path: ["problems", "test"],
    first: 0,
    count: 100,
    ...given,
  });
  const test = [source({ first: 50 })];
  assert.throws(
    () => checkSeedsDisjoint("run 7", [source({ path: ["problems", "train"] }), source({ count: 60 })], test),
    (error: unknown) =>
      error instanceof SeedOverlapError &&
      error.message.startsWith(
        "run 7 was trained on 10 of the test problems: numbers 50 to 59 of seed 1, stream problems/test",
      ),
  );
  assert.deepEqual(findSeedOverlap([source({ count: 50 })], test), [], "ranges that touch do not overlap");
  assert.deepEqual(findSeedOverlap([source({ seed: 2 })], test), []);
  assert.deepEqual(findSeedOverlap([source({ path: ["problems", "train"] })], test), []);
  const inner = source({ path: ["problems", 1], first: 0 });
  assert.deepEqual(findSeedOverlap([inner], [source({ path: ["problems", "1"] })]), [], '1 and "1" are two streams');
});

Deno.test("equal SCMs are recognised whatever their names and the order of their keys", () => {
  const make = (name: string, weight: number) =>
    createScm({
      name,
      variables: [
        {
          name: "X",
          mechanism: { kind: "linear", intercept: 0, weights: [] },
          domain: { kind: "interval", low: -1, high: 1 },
        },
        { name: "Y", parents: ["X"], mechanism: { kind: "linear", intercept: 0, weights: [weight] } },
      ],
      target: "Y",
      objective: "minimize",
    });
  const other = make("other", 2);
  const turned = { ...other, variables: other.variables.map((v) => Object.fromEntries(Object.entries(v).reverse())) };
  assert.deepEqual(findSharedScms([make("one", 2)], [make("two", 1), other, turned as never]), [1, 2]);
});
