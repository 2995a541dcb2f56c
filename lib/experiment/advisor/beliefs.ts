/** Who is asked about the target's parents. */

import type { Beliefs, Observation } from "../../environment/mod.ts";
import { createStream } from "../../random/mod.ts";
import { createActiveSurrogate, createExactSurrogate, EXACT_LIMIT, type Surrogate } from "../../surrogate/mod.ts";
import type { OpenedPolicy } from "../session/open.ts";

/** Parent probabilities and where they come from. */
export interface ParentBeliefs {
  /** Name of the surrogate. */
  readonly by: string;
  /** `[variables]`, 0 for the target. */
  readonly parent: Float64Array;
}

/**
 * Probability of each variable to be a direct cause of the target, from all rows at once: from the exact posterior over
 * DAGs up to {@linkcode EXACT_LIMIT} variables, from the active learner beyond.
 */
export function parentBeliefs(observation: Observation): ParentBeliefs {
  const surrogate = observation.problems.width <= EXACT_LIMIT ? createExactSurrogate() : createActiveSurrogate();
  return { by: surrogate.name, parent: beliefsOf(surrogate, observation).parent };
}

/**
 * The observation with the beliefs that the policy was trained with, if it was trained with any.
 * @throws RangeError if they came from the truth about simulated problems
 */
export function policyBeliefs(observation: Observation, { surrogate }: OpenedPolicy): Observation {
  if (surrogate === undefined) return observation;
  if ("create" in surrogate || surrogate.privileged) {
    throw new RangeError(
      `the policy was trained with ${surrogate.name} beliefs, which need the truth: ask another one`,
    );
  }
  return { ...observation, beliefs: beliefsOf(surrogate, observation) };
}

function beliefsOf(surrogate: Surrogate, observation: Observation): Beliefs {
  return surrogate.track(observation.problems, [createStream(0)]).update(observation);
}
