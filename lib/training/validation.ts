/** Evaluations during training, on validation problems that are the same every time. */

import {
  collectResults,
  type EpisodeRecords,
  type EvaluationProblem,
  evaluationSteps,
  heldOutProblems,
  mergeRecords,
  partsOf,
  runStepsWithPauses,
  type Steps,
  summarise,
  summariseStructure,
} from "../evaluation/mod.ts";
import type { Policy } from "../policy/mod.ts";
import { spread } from "../runs/mod.ts";
import { trackStream } from "../scm/mod.ts";
import type { BeliefSource } from "../surrogate/mod.ts";
import type { Config } from "../config/mod.ts";
import type { Metrics, Pause, Validated } from "./learner.ts";
import { surrogateOf } from "./options.ts";
import type { Track } from "./track.ts";

/** The validation problems of a run; they are drawn when the first of them is played. */
export interface ValidationProblems {
  readonly count: number;
  /** The policy's mode on the problems at `indices`. */
  steps(policy: Policy, indices: readonly number[]): Steps<EpisodeRecords>;
}

/** @param trained the surrogate in place of the config's, where it is trained beside the policy */
export function validationProblems(config: Config, track: Track, trained?: BeliefSource): ValidationProblems {
  const stream = trackStream(track, "validation");
  const count = config.evaluation.validation_problems;
  const surrogate = trained ?? surrogateOf(config);
  let drawn: readonly EvaluationProblem[] | undefined;
  return {
    count,
    steps(policy, indices) {
      const problems = drawn ??= heldOutProblems(track.distribution, "validation", count, stream);
      return evaluationSteps(policy, indices.map((index) => problems[index]), {
        method: policy.name,
        episode: track.episode,
        stream: stream.child("episodes"),
        mode: "mode",
        ...(surrogate === undefined ? {} : { surrogate }),
      });
    },
  };
}

/**
 * Validates on this thread and others: `validation/normalised_value` with the ends of its 95 % interval, and more.
 * @param others play some of the problems each
 */
export async function validate(
  problems: ValidationProblems,
  policy: Policy,
  others: readonly ((indices: readonly number[]) => Promise<EpisodeRecords>)[],
  pause: Pause,
): Promise<Validated> {
  const parts = partsOf(problems.count);
  const played = await spread(parts, others, (indices) => runStepsWithPauses(problems.steps(policy, indices), pause));
  const records = mergeRecords(played.map((own, p) => ({ indices: parts[p], records: own })), problems.count);
  const results = collectResults(policy.name, [records]);
  const { meanValue, firstValue, lastValue, recommendation } = summarise(results);
  const structure = summariseStructure(results);
  const metrics: Metrics = {
    "validation/normalised_value": meanValue.value,
    "validation/normalised_value_low": meanValue.low,
    "validation/normalised_value_high": meanValue.high,
    "validation/first_steps": firstValue.value,
    "validation/last_steps": lastValue.value,
    "validation/recommendation": recommendation.value,
    ...(structure === null ? {} : {
      "validation/parents_f1": structure.metrics.f1.value,
      "validation/parents_shd": structure.metrics.shd.value,
      "validation/parents_log_loss": structure.metrics.logLoss.value,
    }),
  };
  return { metrics, score: meanValue.value };
}
