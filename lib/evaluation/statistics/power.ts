/** Power of two-sided t-tests, from the noncentral t distribution (Cohen 1988). */

import { invertIncreasing, noncentralStudentCdf, studentQuantile } from "./distributions.ts";

/** The sizes that a t-test is planned for: two independent samples, or a number of pairs. */
export type Design =
  | { readonly kind: "independent"; readonly first: number; readonly second: number }
  | { readonly kind: "paired"; readonly pairs: number };

/**
 * The chance that the test finds a true effect of this size (Cohen's d, or d_z for pairs). For independent samples it is
 * that of the test with pooled variance, which Welch's approaches where the variances are equal.
 * @throws RangeError for samples of fewer than two
 */
export function power(effect: number, design: Design, alpha = 0.05): number {
  const { root, degreesOfFreedom } = noncentrality(design);
  return chanceBeyond(studentQuantile(1 - alpha / 2, degreesOfFreedom), degreesOfFreedom, Math.abs(effect) * root);
}

/**
 * The smallest effect that the test finds with a chance of at least `wanted`: what a comparison that finds nothing can
 * still rule out.
 */
export function detectableEffect(design: Design, wanted = 0.8, alpha = 0.05): number {
  const { root } = noncentrality(design);
  return smallestShift((shift) => power(shift / root, design, alpha), wanted, alpha) / root;
}

/**
 * The smallest true difference that the two-sided t-test by a standard error finds with a chance of `wanted`, in the unit of
 * the standard error: what a comparison with the measured variance could have seen. 0 where nothing varies.
 */
export function detectableDifference(
  { standardError, degreesOfFreedom }: { readonly standardError: number; readonly degreesOfFreedom: number },
  alpha: number,
  wanted = 0.8,
): number {
  if (!(standardError > 0)) return standardError;
  const critical = studentQuantile(1 - alpha / 2, degreesOfFreedom);
  return standardError * smallestShift((shift) => chanceBeyond(critical, degreesOfFreedom, shift), wanted, alpha);
}

/** The fewest in each of two equal samples (or pairs) with which the test finds the effect with a chance of `wanted`. */
export function requiredSize(kind: Design["kind"], effect: number, wanted = 0.8, alpha = 0.05): number {
  if (!(Math.abs(effect) > 0)) throw new RangeError(`No number of samples finds an effect of ${effect}`);
  const enough = (n: number) =>
    power(effect, kind === "paired" ? { kind, pairs: n } : { kind, first: n, second: n }, alpha) >= wanted;
  let high = 2;
  while (!enough(high)) high *= 2;
  let low = Math.max(1, Math.floor(high / 2));
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The chance that |t| is beyond a critical value where t has this noncentrality. */
function chanceBeyond(critical: number, degreesOfFreedom: number, shift: number): number {
  return 1 - noncentralStudentCdf(critical, degreesOfFreedom, shift) +
    noncentralStudentCdf(-critical, degreesOfFreedom, shift);
}

/** The noncentrality at which a power is reached. */
function smallestShift(powerOf: (shift: number) => number, wanted: number, alpha: number): number {
  if (!(wanted > alpha && wanted < 1)) {
    throw new RangeError(`A power of ${wanted} cannot be planned for; it must lie between alpha = ${alpha} and 1`);
  }
  // With one degree of freedom the critical t is 12.7 at 0.05 and grows as 1/alpha.
  let high = 10;
  while (powerOf(high) < wanted) high *= 2;
  return invertIncreasing(powerOf, wanted, 0, high);
}

/** What an effect is multiplied by to give the noncentrality of t. */
function noncentrality(design: Design): { readonly root: number; readonly degreesOfFreedom: number } {
  if (design.kind === "paired") {
    if (!(design.pairs >= 2)) throw new RangeError(`A paired t-test needs two pairs, not ${design.pairs}`);
    return { root: Math.sqrt(design.pairs), degreesOfFreedom: design.pairs - 1 };
  }
  const { first, second } = design;
  if (!(first >= 2 && second >= 2)) throw new RangeError(`A t-test needs samples of two, not ${first} and ${second}`);
  return { root: Math.sqrt(first * second / (first + second)), degreesOfFreedom: first + second - 2 };
}
