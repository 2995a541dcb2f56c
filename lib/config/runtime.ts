import { z } from "zod";
import { count, section } from "./fields.ts";

/** Names of the tensor backends that a config may ask for. */
export const BACKENDS = ["auto", "simd", "node-gpu", "node", "webgpu", "wasm", "cpu"] as const;

/** Where the arithmetic runs. */
export const runtimeSchema = section({
  backend: z.enum(BACKENDS).default("auto").describe("tensor backend; auto takes the fastest one that works here"),
  workers: count(0).default(0).describe(
    "threads for rollouts and gradients, the main one among them, at most one for each shard; 0 takes one for each core. " +
      "The result is the same",
  ),
});
