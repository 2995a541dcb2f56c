/** Rewards of interventions (DESIGN section 8) during a rollout. */

import type { Beliefs, Environment } from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";
import {
  explorationReward,
  optimisationReward,
  parentReward,
  type RewardWeights,
  structureReward,
} from "../reward/mod.ts";

/** What rewards are made from. */
export interface RewardOptions {
  readonly episode: { readonly rowsPerIntervention: number };
  readonly weights: RewardWeights;
  /** Reward the expected outcome of an intervention, or the one sampled outcome that an experimenter would see. */
  readonly outcome: "expected" | "sampled";
}

/** Rewards of a batch of actions, and their components. */
export interface Rewards {
  readonly total: Float64Array;
  readonly components: Readonly<Record<string, Float64Array>>;
}

/**
 * Rewards of actions before any of them is carried out: all components but that of structure.
 * @param owners whose state each action belongs to
 */
export function rewardsOf(
  environment: Environment,
  actions: { readonly variable: Int32Array; readonly value: Float64Array },
  owners: Int32Array,
  options: RewardOptions,
  noise: (k: number) => Stream,
): Rewards {
  const { weights } = options;
  const outcome = options.outcome === "expected"
    ? environment.expected(actions, owners)
    : environment.sampled(actions, owners, noise);
  const optimization = new Float64Array(owners.length);
  const parent = new Float64Array(owners.length);
  const exploration = new Float64Array(owners.length);
  const { problems, statistics, step } = environment.observation;
  for (let k = 0; k < owners.length; k++) {
    const { scm, outcomes } = environment.problemOf(owners[k]);
    optimization[k] = optimisationReward(outcome[k], outcomes, scm.objective);
    const index = owners[k] * problems.width + actions.variable[k];
    parent[k] = parentReward(environment.isParent(owners[k], actions.variable[k]) ? 1 : 0);
    exploration[k] = explorationReward(statistics.doCount[index], step * options.episode.rowsPerIntervention);
  }
  const total = optimization.map((r, k) =>
    weights.optimization * r + weights.parent * parent[k] + weights.exploration * exploration[k]
  );
  return { total, components: { optimization, parent, exploration } };
}

/**
 * Adds the structure component: what each action's outcome taught. It is earned at once and in full.
 * @param before beliefs of each owner's state
 * @param after beliefs after each action
 */
export function withStructure(
  rewards: Rewards,
  weight: number,
  before: Beliefs,
  after: Beliefs,
  owners: Int32Array,
): Rewards {
  const structure = Float64Array.from(owners, (e, k) => structureReward(before.entropy[e], after.entropy[k]));
  return {
    total: rewards.total.map((reward, k) => reward + weight * structure[k]),
    components: { ...rewards.components, structure },
  };
}
