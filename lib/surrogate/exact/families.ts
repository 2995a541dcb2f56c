/**
 * Every family (a node and a set of parents) of one episode: its log score, and what is believed about its coefficients.
 *
 * `bge` is the Bayesian Gaussian equivalent score of Geiger & Heckerman (2002) in the corrected form of Kuipers, Moffa &
 * Heckerman (2014); given a family, the regression of the node on its parents is conjugate: with R the posterior matrix of
 * the node's rows, coefficients `R_PP⁻¹ R_Pi` with covariance `R_PP⁻¹ v / (α' − 2)`, `v = R_ii − R_iP R_PP⁻¹ R_Pi`. `bic` is
 * least squares throughout.
 */

import { logGamma, type RegimeSums } from "../../numeric/mod.ts";
import { posteriorMatrixInto } from "./scatter.ts";
import { pairCount, type Workspace } from "./workspace.ts";

/** How families are scored. */
export interface FamilyOptions {
  /** bge: marginal likelihood; bic: its large-sample approximation (Schwarz 1978). */
  readonly score: "bge" | "bic";
  /** Prior odds of an edge against none; 1 makes all DAGs equally probable before any data. */
  readonly edgeOdds: number;
  /** α_μ, rows that the prior mean counts as. */
  readonly meanRows: number;
  /** α_w − n, degrees of freedom of the prior covariance beyond the number of variables; above 1. */
  readonly freedom: number;
  /** Parents that nodes must have or may have; left out: none and all. */
  readonly masks?: FamilyMasks;
}

/** What is known of a graph, by node: bit masks of nodes. */
export interface FamilyMasks {
  /** `[nodes]` parents that a node is known to have. */
  readonly must: Int32Array;
  /** `[nodes]` parents that a node may have. */
  readonly may: Int32Array;
}

/**
 * Scores every family, and writes the moments of the coefficients of those without the last node, the target, as a parent.
 * Node and parent set index `logScore[node · 2ⁿ + set]`.
 */
export function familiesInto(work: Workspace, sums: RegimeSums, options: FamilyOptions): void {
  const { nodes } = work;
  const diagonal = options.meanRows * (options.freedom - 1) / (options.meanRows + 1);
  const prior = options.score === "bge"
    ? { meanRows: options.meanRows, diagonal }
    : { meanRows: 0, diagonal: BIC_RIDGE };
  for (let node = 0; node < nodes; node++) {
    const rows = posteriorMatrixInto(work.sweeps[0], work.rowMean, sums, node, prior);
    visit({ work, node, rows, constants: constantsOf(rows, nodes, diagonal, options), options }, 0, 0, 0, 0);
  }
  if (options.masks !== undefined) restrictInto(work, options.masks);
}

/** Families that contradict what is known are impossible. */
function restrictInto({ nodes, size, logScore }: Workspace, { must, may }: FamilyMasks): void {
  for (let node = 0; node < nodes; node++) {
    for (let set = 0; set < size; set++) {
      if ((set & must[node]) !== must[node] || (set & ~may[node]) !== 0) logScore[node * size + set] = -Infinity;
    }
  }
}

/** Keeps determinants above 0 where least squares has fewer rows than coefficients; squared spreads. */
const BIC_RIDGE = 1e-13;

interface Visit {
  readonly work: Workspace;
  readonly node: number;
  readonly rows: number;
  /** `[nodes]` what a score contains beside determinants, by number of parents. */
  readonly constants: Float64Array;
  readonly options: FamilyOptions;
}

/**
 * Scores the set `parents`, whose members have been swept out of `sweeps[depth]` (Beaton 1964), then every set that adds
 * nodes from `first` on to it. A swept matrix holds −R_PP⁻¹, the coefficients of all others on P, and what P leaves of them.
 */
function visit(task: Visit, parents: number, depth: number, first: number, logDeterminant: number): void {
  const { work, node, rows, constants, options } = task;
  const { nodes, size, half, logScore } = work;
  const matrix = work.sweeps[depth];
  const left = matrix[node * nodes + node];
  const freedom = rows + options.freedom + depth;
  logScore[node * size + parents] = options.score === "bge"
    ? constants[depth] - 0.5 * (freedom + 1) * Math.log(left) - 0.5 * logDeterminant
    : constants[depth] + bic(left, rows, depth);
  const noise = left / (options.score === "bge" ? freedom - 1 : Math.max(1, rows - depth - 1));
  if (parents < half) momentsInto(work, node, parents, matrix, noise);
  for (let k = first; k < nodes; k++) {
    if (k === node) continue;
    const pivot = matrix[k * nodes + k];
    sweepInto(work.sweeps[depth + 1], matrix, nodes, k, pivot);
    visit(task, parents | 1 << k, depth + 1, k + 1, logDeterminant + Math.log(pivot));
  }
}

/** Sweeps row and column `k` out of a symmetric matrix. */
function sweepInto(out: Float64Array, matrix: Float64Array, nodes: number, k: number, pivot: number): void {
  const inverse = 1 / pivot;
  for (let a = 0; a < nodes; a++) {
    const factor = matrix[a * nodes + k] * inverse;
    for (let b = 0; b < nodes; b++) out[a * nodes + b] = matrix[a * nodes + b] - factor * matrix[k * nodes + b];
  }
  for (let a = 0; a < nodes; a++) {
    const factor = matrix[a * nodes + k] * inverse;
    out[a * nodes + k] = factor;
    out[k * nodes + a] = factor;
  }
  out[k * nodes + k] = -inverse;
}

/** Means and second moments of the coefficients of one family, 0 for nodes that are no parents, and of its intercept. */
function momentsInto(work: Workspace, node: number, parents: number, matrix: Float64Array, noise: number): void {
  const { nodes, half, mean, second, rowMean } = work;
  const others = nodes - 1;
  let intercept = rowMean[node];
  const at = (node * half + parents) * others;
  const pairsAt = (node * half + parents) * pairCount(others);
  let pair = pairsAt;
  for (let a = 0; a < others; a++) {
    const inA = (parents >> a & 1) === 1;
    const coefficient = inA ? matrix[a * nodes + node] : 0;
    mean[at + a] = coefficient;
    intercept -= coefficient * rowMean[a];
    for (let b = 0; b <= a; b++, pair++) {
      second[pair] = inA && (parents >> b & 1) === 1
        ? coefficient * matrix[b * nodes + node] - matrix[a * nodes + b] * noise
        : 0;
    }
  }
  work.intercept[node * half + parents] = intercept;
}

/** `[nodes]` the part of a log score that depends on the numbers of rows N and parents l alone. */
function constantsOf(rows: number, nodes: number, diagonal: number, options: FamilyOptions): Float64Array {
  const { meanRows, freedom, edgeOdds } = options;
  return Float64Array.from({ length: nodes }, (_, l) => {
    const prior = l === 0 ? 0 : l * Math.log(edgeOdds);
    if (options.score === "bic") return prior;
    const before = 0.5 * (freedom + l + 1);
    return prior + 0.5 * Math.log(meanRows / (rows + meanRows)) + logGamma(before + 0.5 * rows) - logGamma(before) -
      0.5 * rows * Math.log(Math.PI) + 0.5 * (freedom + 2 * l + 1) * Math.log(diagonal);
  });
}

/** −(N ln σ̂² + (l + 2) ln N) / 2; a family with no fewer coefficients than rows explains nothing and is impossible. */
function bic(squares: number, rows: number, parents: number): number {
  if (rows <= parents + 2) return parents === 0 ? 0 : -Infinity;
  return -0.5 * (rows * Math.log(squares / rows) + (parents + 2) * Math.log(rows));
}
