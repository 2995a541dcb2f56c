/** A part of an arena as plain data, for another thread. */

import type { EpisodeOptions } from "../../environment/mod.ts";
import type { EvaluationProblem } from "../../evaluation/mod.ts";
import { type StreamIdentity, streamOf } from "../../random/mod.ts";
import { type OutcomeRecipe, outcomesBy } from "../../scm/mod.ts";
import type { BackendName } from "../../tensor/mod.ts";
import type { Arena } from "../types.ts";
import type { PlayerSource } from "./player.ts";

/** A problem whose truth is computed again. */
type PlainProblem = Omit<EvaluationProblem, "outcomes"> & { readonly recipe: OutcomeRecipe };

/** Some problems of an arena, and who plays them. */
export interface PartRequest {
  readonly source: PlayerSource;
  /** Equal keys have equal problems. */
  readonly key: string;
  readonly problems: readonly PlainProblem[];
  readonly episode: EpisodeOptions;
  readonly stream: StreamIdentity;
  readonly backend: BackendName;
  /** Whether decisions are timed. */
  readonly timed: boolean;
}

/** Whether the truth about a problem can be computed in another thread. */
export function isPlain({ outcomes }: EvaluationProblem): boolean {
  return outcomes.recipe !== undefined;
}

/** The problems at `indices` as a request. */
export function requestOf(
  source: PlayerSource,
  { problems, episode, stream, clock }: Arena,
  indices: readonly number[],
  key: string,
): Omit<PartRequest, "backend"> {
  const plain = indices.map((index) => {
    const { outcomes: { recipe }, ...problem } = problems[index];
    if (recipe === undefined) throw new RangeError(`nobody can compute the truth about ${problem.key} again`);
    return { ...problem, recipe };
  });
  return { source, key, problems: plain, episode, stream: stream.identity, timed: clock !== undefined };
}

/** The arena of a request. */
export function arenaOf(
  { problems, episode, stream, timed }: Pick<PartRequest, "problems" | "episode" | "stream" | "timed">,
  clock: () => number,
): Arena {
  return {
    problems: problems.map(({ recipe, ...problem }) => ({ ...problem, outcomes: outcomesBy(problem.scm, recipe) })),
    episode,
    stream: streamOf(stream),
    ...(timed ? { clock } : {}),
  };
}
