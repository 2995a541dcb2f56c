import { count, section } from "./fields.ts";

/** When checkpoints are written and which are kept. */
export const checkpointSchema = section({
  every: count(1).default(50).describe("updates between two checkpoints"),
  keep: count(1).default(3).describe("newest checkpoints that are kept, besides the best"),
});
