/** One draw from the exact posterior: a DAG, coefficients, and the total effects that follow from them. */

import { type RegimeSums, semidefiniteCholeskyInto } from "../../numeric/mod.ts";
import type { Stream } from "../../random/mod.ts";
import { familiesInto, type FamilyOptions } from "./families.ts";
import { backwardInto, forwardInto, parentSetsInto, sumFamiliesInto } from "./structures.ts";
import { pairCount, type Workspace } from "./workspace.ts";

/**
 * Draws a DAG node by node, each parent set from its posterior given those drawn before, and then every node's
 * coefficients, normal with the moments of their posterior given the family.
 * @returns `[nodes − 1]` total effects on the last node, standardised units
 */
export function drawEffects(work: Workspace, sums: RegimeSums, options: FamilyOptions, stream: Stream): Float64Array {
  familiesInto(work, sums, options);
  const parents = drawDag(work, stream);
  const coefficients = Array.from(parents, (set, g) => set < work.half ? drawCoefficients(work, g, set, stream) : null);
  const others = work.nodes - 1;
  const effects = new Float64Array(others).fill(NaN);
  const effectOf = (v: number): number => {
    if (v === others) return 1;
    if (!Number.isNaN(effects[v])) return effects[v];
    let sum = 0;
    coefficients.forEach((own, g) => {
      if (own !== null && (parents[g] >> v & 1) === 1) sum += own[v] * effectOf(g);
    });
    return effects[v] = sum;
  };
  for (let v = 0; v < others; v++) effectOf(v);
  return effects;
}

/** `[nodes]` parent set of each node; needs the scores of the families alone. */
export function drawDag(work: Workspace, stream: Stream): Int32Array {
  const { nodes, size, logScore, logSum } = work;
  const drawn = new Int32Array(nodes);
  sumFamiliesInto(work, false);
  for (let j = 0; j < nodes; j++) {
    forwardInto(work);
    backwardInto(work);
    parentSetsInto(work, j);
    drawn[j] = choose(work.parentSets, stream.uniform());
    for (let set = 0; set < size; set++) {
      logSum[j * size + set] = (drawn[j] & set) === drawn[j] ? logScore[j * size + drawn[j]] : -Infinity;
    }
  }
  return drawn;
}

/** The index at which the running share of the weights passes `u`. */
function choose(weights: Float64Array, u: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = u * total;
  let last = 0;
  for (let index = 0; index < weights.length; index++) {
    if (weights[index] === 0) continue;
    last = index;
    left -= weights[index];
    if (left < 0) break;
  }
  return last;
}

/** `[nodes − 1]` coefficients of one family, 0 for nodes that are no parents: mean + L z with L the covariance's Cholesky factor. */
function drawCoefficients(
  { nodes, half, mean, second }: Workspace,
  node: number,
  set: number,
  stream: Stream,
): Float64Array {
  const others = nodes - 1;
  const at = (node * half + set) * others;
  const pairsAt = (node * half + set) * pairCount(others);
  const out = mean.slice(at, at + others);
  const z = new Float64Array(others);
  stream.fillNormalInto(z);
  const parents = [...z.keys()].filter((v) => (set >> v & 1) === 1);
  const factor = new Float64Array(parents.length ** 2);
  parents.forEach((a, row) =>
    parents.slice(0, row + 1).forEach((b, column) =>
      factor[row * parents.length + column] = second[pairsAt + pairCount(a) + b] - mean[at + a] * mean[at + b]
    )
  );
  semidefiniteCholeskyInto(factor, parents.length);
  parents.forEach((a, row) =>
    parents.slice(0, row + 1).forEach((b, column) => out[a] += factor[row * parents.length + column] * z[b])
  );
  return out;
}
