/**
 * Group Relative Policy Optimisation (Shao et al. 2024, arXiv:2402.03300, algorithm 1): collect a batch of groups, compare
 * the members of each, climb the clipped surrogate for `epochs × minibatches` steps. The state between updates is the
 * parameters, the optimiser's moments and {@linkcode TrainerState}: nothing else, so that a resumed run repeats itself exactly.
 */

import type { Stream } from "../random/mod.ts";
import type { BatchTotals, Coefficients, ShardCollection, ShardGradient } from "./batch.ts";
import { coefficientsAt, nextTrainerState, type TrainerState } from "./coefficients.ts";
import { TrainingError } from "./error.ts";
import { type Measures, mergeMeasures, readMeasure } from "./measures.ts";
import type { TrainerOptions } from "./options.ts";
import { scheduled } from "./schedule.ts";

/** The optimiser that the trainer drives. */
export interface Optimizer {
  /** One step; returns the global gradient norm before clipping and the norm of the parameters' change. */
  apply(gradients: readonly Float32Array[], learningRate: number, clipNorm: number): Promise<OptimizerStep>;
}

/** What one step of the optimiser did. */
export interface OptimizerStep {
  readonly gradientNorm: number;
  readonly parameterChange: number;
}

/** Where the shards of a batch are computed: in this thread, or spread over workers. Results come in shard order. */
export interface ShardPool {
  /** @param klCoefficient β, for penalties in the reward */
  collect(update: number, stage: number, klCoefficient: number): Promise<readonly ShardCollection[]>;
  gradients(
    epoch: number,
    minibatch: number,
    totals: BatchTotals,
    coefficients: Coefficients,
  ): Promise<readonly ShardGradient[]>;
  /** Tells every shard that the parameters have changed. */
  synchronise(): Promise<void>;
  /** Copies the policy into the KL reference. */
  updateReference(): Promise<void>;
}

/** Metrics of one update, by name. Deterministic: no times. */
export type UpdateMetrics = Readonly<Record<string, number>>;

/** What an update leads to. */
export interface UpdateResult {
  readonly metrics: UpdateMetrics;
  readonly state: TrainerState;
}

/**
 * One update.
 * @param stage the curriculum's stage, handed to the shards
 * @throws TrainingError if a reward, the loss or the gradient is not finite: the parameters are then those of before the
 * offending step; or if the step itself is not, and the parameters are lost
 */
export async function trainUpdate(
  pool: ShardPool,
  optimizer: Optimizer,
  options: TrainerOptions,
  state: TrainerState,
  stage: number,
): Promise<UpdateResult> {
  const { update } = state;
  const learningRate = scheduled(options.learningRate, update, options.updates);
  const coefficients = coefficientsAt(state, options);
  const { referenceEvery } = options.kl;
  if (referenceEvery > 0 && update % referenceEvery === 0) await pool.updateReference();

  const collected = await pool.collect(update, stage, coefficients.kl);
  const totals = addTotals(collected);
  const steps = await climb(pool, optimizer, options, totals, { learningRate, coefficients });
  const rollout = readAll(mergeMeasures(collected.map(({ summary }) => summary.measures)));
  const metrics = {
    ...rollout,
    ...steps,
    learning_rate: learningRate,
    entropy_coefficient: coefficients.entropy,
    ...(options.kl.coefficient > 0 ? { kl_coefficient: coefficients.kl } : {}),
  };
  return { metrics, state: nextTrainerState(state, options, { entropy: steps.entropy, kl: steps.kl }) };
}

/** The steps of an update, until they are done or the policy has moved as far as it may. Returns their metrics. */
async function climb(
  pool: ShardPool,
  optimizer: Optimizer,
  options: TrainerOptions,
  totals: BatchTotals,
  { learningRate, coefficients }: { readonly learningRate: number; readonly coefficients: Coefficients },
): Promise<Record<string, number>> {
  const seen: Measures[] = [];
  let [gradientNorm, parameterChange, taken] = [0, 0, 0];
  const planned = options.epochs * options.minibatches;
  for (let index = 0; index < planned; index++) {
    const [epoch, minibatch] = [Math.floor(index / options.minibatches), index % options.minibatches];
    const parts = await pool.gradients(epoch, minibatch, totals, coefficients);
    const measures = mergeMeasures(parts.map((part) => part.measures));
    seen.push(measures);
    if (options.targetKl !== null && readMeasure(measures.approx_kl) > options.targetKl) break;
    const step = await optimizer.apply(addGradients(parts), learningRate, options.clipNorm);
    checkStep(step, parts, `epoch ${epoch}, minibatch ${minibatch}`, learningRate);
    gradientNorm += step.gradientNorm;
    parameterChange += step.parameterChange;
    taken++;
    await pool.synchronise();
  }
  return {
    ...overSteps(seen),
    grad_norm: gradientNorm / Math.max(1, taken),
    param_change: parameterChange,
    ...(options.targetKl === null ? {} : { steps: taken }),
  };
}

function addTotals(shards: readonly ShardCollection[]): BatchTotals {
  const addLists = (lists: readonly (readonly number[])[]) =>
    lists[0].map((_, i) => lists.reduce((total, list) => total + list[i], 0));
  return {
    squares: shards.reduce((total, { summary }) => total + summary.squares, 0),
    members: shards.reduce((total, { summary }) => total + summary.members, 0),
    decisions: addLists(shards.map(({ counts }) => counts.decisions)),
    weights: addLists(shards.map(({ counts }) => counts.weights)),
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

function checkStep(
  { gradientNorm, parameterChange }: OptimizerStep,
  parts: readonly ShardGradient[],
  where: string,
  learningRate: number,
): void {
  if (Number.isFinite(gradientNorm) && Number.isFinite(parameterChange)) return;
  throw new TrainingError(
    `Non-finite step (gradient norm ${gradientNorm}, change of the parameters ${parameterChange}) at ${where}, ` +
      `learning rate ${learningRate}; its steepest decisions are of ${
        parts.map(({ steepest }) => steepest).join("; ")
      }`,
  );
}

/** The metrics of an update's steps: extremes over all, means of the rest. */
function overSteps(steps: readonly Measures[]): Record<string, number> {
  return readAll(mergeMeasures(steps.map((measures) =>
    Object.fromEntries(
      Object.entries(measures).map(([name, measure]) => [
        name,
        measure.kind === "share" ? { kind: "mean", sum: measure.value, weight: 1 } as const : measure,
      ]),
    )
  )));
}

function readAll(measures: Measures): Record<string, number> {
  return Object.fromEntries(Object.entries(measures).map(([name, measure]) => [name, readMeasure(measure)]));
}

/** The stream of one shard of one update: the same wherever it is computed. */
export function shardStream(root: Stream, update: number, shard: number): Stream {
  return root.child("update").child(update).child("shard").child(shard);
}
