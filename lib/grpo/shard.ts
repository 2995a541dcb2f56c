/**
 * One shard of a batch: collects its rollout, computes its advantages, and gives the gradient of its part of each
 * minibatch. Shards know nothing of each other; whatever is averaged over the whole batch is handed in.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Stream } from "../random/mod.ts";
import { advantages, batchDivisor } from "./advantages.ts";
import { generalisedAdvantages } from "./gae.ts";
import { type LossBatch, type LossNormalisers, surrogateLoss } from "./loss.ts";
import type { TrainerOptions } from "./options.ts";
import type { ActionScores, Roller, Rollout, TrainablePolicy, ValueFunction } from "./types.ts";

/** A non-finite reward, loss or gradient: training stops at once. */
export class TrainingError extends Error {
  override name = "TrainingError";
}

/** Sums over the shard's rollout, to be added over shards. */
export interface ShardSummary {
  readonly decisions: number;
  readonly informativeDecisions: number;
  readonly groups: number;
  readonly zeroVarianceGroups: number;
  readonly stdSum: number;
  readonly squares: number;
  readonly members: number;
  readonly rewardSum: number;
  readonly interventions: number;
  /** Means of the shard, to be averaged over shards. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Sums over all shards that a gradient is normalised with. */
export interface BatchTotals {
  readonly squares: number;
  readonly members: number;
  /** Per minibatch, over all shards: decisions and informative decisions, `[epochs × minibatches]`. */
  readonly decisions: readonly number[];
  readonly informativeDecisions: readonly number[];
}

/** Counts of one shard for each minibatch of each epoch. */
export interface MinibatchCounts {
  readonly decisions: readonly number[];
  readonly informativeDecisions: readonly number[];
}

export interface ShardGradient {
  /** One array for each parameter, in the parameters' order. */
  readonly gradients: readonly Float32Array[];
  /** loss, policy_loss, entropy, kl, clip_ratio/low_mean, clip_ratio/high_mean, value_loss: shares to be added. */
  readonly statistics: Readonly<Record<string, number>>;
}

export interface ShardParts<Views, Actions> {
  readonly policy: TrainablePolicy<Views, Actions>;
  /** The KL reference; needed if the KL coefficient is positive. */
  readonly reference?: TrainablePolicy<Views, Actions>;
  readonly valueFunction?: ValueFunction<Views>;
  readonly options: TrainerOptions;
}

export interface Shard<Policy, Views, Actions> {
  collect(
    roller: Roller<Policy, Views, Actions>,
    stream: Stream,
  ): Promise<{ summary: ShardSummary; counts: MinibatchCounts }>;
  /** The gradient of one minibatch of the rollout collected last. */
  gradient(epoch: number, minibatch: number, totals: BatchTotals, entropyCoefficient: number): Promise<ShardGradient>;
}

/** What a shard keeps of its rollout until the next one. */
interface Collected<Views, Actions> {
  readonly rollout: Rollout<Views, Actions>;
  readonly advantage: Float32Array;
  readonly active: Float32Array;
  readonly referenceLogProb: Float32Array | null;
  /** λ-returns for the value function. */
  readonly target: Float32Array | null;
  /** Rows of each minibatch of each epoch, and the seed of its dropout. */
  readonly rows: readonly Int32Array[];
  readonly dropoutSeeds: readonly number[];
}

/** The parameters that a run trains: the policy's, then the value function's. */
export function trainedParameters<Views, Actions>(parts: ShardParts<Views, Actions>): readonly tf.Variable[] {
  return [...parts.policy.parameters, ...(parts.valueFunction?.parameters ?? [])];
}

export function createShard<Policy extends TrainablePolicy<Views, Actions>, Views, Actions>(
  parts: ShardParts<Views, Actions> & { readonly policy: Policy },
): Shard<Policy, Views, Actions> {
  const { policy, reference, valueFunction, options } = parts;
  const parameters = trainedParameters(parts);
  let collected: Collected<Views, Actions> | null = null;

  return {
    async collect(roller, stream) {
      const rollout = roller(policy, stream.child("rollout"));
      checkRewards(rollout);
      const referenceLogProb = options.loss.klCoefficient > 0 && options.loss.klEstimator !== "exact"
        ? await logProbUnder(required(reference), rollout)
        : null;
      const credited = penalisedByK1(rollout, referenceLogProb, options);
      const relative = advantages(credited, options.advantage);
      const gae = valueFunction === undefined || options.valueBaseline === null ? null : generalisedAdvantages(
        credited,
        await valuesOf(valueFunction, rollout),
        options.advantage.gamma,
        options.valueBaseline.gaeLambda,
      );
      const rows = minibatchRows(rollout.viewCount, options, stream.child("minibatches"));
      const active = options.skipZeroVariance && gae === null
        ? relative.informative
        : new Float32Array(rollout.mask.length).fill(1);
      collected = {
        rollout,
        advantage: gae?.advantage ?? relative.advantage,
        active,
        referenceLogProb,
        target: gae?.target ?? null,
        rows,
        dropoutSeeds: rows.map((_, m) => stream.child("dropout").child(m).uint32() % 2 ** 31),
      };
      const own = gae === null ? relative : sumsOf(gae.advantage, rollout.mask);
      const decisions = sum(rollout.mask);
      return {
        summary: {
          decisions,
          informativeDecisions: sum(relative.informative),
          groups: relative.groups,
          zeroVarianceGroups: relative.zeroVarianceGroups,
          stdSum: relative.stdSum,
          squares: own.squares,
          members: own.members,
          rewardSum: sum(rollout.reward),
          interventions: rollout.interventions,
          metrics: rollout.metrics,
        },
        counts: {
          decisions: rows.map((r) => sumRows(rollout.mask, r, rollout.actionsPerView)),
          informativeDecisions: rows.map((r) => sumRows(product(rollout.mask, active), r, rollout.actionsPerView)),
        },
      };
    },

    async gradient(epoch, minibatch, totals, entropyCoefficient) {
      if (collected === null) throw new RangeError("Cannot compute a gradient before a rollout has been collected");
      const { rollout, advantage, active, referenceLogProb, target, rows, dropoutSeeds } = collected;
      const index = epoch * options.minibatches + minibatch;
      const chosen = rows[index];
      if (chosen.length === 0) return { gradients: parameters.map((p) => new Float32Array(p.size)), statistics: {} };
      const k = rollout.actionsPerView;
      const { views, actions } = policy.gather(rollout.views, rollout.actions, chosen);
      const divisor = options.advantage.scale === "batch" ? batchDivisor(totals.squares, totals.members) : 1;
      const table = (data: Float32Array) => tf.tensor2d(takeRows(data, chosen, k), [chosen.length, k]);
      const normalisers: LossNormalisers = {
        activeDecisions: totals.informativeDecisions[index],
        decisions: totals.decisions[index],
        entropyCoefficient,
      };
      const logged: Record<string, tf.Scalar> = {};
      const keep = (name: string, value: tf.Scalar) => logged[name] = tf.keep(tf.clone(value));
      const { value: loss, grads } = tf.tidy(() => {
        const fixed = {
          oldLogProb: table(rollout.oldLogProb),
          advantage: tf.div(table(advantage), divisor) as tf.Tensor2D,
          mask: table(rollout.mask),
          active: table(active),
        };
        return tf.variableGrads(() => {
          const scores = policy.score(views, actions, dropoutSeeds[index]);
          const batch = completeBatch(scores, fixed, referenceLogProb === null ? null : table(referenceLogProb));
          const exactKl = options.loss.klCoefficient > 0 && options.loss.klEstimator === "exact"
            ? required(policy.exactKl?.bind(policy))(views, actions, required(reference))
            : undefined;
          const terms = surrogateLoss(exactKl === undefined ? batch : { ...batch, exactKl }, options.loss, normalisers);
          keep("policy_loss", terms.policyLoss);
          keep("entropy", terms.entropy);
          keep("kl", terms.kl);
          keep("clip_ratio/low_mean", terms.clippedLow);
          keep("clip_ratio/high_mean", terms.clippedHigh);
          if (target === null) return terms.loss;
          const valueLoss = squaredError(required(valueFunction).value(views), table(target), fixed.mask, normalisers);
          keep("value_loss", valueLoss);
          return tf.add(terms.loss, tf.mul(valueLoss, options.valueBaseline?.coefficient ?? 0)) as tf.Scalar;
        }, parameters as tf.Variable[]);
      });
      const statistics: Record<string, number> = { loss: (await loss.data())[0] };
      for (const [name, value] of Object.entries(logged)) statistics[name] = (await value.data())[0];
      const gradients: Float32Array[] = [];
      for (const parameter of parameters) {
        const gradient = grads[parameter.name];
        gradients.push(gradient === undefined ? new Float32Array(parameter.size) : await gradient.data<"float32">());
      }
      tf.dispose([loss, grads, logged]);
      return { gradients, statistics };
    },
  };
}

function completeBatch(
  scores: ActionScores,
  fixed: Pick<LossBatch, "oldLogProb" | "advantage" | "mask" | "active">,
  referenceLogProb: tf.Tensor2D | null,
): LossBatch {
  return referenceLogProb === null ? { ...scores, ...fixed } : { ...scores, ...fixed, referenceLogProb };
}

function squaredError(
  value: tf.Tensor2D,
  target: tf.Tensor2D,
  mask: tf.Tensor2D,
  normalisers: LossNormalisers,
): tf.Scalar {
  const error = tf.mul(tf.square(tf.sub(value, target)), mask);
  return tf.mul(tf.sum(error), 0.5 / Math.max(1, normalisers.decisions)) as tf.Scalar;
}

async function logProbUnder<Views, Actions>(
  policy: TrainablePolicy<Views, Actions>,
  rollout: Rollout<Views, Actions>,
): Promise<Float32Array> {
  const logProb = tf.tidy(() => policy.score(rollout.views, rollout.actions, null).logProb);
  const data = await logProb.data<"float32">();
  logProb.dispose();
  return data;
}

async function valuesOf<Views, Actions>(
  valueFunction: ValueFunction<Views>,
  rollout: Rollout<Views, Actions>,
): Promise<Float32Array> {
  const value = tf.tidy(() => valueFunction.value(rollout.views));
  const data = await value.data<"float32">();
  value.dispose();
  return data;
}

/** Subtracts β·(log π − log π_ref) from the rewards, if that is the chosen estimator. */
function penalisedByK1<Views, Actions>(
  rollout: Rollout<Views, Actions>,
  referenceLogProb: Float32Array | null,
  options: TrainerOptions,
): Rollout<Views, Actions> {
  if (referenceLogProb === null || options.loss.klEstimator !== "k1") return rollout;
  const beta = options.loss.klCoefficient;
  return {
    ...rollout,
    reward: rollout.reward.map((r, d) => r - beta * (rollout.oldLogProb[d] - referenceLogProb[d]) * rollout.mask[d]),
  };
}

function checkRewards<Views, Actions>(rollout: Rollout<Views, Actions>): void {
  for (let d = 0; d < rollout.reward.length; d++) {
    if (rollout.mask[d] === 0 || (Number.isFinite(rollout.reward[d]) && Number.isFinite(rollout.oldLogProb[d]))) {
      continue;
    }
    const what = Number.isFinite(rollout.reward[d]) ? "log-probability" : "reward";
    const value = Number.isFinite(rollout.reward[d]) ? rollout.oldLogProb[d] : rollout.reward[d];
    const where = rollout.describeGroup(rollout.group[rollout.member[d]]);
    throw new TrainingError(`Non-finite ${what} (${value}) at time ${rollout.time[d]} of ${where}`);
  }
}

/** A random partition of the views for every epoch, `[epochs × minibatches]` lists of rows. */
function minibatchRows(views: number, options: TrainerOptions, stream: Stream): Int32Array[] {
  const lists: Int32Array[] = [];
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    const order = stream.child(epoch).permutation(views);
    for (let m = 0; m < options.minibatches; m++) {
      const from = Math.floor(views * m / options.minibatches);
      lists.push(order.slice(from, Math.floor(views * (m + 1) / options.minibatches)).sort());
    }
  }
  return lists;
}

function takeRows(data: Float32Array, rows: Int32Array, width: number): Float32Array {
  const taken = new Float32Array(rows.length * width);
  rows.forEach((row, r) => taken.set(data.subarray(row * width, (row + 1) * width), r * width));
  return taken;
}

function sumRows(data: Float32Array, rows: Int32Array, width: number): number {
  let total = 0;
  for (const row of rows) for (let k = 0; k < width; k++) total += data[row * width + k];
  return total;
}

function sumsOf(advantage: Float32Array, mask: Float32Array): { squares: number; members: number } {
  return { squares: sum(advantage.map((a, d) => a * a * mask[d])), members: sum(mask) };
}

const sum = (data: Float32Array): number => data.reduce((a, b) => a + b, 0);
const product = (a: Float32Array, b: Float32Array): Float32Array => a.map((x, i) => x * b[i]);

function required<T>(part: T | undefined): T {
  if (part === undefined) {
    throw new RangeError("A KL penalty needs a reference policy, and a value loss a value function");
  }
  return part;
}
