import { z } from "zod";
import { POLICIES } from "../policy/mod.ts";
import { count, nonNegative, positive, section } from "./fields.ts";

const categoricalValueHead = section({
  kind: z.literal("categorical"),
  levels: count(2).max(1000).default(2).describe("values that a variable may be set to, evenly spaced over its domain"),
});

const gaussianValueHead = section({
  kind: z.literal("gaussian"),
  std: section({
    kind: z.enum(["fixed", "learned"]).default("fixed").describe("whether the standard deviation is a parameter"),
    value: positive().default(0.5).describe("standard deviation, or where a learned one starts; half-domains"),
  }).prefault({}),
});

/** The network that chooses interventions. */
export const policySchema = section({
  kind: z.enum(POLICIES.map(({ name }) => name)).default(POLICIES[0].name).describe(
    POLICIES.map(({ name, summary }) => `${name}: ${summary}`).join("; "),
  ),
  start_from: z.string().min(1).nullable().default(null).describe(
    "policy whose weights training starts from: a name in configs/policies, a run or a checkpoint",
  ),
  width: count(1).max(4096).default(32).describe("hidden width"),
  layers: count(1).max(64).default(2).describe("message-passing or attention layers"),
  heads: count(1).max(256).default(2).describe(
    "message heads, of 8 channels each; attention heads, which divide the width",
  ),
  response_points: count(0).max(1000).refine((points) => points !== 1, {
    error: "expected 0, or 2 and more: both ends count",
  })
    .default(0).describe(
      "points of each domain at which the policy sees the target's response, for optima inside a domain; 0 for none",
    ),
  beliefs: z.boolean().default(true).describe(
    "whether the policy sees what the surrogate believes, where there is one",
  ),
  sets: z.boolean().default(false).describe(
    "whether it chooses sets of variables where the track allows several at once; otherwise it sets one",
  ),
  anneal_from: positive().default(0.25).describe("temperature of the first step when the policy acts annealed"),
  dropout: z.number().min(0).lt(1).default(0).describe("share of channels dropped while the policy acts to learn"),
  exploration: nonNegative().nullable().default(null).describe(
    "general: c of the upper bounds mean + c √(1 − t/T) sd that it plays; null takes what was chosen on validation problems",
  ),
  value_head: z.discriminatedUnion("kind", [categoricalValueHead, gaussianValueHead]).prefault({ kind: "categorical" })
    .describe("distribution of the value given the variable"),
});
