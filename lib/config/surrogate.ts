import { z } from "zod";
import { type SurrogateKind, SURROGATES } from "../surrogate/mod.ts";
import { networkSchema } from "./network.ts";
import { section } from "./fields.ts";

type SectionOf<Kind> = Kind extends SurrogateKind<infer Name, infer Shape>
  ? z.ZodObject<{ kind: z.ZodLiteral<Name> } & Shape, z.core.$strict>
  : never;

const kinds = SURROGATES.map(({ name, options }) =>
  section<z.ZodRawShape>({ kind: z.literal(name), ...options })
) as unknown as readonly SectionOf<(typeof SURROGATES)[number]>[];

const summaries = SURROGATES.map(({ name, summary }) => `${name}: ${summary}; `).join("");

/** Where beliefs about the target's parents come from. */
export const surrogateSchema = z.discriminatedUnion("kind", [
  section({ kind: z.literal("none") }),
  ...kinds,
  section({
    kind: z.literal("neural"),
    run: z.string().min(1).nullable().default(null).describe(
      "a name in configs/surrogates, or a run or checkpoint of deno task train:surrogate; null takes the weights of neural, or fresh ones " +
        "where they are trained beside the policy (see phase)",
    ),
    network: networkSchema.prefault({ kind: "statistics" }).describe(
      "the network, where fresh weights are trained",
    ),
  }),
]).prefault({ kind: "none" }).describe(
  `beliefs about the target's parents. ${summaries}neural: a network trained on simulated SCMs`,
);
