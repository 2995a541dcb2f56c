/** Who is asked about the target's parents. */

import type { Beliefs, Observation } from "../environment/mod.ts";
import { createStream } from "../random/mod.ts";
import { createExactSurrogate, EXACT_LIMIT, type Surrogate } from "../surrogate/mod.ts";
import { type OpenedPolicy, openNeuralSurrogate } from "../training/mod.ts";
import type { ExperimentProblem } from "./problem.ts";
import { knownEdges } from "./rules/known.ts";

/**
 * Who says how probable each variable is a direct cause of the target: the exact posterior over DAGs up to
 * {@linkcode EXACT_LIMIT} variables, the shipped neural surrogate beyond; both keep to what is known of the graph.
 */
export function parentSurrogate({ variables, known }: Pick<ExperimentProblem, "variables" | "known">): Surrogate {
  const edges = known === undefined ? null : knownEdges(variables.map(({ name }) => name), known);
  if (variables.length <= EXACT_LIMIT) return createExactSurrogate(edges === null ? {} : { known: edges });
  const { surrogate } = openNeuralSurrogate(null);
  return edges === null ? surrogate : withKnown(surrogate, edges);
}

/** A surrogate whose probabilities of parents are 1 and 0 where that is known; the others are what they were. */
function withKnown(surrogate: Surrogate, edges: Int8Array): Surrogate {
  return {
    ...surrogate,
    track: (problems, streams) => {
      const tracker = surrogate.track(problems, streams);
      const { width, targets: [target] } = problems;
      return {
        update: (observation) => {
          const beliefs = tracker.update(observation);
          const parent = beliefs.parent.map((p, v) => {
            const edge = v === target ? 0 : edges[v * width + target];
            return edge === 0 ? p : edge > 0 ? 1 : 0;
          });
          return { ...beliefs, parent };
        },
      };
    },
  };
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
