/** The other reward components. Each is a pure function in [0, 1]. */

/**
 * Exploration: 1 minus the share of earlier interventions on the same variable in the same third of its domain.
 * @param tried earlier interventions there
 * @param total all earlier interventions
 */
export function explorationReward(tried: number, total: number): number {
  return total > 0 ? 1 - tried / total : 1;
}

/** Parent: belief that the intervened variable is a parent of the target, or (privileged) whether it is: 0 or 1. */
export function parentReward(belief: number): number {
  return Math.max(0, Math.min(1, belief));
}

/** Structure: relative drop of the posterior's entropy, `(before − after) / before`, at least 0; 0 once nothing is unknown. */
export function structureReward(entropyBefore: number, entropyAfter: number): number {
  return entropyBefore > 0 ? Math.max(0, Math.min(1, (entropyBefore - entropyAfter) / entropyBefore)) : 0;
}

/** Weights of the components in `R = Σ w_k r_k`. */
export interface RewardWeights {
  readonly optimization: number;
  readonly structure: number;
  readonly parent: number;
  readonly exploration: number;
}
