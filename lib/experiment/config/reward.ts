import { z } from "zod";
import { nonNegative, section } from "./fields.ts";

/** What a decision is rewarded for. */
export const rewardSchema = section({
  weights: section({
    optimization: nonNegative().default(1).describe("how good the intervention's outcome is"),
    structure: nonNegative().default(0).describe("what was learned about the target's parents"),
    parent: nonNegative().default(0).describe("whether a parent of the target was intervened on"),
    exploration: nonNegative().default(0).describe("how rarely this variable and value were tried"),
  }).prefault({}),
  outcome: z.enum(["expected", "sampled"]).default("expected").describe(
    "the outcome that the optimisation component sees: E[target | do], or what the experimenter saw",
  ),
});
