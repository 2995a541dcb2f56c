/**
 * The posterior over all DAGs, by inclusion–exclusion over sinks (Tian & He 2009) on the lattice of subsets that Koivisto &
 * Sood (2004) sum over orders on. Sums over orders count a DAG once for each of its orders; these count it once, so that any
 * modular prior, the uniform one too, is over DAGs. With A_j(U) the sum of the scores of j's families within U,
 *
 *     R(W) = Σ_{∅ ≠ S ⊆ W} (−1)^{|S|+1} R(W∖S) Π_{j∈S} A_j(W∖S),    R(∅) = 1,
 *
 * is the sum over the DAGs on W: every set of sinks S of a DAG adds ±1, together 1. O(3ⁿ). Sums over W are kept in units of
 * the score of its best order, which no term exceeds: nothing overflows, and what underflows does not count.
 */

import { pairCount, type Workspace } from "./workspace.ts";

/** Terms below e^−this of the greatest are left out: fewer than 3¹⁰ of them change nothing. */
const NEGLIGIBLE = 50;

/**
 * Sums families within each set, ln A_j(U), and averages the coefficients' moments over them in the same way: a mixture is
 * mixed pair by pair, so that no score has to be exponentiated alone.
 * @param moments whether moments are averaged too
 */
export function sumFamiliesInto(work: Workspace, moments: boolean): void {
  const { nodes, size, half, logScore, logSum } = work;
  logSum.set(logScore);
  for (let j = 0; j < nodes; j++) {
    const at = j * size;
    for (let k = 0; k < nodes; k++) {
      if (k === j) continue;
      const bit = 1 << k;
      for (let set = bit; set < size; set = set + 1 | bit) {
        if ((set >> j & 1) === 1) continue;
        const rest = set ^ bit;
        const own = logSum[at + set];
        const less = logSum[at + rest];
        const gap = less - own;
        if (!(gap > -NEGLIGIBLE)) continue;
        const share = gap > NEGLIGIBLE ? 1 : 1 / (1 + Math.exp(-gap));
        logSum[at + set] = gap > NEGLIGIBLE ? less : less - Math.log(share);
        if (moments && set < half) mixInto(work, j * half + set, j * half + rest, share);
      }
    }
  }
}

/** Moves the moments of one set a share of the way towards those of another. */
function mixInto({ nodes, mean, second, intercept }: Workspace, to: number, from: number, share: number): void {
  const others = nodes - 1;
  const pairs = pairCount(others);
  intercept[to] += share * (intercept[from] - intercept[to]);
  for (let a = to * others, b = from * others; a < (to + 1) * others; a++, b++) mean[a] += share * (mean[b] - mean[a]);
  for (let a = to * pairs, b = from * pairs; a < (to + 1) * pairs; a++, b++) {
    second[a] += share * (second[b] - second[a]);
  }
}

/** R(W) of every set, from ln A. */
export function forwardInto(work: Workspace): void {
  const { nodes, size, logSum, scale, forward, terms, termOffset, sign, lowest, joint } = work;
  scale.fill(-Infinity);
  scale[0] = 0;
  for (let set = 1; set < size; set++) {
    for (let rest = set; rest !== 0; rest &= rest - 1) {
      const j = lowest[rest];
      const before = set ^ 1 << j;
      scale[set] = Math.max(scale[set], scale[before] + logSum[j * size + before]);
    }
  }
  forward.fill(0);
  forward[0] = 1;
  for (let set = 0; set < size; set++) {
    const others = size - 1 ^ set;
    let at = termOffset[set];
    for (let sinks = -others & others; sinks !== 0; sinks = sinks - others & others, at++) {
      const sum = joint[sinks & (sinks - 1)] + logSum[lowest[sinks] * size + set];
      joint[sinks] = sum;
      const exponent = scale[set] + sum - scale[set | sinks];
      const term = exponent > -NEGLIGIBLE ? sign[sinks] * Math.exp(exponent) : 0;
      terms[at] = term;
      forward[set | sinks] += term * forward[set];
    }
  }
  if (nodes > 0 && !(forward[size - 1] > 0)) {
    throw new RangeError(`No DAG is possible: the sum of all is ${forward[size - 1]}`);
  }
}

/** ∂R(V)/∂R(W) of every set, from the terms. */
export function backwardInto({ size, backward, terms, termOffset }: Workspace): void {
  backward[size - 1] = 1;
  for (let set = size - 2; set >= 0; set--) {
    const others = size - 1 ^ set;
    let at = termOffset[set];
    let sum = 0;
    for (let sinks = -others & others; sinks !== 0; sinks = sinks - others & others) {
      sum += terms[at++] * backward[set | sinks];
    }
    backward[set] = sum;
  }
}

/**
 * Posterior probability of every parent set of `node`, from the forward and backward sums.
 * Writes `work.parentSets`, 0 where a set contains the node.
 */
export function parentSetsInto(work: Workspace, node: number): void {
  const { size, logScore, logSum, forward, backward, terms, termOffset, parentSets: out } = work;
  const bit = 1 << node;
  const total = forward[size - 1];
  out.fill(0);
  for (let set = 0; set < size; set++) {
    if ((set & bit) !== 0) continue;
    const others = size - 1 ^ set;
    let at = termOffset[set];
    let sum = 0;
    for (let sinks = -others & others; sinks !== 0; sinks = sinks - others & others, at++) {
      if ((sinks & bit) !== 0) sum += terms[at] * backward[set | sinks];
    }
    spread(set, sum * forward[set] / total);
  }
  // Sums with signs leave tiny negative remainders where nothing should be left.
  for (let set = 0; set < size; set++) out[set] = Math.max(0, out[set]);

  /** Hands the weight of a set of predecessors to the families within it. */
  function spread(set: number, w: number): void {
    if (w === 0) return;
    const sum = logSum[node * size + set];
    for (let parents = set;; parents = parents - 1 & set) {
      const exponent = logScore[node * size + parents] - sum;
      if (exponent > -NEGLIGIBLE) out[parents] += w * Math.exp(exponent);
      if (parents === 0) return;
    }
  }
}
