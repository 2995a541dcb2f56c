/**
 * Posterior mean and second moment of every variable's total effect on the target, exactly: over all DAGs and coefficients.
 *
 * Given a DAG, a total effect is the sum over directed paths of products of coefficients (Wright 1934), and coefficients of
 * different nodes are independent. A path meets each node once, so the expected sum over paths is a sum over DAGs in which
 * the one node that a path enters has its family weighted by a coefficient. It obeys the same inclusion–exclusion as the
 * number of DAGs, with one more thing to remember: the head, the node that the path has reached. With E_g^h(U) the mean
 * coefficient of h in the families of g within U, the worth B(U, h) of having reached h with the nodes of U placed is
 *
 *     B(U, h) = Σ_S t(U, S) [ B(U∪S, h) + Σ_{g∈S} B(U∪S, g) E_g^h(U) ],    B(V, target) = 1,
 *
 * where t(U, S) is the signed term of the sinks S. The mean effect of v is `Σ_{U∋v} R(U) (B(U, v) − Σ_S t B(U∪S, v)) / R(V)`.
 * The outcome of setting v to x is `μ_Y + τ_v (x − μ_v)`, in which the observational mean μ_v is uncertain too and, given a
 * DAG, independent of τ_v: `E[τ_v μ_v]` is the same sum with R(U) replaced by the sum over the DAGs on U of μ_v, which is a
 * sum over paths from a constant that every node has as a parent.
 *
 * The second moment follows two heads at once, which enter a common node with the second moment E_g^{hh'} of its
 * coefficients. O(3ⁿ n²).
 */

import { pairCount, type Workspace } from "./workspace.ts";

/** Scratch of {@linkcode effectsInto}. */
export interface EffectScratch {
  readonly sums: Float64Array;
  readonly pairSums: Float64Array;
  /** `[others, others]` Σ t B of the pairs, and that times the transitions. */
  readonly square: Float64Array;
  readonly product: Float64Array;
  /** `[others]` */
  readonly entering: Float64Array;
  /** `[others, others]` row g: where head g came from. */
  readonly steps: Float64Array;
}

export function createEffectScratch(nodes: number): EffectScratch {
  const others = nodes - 1;
  return {
    sums: new Float64Array(others),
    pairSums: new Float64Array(pairCount(others)),
    square: new Float64Array(others * others),
    product: new Float64Array(others * others),
    entering: new Float64Array(others),
    steps: new Float64Array(others * others),
  };
}

/** Moments of the total effects on the last node, `[nodes − 1]` each, in standardised units. */
export interface EffectMoments {
  readonly mean: Float64Array;
  readonly second: Float64Array;
  /** E[τ_v μ_v], with μ_v the observational mean of v. */
  readonly level: Float64Array;
}

/** Writes the moments, from the forward and backward sums and the averaged families. */
export function effectsInto({ mean, second, level }: EffectMoments, work: Workspace, scratch: EffectScratch): void {
  const { nodes, size, half, forward, heads, headPairs, levels } = work;
  levelsInto(work, scratch);
  const others = nodes - 1;
  const pairs = pairCount(others);
  const { sums, pairSums } = scratch;
  mean.fill(0);
  second.fill(0);
  level.fill(0);
  const total = forward[size - 1];
  for (let set = half - 1; set >= 0; set--) {
    const last = collect(work, scratch, set);
    const at = set * others;
    stepHeads(work, scratch, set, last);
    stepPairs(work, scratch, set, last);
    const weight = forward[set] / total;
    for (let v = 0; v < others; v++) {
      if ((set >> v & 1) === 0) continue;
      const pair = pairCount(v) + v;
      const leaving = heads[at + v] - sums[v];
      mean[v] += weight * leaving;
      level[v] += levels[at + v] / total * leaving;
      second[v] += weight * (headPairs[set * pairs + pair] - pairSums[pair]);
    }
  }
}

/** Σ over the DAGs on each U of every node's observational mean: paths from the constant, from small sets to large ones. */
function levelsInto(work: Workspace, { entering }: EffectScratch): void {
  const { nodes, size, half, forward, mean, intercept, levels, terms, termOffset } = work;
  const others = nodes - 1;
  levels.fill(0);
  for (let set = 0; set < half; set++) {
    for (let g = 0; g < others; g++) {
      if ((set >> g & 1) === 1) {
        entering[g] = levels[set * others + g];
        continue;
      }
      let sum = forward[set] * intercept[g * half + set];
      for (let h = 0, at = (g * half + set) * others; h < others; h++) {
        if ((set >> h & 1) === 1) sum += levels[set * others + h] * mean[at + h];
      }
      entering[g] = sum;
    }
    const free = size - 1 ^ set;
    let at = termOffset[set];
    for (let sinks = -free & free; sinks !== 0 && sinks < half; sinks = sinks - free & free, at++) {
      const term = terms[at];
      if (term === 0) continue;
      for (let g = 0, to = (set | sinks) * others; g < others; g++) {
        if (((set | sinks) >> g & 1) === 1) levels[to + g] += term * entering[g];
      }
    }
  }
}

/** `Σ_S t B(U∪S, ·)` of heads and pairs of heads; returns the sum over the S that contain the target, which it ends in. */
function collect(work: Workspace, { sums, pairSums }: EffectScratch, set: number): number {
  const { nodes, size, half, backward, heads, headPairs, terms, termOffset } = work;
  const others = nodes - 1;
  const pairs = pairCount(others);
  sums.fill(0);
  pairSums.fill(0);
  const free = size - 1 ^ set;
  let at = termOffset[set];
  let last = 0;
  for (let sinks = -free & free; sinks !== 0; sinks = sinks - free & free, at++) {
    const term = terms[at];
    if (term === 0) continue;
    const joined = set | sinks;
    if (joined >= half) {
      if (sinks >= half) last += term * backward[joined];
      continue;
    }
    for (let g = 0, from = joined * others; g < others; g++) sums[g] += term * heads[from + g];
    for (let p = 0, from = joined * pairs; p < pairs; p++) pairSums[p] += term * headPairs[from + p];
  }
  return last;
}

/** B(U, h) for the members h of U. */
function stepHeads({ nodes, half, mean, heads }: Workspace, { sums }: EffectScratch, set: number, last: number): void {
  const others = nodes - 1;
  const at = set * others;
  const ofTarget = (others * half + set) * others;
  for (let h = 0; h < others; h++) {
    if ((set >> h & 1) === 0) {
      heads[at + h] = 0;
      continue;
    }
    let worth = sums[h] + last * mean[ofTarget + h];
    for (let g = 0; g < others; g++) {
      if ((set >> g & 1) === 0) worth += sums[g] * mean[(g * half + set) * others + h];
    }
    heads[at + h] = worth;
  }
}

/**
 * The same for pairs: with C the matrix of `Σ_S t B`, and row g of T the transition into g (its own unit vector for a member
 * of U, its mean coefficients otherwise), `TᵀCT`; two heads that enter one node covary by its coefficients' covariance.
 */
function stepPairs(work: Workspace, scratch: EffectScratch, set: number, last: number): void {
  const { nodes, half, mean, second, headPairs } = work;
  const others = nodes - 1;
  const pairs = pairCount(others);
  const { pairSums, square, product, steps } = scratch;
  for (let a = 0, p = 0; a < others; a++) {
    const member = (set >> a & 1) === 1;
    for (let b = 0; b <= a; b++, p++) square[a * others + b] = square[b * others + a] = pairSums[p];
    for (let h = 0; h < others; h++) {
      steps[a * others + h] = member ? (a === h ? 1 : 0) : mean[(a * half + set) * others + h];
    }
  }
  for (let a = 0; a < others; a++) {
    for (let h = 0; h < others; h++) {
      let sum = 0;
      if ((set >> h & 1) === 1) {
        for (let b = 0; b < others; b++) sum += square[a * others + b] * steps[b * others + h];
      }
      product[a * others + h] = sum;
    }
  }
  const ofTarget = (others * half + set) * pairs;
  for (let h = 0, p = 0; h < others; h++) {
    for (let i = 0; i <= h; i++, p++) {
      if ((set >> h & 1) === 0 || (set >> i & 1) === 0) {
        headPairs[set * pairs + p] = 0;
        continue;
      }
      let worth = last * second[ofTarget + p];
      for (let g = 0; g < others; g++) {
        const step = steps[g * others + h];
        worth += step * product[g * others + i];
        if ((set >> g & 1) === 0) {
          worth += square[g * others + g] * (second[(g * half + set) * pairs + p] - step * steps[g * others + i]);
        }
      }
      headPairs[set * pairs + p] = worth;
    }
  }
}
