import { z } from "zod";
import { count, section } from "./fields.ts";

/** The networks that the neural surrogate can be. */
export const networkSchema = z.discriminatedUnion("kind", [
  section({
    kind: z.literal("statistics"),
    width: count(1).max(4096).default(64).describe("channels of a variable's state"),
    layers: count(1).max(64).default(3).describe("rounds of messages"),
    heads: count(1).max(256).default(4).describe("message heads, of 8 channels each"),
  }),
  section({
    kind: z.literal("attention"),
    width: count(1).max(4096).default(32).describe("channels of a cell's state"),
    layers: count(1).max(64).default(2).describe("pairs of attention over variables and over rows"),
    heads: count(1).max(256).default(4).describe("attention heads"),
    rows: count(1).default(96).describe("rows that are read; of more, as many, evenly spaced"),
  }),
]);
