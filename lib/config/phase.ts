import { count, fraction, positive, section } from "./fields.ts";

/** Joint training: phases of the policy and of a neural surrogate take turns. */
export const phaseSchema = section({
  policy_episodes: count(1).default(640).describe(
    "episodes of a policy phase, in whole updates; as many as one update has makes the surrogate learn online",
  ),
  surrogate_steps: count(0).default(0).describe("gradient steps of a surrogate phase; 0: the surrogate is not trained"),
  warmup_steps: count(0).default(0).describe("gradient steps before the first policy phase, on simulated rows alone"),
  own_share: fraction().default(0.5).describe("share of a batch from the policy's own episodes; the rest is simulated"),
  episodes: count(1).default(64).describe("episodes of a batch"),
  learning_rate: positive().default(2e-3).describe("of the surrogate's Adam"),
});
