import { z } from "zod";
import { BACKENDS } from "../tensor/mod.ts";
import { count, section } from "./fields.ts";

/** Where the arithmetic runs. */
export const runtimeSchema = section({
  backend: z.enum(BACKENDS).default("auto").describe(
    "tensor backend; auto takes the fastest one that works here, simd-plain gives the same bytes on every engine",
  ),
  workers: count(0).default(0).describe(
    "threads for rollouts, gradients and evaluations, the main one among them; 0 takes one for each core. Of rollouts and " +
      "gradients there is at most one for each shard. The result is the same",
  ),
});
