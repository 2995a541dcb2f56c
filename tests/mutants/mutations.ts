/** Every mutation that is kept, by the room that it is about. */

import { ENVIRONMENT } from "./environment.ts";
import { EVALUATION } from "./evaluation.ts";
import { GRPO } from "./grpo.ts";
import type { Mutation } from "./mutation.ts";
import { REWARD } from "./reward.ts";
import { SCM } from "./scm.ts";
import { SETS } from "./sets.ts";

export const MUTATIONS: readonly Mutation[] = [...GRPO, ...REWARD, ...SCM, ...EVALUATION, ...ENVIRONMENT, ...SETS];
