/** From a compared rollout to what its minibatches are learned from: advantages, weights and targets. Plain data, no tensors. */

import type { Stream } from "../random/mod.ts";
import type { Advantages } from "./advantages.ts";
import { type GaeResult, generalisedAdvantages } from "./gae.ts";
import { type Measures, spreadOf } from "./measures.ts";
import { minibatchRows, minibatchUnits } from "./minibatches.ts";
import type { TrainerOptions } from "./options.ts";
import type { Credited } from "./returns.ts";
import type { Rollout } from "./types.ts";

/** What networks say about a rollout before anything is learned from it, `[views, actionsPerView]` and `[views]`. */
export interface RolloutScores {
  /** Log-probability under the KL reference; null where no sampled KL is asked for. */
  readonly referenceLogProb: Float32Array | null;
  /** V(s) of the value function; null where there is none. */
  readonly value: Float32Array | null;
}

/** What is learned from a rollout, `[views, actionsPerView]` each. */
export interface Learned {
  readonly advantage: Float32Array;
  /** Each decision's share of the policy term before it is divided; 0 where nothing is learned. */
  readonly weight: Float32Array;
  /** Log-probability under the KL reference; null where no sampled KL is asked for. */
  readonly referenceLogProb: Float32Array | null;
  /** λ-returns for the value function. */
  readonly target: Float32Array | null;
  /** Σ A² and members for {@linkcode AdvantageOptions.scale} `batch`. */
  readonly squares: number;
  readonly members: number;
  readonly measures: Measures;
  /** Views of each minibatch of each epoch. */
  readonly rows: readonly Int32Array[];
  readonly viewsPerSequence: number;
}

/** A rollout whose members have been compared. */
export interface Compared<Views, Actions> {
  readonly rollout: Rollout<Views, Actions>;
  /** The rewards that were compared: the rollout's, less a penalty. */
  readonly credited: Credited;
  readonly relative: Advantages;
}

/** @param stream shuffles the minibatches */
export function learnFrom<Views, Actions>(
  { rollout, credited, relative }: Compared<Views, Actions>,
  scores: RolloutScores,
  options: TrainerOptions,
  stream: Stream,
): Learned {
  const gae = scores.value === null || options.valueBaseline === null ? null : generalisedAdvantages(
    credited,
    perDecision(scores.value, rollout.actionsPerView),
    options.advantage.gamma,
    options.valueBaseline.gaeLambda,
  );
  const advantage = gae?.advantage ?? relative.advantage;
  const active = options.skipZeroVariance && gae === null ? relative.informative : null;
  const { squares, members } = gae === null ? relative : squaresOf(advantage, rollout.mask);
  const units = minibatchUnits(rollout, options.loss.ratio === "sequence");
  if (units.length < options.minibatches) {
    throw new RangeError(`Cannot split a rollout of ${units.length} parts into ${options.minibatches} minibatches`);
  }
  return {
    advantage,
    weight: weightsOf(rollout, active, options.loss.kind === "sequence"),
    referenceLogProb: scores.referenceLogProb,
    target: gae?.target ?? null,
    squares,
    members,
    measures: {
      ...rollout.measures,
      ...groupMeasures(rollout, relative, advantage),
      ...valueMeasures(gae, rollout.mask),
    },
    rows: minibatchRows(units, options.epochs, options.minibatches, stream),
    viewsPerSequence: units[0]?.length ?? 1,
  };
}

/** Subtracts β·(log π − log π_ref) from the rewards, if that is the chosen estimator. */
export function penalisedByK1<Views, Actions>(
  rollout: Rollout<Views, Actions>,
  referenceLogProb: Float32Array | null,
  { loss }: TrainerOptions,
  beta: number,
): Credited {
  if (referenceLogProb === null || loss.klEstimator !== "k1") return rollout;
  const { oldLogProb, mask } = rollout;
  return {
    ...rollout,
    reward: rollout.reward.map((r, d) => r - beta * (oldLogProb[d] - referenceLogProb[d]) * mask[d]),
  };
}

/** w: 1, or 1 / the number of decisions of the member where sequences weigh alike; 0 for what is masked out or skipped. */
function weightsOf(
  { mask, member, group }: Pick<Credited, "mask" | "member" | "group">,
  active: Float32Array | null,
  bySequence: boolean,
): Float32Array {
  const decisions = new Int32Array(group.length);
  for (let d = 0; d < mask.length; d++) if (mask[d] > 0) decisions[member[d]]++;
  return mask.map((m, d) => m * (active?.[d] ?? 1) / (bySequence ? Math.max(1, decisions[member[d]]) : 1));
}

function groupMeasures<Views, Actions>(
  { reward, mask, interventions }: Rollout<Views, Actions>,
  { groups, stdSum, zeroVarianceGroups }: Advantages,
  advantage: Float32Array,
): Measures {
  const decisions = sum(mask);
  const signal = advantage.reduce((count, a, d) => count + (mask[d] > 0 && a !== 0 ? 1 : 0), 0);
  return {
    reward: { kind: "mean", sum: sum(reward), weight: decisions },
    reward_std: { kind: "mean", sum: stdSum, weight: groups },
    frac_reward_zero_std: { kind: "mean", sum: zeroVarianceGroups, weight: groups },
    frac_with_signal: { kind: "mean", sum: signal, weight: decisions },
    interventions: { kind: "share", value: interventions },
  };
}

function valueMeasures(gae: GaeResult | null, mask: Float32Array): Measures {
  if (gae === null) return {};
  const kept = (values: Float32Array) => values.filter((_, d) => mask[d] > 0);
  // A generalised advantage is the target minus the value.
  const [error, target] = [spreadOf(kept(gae.advantage)), spreadOf(kept(gae.target))];
  return { explained_variance: { kind: "explained", error, target } };
}

/** `[views]` repeated for each decision. */
function perDecision(value: Float32Array, actionsPerView: number): Float32Array {
  const each = new Float32Array(value.length * actionsPerView);
  value.forEach((v, view) => each.fill(v, view * actionsPerView, (view + 1) * actionsPerView));
  return each;
}

function squaresOf(advantage: Float32Array, mask: Float32Array): { squares: number; members: number } {
  return { squares: sum(advantage.map((a, d) => a * a * mask[d])), members: sum(mask) };
}

const sum = (data: Float32Array): number => data.reduce((a, b) => a + b, 0);
