/** A policy that learns to intervene while the surrogate that it sees learns the structure from its rows. */

import type { JointSession } from "../joint/session.ts";
import type { Learner } from "../learner.ts";
import type { SessionPolicy } from "../policy.ts";

/** What joins in with a policy's training may look at. */
export interface InterventionLearner extends Learner {
  readonly policy: SessionPolicy;
  /** Stage of the curriculum that the next update is made in. */
  readonly stage: number;
}

/**
 * The policy's learner and the surrogate's side as one.
 * @param own sees the surrogate of `joint`
 */
export function joinSurrogate(own: InterventionLearner, joint: JointSession): InterventionLearner {
  return {
    policy: own.policy,
    updates: own.updates,
    get update() {
      return own.update;
    },
    get stage() {
      return own.stage;
    },
    begin: async (pause) => ({ ...await joint.warmUp(own.policy, pause), ...await own.begin(pause) }),
    async step() {
      const { stage } = own;
      const { metrics, ...words } = await own.step();
      return { ...words, metrics: { ...metrics, ...await joint.afterUpdate(own.update, stage, own.policy) } };
    },
    isValidated: (update) => own.isValidated(update),
    validate: (pause) => own.validate(pause),
    checkpoint: async () => ({ ...await own.checkpoint(), surrogate: await joint.surrogate.tensors() }),
    restore(checkpoint, logged) {
      own.restore(checkpoint, logged);
      if (checkpoint.surrogate !== undefined) joint.surrogate.restore(checkpoint.surrogate);
    },
    summary: () => own.summary(),
    [Symbol.dispose]: () => own[Symbol.dispose](),
  };
}
