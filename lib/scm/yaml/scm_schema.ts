/** The schema of an SCM file. */

import { z } from "zod";

const domain = z.union([
  z.tuple([z.number(), z.number()]),
  z.strictObject({ values: z.array(z.number()) }),
], { error: "expected [low, high] or {values: [...]}" });

const noise = z.union([
  z.number(),
  z.strictObject({
    kind: z.enum(["gaussian", "uniform", "laplace", "gumbel", "student-t"]),
    scale: z.number(),
    degrees_of_freedom: z.number().optional(),
    combination: z.enum(["additive", "multiplicative"]).optional(),
  }),
], { error: "expected a standard deviation or {kind, scale}" });

const bend = z.strictObject({ scale: z.number(), slope: z.number(), shift: z.number().optional() });

const network = z.strictObject({
  parents: z.array(z.string()),
  hidden: z.array(z.array(z.number())),
  biases: z.array(z.number()),
  outputs: z.array(z.number()),
});

/** A variable: at most one of the six mechanisms; without one it is an intercept and noise. */
export const variableSchema = z.strictObject({
  intercept: z.number().optional(),
  linear: z.record(z.string(), z.number()).optional(),
  polynomial: z.record(z.string(), z.array(z.number())).optional(),
  sigmoid: z.record(z.string(), bend).optional(),
  tanh: z.record(z.string(), bend).optional(),
  mlp: network.optional(),
  formula: z.string().optional(),
  noise: noise.optional(),
  domain: domain.optional(),
  unit: z.string().optional(),
  observed: z.boolean().optional(),
});

/** An SCM file: variables by name, in label order. */
export const scmSchema = z.strictObject({
  name: z.string().min(1),
  objective: z.enum(["minimize", "maximize"]),
  target: z.string(),
  variables: z.record(z.string(), variableSchema.nullable()),
});

/** One variable of an SCM file. */
export type VariableEntry = z.output<typeof variableSchema>;
/** The content of an SCM file. */
export type ScmEntry = z.output<typeof scmSchema>;
