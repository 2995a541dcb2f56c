/**
 * Rewards (DESIGN section 8): `R = Σ w_k r_k` over four components, each a pure, bounded function of what was known before,
 * the action, its outcome and what is known after.
 *
 * @module
 */

export { optimisationReward } from "./optimisation.ts";
export { explorationReward, parentReward, type RewardWeights, structureReward } from "./components.ts";
