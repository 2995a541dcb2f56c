/** The standard normal distribution where the tails matter. */

import erfcx from "@stdlib/math-base-special-erfcx";
import normalCdf from "@stdlib/stats-base-dists-normal-cdf";

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
const HALF_LOG_HALF_PI = 0.5 * Math.log(Math.PI / 2);
/** Beyond this `z² · (1 − |z|·Mills ratio)` is 1 to the last digit. */
const FAR = -1e6;

/**
 * `log(φ(z) + z Φ(z))`, the logarithm of the expected improvement of a standard normal over −z, with full relative accuracy
 * down to −∞ (Ament, Daulton, Eriksson, Balandat & Bakshy 2023, arXiv:2310.20708, equation 9).
 */
export function logImprovement(z: number): number {
  if (z > -1) return Math.log(Math.exp(-0.5 * z * z - HALF_LOG_TWO_PI) + z * normalCdf(z, 0, 1));
  const density = -0.5 * z * z - HALF_LOG_TWO_PI;
  if (z < FAR) return density - 2 * Math.log(-z);
  // φ + zΦ = φ (1 − |z| Φ(z)/φ(z)), and Φ(z)/φ(z) = √(π/2) erfcx(−z/√2).
  return density + logOneLessExp(Math.log(erfcx(-z * Math.SQRT1_2) * -z) + HALF_LOG_HALF_PI);
}

/** `log(1 − exp(x))` for x < 0 (Mächler 2012). */
function logOneLessExp(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}
