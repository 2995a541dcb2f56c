/** A policy that learns to intervene while the surrogate that it sees learns the structure from its rows. */

import type { Config } from "../../config/mod.ts";
import type { JointSession } from "../joint/session.ts";
import { createInterventionLearner, type InterventionLearner } from "./interventions.ts";

/** @param joint the surrogate's side */
export async function createJointLearner(
  config: Config,
  from: "start" | "checkpoint",
  joint: JointSession,
): Promise<InterventionLearner> {
  const own = await createInterventionLearner(config, from, joint.surrogate.source);
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
