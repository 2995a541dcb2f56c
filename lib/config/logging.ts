import { z } from "zod";
import { section } from "./fields.ts";

/** Where metrics go, besides the JSON lines that are always written. */
export const loggingSchema = section({
  tensorboard: z.boolean().default(true).describe("write TensorBoard event files into the run folder"),
  wandb: section({
    enabled: z.boolean().default(false).describe(
      "send metrics and config to Weights & Biases; its npm SDK uploads neither checkpoints nor tables",
    ),
    project: z.string().min(1).default("causal-grpo").describe("project there"),
    entity: z.string().min(1).nullable().default(null).describe("team or user there; null is the key's own"),
  }).prefault({}),
});
