/** Evaluations during training, on validation problems that are the same every time. */

import {
  collectResults,
  evaluationSteps,
  heldOutProblems,
  runStepsWithPauses,
  summarise,
  summariseStructure,
} from "../evaluation/mod.ts";
import type { Policy } from "../policy/mod.ts";
import { trackStream } from "../scm/mod.ts";
import type { BeliefSource } from "../surrogate/mod.ts";
import type { Config } from "../config/mod.ts";
import type { Pause, Validated } from "./learner.ts";
import { surrogateOf } from "./options.ts";
import type { Track } from "./track.ts";

export interface Validation {
  /** The policy's mode on all problems: `validation/normalised_value` with the ends of its 95 % interval, and more. */
  evaluate(policy: Policy, pause: Pause): Promise<Validated>;
}

/** @param trained the surrogate in place of the config's, where it is trained beside the policy */
export function createValidation(config: Config, track: Track, trained?: BeliefSource): Validation {
  const stream = trackStream(track, "validation");
  const problems = heldOutProblems(track.distribution, "validation", config.evaluation.validation_problems, stream);
  const surrogate = trained ?? surrogateOf(config);
  return {
    async evaluate(policy, pause) {
      const options = {
        method: policy.name,
        episode: track.episode,
        stream: stream.child("episodes"),
        mode: "mode",
        ...(surrogate === undefined ? {} : { surrogate }),
      } as const;
      const results = collectResults(policy.name, [
        await runStepsWithPauses(evaluationSteps(policy, problems, options), pause),
      ]);
      const summary = summarise(results);
      const structure = summariseStructure(results);
      return {
        metrics: {
          "validation/normalised_value": summary.meanValue.value,
          "validation/normalised_value_low": summary.meanValue.low,
          "validation/normalised_value_high": summary.meanValue.high,
          "validation/first_steps": summary.firstValue.value,
          "validation/last_steps": summary.lastValue.value,
          "validation/recommendation": summary.recommendation.value,
          ...(structure === null ? {} : {
            "validation/parents_f1": structure.metrics.f1.value,
            "validation/parents_shd": structure.metrics.shd.value,
            "validation/parents_log_loss": structure.metrics.logLoss.value,
          }),
        },
        score: summary.meanValue.value,
      };
    },
  };
}
