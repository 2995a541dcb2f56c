/** Buffers for one number of nodes, shared by all episodes of that size. Sets of nodes are bit masks; the target is last. */

/** Everything that one update writes. Arrays over sets have 2ⁿ entries, or 2ⁿ⁻¹ where the target is never a member. */
export interface Workspace {
  readonly nodes: number;
  /** 2ⁿ and 2ⁿ⁻¹ */
  readonly size: number;
  readonly half: number;
  /** `[nodes + 1][nodes, nodes]` one matrix for each depth of the walk over families. */
  readonly sweeps: readonly Float64Array[];
  /** `[nodes, size]` log score of each family. */
  readonly logScore: Float64Array;
  /** `[nodes, size]` ln A_j(U), the log of the sum of the scores of j's families with parents within U. */
  readonly logSum: Float64Array;
  /** `[nodes, half, nodes − 1]` and `[nodes, half, pairs]` moments of coefficients: of each family, then averaged within U. */
  readonly mean: Float64Array;
  readonly second: Float64Array;
  /** `[nodes]` means of the rows of one node, and `[nodes, half]` posterior means of intercepts, averaged like coefficients. */
  readonly rowMean: Float64Array;
  readonly intercept: Float64Array;
  /** `[size]` the log of the best order's score of each set, which the sums of the set are counted in. */
  readonly scale: Float64Array;
  /** `[size]` R(W): the sum over all DAGs on W. */
  readonly forward: Float64Array;
  /** `[size]` ∂R(V)/∂R(W). */
  readonly backward: Float64Array;
  /** `[size − 1 …]` signed terms of the inclusion–exclusion, in the order of {@linkcode termOffset}. */
  readonly terms: Float64Array;
  /** `[size]` where the terms of U begin. */
  readonly termOffset: Int32Array;
  /** `[size]` ±1: + for an odd number of members. */
  readonly sign: Int8Array;
  /** `[size]` position of the lowest member. */
  readonly lowest: Int8Array;
  /** `[size]` scratch: Σ ln A over the members of a set. */
  readonly joint: Float64Array;
  /** `[size]` posterior probability of each parent set of one node. */
  readonly parentSets: Float64Array;
  /** `[half, nodes − 1]` and `[half, pairs]` what heads of paths, and pairs of heads, are worth; see `effects.ts`. */
  readonly heads: Float64Array;
  readonly headPairs: Float64Array;
  /** `[half, nodes − 1]` Σ over the DAGs on U of each node's observational mean. */
  readonly levels: Float64Array;
}

/** Number of unordered pairs of `count` nodes, each with itself included. */
export const pairCount = (count: number): number => count * (count + 1) / 2;

export function createWorkspace(nodes: number): Workspace {
  const size = 1 << nodes;
  const half = size >> 1;
  const termOffset = new Int32Array(size);
  const sign = new Int8Array(size);
  const lowest = new Int8Array(size);
  sign[0] = -1;
  for (let set = 1; set < size; set++) {
    sign[set] = -sign[set & (set - 1)];
    lowest[set] = 31 - Math.clz32(set & -set);
  }
  let terms = 0;
  for (let set = 0; set < size; set++) {
    termOffset[set] = terms;
    terms += (1 << nodes - members(set)) - 1;
  }
  return {
    nodes,
    size,
    half,
    sweeps: Array.from({ length: nodes + 1 }, () => new Float64Array(nodes * nodes)),
    logScore: new Float64Array(nodes * size),
    logSum: new Float64Array(nodes * size),
    mean: new Float64Array(nodes * half * (nodes - 1)),
    second: new Float64Array(nodes * half * pairCount(nodes - 1)),
    rowMean: new Float64Array(nodes),
    intercept: new Float64Array(nodes * half),
    scale: new Float64Array(size),
    forward: new Float64Array(size),
    backward: new Float64Array(size),
    terms: new Float64Array(terms),
    termOffset,
    sign,
    lowest,
    joint: new Float64Array(size),
    parentSets: new Float64Array(size),
    heads: new Float64Array(half * (nodes - 1)),
    headPairs: new Float64Array(half * pairCount(nodes - 1)),
    levels: new Float64Array(half * (nodes - 1)),
  };
}

/** Number of members of a set. */
export function members(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
}
