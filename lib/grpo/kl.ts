/**
 * Penalties on the divergence from a reference policy, with `d = log π − log π_ref` at a decision drawn from π_old and
 * ρ = π/π_old. Each but `k1` has, at the first step of an update, the gradient of KL(π ‖ π_ref) in expectation:
 *
 * - `exact`: `Σ_a π(a)·log(π(a)/π_ref(a))` over a discrete action space, at every step and without variance,
 * - `k2`: `½d²` (Schulman 2020), whose gradient `d·∇log π` holds while π is still close to π_old,
 * - `k3`: `ρ·(e^(−d) − 1 + d)`, the estimator of Schulman 2020 multiplied by the ratio (DeepSeek-V3.2, arXiv:2512.02556,
 *   section 3.1), whose gradient `ρ·d·∇log π` is that of KL(π ‖ π_ref) at every step. Without the ratio it would be the
 *   gradient `(1 − e^(−d))·∇log π` of the other divergence, KL(π_ref ‖ π) (arXiv:2512.21852, section 3),
 * - `k1`: `d`, subtracted from the reward: as a term of the loss its gradient is 0 on average.
 */

/** How KL(π ‖ π_ref) is estimated. */
export type KlEstimator = "exact" | "k1" | "k2" | "k3";

/** The estimate at one decision; not for `exact`, which the policy computes. */
export function klEstimate(estimator: Exclude<KlEstimator, "exact">, difference: number, ratio: number): number {
  switch (estimator) {
    case "k1":
      return difference;
    case "k2":
      return 0.5 * difference * difference;
    case "k3":
      return ratio * (Math.exp(-difference) - 1 + difference);
  }
}

/** Its slope by log π, as a term of the loss; 0 for `k1`, which is none. */
export function klSlope(estimator: Exclude<KlEstimator, "exact">, difference: number, ratio: number): number {
  switch (estimator) {
    case "k1":
      return 0;
    case "k2":
      return difference;
    case "k3":
      return ratio * difference;
  }
}
