import { z } from "zod";
import { DEFAULT_TRAINER } from "../grpo/mod.ts";
import { algorithmShape } from "./algorithm.ts";
import { count, fraction, nonNegative, section } from "./fields.ts";

/** The algorithm on interventions: what a group is, and the keys of every environment. */
export const grpoSchema = section({
  group: z.enum(["step", "trajectory"]).default("step").describe(
    "step: candidates from one state, one of which continues; trajectory: whole episodes on one problem",
  ),
  problems_per_update: count(1).max(100_000).default(64).describe("groups of episodes in one rollout"),
  lookahead: section({
    steps: nonNegative().default(0).describe("step groups: later steps that a candidate's information is credited for"),
    from: fraction().default(0.7).describe("share of the run after which it is; before, rewards are myopic"),
  }).prefault({}),
  common_random_numbers: z.boolean().default(false).describe("members of a group meet the same noise"),
  ...algorithmShape({
    groupSize: 10,
    updates: DEFAULT_TRAINER.updates,
    minibatches: DEFAULT_TRAINER.minibatches,
    shards: DEFAULT_TRAINER.shards,
    returns: DEFAULT_TRAINER.advantage.returns,
    entropy: { start: 0.15, end: 0.04 },
  }),
});
