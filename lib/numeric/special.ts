/**
 * Special functions and the distributions that they make, with relative accuracy in both tails: those of the normal and the
 * gamma distribution from a translation of R's, those of the beta distribution, which it gets wrong where its parameters are
 * large, from a continued fraction.
 */

import { lgamma, pgamma, pnorm, qnorm } from "lib-r-math.js";

/** log Γ(x) for x > 0. */
export function logGamma(x: number): number {
  return lgamma(x);
}

/** The error function, from the incomplete gamma function, so that small arguments keep their digits. */
export function erf(x: number): number {
  return Math.sign(x) * pgamma(x * x, 0.5, 1);
}

/** P(Z ≤ z) of a standard normal. */
export function normalCdf(z: number): number {
  return pnorm(z);
}

/** The z with P(Z ≤ z) = p; NaN outside [0, 1]. */
export function normalQuantile(p: number): number {
  return qnorm(p);
}

/** P(T ≤ t) of Student's t; infinite degrees of freedom are the normal. NaN where there are none, or t is no number. */
export function studentCdf(t: number, degreesOfFreedom: number): number {
  if (!(degreesOfFreedom > 0) || Number.isNaN(t)) return NaN;
  if (degreesOfFreedom === Infinity || Math.abs(t) === Infinity) return pnorm(t);
  const tail = studentTail(Math.abs(t), degreesOfFreedom);
  return t < 0 ? tail : 1 - tail;
}

/** The t with P(T ≤ t) = p; infinite degrees of freedom are the normal. NaN where there are none, as of a single value. */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  if (!(degreesOfFreedom > 0)) return NaN;
  if (degreesOfFreedom === Infinity || !(p > 0 && p < 1)) return qnorm(p);
  if (p === 0.5) return 0;
  const goal = Math.log(Math.min(p, 1 - p));
  const half = degreesOfFreedom / 2;
  const logConstant = lgamma(half + 0.5) - lgamma(half) - 0.5 * Math.log(Math.PI * degreesOfFreedom);
  // The logarithm of the tail is concave in log t: Newton's steps overshoot at most once.
  let u = Math.log(-qnorm(Math.min(p, 1 - p)));
  for (let k = 0; k < 100; k++) {
    const t = Math.exp(u);
    const tail = studentTail(t, degreesOfFreedom);
    const density = Math.exp(logConstant - (half + 0.5) * Math.log1p(t * t / degreesOfFreedom));
    const step = (Math.log(tail) - goal) * tail / (density * t);
    u += step;
    if (Math.abs(step) < 1e-14) break;
  }
  return p < 0.5 ? -Math.exp(u) : Math.exp(u);
}

/** P(T > t) for t ≥ 0. */
function studentTail(t: number, degreesOfFreedom: number): number {
  const square = t * t;
  const sum = degreesOfFreedom + square;
  return 0.5 * betaShare(degreesOfFreedom / sum, square / sum, degreesOfFreedom / 2, 0.5);
}

/** P(F > f) of the F distribution. */
export function fTail(f: number, numerator: number, denominator: number): number {
  if (!(numerator > 0 && denominator > 0) || Number.isNaN(f)) return NaN;
  if (f <= 0) return 1;
  if (f === Infinity) return 0;
  const sum = denominator + numerator * f;
  return betaShare(denominator / sum, numerator * f / sum, denominator / 2, numerator / 2);
}

/** The regularised incomplete beta function I_x(a, b), where y = 1 − x is given too because it may be small. */
function betaShare(x: number, y: number, a: number, b: number): number {
  if (x <= 0 || y <= 0) return x <= 0 ? 0 : 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaShare(y, x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log(y) + lgamma(a + b) - lgamma(a) - lgamma(b)) / a;
  return front * betaFraction(x, a, b);
}

/**
 * The continued fraction of the incomplete beta function (DLMF 8.17.22) by Lentz's method.
 * @throws RangeError where it does not converge, as for what is no number
 */
function betaFraction(x: number, a: number, b: number): number {
  let ratio = 1;
  let inverse = 1 / (1 - (a + b) / (a + 1) * x);
  let value = inverse;
  for (let m = 1; m < 100_000; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    inverse = 1 / (1 + even * inverse);
    ratio = 1 + even / ratio;
    value *= inverse * ratio;
    inverse = 1 / (1 + odd * inverse);
    ratio = 1 + odd / ratio;
    const change = inverse * ratio;
    value *= change;
    if (Math.abs(change - 1) < 1e-16) return value;
  }
  throw new RangeError(`the incomplete beta function of ${x}, ${a}, ${b} does not converge`);
}

/** P(X > x) of the chi-squared distribution. */
export function chiSquaredTail(x: number, degreesOfFreedom: number): number {
  return x <= 0 ? 1 : pgamma(x / 2, degreesOfFreedom / 2, 1, undefined, false);
}
