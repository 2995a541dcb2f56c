/**
 * Distributions of test statistics. Both tails are computed directly, never as 1 − p, so that small p-values keep their
 * digits (agreement with SciPy is a test). The two that the library lacks are integrals of smooth functions over the real line,
 * for which the trapezoidal rule converges geometrically (Trefethen & Weideman 2014).
 */

import { logGamma, normalCdf } from "../../numeric/mod.ts";

export { chiSquaredTail, fTail, normalCdf, normalQuantile, studentCdf, studentQuantile } from "../../numeric/mod.ts";

/** Trapezoidal nodes a standard deviation of the integrand; the error of a Gaussian is 2·exp(−2π²·9). */
const NODES_PER_SPREAD = 3;

/**
 * P(T ≤ t) of the noncentral t with noncentrality δ: `∫ Φ(t·s − δ) f(s) ds`, s = √(χ²_ν/ν), with s = e^u. Accurate to
 * 1e-13 absolutely.
 */
export function noncentralStudentCdf(t: number, degreesOfFreedom: number, noncentrality: number): number {
  if (degreesOfFreedom === Infinity) return normalCdf(t - noncentrality);
  const half = degreesOfFreedom / 2;
  const logConstant = Math.log(2) + half * Math.log(half) - half - logGamma(half);
  const step = 1 / (NODES_PER_SPREAD * (Math.sqrt(2 * degreesOfFreedom) + 1 + Math.abs(t)));
  const side = (from: number, direction: number) => {
    let sum = 0;
    for (let u = from;; u += direction * step) {
      const density = Math.exp(logConstant + degreesOfFreedom * (u - Math.expm1(2 * u) / 2));
      sum += density * normalCdf(t * Math.exp(u) - noncentrality);
      if (density < 1e-18) return sum;
    }
  };
  return Math.min(1, step * (side(0, 1) + side(-step, -1)));
}

/**
 * P(Q > q) of the range of `count` independent standard normals (the studentised range with infinite degrees of freedom):
 * 1 − count ∫ φ(z) [Φ(z) − Φ(z − q)]^(count − 1) dz. Accurate to 1e-12 absolutely.
 */
export function normalRangeTail(q: number, count: number): number {
  if (q <= 0) return 1;
  const step = 0.5 / NODES_PER_SPREAD;
  let sum = 0;
  for (let z = -9; z <= 9 + q; z += step) {
    sum += Math.exp(-z * z / 2) * (normalCdf(z) - normalCdf(z - q)) ** (count - 1);
  }
  return Math.max(0, 1 - count * sum * step / Math.sqrt(2 * Math.PI));
}

/**
 * The argument in [low, high] at which an increasing function takes a value, to 1e-12 of the larger end, by the Illinois
 * form of regula falsi (Dowell & Jarratt 1971).
 * @throws RangeError if the value is not between those at the ends
 */
export function invertIncreasing(f: (x: number) => number, value: number, low: number, high: number): number {
  let [left, right] = [low, high];
  let [below, above] = [f(low) - value, f(high) - value];
  if (!(below <= 0 && above >= 0)) {
    throw new RangeError(`No argument in [${low}, ${high}] gives ${value}: the ends give ${f(low)} and ${f(high)}`);
  }
  const tolerance = 1e-12 * Math.max(Math.abs(low), Math.abs(high));
  let lastSide = 0;
  while (right - left > tolerance) {
    const guess = left - below * (right - left) / (above - below);
    // A guess at an end would not shrink the interval.
    const x = guess > left && guess < right ? guess : (left + right) / 2;
    const error = f(x) - value;
    if (error === 0) return x;
    if (error < 0) {
      [left, below] = [x, error];
      if (lastSide === -1) above /= 2;
      lastSide = -1;
    } else {
      [right, above] = [x, error];
      if (lastSide === 1) below /= 2;
      lastSide = 1;
    }
  }
  return (left + right) / 2;
}
