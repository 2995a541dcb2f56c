/** Everything about small linear Gaussian DAGs by brute force: each DAG on its own, with textbook linear algebra. */

import { logGamma as gammaln } from "../../lib/numeric/mod.ts";
import type { FamilyOptions } from "../../lib/surrogate/exact/families.ts";

/** One row and the node that was set in it, −1 for none. */
export interface Row {
  readonly x: readonly number[];
  readonly set: number;
}

/** Parent sets (bit masks) of every DAG on n nodes: 1, 3, 25, 543 for n = 1 … 4. */
export function allDags(n: number): number[][] {
  const dags: number[][] = [];
  const graphs = (1 << n - 1) ** n;
  for (let code = 0; code < graphs; code++) {
    let rest = code;
    const parents = Array.from({ length: n }, (_, i) => {
      const packed = rest % (1 << n - 1);
      rest = Math.floor(rest / (1 << n - 1));
      return (packed & (1 << i) - 1) | (packed >> i << i + 1);
    });
    if (topological(parents) !== null) dags.push(parents);
  }
  return dags;
}

/** The nodes in an order in which parents come first; null if there is a cycle. */
export function topological(parents: readonly number[]): number[] | null {
  const order: number[] = [];
  let placed = 0;
  while (order.length < parents.length) {
    const next = parents.findIndex((set, i) => (placed >> i & 1) === 0 && (set & placed) === set);
    if (next < 0) return null;
    order.push(next);
    placed |= 1 << next;
  }
  return order;
}

const nodesOf = (set: number): number[] => [...Array(31).keys()].filter((i) => (set >> i & 1) === 1);

function determinant(matrix: number[][]): number {
  if (matrix.length === 0) return 1;
  return matrix[0].reduce((sum, value, j) => {
    const minor = matrix.slice(1).map((row) => row.filter((_, k) => k !== j));
    return sum + (j % 2 === 0 ? 1 : -1) * value * determinant(minor);
  }, 0);
}

/** By Cramer's rule. */
function inverse(matrix: number[][]): number[][] {
  const whole = determinant(matrix);
  return matrix.map((_, i) =>
    matrix.map((_, j) => {
      const minor = matrix.filter((_, r) => r !== j).map((row) => row.filter((_, c) => c !== i));
      return ((i + j) % 2 === 0 ? 1 : -1) * determinant(minor) / whole;
    })
  );
}

/** Posterior matrix of normal-Wishart data with prior T = t I, mean 0, from the textbook's mean and scatter. */
function posteriorMatrix(rows: readonly Row[], n: number, { meanRows, freedom }: FamilyOptions): number[][] {
  const t = meanRows * (freedom - 1) / (meanRows + 1);
  const count = rows.length;
  const mean = Array.from({ length: n }, (_, i) => rows.reduce((sum, { x }) => sum + x[i], 0) / Math.max(1, count));
  return mean.map((_, a) =>
    mean.map((_, b) =>
      (a === b ? t : 0) + rows.reduce((sum, { x }) => sum + (x[a] - mean[a]) * (x[b] - mean[b]), 0) +
      meanRows * count / (meanRows + count) * mean[a] * mean[b]
    )
  );
}

const pick = (matrix: number[][], rows: number[], columns: number[]) =>
  rows.map((r) => columns.map((c) => matrix[r][c]));

/** ln Γ_q(x) without the powers of π, which cancel. */
const gammaOf = (q: number, x: number): number =>
  Array.from({ length: q }, (_, j) => gammaln(x - j / 2)).reduce((a, b) => a + b, 0);

/** ln p(data of the nodes), Kuipers, Moffa & Heckerman (2014), equation (A.17) of the normal-Wishart marginal. */
function marginal(nodes: number[], rows: readonly Row[], n: number, options: FamilyOptions): number {
  const { meanRows, freedom } = options;
  const q = nodes.length;
  const count = rows.length;
  const t = meanRows * (freedom - 1) / (meanRows + 1);
  const matrix = pick(posteriorMatrix(rows, n, options), nodes, nodes);
  return q / 2 * Math.log(meanRows / (count + meanRows)) - q * count / 2 * Math.log(Math.PI) +
    gammaOf(q, (count + freedom + q) / 2) - gammaOf(q, (freedom + q) / 2) +
    (freedom + q) / 2 * q * Math.log(t) - (count + freedom + q) / 2 * Math.log(determinant(matrix));
}

/** Log score of a family without the edge prior, from the rows in which the node was not set. */
export function familyScore(node: number, parents: number, rows: readonly Row[], n: number, options: FamilyOptions) {
  const own = rows.filter(({ set }) => set !== node);
  if (options.score === "bge") {
    const above = nodesOf(parents);
    return marginal([...above, node].sort(), own, n, options) - marginal(above, own, n, options);
  }
  const columns = nodesOf(parents);
  if (own.length <= columns.length + 2) return columns.length === 0 ? 0 : -Infinity;
  const design = own.map(({ x }) => [1, ...columns.map((c) => x[c])]);
  const y = own.map(({ x }) => x[node]);
  const size = columns.length + 1;
  const gram = Array.from(
    { length: size },
    (_, a) => Array.from({ length: size }, (_, b) => design.reduce((sum, row) => sum + row[a] * row[b], 0)),
  );
  const moment = Array.from({ length: size }, (_, a) => design.reduce((sum, row, r) => sum + row[a] * y[r], 0));
  const beta = inverse(gram).map((row) => row.reduce((sum, value, k) => sum + value * moment[k], 0));
  const squares = design.reduce(
    (sum, row, r) => sum + (y[r] - row.reduce((fit, value, k) => fit + value * beta[k], 0)) ** 2,
    0,
  );
  return -0.5 * (own.length * Math.log(squares / own.length) + (columns.length + 2) * Math.log(own.length));
}

/** Mean and second moments of a family's coefficients, by parent. */
function coefficients(node: number, parents: number, rows: readonly Row[], n: number, options: FamilyOptions) {
  const own = rows.filter(({ set }) => set !== node);
  const above = nodesOf(parents);
  const matrix = posteriorMatrix(own, n, options);
  const spread = inverse(pick(matrix, above, above));
  const mean = spread.map((row) => row.reduce((sum, value, k) => sum + value * matrix[above[k]][node], 0));
  const left = matrix[node][node] - mean.reduce((sum, value, k) => sum + value * matrix[above[k]][node], 0);
  const noise = left / (own.length + options.freedom + above.length - 1);
  const second = mean.map((a, i) => mean.map((b, j) => a * b + spread[i][j] * noise));
  const level = (v: number) => own.reduce((sum, { x }) => sum + x[v], 0) / (own.length + options.meanRows);
  const intercept = level(node) - mean.reduce((sum, value, k) => sum + value * level(above[k]), 0);
  return { above, mean, second, intercept };
}

/** Moments of the total effect of `source` on `target` in one DAG, carried along its order. */
function effectMoments(
  parents: number[],
  source: number,
  target: number,
  rows: readonly Row[],
  options: FamilyOptions,
) {
  const n = parents.length;
  const mean = Array<number>(n).fill(0);
  const second = Array.from({ length: n }, () => Array<number>(n).fill(0));
  for (const g of topological(parents)!) {
    if (g === source) {
      mean[g] = 1;
      second[g][g] = 1;
      continue;
    }
    const own = coefficients(g, parents[g], rows, n, options);
    mean[g] = own.above.reduce((sum, h, k) => sum + own.mean[k] * mean[h], 0);
    for (let k = 0; k < n; k++) {
      second[g][k] = second[k][g] = own.above.reduce((sum, h, i) => sum + own.mean[i] * second[h][k], 0);
    }
    second[g][g] = own.above.reduce(
      (sum, h, i) => sum + own.above.reduce((inner, k, j) => inner + own.second[i][j] * second[h][k], 0),
      0,
    );
  }
  return { mean: mean[target], second: second[target][target] };
}

/** The expected observational mean of every node in one DAG. */
function levels(parents: number[], rows: readonly Row[], options: FamilyOptions): number[] {
  const out = Array<number>(parents.length).fill(0);
  for (const g of topological(parents)!) {
    const { above, mean, intercept } = coefficients(g, parents[g], rows, parents.length, options);
    out[g] = above.reduce((sum, h, k) => sum + mean[k] * out[h], intercept);
  }
  return out;
}

/** The posterior over all DAGs: log probability of each, and what follows about the last node. */
export function enumerate(rows: readonly Row[], n: number, options: FamilyOptions) {
  const { must, may } = options.masks ?? { must: new Int32Array(n), may: new Int32Array(n).fill(-1) };
  const dags = allDags(n).filter((parents) =>
    parents.every((set, node) => (set & must[node]) === must[node] && (set & ~may[node]) === 0)
  );
  const edges = (set: number) => nodesOf(set).length;
  const scores = dags.map((parents) =>
    parents.reduce(
      (sum, set, node) => sum + familyScore(node, set, rows, n, options) + edges(set) * Math.log(options.edgeOdds),
      0,
    )
  );
  const highest = Math.max(...scores);
  const total = scores.reduce((sum, score) => sum + Math.exp(score - highest), 0);
  const probability = scores.map((score) => Math.exp(score - highest) / total);
  const sets = new Map<number, number>();
  dags.forEach((parents, d) => sets.set(parents[n - 1], (sets.get(parents[n - 1]) ?? 0) + probability[d]));
  const others = [...Array(n - 1).keys()];
  const effects = others.map((v) =>
    dags.reduce((sum, parents, d) => {
      const moments = effectMoments(parents, v, n - 1, rows, options);
      const p = probability[d];
      return {
        mean: sum.mean + p * moments.mean,
        second: sum.second + p * moments.second,
        level: sum.level + p * moments.mean * levels(parents, rows, options)[v],
      };
    }, { mean: 0, second: 0, level: 0 })
  );
  return {
    dags,
    probability,
    parent: others.map((v) => [...sets].reduce((sum, [set, p]) => sum + ((set >> v & 1) === 1 ? p : 0), 0)),
    entropy: -[...sets.values()].reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0),
    effects,
  };
}
