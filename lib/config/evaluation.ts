import { z } from "zod";
import { count, section } from "./fields.ts";

/** Comparison with baselines on held-out problems. */
export const evaluationSchema = section({
  problems: count(1).default(512).describe("held-out problems of the final comparison"),
  validation_problems: count(1).default(128).describe("problems of the evaluations during training"),
  mode: z.enum(["mode", "annealed", "sample"]).default("annealed").describe(
    "how the policy acts in the final comparison: its most probable action, drawn at a falling temperature, or drawn",
  ),
  every: count(0).default(50).describe("updates between two validation evaluations; 0 never"),
  baselines: z.array(z.string().min(1)).default([]).describe("baselines to compare with; empty takes every one"),
});
