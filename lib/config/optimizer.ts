import { z } from "zod";
import { fraction, positive, section } from "./fields.ts";

/** Adam and its learning-rate schedule. */
export const optimizerSchema = section({
  learning_rate: positive().default(3e-3).describe("peak learning rate"),
  schedule: z.enum(["constant", "linear", "cosine"]).default("cosine").describe("after the warm-up"),
  warmup: z.number().min(0).lt(1).default(0).describe("share of the run with a linear warm-up"),
  final_fraction: fraction().default(0.05).describe("share of the learning rate that is left at the end"),
  clip_norm: positive().default(1).describe("largest global norm of the gradient"),
  betas: z.tuple([z.number().min(0).lt(1), z.number().min(0).lt(1)]).default([0.9, 0.999]).describe("Adam's β₁ and β₂"),
  epsilon: positive().default(1e-8).describe("Adam's ε"),
});
