/** Wilcoxon's signed-rank test. */

import { normalCdf } from "./distributions.ts";
import { rank, tieSum } from "./ranks.ts";
import { checkSample, type TestResult } from "./result.ts";
import { pairedDifferences } from "./t_tests.ts";

/** Most differences other than 0 for which the distribution is counted out. */
export const EXACT_PAIRS = 50;

/**
 * Wilcoxon's (1945) test that the differences of paired samples are symmetric about 0. Differences of 0 are dropped. The
 * statistic is the smaller of the two rank sums. Up to {@linkcode EXACT_PAIRS} differences the p-value is exact, with ties
 * too (the distribution over all signs of the given mean ranks); beyond, normal with the variance corrected for ties and no
 * correction for continuity. Samples without any difference have p = 1.
 * @throws RangeError for samples of different length or without values
 */
export function wilcoxonTest(first: ArrayLike<number>, second: ArrayLike<number>): TestResult {
  const all = pairedDifferences("Wilcoxon's test", first, second);
  checkSample("Wilcoxon's test", all, 1);
  const differences = all.filter((difference) => difference !== 0);
  const n = differences.length;
  const { ranks, ties } = rank(differences.map(Math.abs));
  const total = n * (n + 1) / 2;
  const positive = ranks.reduce((sum, r, i) => differences[i] > 0 ? sum + r : sum, 0);
  const statistic = Math.min(positive, total - positive);
  const pValue = n <= EXACT_PAIRS ? exactP(ranks, statistic) : normalP(statistic, n, ties);
  return { name: "Wilcoxon signed-rank test", statistic, pValue, degreesOfFreedom: null };
}

/** 2·P(W ≤ w) with every sign equally likely; mean ranks are multiples of ½, so that doubled ones can be counted. */
function exactP(ranks: Float64Array, statistic: number): number {
  const total = Math.round(2 * ranks.reduce((sum, r) => sum + r, 0));
  const probability = new Float64Array(total + 1);
  probability[0] = 1;
  let reached = 0;
  for (const r of ranks) {
    const doubled = Math.round(2 * r);
    reached += doubled;
    for (let w = reached; w >= 0; w--) {
      probability[w] = (probability[w] + (w >= doubled ? probability[w - doubled] : 0)) / 2;
    }
  }
  const tail = probability.subarray(0, Math.round(2 * statistic) + 1).reduce((sum, p) => sum + p, 0);
  return Math.min(1, 2 * tail);
}

function normalP(statistic: number, n: number, ties: readonly number[]): number {
  const variance = n * (n + 1) * (2 * n + 1) / 24 - tieSum(ties) / 48;
  return Math.min(1, 2 * normalCdf((statistic - n * (n + 1) / 4) / Math.sqrt(variance)));
}
