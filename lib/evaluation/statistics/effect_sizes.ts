/** Standardised differences with intervals from the noncentral t distribution. */

import { logGamma } from "../../numeric/mod.ts";
import { invertIncreasing, noncentralStudentCdf } from "./distributions.ts";
import { meanOf, varianceOf } from "./moments.ts";
import { checkSample } from "./result.ts";
import { pairedDifferences } from "./t_tests.ts";

/** An effect in units of a standard deviation, with its confidence interval. */
export interface EffectSize {
  readonly kind: "cohen-d" | "hedges-g" | "cohen-dz";
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Cohen's d of two independent samples: the difference of the means over the pooled standard deviation. The interval
 * inverts the noncentral t distribution (Steiger & Fouladi 1997). Without any spread d is 0 or infinite and has no interval
 * (NaN).
 * @throws RangeError for fewer than two values in either
 */
export function cohenD(first: ArrayLike<number>, second: ArrayLike<number>, level = 0.95): EffectSize {
  checkSample("Cohen's d", first, 2);
  checkSample("Cohen's d", second, 2);
  const [n, m] = [first.length, second.length];
  const pooled = ((n - 1) * varianceOf(first) + (m - 1) * varianceOf(second)) / (n + m - 2);
  const difference = meanOf(first) - meanOf(second);
  return standardised(
    "cohen-d",
    difference,
    pooled,
    { root: Math.sqrt(n * m / (n + m)), degreesOfFreedom: n + m - 2 },
    level,
  );
}

/** Hedges' (1981) g: {@linkcode cohenD} and its interval times {@linkcode hedgesFactor}, which makes it unbiased. */
export function hedgesG(first: ArrayLike<number>, second: ArrayLike<number>, level = 0.95): EffectSize {
  const d = cohenD(first, second, level);
  const factor = hedgesFactor(first.length + second.length - 2);
  return { kind: "hedges-g", value: factor * d.value, low: factor * d.low, high: factor * d.high };
}

/** Cohen's d_z of paired samples: the mean difference over the standard deviation of the differences. */
export function cohenDz(first: ArrayLike<number>, second: ArrayLike<number>, level = 0.95): EffectSize {
  const differences = pairedDifferences("Cohen's d_z", first, second);
  checkSample("Cohen's d_z", differences, 2);
  const n = differences.length;
  const of = { root: Math.sqrt(n), degreesOfFreedom: n - 1 };
  return standardised("cohen-dz", meanOf(differences), varianceOf(differences), of, level);
}

/** Γ(ν/2) / (√(ν/2) Γ((ν − 1)/2)), the exact correction of small-sample bias; ν > 1. */
export function hedgesFactor(degreesOfFreedom: number): number {
  const half = degreesOfFreedom / 2;
  return Math.exp(logGamma(half) - logGamma(half - 0.5)) / Math.sqrt(half);
}

/** @param test t is the effect times `root` */
function standardised(
  kind: EffectSize["kind"],
  difference: number,
  variance: number,
  test: { readonly root: number; readonly degreesOfFreedom: number },
  level: number,
): EffectSize {
  const { root, degreesOfFreedom } = test;
  const value = difference === 0 ? 0 : difference / Math.sqrt(variance);
  if (!(variance > 0)) return { kind, value, low: NaN, high: NaN };
  const t = value * root;
  // The standard error of t as an estimate of its noncentrality is about √(1 + t²/2ν).
  const reach = 10 * Math.sqrt(1 + t * t / (2 * degreesOfFreedom)) + Math.abs(t);
  const end = (tail: number) =>
    invertIncreasing((delta) => 1 - noncentralStudentCdf(t, degreesOfFreedom, delta), tail, t - reach, t + reach) /
    root;
  return { kind, value, low: end((1 - level) / 2), high: end((1 + level) / 2) };
}
