/** Tests of several groups at once. */

import { chiSquaredTail, fTail, invertIncreasing, normalRangeTail } from "./distributions.ts";
import { meanOf } from "./moments.ts";
import { rank, tieSum } from "./ranks.ts";
import { checkSample, type TestResult } from "./result.ts";

/**
 * Fisher's one-way analysis of variance: that all groups have one mean. Groups without any spread have p = 1 where all are
 * equal and p = 0 where they are not.
 * @throws RangeError for fewer than two groups, an empty group, or no group with two values
 */
export function oneWayAnova(groups: readonly ArrayLike<number>[]): TestResult {
  const all = pool("The analysis of variance", groups);
  const [between, within] = [groups.length - 1, all.length - groups.length];
  if (within < 1) throw new RangeError("The analysis of variance needs a group with at least two values");
  const grand = meanOf(all);
  let [explained, residual] = [0, 0];
  for (const group of groups) {
    const mean = meanOf(group);
    explained += group.length * (mean - grand) ** 2;
    for (let i = 0; i < group.length; i++) residual += (group[i] - mean) ** 2;
  }
  const statistic = explained === 0 ? 0 : (explained / between) / (residual / within);
  return {
    name: "one-way analysis of variance",
    statistic,
    pValue: fTail(statistic, between, within),
    degreesOfFreedom: [between, within],
  };
}

/**
 * Kruskal & Wallis's (1952) test that all groups have one distribution, corrected for ties; p from the chi-squared
 * distribution with k − 1 degrees of freedom. Groups whose values are all equal have p = 1.
 * @throws RangeError for fewer than two groups or an empty group
 */
export function kruskalWallisTest(groups: readonly ArrayLike<number>[]): TestResult {
  const all = pool("The Kruskal–Wallis test", groups);
  const n = all.length;
  const { ranks, ties } = rank(all);
  let from = 0;
  let sum = 0;
  for (const group of groups) {
    const own = ranks.subarray(from, from += group.length).reduce((total, r) => total + r, 0);
    sum += own * own / group.length;
  }
  const correction = 1 - tieSum(ties) / (n ** 3 - n);
  const statistic = correction === 0 ? 0 : (12 / (n * (n + 1)) * sum - 3 * (n + 1)) / correction;
  const degreesOfFreedom = groups.length - 1;
  return {
    name: "Kruskal–Wallis test",
    statistic,
    pValue: chiSquaredTail(statistic, degreesOfFreedom),
    degreesOfFreedom,
  };
}

/** Friedman's test with the mean ranks and the critical difference of Nemenyi's test after it. */
export interface FriedmanResult extends TestResult {
  /** `[methods]` mean rank over the blocks; 1 is the greatest value. */
  readonly meanRanks: readonly number[];
  /** Two methods differ at `alpha` where their mean ranks differ by more than this. */
  readonly criticalDifference: number;
  readonly alpha: number;
  /** `[methods][methods]` Nemenyi's p-values, already for all pairs at once. */
  readonly pairwise: readonly (readonly number[])[];
}

/**
 * Friedman's (1937) test that no method ranks above another over blocks that all of them met, corrected for ties, with
 * Nemenyi's critical difference `q_α √(k(k+1)/6N)`, q_α the studentised range over √2 (Demšar 2006).
 * @param blocks `[blocks][methods]`
 * @throws RangeError for fewer than two blocks or methods, or rows of different length
 */
export function friedmanTest(blocks: readonly ArrayLike<number>[], alpha = 0.05): FriedmanResult {
  const [n, k] = [blocks.length, blocks[0]?.length ?? 0];
  if (n < 2 || k < 2) throw new RangeError(`Friedman's test needs two blocks and two methods, not ${n} and ${k}`);
  const sums = new Float64Array(k);
  let tied = 0;
  for (const block of blocks) {
    if (block.length !== k) throw new RangeError(`Friedman's test: blocks of ${k} and of ${block.length} methods`);
    checkSample("Friedman's test", block, 2);
    const { ranks, ties } = rank(Float64Array.from(block, (value) => -value));
    ranks.forEach((r, j) => sums[j] += r);
    tied += tieSum(ties);
  }
  const correction = 1 - tied / (n * (k ** 3 - k));
  const spread = sums.reduce((total, sum) => total + (sum - n * (k + 1) / 2) ** 2, 0);
  const statistic = correction === 0 ? 0 : 12 * spread / (n * k * (k + 1)) / correction;
  const meanRanks = Array.from(sums, (sum) => sum / n);
  const scale = Math.sqrt(k * (k + 1) / (12 * n));
  return {
    name: "Friedman test",
    statistic,
    pValue: chiSquaredTail(statistic, k - 1),
    degreesOfFreedom: k - 1,
    meanRanks,
    alpha,
    criticalDifference: scale * invertIncreasing((q) => 1 - normalRangeTail(q, k), 1 - alpha, 0, 20),
    pairwise: meanRanks.map((a) => meanRanks.map((b) => normalRangeTail(Math.abs(a - b) / scale, k))),
  };
}

function pool(name: string, groups: readonly ArrayLike<number>[]): Float64Array {
  if (groups.length < 2) throw new RangeError(`${name} needs at least two groups, not ${groups.length}`);
  groups.forEach((group) => checkSample(name, group, 1));
  return Float64Array.from(groups.flatMap((group) => Array.from(group)));
}
