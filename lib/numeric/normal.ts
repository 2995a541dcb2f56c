/** The standard normal distribution where the tails matter. */

import { normalCdf } from "./special.ts";

/** ½ log 2π: what a standard normal log-density subtracts. */
export const HALF_LOG_TAU = 0.5 * Math.log(2 * Math.PI);
/** Levels of the continued fraction: enough for the last digit from |z| = 6 on. */
const LEVELS = 60;

/**
 * `log(φ(z) + z Φ(z))`, the logarithm of the expected improvement of a standard normal over −z, with full relative accuracy
 * down to −∞ (Ament, Daulton, Eriksson, Balandat & Bakshy 2023, arXiv:2310.20708, equation 9).
 */
export function logImprovement(z: number): number {
  const density = -0.5 * z * z - HALF_LOG_TAU;
  if (z > -6) return Math.log(Math.exp(density) + z * normalCdf(z));
  // Φ(z) = φ(z) / (x + t) with x = −z and t = 1/(x + 2/(x + 3/(x + …))) (Laplace), so that φ + zΦ = φ t/(x + t) without a
  // difference.
  const x = -z;
  let t = 0;
  for (let k = LEVELS; k >= 1; k--) t = k / (x + t);
  return density + Math.log(t / (x + t));
}
