import { z } from "zod";
import { networkSchema } from "./network.ts";
import { fraction, positive, section } from "./fields.ts";

const noise = z.number().min(0).lt(0.5).default(0.1).describe("how far the static features are mixed with ignorance");
const learningRate = positive().default(0.8).describe("of the gradient step after each intervention; 1 is Bayes' rule");

/** Where beliefs about the target's parents come from. */
export const surrogateSchema = z.discriminatedUnion("kind", [
  section({ kind: z.literal("none") }),
  section({
    kind: z.literal("exact"),
    score: z.enum(["bge", "bic"]).default("bge").describe("of a variable and its parents"),
    edge_odds: positive().default(1).describe("prior odds of an edge against none; 1: every DAG is equally probable"),
    mean_rows: positive().default(1).describe("rows that the prior mean counts as"),
    freedom: z.number().gt(1).default(2).describe("degrees of freedom of the prior covariance beyond the variables"),
  }),
  section({ kind: z.literal("active"), learning_rate: learningRate }),
  section({ kind: z.literal("bootstrap"), noise }),
  section({
    kind: z.literal("switching"),
    noise,
    learning_rate: learningRate,
    from: fraction().default(0.5).describe("confidence of the learner up to which the static features are used alone"),
    to: fraction().default(0.75).describe("confidence from which the learner is used alone"),
  }),
  section({
    kind: z.literal("neural"),
    run: z.string().min(1).nullable().default(null).describe(
      "run or checkpoint of deno task train:surrogate; null takes the weights of configs/surrogates/neural, or fresh ones " +
        "where they are trained beside the policy (see phase)",
    ),
    network: networkSchema.prefault({ kind: "statistics" }).describe(
      "the network, where fresh weights are trained",
    ),
  }),
]).prefault({ kind: "none" }).describe(
  "beliefs about the target's parents. exact: posterior over all DAGs, up to 10 variables; active: learned by a gradient " +
    "step after each intervention; bootstrap: static features of the true graph (privileged); switching: from bootstrap " +
    "to active as active becomes sure (privileged); neural: a network trained on simulated SCMs",
);
