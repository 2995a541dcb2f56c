/**
 * Group-relative advantages: `A = (R − mean R) / (std R + ε)` over the members of a group (Shao et al. 2024,
 * arXiv:2402.03300, section 4.1.2), with the variants of Dr. GRPO (no division, arXiv:2503.20783), RLOO (leave-one-out
 * baseline, Ahmadian et al. 2024, arXiv:2402.14740), risk-seeking policy gradients (Petersen et al. 2021), pass@k
 * (arXiv:2505.15201) and components that are normalised apart (GDPO, arXiv:2601.05242).
 */

import { type Credited, type ReturnKind, returns } from "./returns.ts";

/**
 * `group` divides by the group's standard deviation, `none` by nothing, `batch` by the root mean square of all centred
 * returns of the batch: the caller does that with {@linkcode batchDivisor}, since a batch may be split into shards.
 */
export type AdvantageScale = "group" | "batch" | "none";

/**
 * How a reward of several components becomes one return. `sum_then_normalize`: the weighted sum is compared within the group.
 * `normalize_then_sum`: `Σ_k w_k (R_k − mean R_k) / (std R_k + ε)` is, so that a component speaks by its weight alone, however
 * small its differences are (GDPO, arXiv:2601.05242, equations 4 and 5).
 */
export type RewardAggregation = "sum_then_normalize" | "normalize_then_sum";

/** How the members of a group are compared (see `docs/algorithm.md`). */
export interface AdvantageOptions {
  readonly returns: ReturnKind;
  /** γ, the discount factor. */
  readonly gamma: number;
  readonly scale: AdvantageScale;
  readonly aggregation: RewardAggregation;
  /** Compare with the mean of the *other* members: the centred return times n / (n − 1). */
  readonly leaveOneOut: boolean;
  /** Learn from the best share of each group only: `A = max(0, R − quantile)`; 1 learns from all members. */
  readonly riskShare: number;
  /** Climb the expected best of so many members instead of the mean of one; see {@linkcode passAtKAdvantages}. */
  readonly passAtK: number;
}

/** The advantages of a rollout and what they are made of. */
export interface Advantages {
  /** Shape of the rollout's decisions; 0 where masked out. */
  readonly advantage: Float32Array;
  /** 1 where the decision's group has members with different returns, else 0: nothing can be learned there. */
  readonly informative: Float32Array;
  readonly groups: number;
  /** Groups whose members all have the same return. */
  readonly zeroVarianceGroups: number;
  /** Sum over groups of the standard deviation (n − 1) of their returns. */
  readonly stdSum: number;
  /** Sum of squared advantages and number of members, of the informative groups: what `batch` scaling divides by. */
  readonly squares: number;
  readonly members: number;
}

/** Keeps the division finite; TRL's value. */
export const STD_EPSILON = 1e-4;

/**
 * The advantage of every decision. The standard deviation is the sample one (n − 1). With reward-to-go, members are
 * compared at equal times; with outcome returns a member counts once, however many decisions it made.
 */
export function advantages(decisions: Credited, options: AdvantageOptions): Advantages {
  const total = returns(decisions, options.returns, options.gamma);
  const cells = comparisonCells(decisions, options.returns).map((cell) => ({
    cell,
    members: distinctMembers(cell, decisions.member),
  }));
  const value = options.aggregation === "normalize_then_sum" ? normalisedSum(decisions, cells, options) : total;
  const advantage = new Float32Array(value.length);
  const informative = new Float32Array(value.length);
  let zeroVarianceGroups = 0;
  let stdSum = 0;
  let squares = 0;
  let count = 0;
  for (const { cell, members } of cells) {
    stdSum += momentsOf(members.map((d) => total[d])).std;
    const sample = members.map((d) => value[d]);
    const { mean, std } = momentsOf(sample);
    if (isConstant(mean, std)) {
      zeroVarianceGroups++;
      continue;
    }
    const divisor = options.scale === "group" ? std + STD_EPSILON : 1;
    const own = memberAdvantages(sample, mean, options);
    const ofMember = new Map(members.map((d, i) => [decisions.member[d], own[i] / divisor]));
    for (const d of cell) {
      advantage[d] = ofMember.get(decisions.member[d]) ?? 0;
      informative[d] = 1;
    }
    for (const d of members) squares += advantage[d] ** 2;
    count += members.length;
  }
  return {
    advantage,
    informative,
    groups: cells.length,
    zeroVarianceGroups,
    stdSum,
    squares,
    members: count,
  };
}

/** Advantages of the members of one group, before any division. */
function memberAdvantages(sample: readonly number[], mean: number, options: AdvantageOptions): readonly number[] {
  if (options.passAtK > 1) return passAtKAdvantages(sample, options.passAtK);
  const baseline = options.riskShare < 1 ? quantile(sample, 1 - options.riskShare) : mean;
  const others = options.leaveOneOut ? sample.length / (sample.length - 1) : 1;
  return sample.map((value) => {
    const centred = value - baseline;
    return (options.riskShare < 1 ? Math.max(0, centred) : centred) * others;
  });
}

/**
 * What each member adds to the best of k: `A_i = k · E[max_I R − max_{I∖i} R]` over the sets I of k members with i among them.
 * The mean of `A_i ∇log π_i` over the group is an unbiased gradient of `E[max of k draws]`, pass@k where rewards are 0 and 1
 * (PKPO, Walder & Karkhanis 2025, arXiv:2505.15201, the leave-one-out estimator with baselines of k − 1). In order of the
 * returns, `A_i = k Σ_{j<i} C(j−1, k−2) (R_i − R_j) / C(n−1, k−1)`.
 * @param k at least 2; a group of fewer members is the whole set
 */
export function passAtKAdvantages(sample: readonly number[], k: number): readonly number[] {
  const n = sample.length;
  const size = Math.min(k, n);
  const order = sample.map((_, i) => i).sort((a, b) => sample[a] - sample[b]);
  // weight[j] = size · C(j, size − 2) / C(n − 1, size − 1), from the highest that is needed down: no factorial overflows.
  const weight = new Float64Array(n);
  weight[n - 2] = size * (size - 1) / (n - 1);
  for (let j = n - 2; j > 0; j--) weight[j - 1] = weight[j] * Math.max(0, j - size + 2) / j;
  const result = new Array<number>(n).fill(0);
  let [weights, weighted] = [0, 0];
  order.forEach((member, rank) => {
    result[member] = sample[member] * weights - weighted;
    weights += weight[rank];
    weighted += weight[rank] * sample[member];
  });
  return result;
}

/** Comparable members of a rollout: all decisions of a cell, and one decision of each member in it. */
interface Cell {
  readonly cell: readonly number[];
  readonly members: readonly number[];
}

/** `Σ_k w_k (R_k − mean R_k) / (std R_k + ε)` of each decision; a component that does not vary in a group adds nothing. */
function normalisedSum(decisions: Credited, cells: readonly Cell[], options: AdvantageOptions): Float64Array {
  const { components } = decisions;
  if (components === undefined) throw new RangeError("Cannot normalise the components of a reward that has none");
  const sum = new Float64Array(decisions.reward.length);
  for (const { weight, reward } of components) {
    const own = returns({ ...decisions, reward }, options.returns, options.gamma);
    for (const { cell, members } of cells) {
      const { mean, std } = momentsOf(members.map((d) => own[d]));
      if (isConstant(mean, std)) continue;
      for (const d of cell) sum[d] += weight * (own[d] - mean) / (std + STD_EPSILON);
    }
  }
  return sum;
}

/** Mean and sample standard deviation. */
function momentsOf(sample: readonly number[]): { readonly mean: number; readonly std: number } {
  const mean = sample.reduce((a, b) => a + b, 0) / sample.length;
  const squares = sample.reduce((a, b) => a + (b - mean) ** 2, 0);
  return { mean, std: sample.length > 1 ? Math.sqrt(squares / (sample.length - 1)) : 0 };
}

/** Whether differences are no larger than what rounding makes. */
function isConstant(mean: number, std: number): boolean {
  return !(std > 1e-12 * Math.max(1, Math.abs(mean)));
}

/** What `batch` scaling divides advantages by, from the sums over all shards. */
export function batchDivisor(squares: number, members: number): number {
  return members > 1 ? Math.sqrt(squares / (members - 1)) + STD_EPSILON : 1;
}

/** Lists of decisions that are compared with each other: a group's, at one time if returns depend on time. */
function comparisonCells(decisions: Credited, kind: ReturnKind): number[][] {
  const { mask, member, time, group } = decisions;
  const cells = new Map<number, number[]>();
  let longest = 0;
  for (const t of time) longest = Math.max(longest, t);
  for (let d = 0; d < mask.length; d++) {
    if (mask[d] === 0) continue;
    const key = kind === "outcome" ? group[member[d]] : group[member[d]] * (longest + 1) + time[d];
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, [d]);
    else cell.push(d);
  }
  return [...cells.values()];
}

/** One decision of each member: returns are equal within a member of a cell. */
function distinctMembers(cell: readonly number[], member: Int32Array): number[] {
  const first = new Map<number, number>();
  for (const d of cell) if (!first.has(member[d])) first.set(member[d], d);
  return [...first.values()];
}

/** Linear-interpolation quantile (type 7 of Hyndman & Fan 1996). */
function quantile(sample: readonly number[], probability: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  const position = probability * (sorted.length - 1);
  const below = Math.floor(position);
  return sorted[below] + (position - below) * (sorted[Math.min(below + 1, sorted.length - 1)] - sorted[below]);
}
