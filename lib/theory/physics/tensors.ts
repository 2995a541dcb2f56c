/** Invariant tensors of three SU(n) irreps, computed: the zero-weight vectors that every raising operator annihilates. */

import { nullSpace } from "./modular.ts";
import type { StateSpace } from "./weights.ts";

/** One invariant tensor, sparse: value `values[e]` (a residue) at states `(first[e], second[e], third[e])`. */
export interface InvariantTensor {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly third: Int32Array;
  readonly values: Float64Array;
}

/**
 * A basis of the singlets in R1 ⊗ R2 ⊗ R3 (a trivial third irrep gives the bilinear invariants). Empty when there are none.
 */
export function invariantTensors(a: StateSpace, b: StateSpace, c: StateSpace): readonly InvariantTensor[] {
  const { n } = a;
  const boxes = a.boxes + b.boxes + c.boxes;
  if (boxes % n !== 0) return [];
  const level = boxes / n;
  const byWeight = new Map<string, number[]>();
  c.weights.forEach((weight, i) => {
    const key = weight.join(",");
    byWeight.set(key, [...(byWeight.get(key) ?? []), i]);
  });
  const triples: (readonly [number, number, number])[] = [];
  const column = new Map<number, number>();
  const code = (i: number, j: number, k: number) => (i * b.dimension + j) * c.dimension + k;
  for (let i = 0; i < a.dimension; i++) {
    for (let j = 0; j < b.dimension; j++) {
      const needed = a.weights[i]!.map((w, axis) => level - w - b.weights[j]![axis]!).join(",");
      for (const k of byWeight.get(needed) ?? []) {
        column.set(code(i, j, k), triples.length);
        triples.push([i, j, k]);
      }
    }
  }
  const row = new Map<string, number>();
  const entries: { readonly row: number; readonly column: number; readonly value: number }[] = [];
  const put = (root: number, target: number, source: number, value: number) => {
    const key = `${root}:${target}`;
    const at = row.get(key) ?? row.size;
    row.set(key, at);
    entries.push({ row: at, column: source, value });
  };
  for (let root = 0; root < n - 1; root++) {
    const [ra, rb, rc] = [a, b, c].map((space) => {
      const from: (readonly [number, number])[][] = space.weights.map(() => []);
      for (const transition of space.raising[root]!) from[transition.from]!.push([transition.to, transition.value]);
      return from;
    });
    triples.forEach(([i, j, k], source) => {
      for (const [to, value] of ra![i]!) put(root, code(to, j, k), source, value);
      for (const [to, value] of rb![j]!) put(root, code(i, to, k), source, value);
      for (const [to, value] of rc![k]!) put(root, code(i, j, to), source, value);
    });
  }
  const columns = triples.length;
  const matrix = new Float64Array(row.size * columns);
  for (const entry of entries) matrix[entry.row * columns + entry.column]! += entry.value;
  return nullSpace(matrix, row.size, columns).map((vector) => {
    const support = triples.map((triple, t) => ({ triple, value: vector[t]! })).filter(({ value }) => value !== 0);
    return {
      first: Int32Array.from(support, ({ triple }) => triple[0]),
      second: Int32Array.from(support, ({ triple }) => triple[1]),
      third: Int32Array.from(support, ({ triple }) => triple[2]),
      values: Float64Array.from(support, ({ value }) => value),
    };
  });
}
