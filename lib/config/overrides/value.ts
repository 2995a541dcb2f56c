/**
 * The values of Hydra's override grammar (hydra.cc, "Extended override syntax"): null, booleans, numbers, quoted and
 * unquoted text, lists and dictionaries.
 */

import type { Scanner } from "./scanner.ts";
import type { Value } from "./types.ts";

const INTEGER = /^[+-]?\d(?:_?\d)*$/;
const FLOAT = /^[+-]?(?:\d(?:_?\d)*\.(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*|\d(?:_?\d)*(?=[eE]))(?:[eE][+-]?\d+)?$/;
/** Characters that unquoted text may hold; the others have a meaning of their own. */
const PLAIN = /[^,()[\]{}'"=\\\s]/;

/** Reads a list, a dictionary, quoted text or a primitive. `element` reads the elements inside a container. */
export function readPlainValue(scanner: Scanner, element: (scanner: Scanner) => Value): Value {
  scanner.skipSpace();
  switch (scanner.next) {
    case "[":
      return readList(scanner, element);
    case "{":
      return readDictionary(scanner, element);
    case "'":
    case '"':
      return readQuoted(scanner);
    default:
      return toPrimitive(readUnquoted(scanner));
  }
}

function readList(scanner: Scanner, element: (scanner: Scanner) => Value): Value {
  scanner.expect("[");
  const items: Value[] = [];
  if (scanner.accept("]")) return items;
  do items.push(element(scanner)); while (scanner.accept(","));
  scanner.expect("]");
  return items;
}

function readDictionary(scanner: Scanner, element: (scanner: Scanner) => Value): Value {
  scanner.expect("{");
  const entries: [string, Value][] = [];
  if (scanner.accept("}")) return {};
  do {
    scanner.skipSpace();
    const key = scanner.next === "'" || scanner.next === '"'
      ? readQuoted(scanner)
      : scanner.match(/[^\s,:{}[\]()='"]+/);
    if (key === undefined) scanner.fail("expected a key");
    if (entries.some(([other]) => other === key)) scanner.fail(`the key "${key}" stands twice`);
    scanner.expect(":");
    entries.push([key, element(scanner)]);
  } while (scanner.accept(","));
  scanner.expect("}");
  return Object.fromEntries(entries);
}

/** Text between quotes, in which a backslash keeps its meaning except before the quote and before itself. */
function readQuoted(scanner: Scanner): string {
  const quote = scanner.next;
  let text = "";
  for (scanner.position++; scanner.next !== quote; scanner.position++) {
    if (scanner.atEnd) scanner.fail(`the quote ${quote} is not closed`);
    const escaped = scanner.text.charAt(scanner.position + 1);
    if (scanner.next === "\\" && (escaped === quote || escaped === "\\")) scanner.position++;
    text += scanner.next;
  }
  scanner.position++;
  return text;
}

/** Text up to a comma or a bracket. A backslash takes the next character as it is; `${…}` is kept whole. */
function readUnquoted(scanner: Scanner): { readonly text: string; readonly escaped: boolean } {
  let text = "";
  let escaped = false;
  for (;;) {
    const interpolation = scanner.match(/\$\{[^}]*\}/);
    if (interpolation !== undefined) {
      text += interpolation;
    } else if (scanner.next === "\\") {
      escaped = true;
      text += scanner.text.charAt(scanner.position + 1);
      scanner.position += 2;
    } else if (!scanner.atEnd && (PLAIN.test(scanner.next) || /\s/.test(scanner.next))) {
      text += scanner.next;
      scanner.position++;
    } else {
      break;
    }
  }
  text = escaped ? text : text.trim();
  if (text === "") scanner.fail("expected a value");
  return { text, escaped };
}

function toPrimitive({ text, escaped }: { readonly text: string; readonly escaped: boolean }): Value {
  if (escaped) return text;
  const lower = text.toLowerCase();
  if (lower === "null") return null;
  if (lower === "true" || lower === "false") return lower === "true";
  if (INTEGER.test(text) || FLOAT.test(text)) return Number(text.replaceAll("_", ""));
  if (/^[+-]?inf$/.test(lower)) return lower.startsWith("-") ? -Infinity : Infinity;
  if (lower === "nan") return NaN;
  return text;
}

/** Writes a value so that reading it gives the value back. */
export function formatValue(value: Value): string {
  if (value === null) return "null";
  if (typeof value === "number") {
    if (Number.isNaN(value)) return "nan";
    return Number.isFinite(value) ? (Object.is(value, -0) ? "-0.0" : String(value)) : value > 0 ? "inf" : "-inf";
  }
  if (typeof value === "boolean") return String(value);
  if (typeof value === "string") return formatText(value);
  if (isList(value)) return `[${value.map(formatValue).join(",")}]`;
  return `{${Object.entries(value).map(([key, item]) => `${formatKey(key)}:${formatValue(item)}`).join(",")}}`;
}

function formatText(text: string): string {
  const plain = /^(?:\$\{[^}]*\}|[^,()[\]{}'"=\\\s:])+$/.test(text) &&
    typeof toPrimitive({ text, escaped: false }) === "string";
  return plain ? text : quoted(text);
}

function formatKey(key: string): string {
  return /^[^\s,:{}[\]()='"]+$/.test(key) ? key : quoted(key);
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** `Array.isArray` for readonly arrays. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether a value is a dictionary. */
export function isDictionary(value: Value | undefined): value is { readonly [key: string]: Value } {
  return typeof value === "object" && value !== null && !isList(value);
}
