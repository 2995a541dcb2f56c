import { z } from "zod";
import { count, fraction, nonNegative, positive, section } from "./fields.ts";

/** The algorithm: groups, advantages, loss. */
export const grpoSchema = section({
  group: z.enum(["step", "trajectory"]).default("step").describe(
    "step: candidates from one state, one of which continues; trajectory: whole episodes on one problem",
  ),
  group_size: count(2).default(10).describe("members of a group"),
  problems_per_update: count(1).default(64).describe("groups of episodes in one rollout"),
  updates: count(0).default(2500).describe("rollouts, each followed by epochs × minibatches gradient steps"),
  epochs: count(1).default(1).describe("passes over each rollout"),
  minibatches: count(1).default(4).describe("parts that a pass is split into"),
  shards: count(1).default(2).describe("parts of a rollout that workers share; changes the result, the workers do not"),
  scale: z.enum(["group", "batch", "none"]).default("none").describe(
    "standard deviation that advantages are divided by; none is Dr. GRPO",
  ),
  leave_one_out: z.boolean().default(false).describe("baseline is the mean of the other members (RLOO)"),
  returns: z.enum(["outcome", "reward-to-go"]).default("reward-to-go").describe("return of a decision in a trajectory"),
  risk_share: fraction().default(1).describe("best share of a group that is learned from; 1 is all of it"),
  gamma: fraction().default(1).describe("discount"),
  lookahead: section({
    steps: nonNegative().default(0).describe("step groups: later steps that a candidate's information is credited for"),
    from: fraction().default(0.7).describe("share of the run after which it is; before, rewards are myopic"),
  }).prefault({}),
  common_random_numbers: z.boolean().default(false).describe("members of a group meet the same noise"),
  clip_low: z.number().positive().max(1).default(0.2).describe("the ratio is clipped below at 1 − clip_low"),
  clip_high: positive().default(0.2).describe("the ratio is clipped above at 1 + clip_high"),
  skip_equal_groups: z.boolean().default(false).describe(
    "average the policy term over groups with unequal rewards only",
  ),
  entropy: section({
    schedule: z.enum(["constant", "linear", "exponential", "cosine"]).default("exponential").describe(
      "from start to end",
    ),
    start: nonNegative().default(0.15).describe("entropy coefficient at the first update"),
    end: nonNegative().default(0.04).describe("entropy coefficient at the last update; unused by constant"),
  }).prefault({}),
  kl: section({
    coefficient: nonNegative().default(0).describe("weight β of the KL to the reference; 0 keeps no reference"),
    estimator: z.enum(["k1", "k2", "k3", "exact"]).default("k3").describe("estimator of the KL"),
    reference: z.enum(["frozen", "periodic"]).default("frozen").describe("whether the reference follows the policy"),
    every: count(1).default(50).describe("updates between two copies into a periodic reference"),
  }).prefault({}),
  value_baseline: section({
    enabled: z.boolean().default(false).describe("PPO with a learned value instead of the group's mean"),
    lambda: fraction().default(0.95).describe("λ of generalised advantage estimation"),
    coefficient: positive().default(0.5).describe("weight of the value loss"),
  }).prefault({}),
});
