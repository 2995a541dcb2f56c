/** Mutations of the trainer's formulas. */

import type { Mutation } from "./mutation.ts";

const LOSS = "lib/grpo/loss.ts";
const SURROGATE = "lib/grpo/surrogate.ts";
const KL = "lib/grpo/kl.ts";
const ADVANTAGES = "lib/grpo/advantages.ts";
const RETURNS = "lib/grpo/returns.ts";
const GAE = "lib/grpo/gae.ts";
const ofLoss = ["tests/grpo/loss_test.ts"];
const ofAdvantages = ["tests/grpo/advantages_test.ts"];
const ofGae = ["tests/grpo/gae_test.ts"];
const ofShards = ["tests/grpo/shard_test.ts"];

/** The policy term: ratios, clipping, normalisers. */
const POLICY_TERM: readonly Mutation[] = [
  {
    name: "clip-bounds-swapped",
    breaks: "ε_low bounds the ratio from above and ε_high from below",
    edits: [{
      file: SURROGATE,
      text: "Math.max(1 - clipLow, Math.min(1 + clipHigh, ratio))",
      replacement: "Math.max(1 - clipHigh, Math.min(1 + clipLow, ratio))",
    }],
    tests: ofLoss,
  },
  {
    name: "no-clipping",
    breaks: "ratios are followed however far they are",
    edits: [{
      file: SURROGATE,
      text: "Math.max(1 - clipLow, Math.min(1 + clipHigh, ratio))",
      replacement: "ratio + 0 * (clipLow + clipHigh)",
    }],
    tests: ofLoss,
  },
  {
    name: "max-for-min",
    breaks: "the surrogate takes the larger of the plain and the clipped gain, an upper bound",
    edits: [
      {
        file: SURROGATE,
        text: "return Math.min(Math.min(ratio, clip.delta",
        replacement: "return Math.max(Math.min(ratio, clip.delta",
      },
      {
        file: SURROGATE,
        text: "ratio * advantage > clipRatio(ratio, clip) * advantage",
        replacement: "ratio * advantage < clipRatio(ratio, clip) * advantage",
      },
    ],
    tests: ofLoss,
  },
  {
    name: "no-delta",
    breaks: "what a bad decision costs is not bounded by δ",
    edits: [
      {
        file: SURROGATE,
        text: "Math.min(ratio, clip.delta ?? Infinity) * advantage",
        replacement: "ratio * advantage",
      },
      { file: SURROGATE, text: "ratio > (clip.delta ?? Infinity))", replacement: "ratio > Infinity)" },
    ],
    tests: ofLoss,
  },
  {
    name: "delta-for-good-decisions",
    breaks: "δ takes the gradient of decisions with A > 0 too",
    edits: [{
      file: SURROGATE,
      text: "(advantage < 0 && ratio > (clip.delta ?? Infinity))",
      replacement: "(advantage < 0 && ratio > 1 + clip.clipHigh)",
    }],
    tests: ofLoss,
  },
  {
    name: "sequence-ratio-without-mean",
    breaks: "the ratio of a sequence is the product of its decisions', not their geometric mean",
    edits: [
      { file: LOSS, text: "Math.exp(sum / Math.max(1, decisions))", replacement: "Math.exp(sum)" },
      { file: LOSS, text: "> 0 ? sum / decisions : 0;", replacement: "> 0 ? sum : 0;" },
    ],
    tests: ofLoss,
  },
  {
    name: "cispo-unclipped-weight",
    breaks: "the weight of cispo is the plain ratio",
    edits: [{
      file: LOSS,
      text: "weight[d] * clipRatio(ratio, options) * gain",
      replacement: "weight[d] * ratio * gain",
    }],
    tests: ofLoss,
  },
  {
    name: "policy-term-by-decisions",
    breaks: "the policy term is divided by the decisions of the minibatch, whatever its mean is over",
    edits: [{
      file: LOSS,
      text: "const perWeight = 1 / (normalisers.weight > 0 ? normalisers.weight : 1);",
      replacement: "const perWeight = 1 / Math.max(1, normalisers.decisions);",
    }],
    tests: ofLoss,
  },
  {
    name: "other-terms-by-weight",
    breaks: "entropy, KL and value are divided by the policy term's weights",
    edits: [{
      file: LOSS,
      text: "const perDecision = 1 / Math.max(1, normalisers.decisions);",
      replacement: "const perDecision = 1 / Math.max(1, normalisers.weight);",
    }],
    tests: ofLoss,
  },
  {
    name: "clipped-share-of-the-wrong-sign",
    breaks: "good decisions below the range are logged as clipped, bad ones are not",
    edits: [{
      file: LOSS,
      text: "ratio < low && (isCispo || advantage < 0)",
      replacement: "ratio < low && (isCispo || advantage > 0)",
    }],
    tests: ofLoss,
  },
  {
    name: "old-kl-is-log-ratio",
    breaks: "KL(old ‖ new) is estimated by −log ρ, which may be negative",
    edits: [{ file: LOSS, text: "Math.expm1(logRatio) - logRatio", replacement: "-logRatio" }],
    tests: ofLoss,
  },
  {
    name: "sequences-weigh-by-length",
    breaks: "in the loss `sequence` a decision weighs 1 instead of 1 / the decisions of its sequence",
    edits: [{
      file: "lib/grpo/collected.ts",
      text: "bySequence ? Math.max(1, decisions[member[d]]) : 1",
      replacement: "bySequence ? 1 : 1",
    }],
    tests: ofShards,
  },
];

/** Entropy, KL, value function. */
const OTHER_TERMS: readonly Mutation[] = [
  {
    name: "entropy-sign",
    breaks: "entropy is punished instead of rewarded",
    edits: [
      { file: LOSS, text: "perDecision, -coefficients.entropy)", replacement: "perDecision, coefficients.entropy)" },
      { file: LOSS, text: "policy.loss - coefficients.entropy", replacement: "policy.loss + coefficients.entropy" },
    ],
    tests: ofLoss,
  },
  {
    name: "k3-negated",
    breaks: "the estimate k3 is driven up, away from the reference",
    edits: [
      {
        file: KL,
        text: "return ratio * (Math.exp(-difference)",
        replacement: "return -ratio * (Math.exp(-difference)",
      },
      { file: KL, text: "return ratio * difference;", replacement: "return -ratio * difference;" },
    ],
    tests: ofLoss,
  },
  {
    name: "k3-without-ratio",
    breaks: "k3 has the gradient of the other divergence, KL(reference ‖ π)",
    edits: [
      { file: KL, text: "return ratio * (Math.exp(-difference)", replacement: "return (Math.exp(-difference)" },
      { file: KL, text: "return ratio * difference;", replacement: "return 1 - Math.exp(-difference);" },
    ],
    tests: ofLoss,
  },
  {
    name: "k2-times-minus-7",
    breaks: "the estimate k2 has the wrong sign and size",
    edits: [
      {
        file: KL,
        text: "return 0.5 * difference * difference;",
        replacement: "return -3.5 * difference * difference;",
      },
      { file: KL, text: 'return difference;\n    case "k3":', replacement: 'return -7 * difference;\n    case "k3":' },
    ],
    tests: ofLoss,
  },
  {
    name: "k1-penalty-sign",
    breaks: "distance from the reference is added to the reward",
    edits: [{
      file: "lib/grpo/collected.ts",
      text: "r - beta * (oldLogProb[d]",
      replacement: "r + beta * (oldLogProb[d]",
    }],
    tests: ofShards,
  },
  {
    name: "sampled-kl-term-sign",
    breaks: "a sampled KL penalty is subtracted from the loss",
    edits: [
      { file: LOSS, text: "slope[d] += kl.logProbSlope[d]", replacement: "slope[d] -= kl.logProbSlope[d]" },
      { file: LOSS, text: "entropy.mean + kl.loss", replacement: "entropy.mean - kl.loss" },
    ],
    tests: ofLoss,
  },
  {
    name: "exact-kl-sign",
    breaks: "the exact KL is rewarded",
    edits: [
      {
        file: LOSS,
        text: "meanTerm(exactKl, data, perDecision, coefficient)",
        replacement: "meanTerm(exactKl, data, perDecision, -coefficient)",
      },
      {
        file: LOSS,
        text: "return { loss: coefficient * mean, mean, logProbSlope: null",
        replacement: "return { loss: -coefficient * mean, mean, logProbSlope: null",
      },
    ],
    tests: ofLoss,
  },
  {
    name: "value-loss-without-half",
    breaks: "the value function's error counts twice",
    edits: [
      { file: LOSS, text: "sum += 0.5 * error * error", replacement: "sum += error * error" },
      { file: LOSS, text: "coefficient * perDecision * error", replacement: "2 * coefficient * perDecision * error" },
    ],
    tests: ofLoss,
  },
  {
    name: "held-entropy-backwards",
    breaks: "the entropy's coefficient falls while the entropy is below its target",
    edits: [{
      file: "lib/grpo/coefficients.ts",
      text: "rate * (target - measured)",
      replacement: "rate * (measured - target)",
    }],
    tests: ["tests/grpo/coefficients_test.ts"],
  },
  {
    name: "adaptive-kl-backwards",
    breaks: "β shrinks where the KL is above its range",
    edits: [{
      file: "lib/grpo/coefficients.ts",
      text: "if (measured > adaptive.high) return coefficient * adaptive.factor;",
      replacement: "if (measured > adaptive.high) return coefficient / adaptive.factor;",
    }],
    tests: ["tests/grpo/coefficients_test.ts"],
  },
  {
    name: "cosine-upside-down",
    breaks: "a cosine schedule begins at its end",
    edits: [{ file: "lib/grpo/schedule.ts", text: "(1 + Math.cos(", replacement: "(1 - Math.cos(" }],
    tests: ["tests/grpo/schedule_test.ts"],
  },
];

/** Returns, advantages, metrics. */
const CREDIT: readonly Mutation[] = [
  {
    name: "advantage-without-mean",
    breaks: "a return is not compared with its group's mean",
    edits: [{ file: ADVANTAGES, text: "const centred = value - baseline;", replacement: "const centred = value;" }],
    tests: ofAdvantages,
  },
  {
    name: "population-std",
    breaks: "the group's standard deviation divides by n",
    edits: [{
      file: ADVANTAGES,
      text: "Math.sqrt(squares / (sample.length - 1))",
      replacement: "Math.sqrt(squares / sample.length)",
    }],
    tests: ofAdvantages,
  },
  {
    name: "large-epsilon",
    breaks: "advantages of small rewards are damped",
    edits: [{ file: ADVANTAGES, text: "STD_EPSILON = 1e-4", replacement: "STD_EPSILON = 1e-2" }],
    tests: ofAdvantages,
  },
  {
    name: "no-rloo-factor",
    breaks: "RLOO compares with the mean of all members, its own among them",
    edits: [{ file: ADVANTAGES, text: "sample.length / (sample.length - 1) : 1", replacement: "1 : 1" }],
    tests: ofAdvantages,
  },
  {
    name: "worst-share",
    breaks: "risk seeking credits all but the worst share",
    edits: [{
      file: ADVANTAGES,
      text: "quantile(sample, 1 - options.riskShare)",
      replacement: "quantile(sample, options.riskShare)",
    }],
    tests: ofAdvantages,
  },
  {
    name: "pass-at-k-without-k",
    breaks: "pass@k advantages are k times too small",
    edits: [{
      file: ADVANTAGES,
      text: "weight[n - 2] = size * (size - 1) / (n - 1);",
      replacement: "weight[n - 2] = (size - 1) / (n - 1);",
    }],
    tests: ofAdvantages,
  },
  {
    name: "components-undivided",
    breaks: "components are centred but not divided by their spread before they are weighted",
    edits: [{
      file: ADVANTAGES,
      text: "sum[d] += weight * (own[d] - mean) / (std + STD_EPSILON)",
      replacement: "sum[d] += weight * (own[d] - mean)",
    }],
    tests: ofAdvantages,
  },
  {
    name: "groups-across-times",
    breaks: "returns to go are compared across times",
    edits: [{
      file: ADVANTAGES,
      text: "group[member[d]] * (longest + 1) + time[d]",
      replacement: "group[member[d]] * (longest + 1)",
    }],
    tests: ofAdvantages,
  },
  {
    name: "outcome-undiscounted",
    breaks: "γ has no effect on returns of outcomes",
    edits: [{ file: RETURNS, text: "gamma ** time[d] * reward[d]", replacement: "reward[d]" }],
    tests: ofAdvantages,
  },
  {
    name: "reward-to-go-forgets-gaps",
    breaks: "a pause between two decisions is discounted as one step",
    edits: [{
      file: RETURNS,
      text: "gamma ** Math.max(0, lastTime[m] - time[d]) * running[m]",
      replacement: "gamma * running[m]",
    }],
    tests: ofAdvantages,
  },
  {
    name: "return-kinds-swapped",
    breaks: "rewards to go are asked for and outcomes given, and the other way round",
    edits: [{ file: RETURNS, text: 'if (kind === "outcome") {', replacement: 'if (kind !== "outcome") {' }],
    tests: ofAdvantages,
  },
  {
    name: "gae-without-gamma",
    breaks: "later errors are discounted by λ alone",
    edits: [{
      file: GAE,
      text: "gamma * lambda * advantage[next]",
      replacement: "lambda * advantage[next]",
    }],
    tests: ofGae,
  },
  {
    name: "gae-without-lambda",
    breaks: "λ has no effect",
    edits: [{
      file: GAE,
      text: "gamma * lambda * advantage[next]",
      replacement: "gamma * advantage[next]",
    }],
    tests: ofGae,
  },
  {
    name: "gae-value-of-next-undiscounted",
    breaks: "the next state's value is not discounted",
    edits: [{ file: GAE, text: "gamma * value[next] : 0", replacement: "value[next] : 0" }],
    tests: ofGae,
  },
  {
    name: "shards-have-one-mean",
    breaks: "the spread of a batch leaves out how its parts' means differ",
    edits: [{
      file: "lib/grpo/measures.ts",
      text: "a.squares + b.squares + betweenCounts(a, b) * (a.mean - b.mean) ** 2",
      replacement: "a.squares + b.squares",
    }],
    tests: ["tests/grpo/measures_test.ts"],
  },
  {
    name: "replay-correction-backwards",
    breaks: "what is drawn often weighs more instead of less",
    edits: [{ file: "lib/grpo/replay.ts", text: "** -options.beta", replacement: "** options.beta" }],
    tests: ["tests/grpo/replay_test.ts"],
  },
];

export const GRPO: readonly Mutation[] = [...POLICY_TERM, ...OTHER_TERMS, ...CREDIT];
