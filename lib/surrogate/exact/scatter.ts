/**
 * What the rows of one episode say about linear Gaussian families: sums and cross products, kept apart by the variable that
 * was set, so that each node's own family leaves out the rows in which it was (Cooper & Yoo 1999).
 */

import type { Observation } from "../../environment/mod.ts";

/** Standardised values count as this far at most: polynomials set far outside of what was seen overflow. */
const FARTHEST = 1e4;

/** Sums of standardised rows. Group 0 holds the observational rows, group i + 1 those in which node i was set. */
export interface Scatter {
  readonly nodes: number;
  rows: number;
  /** `[nodes + 1]` rows, `[nodes + 1, nodes]` Σx and `[nodes + 1, nodes, nodes]` Σxxᵀ (lower triangles). */
  readonly count: Float64Array;
  readonly sum: Float64Array;
  readonly cross: Float64Array;
}

/** No rows of `nodes` nodes. */
export function createScatter(nodes: number): Scatter {
  return {
    nodes,
    rows: 0,
    count: new Float64Array(nodes + 1),
    sum: new Float64Array((nodes + 1) * nodes),
    cross: new Float64Array((nodes + 1) * nodes * nodes),
  };
}

/**
 * Adds the rows of an episode that are not counted yet, standardised by what it started from.
 * @param order the variable of each node
 */
export function addRowsInto(scatter: Scatter, observation: Observation, episode: number, order: Int32Array): void {
  const { history, problems, statistics } = observation;
  const { nodes } = scatter;
  const vector = episode * problems.width;
  const node = new Int32Array(problems.width);
  order.forEach((variable, i) => node[variable] = i);
  const x = new Float64Array(nodes);
  for (; scatter.rows < history.rows; scatter.rows++) {
    const row = episode * history.capacity + scatter.rows;
    for (let i = 0; i < nodes; i++) {
      const v = order[i];
      const z = (history.values[row * problems.width + v] - statistics.centre[vector + v]) /
        statistics.spread[vector + v];
      x[i] = Math.max(-FARTHEST, Math.min(FARTHEST, z));
    }
    const set = history.intervened[row];
    addRowInto(scatter, x, set < 0 ? 0 : node[set] + 1);
  }
}

/** Adds one standardised row to a group. */
export function addRowInto({ nodes, count, sum, cross }: Scatter, x: Float64Array, group: number): void {
  count[group]++;
  for (let a = 0; a < nodes; a++) {
    sum[group * nodes + a] += x[a];
    const at = (group * nodes + a) * nodes;
    for (let b = 0; b <= a; b++) cross[at + b] += x[a] * x[b];
  }
}

/**
 * The posterior matrix of the rows that tell about a node's family (Geiger & Heckerman 2002; Kuipers, Moffa & Heckerman
 * 2014): `R = t I + S + α N / (α + N) x̄x̄ᵀ`, with a prior mean of 0 that counts as α rows.
 * @param out `[nodes, nodes]`, both triangles written
 * @param mean `[nodes]`, written: the posterior mean of the means, Σx / (α + N)
 * @returns N, the number of rows in which the node was not set
 */
export function posteriorMatrixInto(
  out: Float64Array,
  mean: Float64Array,
  scatter: Scatter,
  node: number,
  meanRows: number,
  diagonal: number,
): number {
  const { nodes, count, sum, cross } = scatter;
  out.fill(0);
  mean.fill(0);
  let rows = 0;
  for (let group = 0; group <= nodes; group++) {
    if (group === node + 1 || count[group] === 0) continue;
    rows += count[group];
    for (let a = 0; a < nodes; a++) {
      mean[a] += sum[group * nodes + a];
      for (let b = 0; b <= a; b++) out[a * nodes + b] += cross[(group * nodes + a) * nodes + b];
    }
  }
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
