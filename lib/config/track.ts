import { z } from "zod";
import { DOMAIN_SHAPES, DRAWN_NOISE, drawnKinds, FAMILIES, NOISE_ACTIONS, ROOT_LAWS } from "../scm/mod.ts";
import { count, countRange, fraction, nonNegative, numberRange, positive, section } from "./fields.ts";

/** Names that are drawn uniformly, or a weight for each; what is left out is never drawn. */
function weighted<const Name extends string>(names: readonly Name[]) {
  const weights = Object.fromEntries(
    names.map((name) => [name, nonNegative().optional().describe("how often it is drawn, beside the others")]),
  ) as Record<
    Name,
    z.ZodOptional<z.ZodNumber>
  >;
  return z.union([z.array(z.enum(names)).min(1), section(weights)]).optional();
}

/** What systems differ in beyond the ranges; the base track must have it. */
const varietySection = section({
  unconfounded: fraction().optional().describe("share of the systems without hidden common causes"),
  signal_to_noise: numberRange(0).optional().describe(
    "deviation of what its parents do to a variable over that of its noise",
  ),
  noise_actions: weighted(NOISE_ACTIONS).describe("how noise acts"),
  roots: weighted(ROOT_LAWS).describe("laws of variables without parents"),
  domains: weighted(DOMAIN_SHAPES).describe("how a domain lies to what is observed"),
  listed: fraction().optional().describe("share of the domains that are lists of values"),
  fixed: fraction().optional().describe("share of the variables that cannot be set"),
});

/** A track by name or path, or a track with some of its fields replaced. Fields that are left out keep the track's value. */
export const trackSchema = z.union([
  z.string().min(1),
  section({
    base: z.string().min(1).describe("the track that the other fields change: a name, or a file"),
    scms: z.array(z.string().min(1)).min(1).optional().describe(
      "SCM files of one's own that problems are drawn from, uniformly, instead of random SCMs",
    ),
    families: weighted(FAMILIES).describe("graph families, drawn uniformly; or a weight for each"),
    density: section({
      edges_per_variable: positive().optional().describe("Erdős–Rényi: expected edges over variables"),
      maximum_probability: fraction().optional().describe("Erdős–Rényi: the probability of an edge stays below this"),
      attachments: count(1).optional().describe("scale-free: parents of a variable"),
    }).optional().describe("how dense the random families are"),
    mechanisms: weighted(drawnKinds()).describe("mechanisms, drawn uniformly; or a weight for each"),
    sizes: countRange(2).optional().describe("number of observed variables"),
    weights: numberRange(0).optional().describe("absolute value of the linear weights"),
    noise: numberRange(0).optional().describe("standard deviation of the noise"),
    noise_kinds: weighted(DRAWN_NOISE).describe("kinds of noise, drawn uniformly; or a weight for each"),
    degrees_of_freedom: numberRange(2).optional().describe("of student-t noise"),
    intercepts: numberRange().optional().describe("intercepts"),
    reach: numberRange(0).optional().describe(
      "how far a domain reaches to each side of the variable's observational mean",
    ),
    hidden: countRange(0).optional().describe("number of hidden common causes"),
    set_at_once: countRange(1).optional().describe("number of variables that one intervention sets"),
    objective: z.enum(["minimize", "maximize"]).optional().describe("whether targets are to be small or large"),
    minimum_gain: fraction().optional().describe(
      "SCMs are drawn again until the best intervention gains more than this share of the range from the worst to the best",
    ),
    variety: varietySection.optional().describe("what systems differ in beyond the ranges; where the base has it"),
    observational_rows: count(0).optional().describe("rows without intervention that an episode starts from"),
    interventional_rows: count(0).optional().describe("random interventions that an episode starts from"),
    horizon: count(1).optional().describe("interventions in an episode"),
    rows_per_intervention: count(1).optional().describe("rows that one intervention yields"),
  }),
]);
