/** Linear Gaussian networks as JSON: what pgmpy saves, and what R's jsonlite makes of a fitted network of bnlearn. */

import { z } from "zod";
import { ConfigError, validate } from "../../input/mod.ts";
import { ScmError } from "../error.ts";
import { type Network, NetworkBuilder } from "./network.ts";

const number = z.union([z.number(), z.tuple([z.number()]).transform(([x]) => x)], {
  error: "expected a number, or a list of one",
});
const names = z.union([z.array(z.string()), z.string().transform((name) => [name])], {
  error: "expected a list of names",
});

const nodeSchema = z.object({
  name: z.string().optional(),
  node: z.string().optional(),
  parents: names.optional(),
  coefficients: z.record(z.string(), number).optional(),
  intercept: number.optional(),
  sd: number.optional(),
  std: number.optional(),
  variance: number.optional(),
});

type NodeEntry = z.output<typeof nodeSchema>;

const INTERCEPT = "(Intercept)";

/**
 * Reads a linear Gaussian network. Three forms are known, in which a node has `parents`, `coefficients` by parent (with
 * `(Intercept)` for the constant, or an `intercept`) and `sd`, `std` or `variance`:
 *
 * - `{"nodes": ["A", "B"], "arcs": [["A", "B"]], "cpds": {"B": {…}}}` (pgmpy)
 * - `{"A": {…}, "B": {…}}` (bnlearn by jsonlite)
 * - `{"nodes": [{"name": "A", …}, …]}`
 *
 * @throws ScmError for text that is no JSON, another form, coefficients that do not fit the parents, or a network without numbers
 */
export function readGaussianJson(text: string, file: string): Network {
  const entries = readEntries(parseJson(text, file), file);
  const builder = new NetworkBuilder();
  for (const [name] of entries) builder.node(name);
  for (const [name, entry] of entries) addNode(builder, name, entry, file);
  const known = new Set(entries.map(([name]) => name));
  const network = builder.finish("JSON of a linear Gaussian network", null);
  const stranger = network.nodes.find((node) => !known.has(node.name));
  if (stranger !== undefined) throw new ScmError(`${file}: "${stranger.name}" is a parent but has no entry of its own`);
  return network;
}

function addNode(builder: NetworkBuilder, name: string, entry: NodeEntry, file: string): void {
  const { coefficients = {}, intercept, sd, std, variance } = entry;
  const own = Object.keys(coefficients).filter((key) => key !== INTERCEPT);
  const parents = entry.parents ?? own;
  const odd = own.find((key) => !parents.includes(key)) ?? parents.find((parent) => !own.includes(parent));
  if (odd !== undefined) throw new ScmError(`${file}: ${name}: coefficients and parents do not agree on "${odd}"`);
  for (const parent of parents) builder.edge(parent, name, coefficients[parent]);
  const deviation = sd ?? std ?? (variance === undefined ? undefined : Math.sqrt(variance));
  if (deviation === undefined) throw new ScmError(`${file}: ${name}: sd, std or variance is missing`);
  if (!(deviation >= 0)) throw new ScmError(`${file}: ${name}: its variance or deviation is negative`);
  builder.node(name, { intercept: intercept ?? coefficients[INTERCEPT] ?? 0, deviation });
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ScmError(`${file}: it is no JSON: ${error.message}`);
    throw error;
  }
}

function readEntries(data: unknown, file: string): [string, NodeEntry][] {
  const locate = () => file;
  const check = <T extends z.ZodType>(schema: T, value: unknown) => {
    try {
      return validate(schema, value, locate);
    } catch (error) {
      throw error instanceof ConfigError ? new ScmError(error.message) : error;
    }
  };
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    throw new ScmError(`${file}: expected an object with the nodes of a network`);
  }
  const nodes: unknown = Reflect.get(data, "nodes");
  if (Array.isArray(nodes) && nodes.every((node) => typeof node === "object")) {
    const list = check(z.array(nodeSchema), nodes);
    return list.map((entry, i) => {
      const name = entry.name ?? entry.node;
      if (name === undefined) throw new ScmError(`${file}: nodes.${i}: name is missing`);
      return [name, entry];
    });
  }
  const cpds: unknown = Reflect.get(data, "cpds") ?? data;
  const entries = check(z.record(z.string(), nodeSchema), cpds);
  const order = Array.isArray(nodes) ? check(z.array(z.string()), nodes) : Object.keys(entries);
  return order.map((name) => {
    if (entries[name] === undefined) throw new ScmError(`${file}: cpds.${name} is missing`);
    return [name, entries[name]];
  });
}
