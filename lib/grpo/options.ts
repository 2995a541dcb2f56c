/** Everything that can be chosen about an update, and what it starts from. */

import type { AdvantageOptions } from "./advantages.ts";
import type { LossOptions } from "./loss.ts";
import { checkSchedule, type Schedule } from "./schedule.ts";

/** The learned value baseline of the PPO comparison. */
export interface ValueBaselineOptions {
  readonly coefficient: number;
  /** λ of the generalised advantage estimator. */
  readonly gaeLambda: number;
}

/** The penalty on the divergence from a reference policy. */
export interface KlOptions {
  /** β, or where an adaptive one starts; 0 keeps no reference. */
  readonly coefficient: number;
  /** Copy the policy into the reference every so many updates; 0 keeps it frozen. */
  readonly referenceEvery: number;
  /** Moves β so that the KL stays within a range; null keeps it. */
  readonly adaptive: AdaptiveKl | null;
}

/** Keeps the KL between two bounds: above `high` the coefficient grows by `factor`, below `low` it shrinks by it. */
export interface AdaptiveKl {
  readonly low: number;
  readonly high: number;
  readonly factor: number;
}

/**
 * Holds the entropy at a target: after each update `c ← clip(c·exp(rate·(target − H)), min, max)`, the multiplier's gradient
 * step of soft actor-critic (Haarnoja et al. 2018, arXiv:1812.05905, equation 18) in log c.
 */
export interface EntropyTarget {
  readonly kind: "adaptive";
  /** c at the first update, > 0. */
  readonly start: number;
  /** H, nats a decision. */
  readonly target: number;
  readonly rate: number;
  readonly min: number;
  readonly max: number;
}

/** Every option of the algorithm (see `docs/algorithm.md`). */
export interface TrainerOptions {
  /** Length of the run, for the schedules. */
  readonly updates: number;
  /** Passes over a rollout. */
  readonly epochs: number;
  readonly minibatches: number;
  /** Independent parts that a batch is split into. The result depends on it, but never on how many workers compute them. */
  readonly shards: number;
  readonly advantage: AdvantageOptions;
  readonly loss: LossOptions;
  /** Average the policy term over decisions of informative groups only (dynamic sampling of DAPO) instead of over all. */
  readonly skipZeroVariance: boolean;
  readonly entropy: Schedule | EntropyTarget;
  readonly kl: KlOptions;
  /** Takes no further step on a rollout once KL(π_old ‖ π) over a minibatch exceeds this; null never stops. */
  readonly targetKl: number | null;
  readonly learningRate: Schedule;
  readonly clipNorm: number;
  readonly valueBaseline: ValueBaselineOptions | null;
}

/** Dr. GRPO's advantages, the clipped surrogate, no KL: what the shipped configs begin with. */
export const DEFAULT_TRAINER: TrainerOptions = {
  updates: 2500,
  epochs: 1,
  minibatches: 4,
  shards: 2,
  advantage: {
    returns: "reward-to-go",
    gamma: 1,
    scale: "none",
    aggregation: "sum_then_normalize",
    leaveOneOut: false,
    riskShare: 1,
    passAtK: 1,
  },
  loss: { kind: "bnpo", ratio: "token", clipLow: 0.2, clipHigh: 0.2, delta: null, klEstimator: "exact" },
  skipZeroVariance: false,
  entropy: { kind: "exponential", start: 0.15, end: 0.04, warmup: 0 },
  kl: { coefficient: 0, referenceEvery: 0, adaptive: null },
  targetKl: null,
  learningRate: { kind: "cosine", start: 3e-3, end: 3e-3 * 0.05, warmup: 0 },
  clipNorm: 1,
  valueBaseline: null,
};

/** Options that work for themselves but not together, and why; empty if there are none. */
export function optionConflicts(options: TrainerOptions): readonly OptionConflict[] {
  const { advantage, loss, kl, entropy, valueBaseline, minibatches, epochs, targetKl } = options;
  const conflicts: OptionConflict[] = [];
  const refuse = (option: OptionName, why: string) => conflicts.push({ option, why });
  if (advantage.passAtK > 1 && advantage.leaveOneOut) {
    refuse("leaveOneOut", "pass@k has a leave-one-out baseline of its own");
  }
  if (advantage.passAtK > 1 && advantage.riskShare < 1) {
    refuse("riskShare", "pass@k learns from the best members already: choose one of the two");
  }
  if (valueBaseline !== null) {
    const unread = "a learned value baseline compares with V(s), not with the group: it does not read this";
    if (advantage.scale === "group") refuse("scale", unread);
    if (advantage.leaveOneOut) refuse("leaveOneOut", unread);
    if (advantage.riskShare < 1) refuse("riskShare", unread);
    if (advantage.passAtK > 1) refuse("passAtK", unread);
    if (advantage.aggregation !== "sum_then_normalize") refuse("aggregation", unread);
    if (options.skipZeroVariance) refuse("skipZeroVariance", unread);
  }
  if (loss.delta !== null && loss.kind === "cispo") refuse("delta", "cispo clips its weights on both sides already");
  if (loss.delta !== null && !(loss.delta > 1 + loss.clipHigh)) {
    refuse("delta", `it bounds what the upper clip leaves free, so it must exceed 1 + ${loss.clipHigh}`);
  }
  if (kl.coefficient > 0 && loss.klEstimator === "k1" && advantage.aggregation === "normalize_then_sum") {
    refuse("klEstimator", "k1 is subtracted from the reward, whose components are normalised apart: take exact or k3");
  }
  if (kl.adaptive !== null && kl.coefficient === 0) refuse("adaptive", "there is no KL to adapt to while β is 0");
  if (kl.adaptive !== null && kl.adaptive.low > kl.adaptive.high) {
    refuse("adaptive", `the range's lower end ${kl.adaptive.low} is above its upper end ${kl.adaptive.high}`);
  }
  if (entropy.kind === "adaptive" && !(entropy.min <= entropy.start && entropy.start <= entropy.max)) {
    refuse("entropy", `it starts at ${entropy.start}, outside ${entropy.min} … ${entropy.max}`);
  }
  if (targetKl !== null && epochs * minibatches === 1) {
    refuse("targetKl", "an update of one step has no further step to leave out");
  }
  return conflicts;
}

/** An option that {@linkcode optionConflicts} refuses. */
export interface OptionConflict {
  readonly option: OptionName;
  readonly why: string;
}

/** An option that others may be in conflict with. */
export type OptionName =
  | "leaveOneOut"
  | "riskShare"
  | "passAtK"
  | "scale"
  | "aggregation"
  | "skipZeroVariance"
  | "delta"
  | "klEstimator"
  | "adaptive"
  | "entropy"
  | "targetKl";

/**
 * Refuses options that cannot work together.
 * @throws RangeError naming the first option that cannot work
 */
export function checkTrainerOptions(options: TrainerOptions): void {
  checkSchedule(options.learningRate);
  if (options.entropy.kind !== "adaptive") checkSchedule(options.entropy);
  const [first] = optionConflicts(options);
  if (first !== undefined) throw new RangeError(`${first.option}: ${first.why}`);
}

/** Whether log-probabilities under the reference are needed. */
export function usesSampledKl({ kl, loss }: TrainerOptions): boolean {
  return kl.coefficient > 0 && loss.klEstimator !== "exact";
}
