/** The schema of an SCM file. */

import { z } from "zod";
import { mechanismKinds } from "../mechanisms/registry.ts";
import { noiseKinds } from "../noise_kinds.ts";

const domain = z.union([
  z.tuple([z.number(), z.number()]),
  z.strictObject({ values: z.array(z.number()) }),
], { error: "expected [low, high] or {values: [...]}" });

const noiseParameters = Object.fromEntries(
  noiseKinds().flatMap(({ parameters }) => Object.keys(parameters)).map((key) => [key, z.number().optional()]),
);

const noise = z.union([
  z.number(),
  z.strictObject({
    kind: z.enum([...new Set(noiseKinds().map(({ name }) => name))]),
    scale: z.number().optional(),
    combination: z.enum(["additive", "multiplicative"]).optional(),
    ...noiseParameters,
  }),
], { error: "expected a standard deviation or {kind, scale}" });

const ownKeys = {
  intercept: z.number().optional(),
  noise: noise.optional(),
  domain: domain.optional(),
  unit: z.string().optional(),
  observed: z.boolean().optional(),
};

/** One variable of an SCM file: its own keys, and at most one that holds a mechanism; without one it is an intercept and noise. */
export type VariableEntry = z.output<z.ZodObject<typeof ownKeys>> & Readonly<Record<string, unknown>>;

/** The content of an SCM file: variables by name. */
export interface ScmEntry {
  readonly name: string;
  readonly objective: "minimize" | "maximize";
  readonly target: string;
  readonly variables: Readonly<Record<string, VariableEntry | null>>;
}

/** The schema of an SCM file, with every kind of mechanism that is registered. */
export function scmSchema(): z.ZodType<ScmEntry> {
  const mechanisms = Object.fromEntries(mechanismKinds().map(({ key, schema }) => [key, schema.optional()]));
  const variable = z.strictObject({ ...ownKeys, ...mechanisms });
  return z.strictObject({
    name: z.string().min(1),
    objective: z.enum(["minimize", "maximize"]),
    target: z.string(),
    variables: z.record(z.string(), variable.nullable()),
  }) as z.ZodType<ScmEntry>;
}
