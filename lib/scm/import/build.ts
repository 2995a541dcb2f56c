/** From an imported network to an SCM. */

import { suggestion } from "../../input/mod.ts";
import { createStream } from "../../random/mod.ts";
import { createScm, type VariableDefinition } from "../create.ts";
import { ScmError } from "../error.ts";
import { topologicalOrder } from "../graph.ts";
import { drawSigned } from "../random/draw.ts";
import type { Range } from "../random/distribution.ts";
import type { Domain, Objective, Scm } from "../types.ts";
import type { Network, NetworkEdge } from "./network.ts";

/** What a network's file does not say. */
export interface ImportOptions {
  readonly name: string;
  /** By default the file's only outcome. */
  readonly target?: string;
  readonly objective: Objective;
  /** The variables that get a domain; by default the file's exposures, or all observed ones but the target. */
  readonly settable?: readonly string[];
  /** How far a domain reaches to each side of the mean, in standard deviations. */
  readonly reach: number;
  /**
   * `file`: as the file says, which must say all; `random`: drawn from `range` with random sign; `template`: 1, to be written
   * over.
   */
  readonly weights: "file" | "random" | "template";
  /** Absolute values of random weights. */
  readonly range: Range;
  readonly seed: number;
}

/**
 * The SCM of a network: linear mechanisms, Gaussian noise (deviation 1 where the file has none), domains around the observational
 * means. `A <-> B` becomes a hidden variable that causes both.
 *
 * @throws ScmError for weights that are missing or have no meaning, an unknown target or settable variable, a cycle, or a target
 * that nothing settable causes
 */
export function networkScm(network: Network, options: ImportOptions): Scm {
  const edges = weigh(network, options);
  const target = targetOf(network, options);
  const settable = settableOf(network, target, options);
  const hidden = network.confounded.map(([a, b]) => ({ name: freeName(network, `U ${a} ${b}`), ends: [a, b] }));
  const nodes = [...network.nodes, ...hidden.map(({ name }) => ({ name, observed: false }))];
  const moments = momentsOf(nodes, edges);
  const variables = nodes.map(({ name, observed }, v): VariableDefinition => {
    const incoming = edges.filter(({ to }) => to === name);
    const { intercept = 0, deviation = 1 } = network.nodes[v] ?? {};
    return {
      name,
      parents: incoming.map(({ from }) => from),
      mechanism: { kind: "linear", intercept, weights: incoming.map(({ weight }) => weight) },
      noise: { distribution: { kind: "gaussian" }, scale: deviation, combination: "additive" },
      observed,
      domain: settable.includes(name) ? domainAround(moments[v], options.reach) : null,
    };
  });
  return createScm({ name: options.name, objective: options.objective, target, variables });
}

/** What was taken from the file and what was not, in one sentence each. */
export function importNotes(network: Network, { weights, range, seed, reach }: ImportOptions): string[] {
  const chosen = {
    file: "The weights are the file's.",
    random:
      `The weights are not the file's: drawn with |w| from ${range.min} to ${range.max} and random sign, seed ${seed}.`,
    template: "Every weight is 1 until it is edited: the file has none.",
  }[weights];
  const noise = network.nodes.some(({ deviation }) => deviation !== undefined)
    ? "The noise is the file's."
    : "Every noise has deviation 1: the file has none.";
  return [
    `${network.format}: ${network.nodes.length} variables, ${network.edges.length} arrows` +
    (network.confounded.length > 0 ? `, ${network.confounded.length} hidden common causes.` : "."),
    chosen,
    noise,
    `The domains are ours: ${reach} standard deviations to each side of the mean.`,
  ];
}

interface WeightedEdge extends NetworkEdge {
  readonly weight: number;
}

/** Every arrow with a weight, those of hidden common causes among them. */
function weigh(network: Network, { weights, range, seed }: ImportOptions): WeightedEdge[] {
  const arrows: NetworkEdge[] = [
    ...network.edges,
    ...network.confounded.flatMap(([a, b]) => {
      const from = freeName(network, `U ${a} ${b}`);
      return [{ from, to: a }, { from, to: b }];
    }),
  ];
  if (weights === "file") {
    if (network.foreign !== null) {
      throw new ScmError(`${network.foreign}; --weights random or template takes its arrows alone`);
    }
    return arrows.map((edge) => {
      if (edge.weight === undefined) {
        throw new ScmError(
          `the arrow ${edge.from} → ${edge.to} has no number in this ${network.format}: --weights random (with --seed) draws ` +
            "numbers, --weights template writes 1 for each, to be edited",
        );
      }
      return { ...edge, weight: edge.weight };
    });
  }
  const stream = createStream(seed).child("import");
  return arrows.map((edge) => ({
    ...edge,
    // A stream of its own: an arrow's weight does not depend on the others.
    weight: weights === "template" ? 1 : drawSigned(range, stream.child(`${edge.from} → ${edge.to}`)),
  }));
}

function targetOf(network: Network, { target }: ImportOptions): string {
  const names = network.nodes.map(({ name }) => name);
  const { outcomes } = network;
  if (target === undefined) {
    if (outcomes.length === 1) return outcomes[0];
    throw new ScmError(
      outcomes.length === 0
        ? `the file names no outcome: say with --target which variable is to be optimised, of ${names.join(", ")}`
        : `the file names ${outcomes.length} outcomes (${outcomes.join(", ")}): choose one with --target`,
    );
  }
  if (!names.includes(target)) {
    throw new ScmError(`--target: no variable is named "${target}"${suggestion(target, names)}`);
  }
  return target;
}

function settableOf(network: Network, target: string, { settable }: ImportOptions): readonly string[] {
  const possible = network.nodes.filter(({ name, observed }) => observed && name !== target).map(({ name }) => name);
  const chosen = settable ?? (network.exposures.length > 0 ? network.exposures : possible);
  const odd = chosen.find((name) => !possible.includes(name));
  if (odd !== undefined) {
    throw new ScmError(`--settable: "${odd}" is no observed variable beside the target${suggestion(odd, possible)}`);
  }
  return chosen;
}

function freeName(network: Network, wish: string): string {
  const taken = new Set(network.nodes.map(({ name }) => name));
  let name = wish;
  for (let k = 2; taken.has(name); k++) name = `${wish} ${k}`;
  return name;
}

/** Mean and standard deviation of every node without intervention, from the linear equations. */
function momentsOf(
  nodes: readonly { readonly name: string; readonly intercept?: number; readonly deviation?: number }[],
  edges: readonly WeightedEdge[],
): { readonly mean: number; readonly deviation: number }[] {
  const index = new Map(nodes.map(({ name }, v) => [name, v]));
  const parents: number[][] = nodes.map(() => []);
  const weights: number[][] = nodes.map(() => []);
  for (const { from, to, weight } of edges) {
    const [u, v] = [index.get(from), index.get(to)];
    if (u === undefined || v === undefined) continue;
    parents[v].push(u);
    weights[v].push(weight);
  }
  // A cycle is named when the SCM is made.
  const order = topologicalOrder(parents) ?? [];
  const means = new Float64Array(nodes.length);
  /** `[node][source]` effect of a source's noise. */
  const loadings = nodes.map(() => new Float64Array(nodes.length));
  for (const v of order) {
    means[v] = nodes[v].intercept ?? 0;
    loadings[v][v] = nodes[v].deviation ?? 1;
    parents[v].forEach((u, k) => {
      means[v] += weights[v][k] * means[u];
      loadings[u].forEach((loading, source) => loadings[v][source] += weights[v][k] * loading);
    });
  }
  return nodes.map((_, v) => ({ mean: means[v], deviation: Math.hypot(...loadings[v]) }));
}

/** The ends to four digits, so that a file can be read. */
function domainAround({ mean, deviation }: { mean: number; deviation: number }, reach: number): Domain {
  const spread = reach * (deviation > 0 ? deviation : 1);
  const digits = Math.max(0, Math.min(15, 3 - Math.floor(Math.log10(spread))));
  const round = (x: number) => Number(x.toFixed(digits));
  return { kind: "interval", low: round(mean - spread), high: round(mean + spread) };
}
