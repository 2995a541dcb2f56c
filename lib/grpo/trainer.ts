/**
 * Group Relative Policy Optimisation (Shao et al. 2024, arXiv:2402.03300, algorithm 1): collect a batch of groups, compare
 * the members of each, climb the clipped surrogate for `epochs × minibatches` steps. The state between updates is the
 * parameters, the optimiser's moments and the update's number: nothing else, so that a resumed run repeats itself exactly.
 */

import type { Stream } from "../random/mod.ts";
import type { TrainerOptions } from "./options.ts";
import { scheduled } from "./schedule.ts";
import {
  type BatchTotals,
  type MinibatchCounts,
  type ShardGradient,
  type ShardSummary,
  TrainingError,
} from "./shard.ts";

/** The optimiser that the trainer drives. */
export interface Optimizer {
  /** One step; returns the global gradient norm before clipping and the norm of the parameters' change. */
  apply(gradients: readonly Float32Array[], learningRate: number, clipNorm: number): Promise<OptimizerStep>;
}

export interface OptimizerStep {
  readonly gradientNorm: number;
  readonly parameterChange: number;
}

/** Where the shards of a batch are computed: in this thread, or spread over workers. Results come in shard order. */
export interface ShardPool {
  collect(update: number, stage: number): Promise<readonly { summary: ShardSummary; counts: MinibatchCounts }[]>;
  gradients(
    epoch: number,
    minibatch: number,
    totals: BatchTotals,
    entropyCoefficient: number,
  ): Promise<readonly ShardGradient[]>;
  /** Tells every shard that the parameters have changed. */
  synchronise(): Promise<void>;
  /** Copies the policy into the KL reference. */
  updateReference(): Promise<void>;
}

/** Metrics of one update, by name. Deterministic: no times. */
export type UpdateMetrics = Readonly<Record<string, number>>;

/**
 * One update.
 * @param update its number, from 0
 * @param stage the curriculum's stage, handed to the shards
 * @throws TrainingError if a reward, the loss or the gradient is not finite; the parameters are then those of before the
 * offending step
 */
export async function trainUpdate(
  pool: ShardPool,
  optimizer: Optimizer,
  options: TrainerOptions,
  update: number,
  stage: number,
): Promise<UpdateMetrics> {
  const progress = options.updates > 1 ? update / (options.updates - 1) : 1;
  const learningRate = scheduled(options.learningRate, progress + (update === 0 ? 1e-9 : 0));
  const entropyCoefficient = scheduled(options.entropy, progress);
  if (options.referenceEvery > 0 && update % options.referenceEvery === 0) await pool.updateReference();

  const shards = await pool.collect(update, stage);
  const totals = addTotals(shards);
  const sums: Record<string, number> = {};
  const steps = options.epochs * options.minibatches;
  let gradientNorm = 0;
  let parameterChange = 0;
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    for (let minibatch = 0; minibatch < options.minibatches; minibatch++) {
      const parts = await pool.gradients(epoch, minibatch, totals, entropyCoefficient);
      for (const { statistics } of parts) {
        for (const [name, value] of Object.entries(statistics)) sums[name] = (sums[name] ?? 0) + value / steps;
      }
      const gradients = addGradients(parts);
      checkFinite(parts, gradients, update, epoch, minibatch);
      const step = await optimizer.apply(gradients, learningRate, options.clipNorm);
      gradientNorm += step.gradientNorm / steps;
      parameterChange += step.parameterChange;
      await pool.synchronise();
    }
  }
  return {
    ...batchMetrics(shards.map(({ summary }) => summary)),
    ...sums,
    grad_norm: gradientNorm,
    param_change: parameterChange,
    learning_rate: learningRate,
    entropy_coefficient: entropyCoefficient,
  };
}

function addTotals(shards: readonly { summary: ShardSummary; counts: MinibatchCounts }[]): BatchTotals {
  const addLists = (lists: readonly (readonly number[])[]) =>
    lists[0].map((_, i) => lists.reduce((total, list) => total + list[i], 0));
  return {
    squares: shards.reduce((total, { summary }) => total + summary.squares, 0),
    members: shards.reduce((total, { summary }) => total + summary.members, 0),
    decisions: addLists(shards.map(({ counts }) => counts.decisions)),
    informativeDecisions: addLists(shards.map(({ counts }) => counts.informativeDecisions)),
  };
}

/** Sums in shard order, each addition rounded to float32, so that every pool gives the same bytes. */
function addGradients(parts: readonly ShardGradient[]): Float32Array[] {
  const total = parts[0].gradients.map((gradient) => Float32Array.from(gradient));
  for (const { gradients } of parts.slice(1)) {
    gradients.forEach((gradient, p) => {
      const into = total[p];
      for (let i = 0; i < into.length; i++) into[i] += gradient[i];
    });
  }
  return total;
}

function checkFinite(
  parts: readonly ShardGradient[],
  gradients: readonly Float32Array[],
  update: number,
  epoch: number,
  minibatch: number,
): void {
  const where = `at update ${update}, epoch ${epoch}, minibatch ${minibatch}`;
  parts.forEach(({ statistics }, shard) => {
    for (const [name, value] of Object.entries(statistics)) {
      if (!Number.isFinite(value)) throw new TrainingError(`Non-finite ${name} (${value}) ${where}, shard ${shard}`);
    }
  });
  gradients.forEach((gradient, p) => {
    const at = gradient.findIndex((g) => !Number.isFinite(g));
    if (at >= 0) throw new TrainingError(`Non-finite gradient (${gradient[at]}) of parameter ${p} ${where}`);
  });
}

/** Rewards and groups of the whole batch; names follow TRL's where it has one. */
function batchMetrics(shards: readonly ShardSummary[]): Record<string, number> {
  const total = (pick: (summary: ShardSummary) => number) => shards.reduce((sum, summary) => sum + pick(summary), 0);
  const groups = Math.max(1, total((s) => s.groups));
  const metrics: Record<string, number> = {
    reward: total((s) => s.rewardSum) / Math.max(1, total((s) => s.decisions)),
    reward_std: total((s) => s.stdSum) / groups,
    frac_reward_zero_std: total((s) => s.zeroVarianceGroups) / groups,
    interventions: total((s) => s.interventions),
  };
  for (const name of Object.keys(shards[0].metrics)) metrics[name] = total((s) => s.metrics[name]) / shards.length;
  return metrics;
}

/** The stream of one shard of one update: the same wherever it is computed. */
export function shardStream(root: Stream, update: number, shard: number): Stream {
  return root.child("update").child(update).child("shard").child(shard);
}
