/** Phase 2, from what was asked for to what it showed. */

import type { EpisodeOptions } from "../../environment/mod.ts";
import type { ActMode, Policy } from "../../policy/mod.ts";
import type { Say } from "../../runs/mod.ts";
import { createActiveSurrogate } from "../../surrogate/mod.ts";
import type { Instances } from "./instances.ts";
import { beliefSources } from "./sources.ts";
import { comparisonArms, runStudy } from "./study.ts";
import { type StudySummary, summariseStudy } from "./summary.ts";

/** Phase 2 as it is asked for. */
export interface TwoPhaseOptions {
  readonly policy: Policy;
  readonly instances: Instances;
  readonly episode: EpisodeOptions;
  /** How the policy acts. */
  readonly mode: ActMode;
  /** Step of the active surrogate after each intervention; 1 is Bayes' rule. */
  readonly learningRate: number;
  /** The surrogates that are set beside the active one, with the network of `neural`; null plays the active one alone. */
  readonly compared: { readonly kinds: readonly string[]; readonly neural: string } | null;
}

/**
 * Plays phase 2 and sums it up.
 * @throws ConfigError for a surrogate that does not exist
 */
export function playTwoPhase(options: TwoPhaseOptions, say: Say): StudySummary {
  const { policy, instances, episode, mode, learningRate, compared } = options;
  const active = createActiveSurrogate({ learningRate });
  const { sources, missing } = compared === null
    ? { sources: {}, missing: [] }
    : beliefSources(compared.kinds, instances, compared.neural);
  const arms = compared === null
    ? [{ name: "GRPO + active", policy, beliefs: active }]
    : comparisonArms(policy, active, sources);
  const played = runStudy(arms, instances, { episode, mode, judge: active, say });
  return summariseStudy(played, missing, instances, episode.observationalRows);
}
