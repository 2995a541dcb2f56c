/** Random directed acyclic graphs. Every graph is a list of parents in which parents come before their children. */

import type { Stream } from "../../random/mod.ts";
import { ScmError } from "../error.ts";

/**
 * | family | graph on n variables |
 * |---|---|
 * | chain | 0 → 1 → … → n−1 |
 * | fork | one cause of all others |
 * | collider | all others cause the last |
 * | mixture | two blocks of different families among chain, fork, collider and Erdős–Rényi; each root of the second gets a parent in the first |
 * | erdos-renyi | every ordered pair is an edge with the same probability (Erdős & Rényi 1959) |
 * | scale-free | each variable takes m earlier ones as parents, with probability proportional to their number of edges (Barabási & Albert 1999) |
 * | two-layer | causes and effects; every pair is an edge with probability ½, every effect has at least one cause |
 */
export type Family = typeof FAMILIES[number] | keyof ForeignFamilies;

/** The library's families of graphs, in the order in which they are chosen from their weights: it is part of what a seed means. */
export const FAMILIES = ["chain", "fork", "collider", "mixture", "erdos-renyi", "scale-free", "two-layer"] as const;

/**
 * Families that are defined outside, by their name. Give the type system a new one by declaration merging:
 *
 * ```ts ignore
 * declare module "…/lib/scm/random/families.ts" {
 *   interface ForeignFamilies { ladder: true }
 * }
 * ```
 */
// deno-lint-ignore no-empty-interface
export interface ForeignFamilies {}

/** Draws a graph on n variables: `[n]` the parents of each, all with smaller indices. */
export type SampleGraph = (n: number, density: GraphDensity, stream: Stream) => readonly (readonly number[])[];

const foreign = new Map<string, SampleGraph>();

/**
 * Makes a family known, for track files and distributions. Call it before a track that names it is read, in every worker of its own.
 * @throws ScmError for a name that is taken
 */
export function registerFamily(name: keyof ForeignFamilies, sample: SampleGraph): void {
  if (familyNames().includes(name)) throw new ScmError(`family "${name}": the name is taken`);
  foreign.set(name, sample);
}

/** Every family, those that were registered last. */
export function familyNames(): readonly Family[] {
  return [...FAMILIES, ...foreign.keys() as Iterable<keyof ForeignFamilies>];
}

/** How dense the random families are. */
export interface GraphDensity {
  /** Erdős–Rényi: expected number of edges divided by the number of variables … */
  readonly edgesPerVariable: number;
  /** … as long as the probability of an edge stays below this. */
  readonly maximumProbability: number;
  /** Scale-free: m, the number of parents of a variable (fewer where fewer came before). */
  readonly attachments: number;
}

/**
 * `[n]` the parents of each variable, all with smaller indices.
 * @throws ScmError for a family that is unknown, or a registered one that breaks this order
 */
export function sampleGraph(family: Family, n: number, density: GraphDensity, stream: Stream): number[][] {
  switch (family as typeof FAMILIES[number]) {
    case "chain":
      return Array.from({ length: n }, (_, v) => v === 0 ? [] : [v - 1]);
    case "fork":
      return Array.from({ length: n }, (_, v) => v === 0 ? [] : [0]);
    case "collider":
      return Array.from({ length: n }, (_, v) => v < n - 1 ? [] : range(n - 1));
    case "erdos-renyi":
      return erdosRenyi(n, edgeProbability(n, density), stream);
    case "scale-free":
      return scaleFree(n, density.attachments, stream);
    case "two-layer":
      return twoLayer(n, stream);
    case "mixture":
      return mixture(n, density, stream);
    default:
      return foreignGraph(family, n, density, stream);
  }
}

function foreignGraph(family: string, n: number, density: GraphDensity, stream: Stream): number[][] {
  const sample = foreign.get(family);
  if (sample === undefined) throw new ScmError(`no family is named "${family}"`);
  const graph = sample(n, density, stream).map((parents) => [...new Set(parents)].sort((a, b) => a - b));
  const wrong = graph.findIndex((parents, v) => parents.some((p) => !(Number.isInteger(p) && p >= 0 && p < v)));
  if (graph.length === n && wrong < 0) return graph;
  throw new ScmError(
    graph.length === n
      ? `family "${family}": variable ${wrong} has parents ${graph[wrong].join(", ")}, which must come before it`
      : `family "${family}": a graph of ${graph.length} variables where ${n} were asked for`,
  );
}

/** `min(maximum, edgesPerVariable·n / (n(n−1)/2))` */
export function edgeProbability(n: number, { edgesPerVariable, maximumProbability }: GraphDensity): number {
  return Math.min(maximumProbability, 2 * edgesPerVariable / (n - 1));
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

function erdosRenyi(n: number, probability: number, stream: Stream): number[][] {
  return range(n).map((v) => range(v).filter(() => stream.uniform() < probability));
}

function scaleFree(n: number, attachments: number, stream: Stream): number[][] {
  /** Every edge enters both its ends: drawing from it is drawing in proportion to the number of edges. */
  const ends: number[] = [];
  return range(n).map((v) => {
    const parents = new Set<number>(v <= attachments ? range(v) : []);
    while (parents.size < Math.min(attachments, v)) parents.add(stream.choice(ends));
    for (const p of parents) ends.push(p, v);
    return [...parents].sort((a, b) => a - b);
  });
}

function twoLayer(n: number, stream: Stream): number[][] {
  const causes = Math.ceil(n / 2);
  return range(n).map((v) => {
    if (v < causes) return [];
    const parents = range(causes).filter(() => stream.sign() === 1);
    return parents.length > 0 ? parents : [stream.integer(causes)];
  });
}

function mixture(n: number, density: GraphDensity, stream: Stream): number[][] {
  const families = ["chain", "fork", "collider", "erdos-renyi"] as const;
  const first = stream.choice(families);
  const second = stream.choice(families.filter((family) => family !== first));
  const size = 1 + stream.integer(n - 1);
  const upper = sampleGraph(first, size, density, stream);
  const lower = sampleGraph(second, n - size, density, stream);
  return [
    ...upper,
    ...lower.map((parents) => parents.length > 0 ? parents.map((p) => p + size) : [stream.integer(size)]),
  ];
}
