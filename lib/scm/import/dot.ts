/** Graphviz's DOT language. */

import type { EdgeStmt, Graph, HTMLString, NodeId, Stmt, Subgraph } from "dotparser";
import { ScmError } from "../error.ts";
import { type Network, NetworkBuilder } from "./network.ts";
import { placeOf } from "./scanner.ts";

/**
 * Reads the first graph of a DOT file. Arrows between groups join every member of the one with every member of the other. An
 * edge attribute gives the weights where one is named; `latent=true` or `observed=false` hides a node.
 *
 * @param weightAttribute `null`: the arrows alone; DOT's own `weight` is about the layout
 * @throws ScmError with line and column for text that is no DOT, or edges without a direction
 */
export async function readDot(text: string, file: string, weightAttribute: string | null): Promise<Network> {
  const { default: parse } = await import("dotparser");
  const graph = parseGraph(parse, text, file);
  checkDirected(graph, text, file);
  const builder = new NetworkBuilder();
  addStatements(graph.children, { builder, file, weightAttribute });
  return builder.finish("DOT", graph.id === undefined ? null : String(graph.id));
}

interface DotReading {
  readonly builder: NetworkBuilder;
  readonly file: string;
  readonly weightAttribute: string | null;
}

function parseGraph(parse: (text: string) => Graph[], text: string, file: string): Graph {
  try {
    return parse(text)[0];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error instanceof RangeError) throw new ScmError(`${file}: it is nested too deeply`);
    const location = "location" in error
      ? error.location as { readonly start: { readonly offset: number } }
      : undefined;
    throw new ScmError(`${placeOf(text, file, location?.start.offset ?? 0)}: ${error.message.replace(/\.$/, "")}`);
  }
}

/** The parser takes `--` for `->`. */
function checkDirected(graph: Graph, text: string, file: string): void {
  const code = text.replace(/"(?:[^"\\]|\\.)*"|\/\*[^]*?\*\/|\/\/.*|^#.*/gm, (part) => part.replace(/\S/g, " "));
  const undirected = code.indexOf("--");
  if (graph.type === "graph" || undirected >= 0) {
    throw new ScmError(
      `${
        placeOf(text, file, Math.max(0, undirected))
      }: an edge without direction says not which variable is the cause; ` +
        "write a digraph with ->",
    );
  }
}

function addStatements(statements: readonly Stmt[], reading: DotReading): void {
  for (const statement of statements) {
    if (statement.type === "node_stmt") {
      const attributes = attributesOf(statement);
      const latent = isTrue(attributes.get("latent")) || isFalse(attributes.get("observed"));
      reading.builder.node(String(statement.node_id.id), latent ? { observed: false } : {});
    } else if (statement.type === "edge_stmt") addEdge(statement, reading);
    else if (statement.type === "subgraph") addStatements(statement.children, reading);
  }
}

function addEdge(statement: EdgeStmt, { builder, file, weightAttribute }: DotReading): void {
  const attributes = attributesOf(statement);
  const direction = attributes.get("dir") ?? "forward";
  const ends = statement.edge_list.map((end) => {
    if (end.type === "subgraph") addStatements(end.children, { builder, file, weightAttribute });
    return membersOf(end);
  });
  const weight = weightOf(attributes, weightAttribute, `${file}: edge ${ends[0][0]} → ${ends[1][0]}`);
  ends.slice(1).forEach((targets, k) => {
    for (const from of ends[k]) {
      for (const to of targets) {
        if (direction === "forward") builder.edge(from, to, weight);
        else if (direction === "back") builder.edge(to, from, weight);
        else if (direction === "both") builder.confounded.push([from, to]);
        else throw new ScmError(`${file}: edge ${from} → ${to}: dir=${direction} has no direction`);
      }
    }
  });
}

/** The number in an attribute, if one is asked for. */
export function weightOf(
  attributes: ReadonlyMap<string, string>,
  attribute: string | null,
  where: string,
): number | undefined {
  const text = attribute === null ? undefined : attributes.get(attribute);
  if (text === undefined) return undefined;
  const weight = Number(text);
  if (text.trim() === "" || !Number.isFinite(weight)) {
    throw new ScmError(`${where}: ${attribute}="${text}" is no number`);
  }
  return weight;
}

function membersOf(end: NodeId | Subgraph): string[] {
  if (end.type === "node_id") return [String(end.id)];
  return [
    ...new Set(end.children.flatMap((child) => {
      if (child.type === "node_stmt") return [String(child.node_id.id)];
      if (child.type === "edge_stmt") return child.edge_list.flatMap(membersOf);
      return child.type === "subgraph" ? membersOf(child) : [];
    })),
  ];
}

function attributesOf({ attr_list }: Pick<EdgeStmt, "attr_list">): Map<string, string> {
  const text = (value: string | number | HTMLString) => typeof value === "object" ? value.value : String(value);
  return new Map(attr_list.map(({ id, eq }) => [String(id), text(eq)]));
}

/** Whether an attribute says yes. */
export function isTrue(text: string | undefined): boolean {
  return text !== undefined && /^(true|yes|1)$/i.test(text);
}

/** Whether an attribute says no. */
export function isFalse(text: string | undefined): boolean {
  return text !== undefined && /^(false|no|0)$/i.test(text);
}
