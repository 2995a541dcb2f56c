/** The schema of a whole experiment: every key, its type, range, default and meaning in one place. */

import { z } from "zod";
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
import { surrogateSchema } from "./surrogate.ts";
import { trackSchema } from "./track.ts";

/** Schema of a config file. A key is added or renamed in its section's file and nowhere else. */
export const configSchema = section({
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
  optimizer: optimizerSchema.prefault({}),
  curriculum: curriculumSchema.prefault({}),
  surrogate: surrogateSchema,
  phase: phaseSchema.prefault({}),
  evaluation: evaluationSchema.prefault({}),
  checkpoint: checkpointSchema.prefault({}),
  logging: loggingSchema.prefault({}),
});

/** A resolved config: every key is there. */
export type Config = z.output<typeof configSchema>;
