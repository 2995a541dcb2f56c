/**
 * Group-relative advantages: `A = (R − mean R) / (std R + ε)` over the members of a group (Shao et al. 2024,
 * arXiv:2402.03300, equation 3), with the variants of Dr. GRPO (no division, arXiv:2503.20783), RLOO (leave-one-out
 * baseline, Ahmadian et al. 2024) and risk-seeking policy gradients (Petersen et al. 2021).
 */

import { type Credited, type ReturnKind, returns } from "./returns.ts";

/**
 * `group` divides by the group's standard deviation, `none` by nothing, `batch` by the root mean square of all centred
 * returns of the batch: the caller does that with {@linkcode batchDivisor}, since a batch may be split into shards.
 */
export type AdvantageScale = "group" | "batch" | "none";

export interface AdvantageOptions {
  readonly returns: ReturnKind;
  /** γ, the discount factor. */
  readonly gamma: number;
  readonly scale: AdvantageScale;
  /** Compare with the mean of the *other* members: the centred return times n / (n − 1). */
  readonly leaveOneOut: boolean;
  /** Learn from the best share of each group only: `A = max(0, R − quantile)`; 1 learns from all members. */
  readonly riskShare: number;
}

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
  const value = returns(decisions, options.returns, options.gamma);
  const cells = comparisonCells(decisions, options.returns);
  const members = cells.map((cell) => distinctMembers(cell, decisions.member));
  const advantage = new Float32Array(value.length);
  const informative = new Float32Array(value.length);
  let zeroVariance = 0;
  let stdSum = 0;
  let squares = 0;
  let count = 0;
  cells.forEach((cell, c) => {
    const sample = members[c].map((d) => value[d]);
    const mean = sample.reduce((a, b) => a + b, 0) / sample.length;
    const sumOfSquares = sample.reduce((a, b) => a + (b - mean) ** 2, 0);
    const std = sample.length > 1 ? Math.sqrt(sumOfSquares / (sample.length - 1)) : 0;
    stdSum += std;
    if (!(std > 1e-12 * Math.max(1, Math.abs(mean)))) {
      zeroVariance++;
      return;
    }
    const baseline = options.riskShare < 1 ? quantile(sample, 1 - options.riskShare) : mean;
    const others = options.leaveOneOut ? sample.length / (sample.length - 1) : 1;
    const divisor = options.scale === "group" ? std + STD_EPSILON : 1;
    for (const d of cell) {
      const centred = value[d] - baseline;
      advantage[d] = (options.riskShare < 1 ? Math.max(0, centred) : centred) * others / divisor;
      informative[d] = 1;
    }
    for (const d of members[c]) squares += advantage[d] ** 2;
    count += members[c].length;
  });
  return {
    advantage,
    informative,
    groups: cells.length,
    zeroVarianceGroups: zeroVariance,
    stdSum,
    squares,
    members: count,
  };
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
