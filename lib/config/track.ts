import { z } from "zod";
import { drawnKinds, FAMILIES } from "../scm/mod.ts";
import { count, countRange, numberRange, section } from "./fields.ts";

/** A track by name, or a named track with some of its fields replaced. Fields that are left out keep the track's value. */
export const trackSchema = z.union([
  z.string().min(1),
  section({
    base: z.string().min(1).describe("name of the track that the other fields change"),
    families: z.array(z.enum(FAMILIES)).min(1).optional().describe("graph families, drawn uniformly"),
    mechanisms: z.array(z.enum(drawnKinds())).min(1).optional().describe("mechanisms, drawn uniformly"),
    sizes: countRange(2).optional().describe("number of observed variables"),
    weights: numberRange(0).optional().describe("absolute value of the linear weights"),
    noise: numberRange(0).optional().describe("standard deviation of the noise"),
    intercepts: numberRange().optional().describe("intercepts"),
    reach: numberRange(0).optional().describe(
      "how far a domain reaches to each side of the variable's observational mean",
    ),
    hidden: countRange(0).optional().describe("number of hidden common causes"),
    set_at_once: countRange(1).optional().describe("number of variables that one intervention sets"),
    observational_rows: count(0).optional().describe("rows without intervention that an episode starts from"),
    interventional_rows: count(0).optional().describe("random interventions that an episode starts from"),
    horizon: count(1).optional().describe("interventions in an episode"),
    rows_per_intervention: count(1).optional().describe("rows that one intervention yields"),
  }),
]);
