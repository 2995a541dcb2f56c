/**
 * Explicit states of an SU(n) irrep: Gelfand–Tsetlin patterns, their weights, and the raising operators in the
 * unnormalised basis, whose matrix elements are rational (Molev, "Gelfand–Tsetlin bases for classical Lie algebras",
 * math/0211289, Theorem 2.3) and so have exact residues.
 */

import { invert, multiply, residue } from "./modular.ts";
import { type Irrep, partitionOf } from "./representation.ts";

/** One matrix element ⟨to|E|from⟩ as a residue. */
export interface Transition {
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

/** The states of one irrep. */
export interface StateSpace {
  readonly n: number;
  readonly dimension: number;
  /** Sum of the weight's components, the same for every state (the number of boxes). */
  readonly boxes: number;
  /** `[dimension][n]` weights in the orthogonal basis, non-negative integers. */
  readonly weights: readonly (readonly number[])[];
  /** `[n − 1]` the raising operators of the simple roots. */
  readonly raising: readonly (readonly Transition[])[];
}

type Pattern = readonly (readonly number[])[];

function lowerRows(row: readonly number[]): number[][] {
  let rows: number[][] = [[]];
  for (let i = 0; i + 1 < row.length; i++) {
    const next: number[][] = [];
    for (const prefix of rows) {
      for (let entry = row[i]!; entry >= row[i + 1]!; entry--) next.push([...prefix, entry]);
    }
    rows = next;
  }
  return rows;
}

/** All patterns with the given top row; `pattern[k − 1]` is the row of length k. */
function patternsBelow(top: readonly number[]): Pattern[] {
  if (top.length === 1) return [[top]];
  return lowerRows(top).flatMap((row) => patternsBelow(row).map((pattern) => [...pattern, top]));
}

const rowSum = (row: readonly number[] | undefined): number => (row ?? []).reduce((sum, entry) => sum + entry, 0);

/** The states, weights and raising operators of an irrep. Cost grows with its dimension squared at worst. */
export function stateSpace(representation: Irrep): StateSpace {
  const { n } = representation;
  const top = partitionOf(representation.labels);
  const patterns = patternsBelow(top);
  const index = new Map(patterns.map((pattern, i) => [JSON.stringify(pattern), i]));
  const weights = patterns.map((pattern) => pattern.map((row, k) => rowSum(row) - rowSum(pattern[k - 1])));
  const raising: Transition[][] = [];
  for (let k = 1; k < n; k++) {
    const transitions: Transition[] = [];
    patterns.forEach((pattern, from) => {
      const row = pattern[k - 1]!;
      const above = pattern[k]!;
      for (let i = 0; i < k; i++) {
        const raised = pattern.map((entries, r) =>
          r === k - 1 ? entries.map((e, j) => e + (j === i ? 1 : 0)) : entries
        );
        const to = index.get(JSON.stringify(raised));
        if (to === undefined) continue;
        const l = row[i]! - i;
        let value = residue(-1);
        for (let j = 0; j <= k; j++) value = multiply(value, residue(l - (above[j]! - j)));
        for (let j = 0; j < k; j++) if (j !== i) value = multiply(value, invert(residue(l - (row[j]! - j))));
        if (value !== 0) transitions.push({ from, to, value });
      }
    });
    raising.push(transitions);
  }
  return { n, dimension: patterns.length, boxes: rowSum(top), weights, raising };
}
