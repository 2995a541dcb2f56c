/** Tests of two means. */

import { studentCdf } from "./distributions.ts";
import { meanOf, varianceOf } from "./moments.ts";
import { checkSample, type TestResult } from "./result.ts";

/**
 * Welch's (1947) test that two independent samples have one mean, without assuming equal variances. Two samples without
 * any spread have p = 1 where they are equal and p = 0 where they are not.
 * @throws RangeError for fewer than two values in either
 */
export function welchTest(first: ArrayLike<number>, second: ArrayLike<number>): TestResult {
  checkSample("Welch's t-test", first, 2);
  checkSample("Welch's t-test", second, 2);
  const a = varianceOf(first) / first.length;
  const b = varianceOf(second) / second.length;
  const degreesOfFreedom = a + b === 0
    ? first.length + second.length - 2
    : (a + b) ** 2 / (a * a / (first.length - 1) + b * b / (second.length - 1));
  return studentTest("Welch's t-test", meanOf(first) - meanOf(second), Math.sqrt(a + b), degreesOfFreedom);
}

/**
 * Student's test that the mean of the differences of two paired samples is 0.
 * @throws RangeError for samples of different length, or fewer than two pairs
 */
export function pairedTest(first: ArrayLike<number>, second: ArrayLike<number>): TestResult {
  const differences = pairedDifferences("The paired t-test", first, second);
  checkSample("The paired t-test", differences, 2);
  const standardError = Math.sqrt(varianceOf(differences) / differences.length);
  return studentTest("paired t-test", meanOf(differences), standardError, differences.length - 1);
}

/** The two-sided test of `difference = 0` with an estimated standard error. */
export function studentTest(
  name: string,
  difference: number,
  standardError: number,
  degreesOfFreedom: number,
): TestResult {
  const statistic = difference === 0 ? 0 : difference / standardError;
  return { name, statistic, pValue: 2 * studentCdf(-Math.abs(statistic), degreesOfFreedom), degreesOfFreedom };
}

/** @throws RangeError for samples of different length */
export function pairedDifferences(
  name: string,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): Float64Array {
  if (first.length !== second.length) {
    throw new RangeError(`${name} needs pairs, not ${first.length} values against ${second.length}`);
  }
  return Float64Array.from({ length: first.length }, (_, i) => first[i] - second[i]);
}
