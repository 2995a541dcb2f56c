/** Beliefs as part of what a policy sees. */

import type { Observation, Problem, PublicProblems } from "../environment/mod.ts";
import type { Stream } from "../random/mod.ts";
import { type BeliefSource, surrogateFor } from "./types.ts";

/**
 * Follows a batch of episodes from its start: the function returned adds to an observation what the source believes after
 * all of its rows. Without a source observations stay as they are.
 * @param problems the problems of the batch, which only a privileged source gets to see
 * @param streams one stream for each episode; asked for only if there is a source
 */
export function followBeliefs(
  source: BeliefSource | undefined,
  problems: readonly Problem[],
  description: PublicProblems,
  streams: () => readonly Stream[],
): (observation: Observation) => Observation {
  if (source === undefined) return (observation) => observation;
  const tracker = surrogateFor(source, problems).track(description, streams());
  return (observation) => ({ ...observation, beliefs: tracker.update(observation) });
}
