/** What is known of the causal graph, as edges that are there, that are not, and that may be. */

import type { KnownGraph } from "./keys.ts";

/** An edge that is there, one that is not, and one that may be. */
const [THERE, ABSENT] = [1, -1];

/**
 * `[variables, variables]` from cause to effect: 1 an edge that is there, −1 one that is not, 0 one that may be.
 * @param names of all variables; names that are not among them are left out
 */
export function knownEdges(names: readonly string[], { required, forbidden, roots, tiers }: KnownGraph): Int8Array {
  const width = names.length;
  const edges = new Int8Array(width * width);
  const set = (from: number, to: number, what: number) => {
    if (from >= 0 && to >= 0 && from !== to) edges[from * width + to] = what;
  };
  const index = (name: string) => names.indexOf(name);
  const tierOf = (name: string) => tiers.findIndex((tier) => tier.includes(name));
  names.forEach((from, a) =>
    names.forEach((to, b) => {
      const [early, late] = [tierOf(to), tierOf(from)];
      if (roots.includes(to) || (early >= 0 && late > early)) set(a, b, ABSENT);
    })
  );
  for (const [from, to] of forbidden) set(index(from), index(to), ABSENT);
  for (const [from, to] of required) {
    set(index(from), index(to), THERE);
    set(index(to), index(from), ABSENT);
  }
  return edges;
}

/** What contradicts itself, if anything does: an edge that is required and forbidden, or a circle of required ones. */
export function contradiction(names: readonly string[], known: KnownGraph): string | null {
  const without = knownEdges(names, { ...known, required: [] });
  const width = names.length;
  for (const [from, to] of known.required) {
    if (from === to) return `${from} cannot be its own cause`;
    if (without[names.indexOf(from) * width + names.indexOf(to)] === ABSENT) {
      return `${from} → ${to} is required, and cannot be there by what is forbidden, roots or tiers`;
    }
  }
  const isThere = (from: number, to: number) =>
    known.required.some(([cause, effect]) => cause === names[from] && effect === names[to]);
  const left = new Set<number>(names.keys());
  for (let removed = true; removed;) {
    removed = false;
    for (const v of left) {
      if ([...left].some((other) => isThere(other, v))) continue;
      left.delete(v);
      removed = true;
    }
  }
  if (left.size === 0) return null;
  return `${[...left].map((v) => names[v]).join(", ")} cause each other in a circle`;
}

/** Variables from which a directed path may lead to the target. */
export function possibleCauses(edges: Int8Array, width: number, target: number): ReadonlySet<number> {
  const found = new Set([target]);
  for (const to of found) {
    for (let from = 0; from < width; from++) if (from !== to && edges[from * width + to] !== ABSENT) found.add(from);
  }
  found.delete(target);
  return found;
}
