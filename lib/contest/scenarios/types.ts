/** Situations that a trained policy is tried in, and what came of it. */

import type { EpisodeOptions } from "../../environment/mod.ts";
import type { Estimate, EvaluationProblem, MethodResults, MetricName } from "../../evaluation/mod.ts";
import type { Stream } from "../../random/mod.ts";

/** A list of problems with the episodes that every method plays on them. */
export interface Scenario {
  readonly name: string;
  /** What is different from training, in a few words. */
  readonly description: string;
  readonly problems: readonly EvaluationProblem[];
  readonly episode: EpisodeOptions;
  /** Noise of the episodes, the same for every method. */
  readonly stream: Stream;
}

/** One method of a played scenario. `bound`: it knows the answer. `privileged`: it knows some of the truth. */
export interface ScenarioMethod {
  readonly role: "policy" | "baseline" | "privileged" | "bound";
  readonly results: MethodResults;
}

export interface PlayedScenario {
  readonly scenario: Scenario;
  /** The policy first. */
  readonly methods: readonly ScenarioMethod[];
}

/** The policy less one competitor in one scenario. */
export interface Verdict {
  readonly scenario: string;
  readonly competitor: string;
  readonly metric: MetricName;
  /** Paired by problem, over problems and training seeds. */
  readonly difference: Estimate;
  readonly pValue: number;
  /** Corrected over all verdicts on the same metric (Holm 1979). */
  readonly pAdjusted: number;
  readonly verdict: "better" | "worse" | "undecided";
}
