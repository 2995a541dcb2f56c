/**
 * The algorithm in a config, whatever the environment: the keys of the sections `grpo` and `optimizer`, and the one mapping
 * to the trainer's options. An environment adds keys of its own and has its own defaults.
 */

import { z } from "zod";
import { DEFAULT_TRAINER, type TrainerOptions } from "../grpo/mod.ts";
import type { AdamOptions } from "../tensor/mod.ts";
import { count, fraction, nonNegative, positive, section } from "./fields.ts";

/** Defaults in which environments differ. */
export interface AlgorithmDefaults {
  readonly groupSize: number;
  readonly updates: number;
  readonly minibatches: number;
  readonly shards: number;
  readonly returns: "outcome" | "reward-to-go";
  readonly entropy: { readonly start: number; readonly end: number };
}

const { advantage, loss, entropy: defaultEntropy } = DEFAULT_TRAINER;

/** The keys that say how advantages come about. */
const advantageShape = (defaults: AlgorithmDefaults) => ({
  scale: z.enum(["group", "batch", "none"]).default(advantage.scale).describe(
    "standard deviation that advantages are divided by; none is Dr. GRPO",
  ),
  multi_objective_aggregation: z.enum(["sum_then_normalize", "normalize_then_sum"]).default(advantage.aggregation)
    .describe("whether a reward's components are compared as one sum, or normalised in the group before (GDPO)"),
  leave_one_out: z.boolean().default(advantage.leaveOneOut).describe(
    "baseline is the mean of the other members (RLOO)",
  ),
  returns: z.enum(["outcome", "reward-to-go"]).default(defaults.returns).describe(
    "return of a decision: its whole member's, or what came after it",
  ),
  gamma: fraction().default(advantage.gamma).describe("discount"),
  risk_share: z.number().positive().max(1).default(advantage.riskShare).describe(
    "best share of a group that is learned from; 1 is all of it",
  ),
  pass_at_k: count(1).default(advantage.passAtK).describe("climb the expected best of so many members (pass@k)"),
});

/** The keys of the loss. */
const lossShape = {
  loss: z.enum(["bnpo", "dapo", "sequence", "cispo"]).default(loss.kind).describe(
    "clipped surrogate averaged over the decisions of a minibatch (bnpo), of a rollout (dapo), or over sequences " +
      "(sequence); cispo clips weights of log-probabilities instead",
  ),
  ratio: z.enum(["token", "sequence"]).default(loss.ratio).describe(
    "one ratio a decision, or their geometric mean a sequence (GSPO)",
  ),
  clip_low: z.number().positive().max(1).default(loss.clipLow).describe("the ratio is clipped below at 1 − clip_low"),
  clip_high: positive().default(loss.clipHigh).describe("the ratio is clipped above at 1 + clip_high"),
  delta: z.number().gt(1).nullable().default(null).describe(
    "largest ratio at which a bad decision is pushed down further (two-sided clipping); null for no bound",
  ),
  skip_equal_groups: z.boolean().default(DEFAULT_TRAINER.skipZeroVariance).describe(
    "average the policy term over groups with unequal rewards only",
  ),
};

const entropySection = ({ entropy: { start, end } }: AlgorithmDefaults) =>
  section({
    schedule: z.enum(["constant", "linear", "exponential", "cosine", "adaptive"])
      .default(defaultEntropy.kind).describe("from start to end; adaptive holds the entropy at target instead"),
    start: nonNegative().default(start).describe("entropy coefficient at the first update"),
    end: nonNegative().default(end).describe("at the last update; unused by constant and adaptive"),
    target: nonNegative().nullable().default(null).describe("entropy of a decision to hold, nats; adaptive only"),
    rate: positive().default(0.1).describe(
      "adaptive: change of the coefficient's logarithm for each nat off the target",
    ),
    min: positive().default(1e-4).describe("adaptive: least coefficient"),
    max: positive().default(1).describe("adaptive: largest coefficient"),
  }).prefault({});

const klSection = section({
  coefficient: nonNegative().default(0).describe("weight β of the KL to the reference; 0 keeps no reference"),
  estimator: z.enum(["auto", "exact", "k1", "k2", "k3"]).default("auto").describe(
    "of KL(π ‖ reference); auto is exact where actions are discrete, else k3",
  ),
  reference: z.enum(["frozen", "periodic"]).default("frozen").describe("whether the reference follows the policy"),
  every: count(1).default(50).describe("updates between two copies into a periodic reference"),
  adaptive: z.boolean().default(false).describe("move β so that the KL stays within the range"),
  low: positive().default(0.01).describe("lower end of the KL's range"),
  high: positive().default(0.1).describe("upper end of the KL's range"),
  factor: z.number().gt(1).default(1.1).describe("what β is multiplied or divided by"),
}).prefault({});

const valueSection = section({
  enabled: z.boolean().default(false).describe("PPO with a learned value instead of the group's mean"),
  lambda: fraction().default(0.95).describe("λ of generalised advantage estimation"),
  coefficient: positive().default(0.5).describe("weight of the value loss"),
}).prefault({});

/** The keys of the section `grpo` that every environment has. */
export const algorithmShape = (defaults: AlgorithmDefaults) => ({
  group_size: count(2).max(10_000).default(defaults.groupSize).describe("members of a group"),
  updates: count(1).default(defaults.updates).describe(
    "rollouts, each followed by epochs × minibatches gradient steps",
  ),
  epochs: count(1).max(1000).default(DEFAULT_TRAINER.epochs).describe("passes over each rollout"),
  minibatches: count(1).default(defaults.minibatches).describe("parts that a pass is split into"),
  shards: count(1).default(defaults.shards).describe(
    "parts of a rollout that workers share; changes the result, the workers do not",
  ),
  ...advantageShape(defaults),
  ...lossShape,
  entropy: entropySection(defaults),
  kl: klSection,
  target_kl: positive().nullable().default(null).describe(
    "KL(old ‖ new) of a minibatch beyond which an update takes no further step; null never stops",
  ),
  value_baseline: valueSection,
});

/** Defaults of the section `optimizer`. */
export interface OptimizerDefaults {
  readonly learningRate: number;
  readonly schedule: "linear" | "cosine";
  readonly finalFraction: number;
}

/** Adam and its learning-rate schedule. */
export const optimizerSection = (defaults: OptimizerDefaults) =>
  section({
    learning_rate: positive().default(defaults.learningRate).describe("peak learning rate"),
    schedule: z.enum(["constant", "linear", "exponential", "cosine"]).default(defaults.schedule).describe(
      "after the warm-up",
    ),
    warmup: z.number().min(0).lt(1).default(0).describe("share of the run over which the rate rises to its peak"),
    final_fraction: fraction().default(defaults.finalFraction).describe(
      "share of the learning rate that is left at the end; unused by constant",
    ),
    clip_norm: positive().default(1).describe("largest global norm of the gradient"),
    betas: z.tuple([z.number().min(0).lt(1), z.number().min(0).lt(1)]).default([0.9, 0.999]).describe(
      "Adam's β₁ and β₂",
    ),
    epsilon: positive().default(1e-8).describe("Adam's ε"),
  });

/** The sections of a resolved config that the algorithm reads. */
export interface AlgorithmConfig {
  readonly grpo: z.output<z.ZodObject<ReturnType<typeof algorithmShape>>>;
  readonly optimizer: OptimizerConfig;
}

export type OptimizerConfig = z.output<ReturnType<typeof optimizerSection>>;

/**
 * The trainer's options.
 * @param isDiscrete whether the policy's action space is, so that the KL is exact
 */
export function trainerOptions({ grpo, optimizer }: AlgorithmConfig, isDiscrete: boolean): TrainerOptions {
  const { kl, value_baseline } = grpo;
  return {
    updates: grpo.updates,
    epochs: grpo.epochs,
    minibatches: grpo.minibatches,
    shards: grpo.shards,
    advantage: {
      returns: grpo.returns,
      gamma: grpo.gamma,
      scale: grpo.scale,
      aggregation: grpo.multi_objective_aggregation,
      leaveOneOut: grpo.leave_one_out,
      riskShare: grpo.risk_share,
      passAtK: grpo.pass_at_k,
    },
    loss: {
      kind: grpo.loss,
      ratio: grpo.ratio,
      clipLow: grpo.clip_low,
      clipHigh: grpo.clip_high,
      delta: grpo.delta,
      klEstimator: kl.estimator === "auto" ? (isDiscrete ? "exact" : "k3") : kl.estimator,
    },
    skipZeroVariance: grpo.skip_equal_groups,
    entropy: entropyOptions(grpo.entropy),
    kl: {
      coefficient: kl.coefficient,
      referenceEvery: kl.reference === "periodic" ? kl.every : 0,
      adaptive: kl.adaptive ? { low: kl.low, high: kl.high, factor: kl.factor } : null,
    },
    targetKl: grpo.target_kl,
    learningRate: learningRateSchedule(optimizer),
    clipNorm: optimizer.clip_norm,
    valueBaseline: value_baseline.enabled
      ? { coefficient: value_baseline.coefficient, gaeLambda: value_baseline.lambda }
      : null,
  };
}

/** The learning rate of a training, for `scheduled`. */
export function learningRateSchedule(
  { schedule, learning_rate, final_fraction, warmup }: OptimizerConfig,
): TrainerOptions["learningRate"] {
  return { kind: schedule, start: learning_rate, end: learning_rate * final_fraction, warmup };
}

/** Adam's options. */
export function adamOptions({ betas: [beta1, beta2], epsilon }: OptimizerConfig): AdamOptions {
  return { beta1, beta2, epsilon };
}

function entropyOptions(
  { schedule, start, end, target, rate, min, max }: AlgorithmConfig["grpo"]["entropy"],
): TrainerOptions["entropy"] {
  if (schedule !== "adaptive") return { kind: schedule, start, end, warmup: 0 };
  return { kind: "adaptive", start, target: target ?? 0, rate, min, max };
}
