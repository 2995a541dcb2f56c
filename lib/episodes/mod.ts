/**
 * Episodes: what joins environment, reward, beliefs and trainer. A policy plays batches of interventions, in step groups or in
 * trajectories, and the rollout is what the trainer learns from.
 * @module
 */

export { interventionRoller } from "./rollout.ts";
export type { DrawnInterventions, InterventionActions, InterventionPolicy, RolloutOptions } from "./types.ts";
