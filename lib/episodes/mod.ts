/**
 * Episodes: what joins environment, reward, beliefs and trainer. A policy plays batches of interventions, in step groups or in
 * trajectories, and the rollout is what the trainer learns from.
 * @module
 */

export {
  type DrawnInterventions,
  type InterventionActions,
  type InterventionPolicy,
  interventionRoller,
  type RolloutOptions,
} from "./rollout.ts";
