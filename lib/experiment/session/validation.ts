/** Evaluations during training, on validation problems that are the same every time. */

import { collectResults, evaluate, heldOutProblems, summarise } from "../../evaluation/mod.ts";
import type { Policy } from "../../policy/mod.ts";
import { trackStream } from "../../scm/mod.ts";
import type { Config } from "../config/schema.ts";
import { surrogateOf } from "./options.ts";
import type { Track } from "./track.ts";

export interface Validation {
  /** The policy's mode on all problems: `validation/normalised_value` with the ends of its 95 % interval, and more. */
  evaluate(policy: Policy): Record<string, number>;
}

export function createValidation(config: Config, track: Track): Validation {
  const stream = trackStream(track, "validation");
  const problems = heldOutProblems(track.distribution, "validation", config.evaluation.validation_problems, stream);
  const surrogate = surrogateOf(config);
  return {
    evaluate(policy) {
      const records = evaluate(policy, problems, {
        method: policy.name,
        episode: track.episode,
        stream: stream.child("episodes"),
        mode: "mode",
        ...(surrogate === undefined ? {} : { surrogate }),
      });
      const summary = summarise(collectResults(policy.name, [records]));
      return {
        "validation/normalised_value": summary.meanValue.value,
        "validation/normalised_value_low": summary.meanValue.low,
        "validation/normalised_value_high": summary.meanValue.high,
        "validation/first_steps": summary.firstValue.value,
        "validation/last_steps": summary.lastValue.value,
        "validation/recommendation": summary.recommendation.value,
      };
    },
  };
}
