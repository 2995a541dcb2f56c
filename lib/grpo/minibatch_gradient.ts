/** The gradient of one shard's part of a minibatch, and what is logged of it. */

import type * as tf from "@tensorflow/tfjs-core";
import { lossGradients } from "../tensor/mod.ts";
import { batchDivisor } from "./advantages.ts";
import type { BatchTotals, Coefficients, ShardGradient, ShardParts } from "./batch.ts";
import type { Learned } from "./collected.ts";
import { TrainingError } from "./error.ts";
import { evaluateLoss, type LossData, type LossNormalisers, type LossStatistics, type Scores } from "./loss.ts";
import type { Measures } from "./measures.ts";
import { takeRows } from "./minibatches.ts";
import type { TrainerOptions } from "./options.ts";
import type { Rollout } from "./types.ts";

/** Which minibatch, and what the whole batch knows about it. */
export interface MinibatchStep {
  readonly epoch: number;
  readonly minibatch: number;
  readonly totals: BatchTotals;
  readonly coefficients: Coefficients;
}

/** @throws TrainingError naming the group of the decision where something is not finite */
export async function minibatchGradient<Views, Actions>(
  parts: ShardParts<Views, Actions>,
  rollout: Rollout<Views, Actions>,
  learned: Learned,
  step: MinibatchStep,
): Promise<ShardGradient> {
  const { policy, reference, valueFunction, options } = parts;
  const parameters = [...policy.parameters, ...(valueFunction?.parameters ?? [])];
  const rows = learned.rows[step.epoch * options.minibatches + step.minibatch];
  const { views, actions } = policy.gather(rollout.views, rollout.actions, rows);
  const data = minibatchData(rollout, learned, rows, options, step.totals);
  const coefficients = { ...step.coefficients, value: options.valueBaseline?.coefficient ?? 0 };
  const normalisers = normalisersOf(options, step);
  const hasExactKl = coefficients.kl > 0 && options.loss.klEstimator === "exact";
  const outputs = (): tf.Tensor[] => {
    const { logProb, entropy, exactKl } = policy.score(views, actions, hasExactKl ? reference : undefined);
    const value = valueFunction?.value(views);
    return [logProb, entropy, ...(exactKl === undefined ? [] : [exactKl]), ...(value === undefined ? [] : [value])];
  };
  const evaluate = (values: readonly Float32Array[]) => {
    const scores = scoresOf(values, hasExactKl, valueFunction !== undefined);
    const result = evaluateLoss(scores, data, options.loss, normalisers, coefficients);
    const { logProb, entropy, exactKl, value } = result.slopes;
    const steepest = groupOf(steepestOf(logProb), rollout, rows);
    if (!Number.isFinite(result.loss)) {
      const what = nonFiniteOutput(scores, data, (decision) => groupOf(decision, rollout, rows)) ??
        `loss (${result.loss}), steepest in ${steepest}`;
      throw new TrainingError(`Non-finite ${what} at ${placeOf(step)}`);
    }
    const slopes = [logProb, entropy, exactKl, value].filter((slope) => slope !== null);
    return { ...result, slopes, steepest };
  };
  const { evaluated, gradients } = await lossGradients(outputs, parameters, evaluate);
  gradients.forEach((gradient, p) => {
    const at = gradient.findIndex((g) => !Number.isFinite(g));
    if (at < 0) return;
    throw new TrainingError(
      `Non-finite gradient (${gradient[at]}) of parameter ${p} at ${placeOf(step)}; ` +
        `its steepest decision is of ${evaluated.steepest}`,
    );
  });
  return {
    gradients,
    measures: stepMeasures(evaluated.loss, evaluated.statistics, data, options),
    steepest: evaluated.steepest,
  };
}

function minibatchData<Views, Actions>(
  rollout: Rollout<Views, Actions>,
  learned: Learned,
  rows: Int32Array,
  options: TrainerOptions,
  totals: BatchTotals,
): LossData {
  const perView = rollout.actionsPerView;
  const table = (whole: Float32Array) => takeRows(whole, rows, perView);
  const divisor = options.advantage.scale === "batch" ? batchDivisor(totals.squares, totals.members) : 1;
  return {
    views: rows.length,
    perView,
    oldLogProb: table(rollout.oldLogProb),
    advantage: Float64Array.from(table(learned.advantage), (advantage) => advantage / divisor),
    mask: table(rollout.mask),
    weight: table(learned.weight),
    referenceLogProb: learned.referenceLogProb === null ? null : table(learned.referenceLogProb),
    target: learned.target === null ? null : table(learned.target),
    viewsPerSequence: learned.viewsPerSequence,
  };
}

/** What the terms of the loss are divided by; see {@linkcode LossOptions.kind}. */
function normalisersOf(
  { loss, minibatches }: TrainerOptions,
  { epoch, minibatch, totals }: MinibatchStep,
): LossNormalisers {
  const index = epoch * minibatches + minibatch;
  const { weights, decisions } = totals;
  if (loss.kind === "bnpo" || loss.kind === "sequence") return { weight: weights[index], decisions: decisions[index] };
  const epochWeights = weights.slice(epoch * minibatches, (epoch + 1) * minibatches);
  return { weight: epochWeights.reduce((a, b) => a + b, 0) / minibatches, decisions: decisions[index] };
}

/** The outputs of the networks in the order of `outputs` above. */
function scoresOf(values: readonly Float32Array[], hasExactKl: boolean, hasValue: boolean): Scores {
  const [logProb, entropy] = values;
  return {
    logProb,
    entropy,
    exactKl: hasExactKl ? values[2] : null,
    value: hasValue ? values[values.length - 1] : null,
  };
}

function stepMeasures(loss: number, statistics: LossStatistics, data: LossData, options: TrainerOptions): Measures {
  const share = (value: number) => ({ kind: "share", value } as const);
  const clipped = statistics.clippedLow + statistics.clippedHigh + statistics.clippedDelta;
  return {
    loss: share(loss),
    policy_loss: share(statistics.policyLoss),
    entropy: share(statistics.entropy),
    kl: share(statistics.kl),
    "clip_ratio/low_mean": share(statistics.clippedLow),
    "clip_ratio/high_mean": share(statistics.clippedHigh),
    ...(options.loss.delta === null ? {} : { "clip_ratio/delta_mean": share(statistics.clippedDelta) }),
    "clip_ratio/region_mean": share(clipped),
    "ratio/min": { kind: "least", value: statistics.ratioMin },
    "ratio/mean": share(statistics.ratioMean),
    "ratio/max": { kind: "most", value: statistics.ratioMax },
    approx_kl: share(statistics.oldKl),
    ...advantageMeasures(data),
    ...(options.valueBaseline === null ? {} : { value_loss: share(statistics.valueLoss) }),
  };
}

/** The advantages as they are used, after every division. */
function advantageMeasures({ advantage, mask }: LossData): Measures {
  let [min, max, sum, decisions] = [Infinity, -Infinity, 0, 0];
  for (let d = 0; d < advantage.length; d++) {
    if (mask[d] === 0) continue;
    min = Math.min(min, advantage[d]);
    max = Math.max(max, advantage[d]);
    sum += advantage[d];
    decisions++;
  }
  if (decisions === 0) return {};
  return {
    "advantage/min": { kind: "least", value: min },
    "advantage/mean": { kind: "mean", sum, weight: decisions },
    "advantage/max": { kind: "most", value: max },
  };
}

function placeOf({ epoch, minibatch }: MinibatchStep): string {
  return `epoch ${epoch}, minibatch ${minibatch}`;
}

/** The name of the group of a decision of a minibatch. */
function groupOf<Views, Actions>(decision: number, rollout: Rollout<Views, Actions>, rows: Int32Array): string {
  const { actionsPerView, member, group } = rollout;
  const whole = rows[Math.floor(decision / actionsPerView)] * actionsPerView + decision % actionsPerView;
  return rollout.describeGroup(group[member[whole]]);
}

function steepestOf(slope: ArrayLike<number>): number {
  let steepest = 0;
  for (let d = 1; d < slope.length; d++) if (!(Math.abs(slope[d]) <= Math.abs(slope[steepest]))) steepest = d;
  return steepest;
}

/** What a network gave that is not finite, of the first decision where something is not; null if all is finite. */
function nonFiniteOutput(
  { logProb, entropy, exactKl, value }: Scores,
  { views, perView, mask }: LossData,
  describe: (decision: number) => string,
): string | null {
  const outputs = { "log-probability": logProb, entropy, "KL to the reference": exactKl, value };
  for (const [name, values] of Object.entries(outputs)) {
    if (values === null) continue;
    const each = views * perView / values.length;
    for (let d = 0; d < views * perView; d++) {
      const x = values[Math.floor(d / each)];
      if (mask[d] > 0 && !Number.isFinite(x)) return `${name} (${x}) in ${describe(d)}`;
    }
  }
  return null;
}
