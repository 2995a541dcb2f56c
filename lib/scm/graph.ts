/** Plain graph functions over lists of parents: `parents[v]` holds the indices of v's parents. */

export type ParentLists = readonly (readonly number[])[];

/** The children of every variable, in label order. */
export function childLists(parents: ParentLists): number[][] {
  const children: number[][] = parents.map(() => []);
  parents.forEach((list, v) => list.forEach((p) => children[p].push(v)));
  return children;
}

/**
 * A topological order (Kahn 1962), lower labels first among those that are free. `null` if the graph has a cycle.
 */
export function topologicalOrder(parents: ParentLists): number[] | null {
  const children = childLists(parents);
  const missing = parents.map((list) => list.length);
  const free = missing.flatMap((count, v) => count === 0 ? [v] : []);
  const order: number[] = [];
  for (let at = 0; at < free.length; at++) {
    order.push(free[at]);
    for (const child of children[free[at]]) if (--missing[child] === 0) free.push(child);
  }
  return order.length === parents.length ? order : null;
}

/** One directed cycle as a list of variables, each a parent of the next and the last of the first; `null` if there is none. */
export function findCycle(parents: ParentLists): number[] | null {
  const state = new Uint8Array(parents.length); // 0 unseen, 1 on the path, 2 done
  const path: number[] = [];
  const visit = (v: number): number[] | null => {
    state[v] = 1;
    path.push(v);
    for (const p of parents[v]) {
      if (state[p] === 1) return startAtLowest(path.slice(path.indexOf(p)).reverse());
      const found = state[p] === 0 ? visit(p) : null;
      if (found !== null) return found;
    }
    path.pop();
    state[v] = 2;
    return null;
  };
  for (let v = 0; v < parents.length; v++) {
    const found = state[v] === 0 ? visit(v) : null;
    if (found !== null) return found;
  }
  return null;
}

function startAtLowest(cycle: readonly number[]): number[] {
  const at = cycle.indexOf(Math.min(...cycle));
  return [...cycle.slice(at), ...cycle.slice(0, at)];
}

/** `[variables]` 1 for the ancestors of `variable`, itself excluded. */
export function ancestorsOf(parents: ParentLists, variable: number): Uint8Array {
  const marked = new Uint8Array(parents.length);
  const open = [variable];
  for (let v = open.pop(); v !== undefined; v = open.pop()) {
    for (const p of parents[v]) {
      if (marked[p] === 0) {
        marked[p] = 1;
        open.push(p);
      }
    }
  }
  return marked;
}

/** `[variables]` 1 for the descendants of `variable`, itself excluded. */
export function descendantsOf(parents: ParentLists, variable: number): Uint8Array {
  return ancestorsOf(childLists(parents), variable);
}

/**
 * Whether `a` and `b` are d-separated given some variables (Pearl 2009, definition 1.2.3), by the moral graph of their
 * ancestors (Lauritzen et al. 1990).
 */
export function areSeparated(parents: ParentLists, a: number, b: number, given: readonly number[]): boolean {
  const kept = new Uint8Array(parents.length);
  for (const v of [a, b, ...given]) {
    kept[v] = 1;
    ancestorsOf(parents, v).forEach((marked, u) => kept[u] |= marked);
  }
  const neighbours: Set<number>[] = parents.map(() => new Set());
  const join = (u: number, v: number) => {
    neighbours[u].add(v);
    neighbours[v].add(u);
  };
  parents.forEach((list, v) => {
    if (kept[v] === 0) return;
    list.forEach((p, i) => {
      join(p, v);
      list.slice(i + 1).forEach((other) => join(p, other));
    });
  });
  const reached = new Set([a, ...given]);
  const open = [a];
  for (let v = open.pop(); v !== undefined; v = open.pop()) {
    for (const u of neighbours[v]) {
      if (u === b) return false;
      if (!reached.has(u)) open.push(u);
      reached.add(u);
    }
  }
  return true;
}
