/** GML, the graph modelling language (Himsolt 1997). */

import { ScmError } from "../error.ts";
import { isFalse, isTrue, weightOf } from "./dot.ts";
import { type Network, NetworkBuilder } from "./network.ts";
import { type Lexicon, Scanner } from "./scanner.ts";

const LEXICON: Lexicon = {
  blank: /(?:\s|#[^\n]*)*/y,
  word: /[\p{L}_][\p{L}\p{N}_]*|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/uy,
  signs: ["[", "]"],
};

/** The keys of a list, in order. */
type GmlList = readonly (readonly [key: string, value: string | GmlList])[];

/**
 * Reads a GML file: the arrows between its nodes by their labels, or by their ids where they have none. An edge attribute gives
 * the weights where one is named; `latent 1` or `observed 0` hides a node.
 *
 * @throws ScmError with line and column for text that is no GML, for an undirected graph and for an edge between unknown nodes
 */
export function readGml(text: string, file: string, weightAttribute: string | null): Network {
  const scanner = new Scanner(text, file, LEXICON);
  const top = readList(scanner, "end");
  const graph = top.find(([key]) => key.toLowerCase() === "graph")?.[1];
  if (graph === undefined || typeof graph === "string") throw new ScmError(`${file}: there is no graph [ … ] in it`);
  if (attributesOf(graph).get("directed") !== "1") {
    throw new ScmError(
      `${file}: the graph is not directed (directed 1 is missing), so that it does not say what causes what`,
    );
  }
  const builder = new NetworkBuilder();
  const names = new Map<string, string>();
  for (const attributes of listsOf(graph, "node")) {
    const id = attributes.get("id") ?? attributes.get("label");
    const name = attributes.get("label") ?? id;
    if (id === undefined || name === undefined) throw new ScmError(`${file}: a node has neither id nor label`);
    if ([...names.values()].includes(name)) throw new ScmError(`${file}: two nodes are named "${name}"`);
    names.set(id, name);
    const latent = isTrue(attributes.get("latent")) || isFalse(attributes.get("observed"));
    builder.node(name, latent ? { observed: false } : {});
  }
  for (const attributes of listsOf(graph, "edge")) {
    const [from, to] = ["source", "target"].map((end) => names.get(attributes.get(end) ?? ""));
    if (from === undefined || to === undefined) {
      const ends = `${attributes.get("source") ?? "?"} → ${attributes.get("target") ?? "?"}`;
      throw new ScmError(`${file}: edge ${ends}: its ends are not the ids of two nodes`);
    }
    builder.edge(from, to, weightOf(attributes, weightAttribute, `${file}: edge ${from} → ${to}`));
  }
  return builder.finish("GML", attributesOf(graph).get("label") ?? null);
}

function readList(scanner: Scanner, close: "end" | "]", depth = 0): GmlList {
  const list: [string, string | GmlList][] = [];
  for (;;) {
    const token = scanner.next();
    if (close === "end" ? token.kind === "end" : token.kind === "sign" && token.text === "]") return list;
    if (token.kind !== "word") throw scanner.unexpected(token, close === "end" ? "a key" : 'a key or "]"');
    if (scanner.accept("[")) {
      if (depth > 50) throw scanner.error(token.offset, "it is nested too deeply");
      list.push([token.text, readList(scanner, "]", depth + 1)]);
    } else {
      list.push([token.text, scanner.name(`a value of ${token.text}`)]);
    }
  }
}

function listsOf(graph: GmlList, key: string): Map<string, string>[] {
  return graph.flatMap(([name, value]) => name === key && typeof value !== "string" ? [attributesOf(value)] : []);
}

function attributesOf(list: GmlList): Map<string, string> {
  return new Map(list.flatMap(([key, value]) => typeof value === "string" ? [[key, value] as const] : []));
}
