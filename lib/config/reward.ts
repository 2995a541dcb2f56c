import { z } from "zod";
import { count, nonNegative, section } from "./fields.ts";

/** What a decision is rewarded for. Forms that know the true SCM are privileged: for training on simulated SCMs alone. */
export const rewardSchema = section({
  weights: section({
    optimization: nonNegative().default(1).describe("how good the intervention's outcome is"),
    structure: nonNegative().default(0).describe("what was learned about the target's parents"),
    parent: nonNegative().default(0).describe("whether a parent of the target was intervened on"),
    exploration: nonNegative().default(0).describe("how rarely this variable and value were tried"),
  }).prefault({}),
  outcome: z.enum(["expected", "sampled"]).default("expected").describe(
    "the outcome that the optimisation component sees: E[target | do] (privileged), or what the experimenter saw",
  ),
  optimization: section({
    form: z.enum(["optimum", "adaptive"]).default("optimum").describe(
      "between the worst and the best intervention (privileged), or on the scale of the targets seen so far",
    ),
  }).prefault({}),
  structure: section({
    form: z.enum(["entropy", "log_probability"]).default("entropy").describe(
      "relative drop of the belief's entropy, or of its surprise at the true parents (privileged)",
    ),
  }).prefault({}),
  parent: section({
    form: z.enum(["belief", "membership"]).default("belief").describe(
      "belief that the variable is a parent, or whether it is one (privileged)",
    ),
  }).prefault({}),
  exploration: section({
    regions: count(1).default(3).describe("parts of a variable's domain that are counted apart; 1 counts variables"),
  }).prefault({}),
});
