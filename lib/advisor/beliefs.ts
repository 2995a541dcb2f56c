/** Who is asked about the target's parents. */

import type { Beliefs, Observation } from "../environment/mod.ts";
import { createStream } from "../random/mod.ts";
import { createExactSurrogate, EXACT_LIMIT, type Surrogate } from "../surrogate/mod.ts";
import { type OpenedPolicy, openNeuralSurrogate } from "../training/mod.ts";

/**
 * Who says how probable each variable is a direct cause of the target: the exact posterior over DAGs up to
 * {@linkcode EXACT_LIMIT} variables, the shipped neural surrogate beyond.
 */
export function parentSurrogate(variables: number): Surrogate {
  return variables <= EXACT_LIMIT ? createExactSurrogate() : openNeuralSurrogate(null).surrogate;
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

/** What a surrogate makes of all rows at once. */
export function beliefsOf(surrogate: Surrogate, observation: Observation): Beliefs {
  return surrogate.track(observation.problems, [createStream(0)]).update(observation);
}
