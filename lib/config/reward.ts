import { z } from "zod";
import { COMPONENTS } from "../reward/mod.ts";
import { nonNegative, section } from "./fields.ts";

type Component = (typeof COMPONENTS)[number];
type Weights = { [C in Component as C["name"]]: z.ZodDefault<z.ZodNumber> };
type Options = { [C in Component as C["name"]]: z.ZodPrefault<z.ZodObject<C["options"], z.core.$strict>> };

const weights = Object.fromEntries(
  COMPONENTS.map(({ name, weight, rewards }) => [name, nonNegative().default(weight).describe(rewards)]),
) as Weights;

const options = Object.fromEntries(
  COMPONENTS.map((component) => [component.name, section<z.ZodRawShape>(component.options).prefault({})]),
) as unknown as Options;

/** What a decision is rewarded for. Forms that know the true SCM are privileged: for training on simulated SCMs alone. */
export const rewardSchema = section({
  weights: section(weights).prefault({}),
  outcome: z.enum(["expected", "sampled"]).default("expected").describe(
    "the outcome that the optimisation component sees: E[target | do] (privileged), or what the experimenter saw",
  ),
  ...options,
});
