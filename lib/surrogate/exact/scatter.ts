/**
 * What the rows of one episode say about linear Gaussian families: each node's own leaves out the rows in which it was set
 * (Cooper & Yoo 1999).
 */

import { membersOf, type Observation, standardisedRowInto } from "../../environment/mod.ts";
import { addToRegimeInto, joinRegimesInto, type RegimeSums } from "../../numeric/mod.ts";

/**
 * Adds the rows of an episode that are not counted yet, standardised by what it started from.
 * @param order the variable of each node
 */
export function addRowsInto(sums: RegimeSums, observation: Observation, episode: number, order: Int32Array): void {
  const { history, problems } = observation;
  const node = new Int32Array(problems.width);
  order.forEach((variable, i) => node[variable] = i);
  const z = new Float64Array(problems.width + 1);
  const x = new Float64Array(order.length);
  while (sums.rows < history.rows) {
    standardisedRowInto(z, observation, episode, sums.rows);
    order.forEach((variable, i) => x[i] = z[variable + 1]);
    const set = membersOf(history, episode * history.capacity + sums.rows, problems.width);
    addToRegimeInto(sums, x, set.map((v) => node[v]));
  }
}

/**
 * The posterior matrix of the rows that tell about a node's family (Geiger & Heckerman 2002; Kuipers, Moffa & Heckerman
 * 2014): `R = t I + S + α N / (α + N) x̄x̄ᵀ`, with a prior mean of 0 that counts as α rows.
 * @param out `[nodes, nodes]`, both triangles written
 * @param mean `[nodes]`, written: the posterior mean of the means, Σx / (α + N)
 * @param prior α, the rows that the prior mean counts as, and t
 * @returns N, the number of rows in which the node was not set
 */
export function posteriorMatrixInto(
  out: Float64Array,
  mean: Float64Array,
  sums: RegimeSums,
  node: number,
  { meanRows, diagonal }: { readonly meanRows: number; readonly diagonal: number },
): number {
  const nodes = sums.size;
  const rows = joinRegimesInto(mean, out, sums, node);
  // Σxxᵀ − N x̄x̄ᵀ + αN/(α + N) x̄x̄ᵀ = Σxxᵀ − (Σx)(Σx)ᵀ / (α + N)
  for (let a = 0; a < nodes; a++) {
    for (let b = 0; b <= a; b++) {
      const centring = rows > 0 ? mean[a] * mean[b] / (meanRows + rows) : 0;
      const value = out[a * nodes + b] - centring + (a === b ? diagonal : 0);
      out[a * nodes + b] = value;
      out[b * nodes + a] = value;
    }
  }
  for (let a = 0; a < nodes; a++) mean[a] = rows > 0 ? mean[a] / (meanRows + rows) : 0;
  return rows;
}
