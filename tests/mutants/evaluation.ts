/** Mutations of the statistics and metrics. */

import type { Mutation } from "./mutation.ts";

const IN = "lib/evaluation/statistics";
const METRICS = "lib/evaluation/metrics.ts";
const CROSSED = `${IN}/crossed.ts`;
const ofStatistics = ["tests/evaluation/statistics_test.ts"];
const JUDGING = "lib/evaluation/comparison/verdicts.ts";
const ofComparisons = ["tests/evaluation/comparison_test.ts"];
const ofMetrics = ["tests/evaluation/metrics_test.ts"];
const ofIntervals = ["tests/evaluation/statistics_test.ts", "tests/evaluation/summary_test.ts"];

/** Tests, corrections, effect sizes. */
const TESTS: readonly Mutation[] = [
  {
    name: "welch-pooled-degrees-of-freedom",
    breaks: "Welch's test has the degrees of freedom of Student's",
    edits: [{
      file: `${IN}/t_tests.ts`,
      text: ": (a + b) ** 2 / (a * a / (first.length - 1) + b * b / (second.length - 1));",
      replacement: ": first.length + second.length - 2;",
    }],
    tests: ofStatistics,
  },
  {
    name: "one-sided-p",
    breaks: "p-values of t-tests are half of what they should be",
    edits: [{
      file: `${IN}/t_tests.ts`,
      text: "pValue: 2 * studentCdf(",
      replacement: "pValue: studentCdf(",
    }],
    tests: ofStatistics,
  },
  {
    name: "pairs-counted-twice",
    breaks: "the standard error of paired differences divides by twice their number",
    edits: [{
      file: `${IN}/t_tests.ts`,
      text: "varianceOf(differences) / differences.length)",
      replacement: "varianceOf(differences) / (2 * differences.length))",
    }],
    tests: ofStatistics,
  },
  {
    name: "population-variance",
    breaks: "variances divide by n",
    edits: [{
      file: `${IN}/moments.ts`,
      text: "sampleVariance(aboutFirst(values));",
      replacement: "sampleVariance(aboutFirst(values)) * (values.length - 1) / values.length;",
    }],
    tests: ofStatistics,
  },
  {
    name: "holm-not-monotone",
    breaks: "a larger p-value may have a smaller correction",
    edits: [{
      file: `${IN}/adjust.ts`,
      text: "least = Math.max(least, Math.min(1,",
      replacement: "least = Math.max(0, Math.min(1,",
    }],
    tests: ofStatistics,
  },
  {
    name: "bonferroni-for-holm",
    breaks: "every p-value is multiplied by their number",
    edits: [{
      file: `${IN}/adjust.ts`,
      text: "(pValues.length - k) * pValues[index]",
      replacement: "pValues.length * pValues[index]",
    }],
    tests: ofStatistics,
  },
  {
    name: "benjamini-hochberg-not-monotone",
    breaks: "a smaller p-value may have a larger correction",
    edits: [{
      file: `${IN}/adjust.ts`,
      text: "most = Math.min(most, pValues.length",
      replacement: "most = Math.min(1, pValues.length",
    }],
    tests: ofStatistics,
  },
  {
    name: "hedges-without-correction",
    breaks: "Hedges' g is Cohen's d, biased in small samples",
    edits: [{
      file: `${IN}/effect_sizes.ts`,
      text: "Math.exp(logGamma(half) - logGamma(half - 0.5)) / Math.sqrt(half)",
      replacement: "Math.exp(0 * logGamma(half))",
    }],
    tests: ofStatistics,
  },
  {
    name: "unweighted-pooling",
    breaks: "samples of different size count alike in the pooled variance",
    edits: [{
      file: `${IN}/effect_sizes.ts`,
      text: "((n - 1) * varianceOf(first) + (m - 1) * varianceOf(second)) / (n + m - 2)",
      replacement: "(varianceOf(first) + varianceOf(second)) / 2",
    }],
    tests: ofStatistics,
  },
  {
    name: "wilcoxon-ties-uncorrected",
    breaks: "the variance of the rank sum is that without ties",
    edits: [{ file: `${IN}/wilcoxon.ts`, text: "- tieSum(ties) / 48", replacement: "- 0 * tieSum(ties)" }],
    tests: ofStatistics,
  },
  {
    name: "wilcoxon-keeps-zeros",
    breaks: "pairs without a difference count as differences",
    edits: [{
      file: `${IN}/wilcoxon.ts`,
      text: "all.filter((difference) => difference !== 0)",
      replacement: "all.filter((difference) => difference !== Infinity)",
    }],
    tests: ofStatistics,
  },
  {
    name: "ties-take-the-first-rank",
    breaks: "equal values do not share the mean of their ranks",
    edits: [{ file: `${IN}/ranks.ts`, text: "(from + 1 + to) / 2", replacement: "from + 1" }],
    tests: ofStatistics,
  },
  {
    name: "kruskal-wallis-ties-uncorrected",
    breaks: "the statistic is that without ties",
    edits: [{
      file: `${IN}/group_tests.ts`,
      text: "const correction = 1 - tieSum(ties) / (n ** 3 - n);",
      replacement: "const correction = 1 - 0 * tieSum(ties);",
    }],
    tests: ofStatistics,
  },
  {
    name: "anova-degrees-of-freedom",
    breaks: "the residual variance divides by the number of values",
    edits: [{
      file: `${IN}/group_tests.ts`,
      text: "(residual / within)",
      replacement: "(residual / all.length)",
    }],
    tests: ofStatistics,
  },
  {
    name: "friedman-ranks-from-the-least",
    breaks: "rank 1 is the least value",
    edits: [{
      file: `${IN}/group_tests.ts`,
      text: "Float64Array.from(block, (value) => -value)",
      replacement: "Float64Array.from(block, (value) => value)",
    }],
    tests: ofStatistics,
  },
  {
    name: "detectable-difference-of-a-one-sided-test",
    breaks: "what a comparison could have seen is that of a one-sided test",
    edits: [{
      file: `${IN}/power.ts`,
      text: "const critical = studentQuantile(1 - alpha / 2,",
      replacement: "const critical = studentQuantile(1 - alpha,",
    }],
    tests: ofStatistics,
  },
  {
    name: "power-of-a-one-sided-test",
    breaks: "the critical t is that of a one-sided test",
    edits: [{
      file: `${IN}/power.ts`,
      text: "chanceBeyond(studentQuantile(1 - alpha / 2,",
      replacement: "chanceBeyond(studentQuantile(1 - alpha,",
    }],
    tests: ofStatistics,
  },
];

/** Aggregates, the bootstrap, intervals. */
const AGGREGATES: readonly Mutation[] = [
  {
    name: "iqm-of-three-fifths",
    breaks: "the interquartile mean leaves out a fifth at either end",
    edits: [{
      file: `${IN}/aggregates.ts`,
      text: "Math.floor(all.length / 4)",
      replacement: "Math.floor(all.length / 5)",
    }],
    tests: ofStatistics,
  },
  {
    name: "gap-of-unclipped-scores",
    breaks: "scores above γ make up for those below",
    edits: [{ file: `${IN}/aggregates.ts`, text: "Math.min(score, gamma)", replacement: "score" }],
    tests: ofStatistics,
  },
  {
    name: "profile-not-strict",
    breaks: "a score at the threshold counts as above it",
    edits: [{
      file: `${IN}/aggregates.ts`,
      text: "ascending[middle] > threshold",
      replacement: "ascending[middle] >= threshold",
    }],
    tests: ofStatistics,
  },
  {
    name: "bootstrap-interval-too-narrow",
    breaks: "a 95 % interval leaves out 5 % at either end",
    edits: [{
      file: `${IN}/bootstrap.ts`,
      text: "low: quantileOf(column, (1 - level) / 2), high: quantileOf(column, (1 + level) / 2)",
      replacement: "low: quantileOf(column, 1 - level), high: quantileOf(column, level)",
    }],
    tests: ofStatistics,
  },
  {
    name: "bootstrap-units-swapped",
    breaks: "runs are drawn for every task on its own where whole runs should be",
    edits: [{
      file: `${IN}/bootstrap.ts`,
      text: 'if (unit === "runs") row.set(',
      replacement: 'if (unit !== "runs" && uniforms.length >= 0) row.set(',
    }],
    tests: ofStatistics,
  },
  {
    name: "seeds-forgotten-in-the-interval",
    breaks: "an interval over seeds and problems is one over problems",
    edits: [{
      file: CROSSED,
      text: "{ ...seeds, weight: varies ? 1 : 0 }",
      replacement: "{ ...seeds, weight: varies ? 0 : 0 }",
    }],
    tests: ofIntervals,
  },
  {
    name: "problems-forgotten-in-the-interval",
    breaks: "an interval over seeds and problems is one over seeds",
    edits: [{
      file: CROSSED,
      text: "{ ...ofProblems, weight: ofProblems.value > residual ? 1 : 0 }",
      replacement: "{ ...ofProblems, weight: ofProblems.value > residual ? 0 : 0 }",
    }],
    tests: ofIntervals,
  },
  {
    name: "residual-counted-twice",
    breaks: "the variance of a crossed mean counts the residual of seeds and of problems",
    edits: [{
      file: CROSSED,
      text: "weight: 1 - Number(varies) - Number(ofProblems.value > residual)",
      replacement: "weight: 1 - Number(varies) * Number(ofProblems.value > residual)",
    }],
    tests: ofIntervals,
  },
  {
    name: "residual-with-the-seeds",
    breaks: "what a seed has in common on all problems counts as residual",
    edits: [{
      file: CROSSED,
      text: "row[p] - means[p] - (seedMeans[s] - grand)",
      replacement: "row[p] - means[p] - 0 * (seedMeans[s] - grand)",
    }],
    tests: ofIntervals,
  },
  {
    name: "satterthwaite-without-weights",
    breaks: "a sum of variances has degrees of freedom as if each had one",
    edits: [{
      file: CROSSED,
      text: "(weight * value) ** 2 / degreesOfFreedom",
      replacement: "(weight * value) ** 2 / Math.min(1, degreesOfFreedom)",
    }],
    tests: ofIntervals,
  },
  {
    name: "difference-not-paired",
    breaks: "a difference on the same problems has the spread of the first method",
    edits: [{
      file: CROSSED,
      text: "means[0].map((value, p) => value - means[1][p])",
      replacement: "means[0].map((value) => value)",
    }],
    tests: ofIntervals,
  },
  {
    name: "wald-for-wilson",
    breaks: "the interval of a share is not Wilson's",
    edits: [{
      file: `${IN}/bounded.ts`,
      text: "inner / n + z * z / (4 * n * n)",
      replacement: "inner / n",
    }],
    tests: ofIntervals,
  },
];

/** What may be claimed of a comparison. */
const VERDICTS: readonly Mutation[] = [
  {
    name: "verdict-uncorrected",
    breaks: "a claim follows from the plain p-value, however many are made",
    edits: [{ file: JUDGING, text: "holm[i] <= alpha, better)", replacement: "tests[i].pValue <= alpha, better)" }],
    tests: ofComparisons,
  },
  {
    name: "verdict-of-the-loser",
    breaks: "the model with the worse mean is better",
    edits: [{
      file: JUDGING,
      text: '(difference > 0) === (better === "higher")',
      replacement: '(difference > 0) !== (better === "higher")',
    }],
    tests: ofComparisons,
  },
  {
    name: "detectable-uncorrected",
    breaks: "the difference that could have been seen leaves out that several are tested",
    edits: [{ file: JUDGING, text: "alpha / differences.length", replacement: "alpha" }],
    tests: ofComparisons,
  },
];

/** What an episode is judged by. */
const EPISODES: readonly Mutation[] = [
  {
    name: "success-just-below",
    breaks: "an answer of exactly 0.95 is no success",
    edits: [{
      file: METRICS,
      text: "recommendation >= SUCCESS_LEVEL",
      replacement: "recommendation > SUCCESS_LEVEL",
    }],
    tests: ofMetrics,
  },
  {
    name: "success-of-the-best-seen",
    breaks: "an episode succeeds by what it tried, not by its answer",
    edits: [{
      file: METRICS,
      text: "recommendation >= SUCCESS_LEVEL",
      replacement: "best[horizon - 1] >= SUCCESS_LEVEL",
    }],
    tests: ofMetrics,
  },
  {
    name: "convergence-from-the-first-reach",
    breaks: "an episode that falls below again counts as converged where it stopped",
    edits: [{ file: METRICS, text: "step === values.length ? null", replacement: "step > values.length ? null" }],
    tests: ofMetrics,
  },
  {
    name: "range-of-scaled-values",
    breaks: "the whole domain is a range of 2",
    edits: [{ file: METRICS, text: "(high - low) / 2)", replacement: "(high - low))" }],
    tests: ofMetrics,
  },
  {
    name: "improvement-backwards",
    breaks: "falling values are an improvement",
    edits: [{
      file: METRICS,
      text: "mean(values, horizon - few, horizon) - mean(values, 0, few)",
      replacement: "mean(values, 0, few) - mean(values, horizon - few, horizon)",
    }],
    tests: ofMetrics,
  },
  {
    name: "mean-for-cumulative-regret",
    breaks: "the cumulative regret does not grow with the episode",
    edits: [{ file: METRICS, text: "horizon * (1 - meanValue)", replacement: "1 - meanValue" }],
    tests: ofMetrics,
  },
  {
    name: "gap-without-speed",
    breaks: "GAP rewards reaching the best late as much as early",
    edits: [{ file: METRICS, text: "(ratios[n - 1] + efficiency)", replacement: "(ratios[n - 1] + 0 * efficiency)" }],
    tests: ofMetrics,
  },
];

export const EVALUATION: readonly Mutation[] = [...TESTS, ...AGGREGATES, ...VERDICTS, ...EPISODES];
