/** Possibly optimal minimal intervention sets of a known graph (Lee & Bareinboim 2018, "Structural causal bandits: where to intervene?"). */

import type { Scm } from "../../../scm/mod.ts";

/** A graph over the variables that can be set and the target, with a two-headed edge for each hidden common cause. */
export interface MixedGraph {
  /** `[nodes]` the SCM's variable of each node; the target is the last. */
  readonly variables: readonly number[];
  /** `[nodes][…]` nodes */
  readonly parents: readonly (readonly number[])[];
  /** `[nodes][…]` nodes at the other end of a two-headed edge. */
  readonly spouses: readonly (readonly number[])[];
}

/**
 * The graph with all that cannot be set projected out (the latent projection of Verma & Pearl 1990; Lee & Bareinboim 2019 for
 * variables that cannot be manipulated).
 * @param settable indices into `scm.variables`
 */
export function projectedGraph({ variables, target }: Scm, settable: readonly number[]): MixedGraph {
  const kept = [...settable.filter((v) => v !== target), target];
  const node = new Map(kept.map((v, k) => [v, k]));
  /** The kept variables that reach `v` through others that are not kept, and the first of these others that have no parent left. */
  const above = (v: number): { parents: Set<number>; sources: Set<number> } => {
    const [parents, sources] = [new Set<number>(), new Set<number>()];
    const open = [...variables[v].parents];
    for (let p = open.pop(); p !== undefined; p = open.pop()) {
      const known = node.get(p);
      if (known !== undefined) parents.add(known);
      else if (!sources.has(p)) {
        sources.add(p);
        open.push(...variables[p].parents);
      }
    }
    return { parents, sources };
  };
  const reached = kept.map(above);
  return {
    variables: kept,
    parents: reached.map(({ parents }) => [...parents]),
    spouses: reached.map(({ sources }, i) =>
      reached.flatMap((other, j) => i !== j && [...sources].some((u) => other.sources.has(u)) ? [j] : [])
    ),
  };
}

/**
 * The interventional border of the target once `held` are set: the parents of its minimal closure under hidden common causes
 * and descendants among its ancestors.
 */
export function interventionalBorder({ variables, parents, spouses }: MixedGraph, held: readonly number[]): number[] {
  const target = variables.length - 1;
  const isHeld = (v: number) => held.includes(v);
  const into = parents.map((own, v) => isHeld(v) ? [] : own);
  const ancestors = closure([target], (v) => into[v]);
  const children = (v: number) => [...ancestors].filter((w) => into[w].includes(v));
  const districts = (v: number) => isHeld(v) ? [] : spouses[v].filter((w) => ancestors.has(w) && !isHeld(w));
  const territory = closure([target], (v) => [...districts(v), ...children(v)]);
  const border = new Set([...territory].flatMap((v) => into[v]).filter((v) => !territory.has(v)));
  return [...border].sort((a, b) => a - b);
}

function closure(start: readonly number[], next: (v: number) => readonly number[]): Set<number> {
  const found = new Set(start);
  const open = [...start];
  for (let v = open.pop(); v !== undefined; v = open.pop()) {
    for (const w of next(v)) {
      if (found.has(w)) continue;
      found.add(w);
      open.push(w);
    }
  }
  return found;
}

/**
 * The possibly optimal minimal sets of at most `most` variables, as indices into `scm.variables`: those that are their own
 * border once they are set (theorem 6 of the paper). The empty set, which observes, is left out.
 */
export function possiblyOptimalSets(graph: MixedGraph, most: number): number[][] {
  const found: number[][] = [];
  const visit = (held: readonly number[], from: number): void => {
    if (held.length > 0) {
      const border = interventionalBorder(graph, held);
      if (border.length === held.length && border.every((v, k) => v === held[k])) {
        found.push(held.map((v) => graph.variables[v]));
      }
    }
    for (let v = from; v < graph.variables.length - 1 && held.length < most; v++) visit([...held, v], v + 1);
  };
  visit([], 0);
  return found;
}
