/** The schema of a whole experiment: every key, its type, range, default and meaning in one place. */

import { z } from "zod";
import { algorithmRefusals, type ConfigRefusal } from "./algorithm_checks.ts";
import { boundRefusals } from "./bounds.ts";
import { checkpointSchema } from "./checkpoint.ts";
import { curriculumSchema } from "./curriculum.ts";
import { evaluationSchema } from "./evaluation.ts";
import { count, section } from "./fields.ts";
import { grpoSchema } from "./grpo.ts";
import { loggingSchema } from "./logging.ts";
import { optimizerSchema } from "./optimizer.ts";
import { phaseSchema } from "./phase.ts";
import { policySchema } from "./policy.ts";
import { rewardSchema } from "./reward.ts";
import { runtimeSchema } from "./runtime.ts";
import { supervisionSchema } from "./supervision.ts";
import { surrogateSchema } from "./surrogate.ts";
import { trackSchema } from "./track.ts";
import { policyKind } from "../policy/mod.ts";

/** The sections; what they cannot be together is said below. */
const sections = section({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, {
    error: "expected letters, digits, '.', '_' and '-', starting with a letter or digit (it names a folder)",
  }).describe("name of the experiment, and of its folder under results/"),
  seed: count(0).default(0).describe("seed of every random number"),
  runtime: runtimeSchema.prefault({}),
  track: trackSchema.default("linear").describe("distribution of problems: a name in configs/tracks, or {base, …}"),
  also_train_on: z.array(z.string().min(1)).default([]).describe(
    "names of further tracks: rollouts take turns; validation and the comparison stay on the first",
  ),
  policy: policySchema.prefault({}),
  reward: rewardSchema.prefault({}),
  grpo: grpoSchema.prefault({}),
  supervision: supervisionSchema.prefault({}),
  optimizer: optimizerSchema.prefault({}),
  curriculum: curriculumSchema.prefault({}),
  surrogate: surrogateSchema,
  phase: phaseSchema.prefault({}),
  evaluation: evaluationSchema.prefault({}),
  checkpoint: checkpointSchema.prefault({}),
  logging: loggingSchema.prefault({}),
});

/** Schema of a config file. A key is added or renamed in its section's file and nowhere else. */
export const configSchema = sections.superRefine((config, { addIssue }) => {
  for (const { path, message } of refusals(config)) addIssue({ code: "custom", path: [...path], message });
});

/** Settings of a policy whose key in a config is another word. */
const SETTING_KEYS: Readonly<Record<string, string>> = { responsePoints: "response_points", valueHead: "value_head" };

/** What training on simulated truth cannot work with. */
function supervisionRefusals(
  { supervision, policy, curriculum, surrogate }: z.output<typeof sections>,
): ConfigRefusal[] {
  if (supervision.updates === 0) return [];
  const refuse = (key: string, message: string) => ({ path: ["supervision", key], message });
  return [
    ...(policy.kind === "general"
      ? []
      : [refuse("updates", "only policy.kind=general has a posterior that learns from truth")]),
    ...(curriculum.stages.length === 0 ? [] : [refuse("updates", "it has no stages: leave curriculum.stages empty")]),
    ...(surrogate.kind === "none"
      ? []
      : [refuse("updates", "the posterior needs no beliefs: take surrogate.kind=none")]),
    ...(supervision.minibatches <= supervision.problems * supervision.states
      ? []
      : [refuse("minibatches", "there are fewer states than minibatches")]),
  ];
}

/** What cannot work together. */
function refusals(config: z.output<typeof sections>): readonly ConfigRefusal[] {
  const { grpo, policy, reward } = config;
  const members = Math.floor(grpo.problems_per_update / grpo.shards) * grpo.group_size;
  const own: ConfigRefusal[] = [];
  if (grpo.lookahead.steps > 0 && grpo.group === "trajectory") {
    const message = "looking ahead belongs to step groups: trajectories are credited by their returns";
    own.push({ path: ["grpo", "lookahead", "steps"], message });
  }
  const kind = policyKind(policy.kind);
  const settings = { ...policy, responsePoints: policy.response_points, valueHead: policy.value_head };
  for (const [setting, message] of Object.entries(kind.refuses(settings))) {
    own.push({ path: ["policy", SETTING_KEYS[setting] ?? setting], message });
  }
  if (grpo.value_baseline.enabled && kind.createValueFunction === undefined) {
    own.push({ path: ["grpo", "value_baseline", "enabled"], message: `a ${kind.name} policy has no value function` });
  }
  own.push(...supervisionRefusals(config));
  return [
    ...own,
    ...boundRefusals(config),
    ...algorithmRefusals(config, {
      member: grpo.group === "step" ? "single" : "equal",
      components: Object.values(reward.weights).filter((weight) => weight > 0).length,
      isDiscrete: policy.value_head.kind === "categorical",
      hasValueFunction: true,
      problems: grpo.problems_per_update,
      // A token's minibatch takes views, whose number depends on the track.
      parts: grpo.ratio === "sequence" ? members : Infinity,
    }),
  ];
}

/** A resolved config: every key is there. */
export type Config = z.output<typeof configSchema>;
