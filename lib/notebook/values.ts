/** A value given as text on the command line, read as what a variable can hold and written as TypeScript. */

import { isMap, isScalar, isSeq, type Node } from "yaml";
import { ConfigError, parseYamlValue } from "../input/mod.ts";
import type { Shape } from "./declarations.ts";

/** A text that is not what was asked for; the message says what it is instead. */
export class ValueError extends Error {
  override readonly name = "ValueError";
}

/**
 * A text is taken as it is, everything else is read as YAML: `5`, `true`, `[1, 2]`, `{a: 1}`.
 * @param shape what the value must be; null: whatever it is
 * @throws ValueError
 */
export function readValue(text: string, shape: Shape | null): unknown {
  if (shape?.kind === "string") return text;
  try {
    return read(parseYamlValue(text, "value"), shape);
  } catch (error) {
    const isUnread = error instanceof ValueError || error instanceof ConfigError;
    if (isUnread && holdsText(shape)) return text;
    throw error instanceof ConfigError ? new ValueError(`is no YAML: ${error.problems[0].message}`) : error;
  }
}

function holdsText(shape: Shape | null): boolean {
  return shape?.kind === "one of" && shape.shapes.some(({ kind }) => kind === "string");
}

function read(node: Node | null, shape: Shape | null): unknown {
  switch (shape?.kind) {
    case undefined:
      return node === null ? null : node.toJSON();
    case "list":
      if (isSeq<Node>(node)) return node.items.map((item) => read(item, shape.of));
      break;
    case "object":
      if (isMap(node)) return node.toJSON();
      break;
    case "one of":
      return readFirst(node, shape.shapes);
    case "string":
      if (isScalar(node)) return typeof node.value === "string" ? node.value : node.source ?? "";
      break;
    case "bigint":
      if (isScalar(node) && /^[-+]?\d+$/.test(node.source ?? "")) return BigInt(node.source ?? "");
      break;
    default: {
      const value = isScalar(node) ? node.value : node === null ? null : undefined;
      if (kindOf(value) === shape?.kind) return exact(value, isScalar(node) ? node.source ?? "" : "");
    }
  }
  throw new ValueError(`is a ${kindOf(node === null ? null : node.toJSON())}`);
}

/** Text can be read as anything, so it is tried last. */
function readFirst(node: Node | null, shapes: readonly Shape[]): unknown {
  const order = [...shapes.filter(({ kind }) => kind !== "string"), ...shapes.filter(({ kind }) => kind === "string")];
  let first: unknown;
  for (const shape of order) {
    try {
      return read(node, shape);
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

/** @throws ValueError for a whole number that is rounded */
function exact(value: unknown, source: string): unknown {
  if (typeof value === "number" && /^[-+]?\d+$/.test(source) && !Number.isSafeInteger(value)) {
    throw new ValueError(`is a whole number of more digits than a number holds`);
  }
  return value;
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? "list" : value === null ? "null" : typeof value;
}

/** A shape in words: "number", "list of strings". */
export function shapeWords(shape: Shape): string {
  switch (shape.kind) {
    case "list":
      return shape.of === null ? "list" : `list, each a ${shapeWords(shape.of)}`;
    case "one of":
      return shape.shapes.map(shapeWords).join(" or ");
    default:
      return shape.kind;
  }
}

/** The value as an expression; unlike JSON it knows ∞, NaN, −0 and big integers. */
export function expression(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) return `[${value.map(expression).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${
    Object.entries(value).map(([key, member]) => `[${JSON.stringify(key)}]: ${expression(member)}`).join(", ")
  } }`;
}
