/** Sizes that each key allows by itself and no machine holds, and numbers that leave nothing to judge. */

import type { ConfigRefusal } from "./algorithm_checks.ts";

/** The largest value of keys whose sizes are allocated at once. */
const LARGEST: Readonly<Record<string, number>> = {
  "policy.width": 4096,
  "policy.layers": 64,
  "policy.heads": 256,
  "policy.response_points": 1000,
  "reward.exploration.regions": 10_000,
  "grpo.group_size": 100_000,
  "grpo.problems_per_update": 1_000_000,
  "evaluation.problems": 1_000_000,
  "evaluation.validation_problems": 1_000_000,
  "runtime.workers": 1024,
};

/** States of a rollout, over problems and members of their groups: what fits into some gigabytes. */
const MOST_STATES = 10_000_000;

/** The part of a config that is looked at. */
interface Sized {
  readonly grpo: { readonly group_size: number; readonly problems_per_update: number };
  readonly evaluation: { readonly every: number; readonly validation_problems: number; readonly problems: number };
}

/** Each number with which no training can start, or none can be judged. */
export function boundRefusals(config: Sized): readonly ConfigRefusal[] {
  const found: ConfigRefusal[] = [];
  const refuse = (path: string, message: string) => found.push({ path: path.split("."), message });
  for (const [path, most] of Object.entries(LARGEST)) {
    const value = path.split(".").reduce<unknown>((at, step) => Reflect.get(Object(at), step), config);
    if (typeof value === "number" && value > most) refuse(path, `expected a value <= ${most}, got ${value}`);
  }
  const { grpo, evaluation: { every, validation_problems, problems } } = config;
  const states = grpo.problems_per_update * grpo.group_size;
  if (states > MOST_STATES) {
    refuse("grpo.group_size", `${states} members of groups in an update; at most ${MOST_STATES}`);
  }
  if (every > 0 && validation_problems === 1) {
    refuse("evaluation.validation_problems", "an interval needs 2 problems; evaluation.every=0 leaves validations out");
  }
  if (problems === 1) refuse("evaluation.problems", "an interval needs 2 problems");
  return found;
}
