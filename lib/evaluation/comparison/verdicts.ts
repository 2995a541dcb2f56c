/** Verdicts on a family of planned comparisons: the test of each difference, Holm's correction, and what could have been seen. */

import type { Estimate } from "../estimates.ts";
import type { MetricInfo } from "../metrics.ts";
import { adjustHolm, detectableDifference, studentTest, type TestResult } from "../statistics/mod.ts";

/** What the corrected test says about the first of two methods; `higher` and `lower` where neither direction is better. */
export type Verdict = "better" | "worse" | "higher" | "lower" | "undecided";

/** One planned comparison, judged with the others of its family. */
export interface Judgement {
  readonly test: TestResult;
  /** The test's p-value corrected over the family (Holm 1979). */
  readonly holm: number;
  readonly verdict: Verdict;
  /**
   * The true difference that this comparison finds with a chance of 80 % at the variance that was measured, at the strictest
   * level of Holm's correction, `alpha` over the size of the family.
   */
  readonly detectable: number;
}

/**
 * The t-test of a difference, by its own standard error and degrees of freedom.
 * @throws RangeError if nothing is known about its spread
 */
export function differenceTest({ value, standardError, degreesOfFreedom, unit }: Estimate): TestResult {
  if (Number.isNaN(standardError)) throw new RangeError("One seed and one problem: nothing can be tested");
  const units = { problems: "problems", seeds: "seeds", "seeds-and-problems": "seeds and problems" };
  const name = unit === "problems" ? "paired t-test over problems" : `t-test over ${units[unit]}`;
  return studentTest(name, value, standardError, degreesOfFreedom);
}

/**
 * Judges a family of differences by one metric. Every claim that is made of them holds together at the level `alpha`: the
 * fewer are planned, the more each can show.
 * @throws RangeError if nothing is known about the spread of one
 */
export function judgeFamily(
  differences: readonly Estimate[],
  better: MetricInfo["better"],
  alpha: number,
): readonly Judgement[] {
  const tests = differences.map(differenceTest);
  const holm = adjustHolm(tests.map(({ pValue }) => pValue));
  return differences.map((difference, i) => ({
    test: tests[i],
    holm: holm[i],
    verdict: verdictOf(difference.value, holm[i] <= alpha, better),
    detectable: detectableDifference(difference, alpha / differences.length),
  }));
}

function verdictOf(difference: number, shown: boolean, better: MetricInfo["better"]): Verdict {
  if (!shown || difference === 0) return "undecided";
  if (better === null) return difference > 0 ? "higher" : "lower";
  return (difference > 0) === (better === "higher") ? "better" : "worse";
}

/** The same verdict about the second of the two. */
export function reversed(verdict: Verdict): Verdict {
  const others = {
    better: "worse",
    worse: "better",
    higher: "lower",
    lower: "higher",
    undecided: "undecided",
  } as const;
  return others[verdict];
}
