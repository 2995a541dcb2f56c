/** What models are compared on and with: the settings of a comparison, from a study's file or the command line. */

import { z } from "zod";
import { type MetricName, METRICS } from "../../evaluation/mod.ts";
import { count, positive, section } from "../../config/mod.ts";

/** The kinds of graphs that models are compared on, by the names of their environments. */
export const GRAPHS = ["chain", "star", "fork", "sparse"] as const;

/** A kind of graph that test problems have. */
export type GraphName = typeof GRAPHS[number];

/** Schema of a comparison's settings. */
export const comparisonSchema = section({
  track: z.string().min(1).nullable().default(null).describe(
    "track of the problems and of the tuned baselines; null takes the one that the models were trained on",
  ),
  graphs: z.array(z.enum(GRAPHS)).default([...GRAPHS]).describe("kinds of sampled graphs"),
  sizes: z.array(count(2)).min(1).default([4, 8, 12, 20]).describe("numbers of variables of the sampled graphs"),
  problems: count(1).default(12).describe("held-out problems of each kind and size"),
  scms: z.array(z.string().min(1)).default([]).describe("named SCMs: files, or names in configs/scms"),
  repetitions: count(1).default(12).describe("episodes on each named SCM"),
  baselines: z.array(z.string().min(1)).nullable().default(null).describe(
    "methods to compare with; null takes all but the slow ones; what knows the answer always plays",
  ),
  reference: z.string().min(1).nullable().default(null).describe(
    "model that the others are compared with; null takes the first",
  ),
  opponents: z.array(z.string().min(1)).nullable().default(null).describe(
    "baselines that every model is planned to be compared with; null takes the strong ones that play",
  ),
  mode: z.enum(["mode", "annealed", "sample"]).default("annealed").describe("how trained policies act"),
  metric: z.enum(Object.keys(METRICS) as [MetricName, ...MetricName[]]).default("meanValue").describe(
    "metric that the claims are about",
  ),
  alpha: positive().max(0.5).default(0.05).describe("significance level"),
  seed: count(0).default(0).describe("seed of the bootstrap"),
});

/** Settings of a comparison. */
export type ComparisonSettings = z.output<typeof comparisonSchema>;
