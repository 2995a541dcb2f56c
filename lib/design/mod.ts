/**
 * The third environment: location finding, where a policy chooses design points in the unit square one after another so that
 * the measurements there tell where a source is. It is a sibling of `episodes` and `theory`: `rollout.ts` plays groups of
 * experiments, rewarded with the gain of a contrastive bound on the information, and `training.ts` hands them to the trainer.
 *
 * @module
 */

export { DESIGNS } from "./source.ts";
export { contrastiveBound } from "./bound.ts";
export { DesignPolicy } from "./policy.ts";
export {
  type Designer,
  type DesignRolloutOptions,
  type Experiment,
  playExperiments,
  policyDesigner,
} from "./rollout.ts";
export { DESIGN_TRAINER, trainDesigns } from "./training.ts";
