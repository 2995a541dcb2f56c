/**
 * Rewards (DESIGN section 8): `R = Σ w_k r_k` over four components, each a pure, bounded function of what was known before,
 * the action, its outcome and what is known after, in a form that an experimenter could compute or in one that knows the
 * true SCM (privileged: for training on simulated SCMs alone). {@linkcode auditRewards} looks for rewards that are gamed or
 * teach nothing.
 *
 * @module
 */

export { optimisationReward } from "./optimisation.ts";
export { regionOf } from "./exploration.ts";
export { type ComponentName, COMPONENTS } from "./registry.ts";
export type { Candidates, Knowledge, Lessons, OptionsOf, RewardComponent, RewardOutcome, Truth } from "./component.ts";
export {
  createReward,
  needsBeliefs,
  privilegedKnowledge,
  type Reward,
  type RewardOptions,
  type Rewards,
  type RewardWeights,
} from "./reward.ts";
export {
  AUDIT_WINDOW,
  type AuditFinding,
  type AuditIssue,
  auditMetrics,
  auditRewards,
  type LoggedRewards,
} from "./audit.ts";
