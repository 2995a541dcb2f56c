/** Reads YAML with the place of every value. */

import { type Document, isMap, isNode, isPair, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import { ConfigError, configError, type Origin } from "./error.ts";

/** Says where the value at a path was written. */
export type Locate = (path: readonly PropertyKey[]) => Origin;

/** The data of a YAML file and where each of its values stands. */
export interface YamlSource {
  /** The top-level section; empty for an empty file. */
  readonly data: unknown;
  /** File, line and column of the value at a path, or of the nearest one above it. */
  readonly locate: Locate;
  /** The keys of the section at a path in the file's order, which objects lose for keys such as `12`. */
  keys(path: readonly PropertyKey[]): readonly string[];
}

/** The deepest nesting of sections and lists. */
const DEEPEST = 100;
const TOO_DEEP = "it is nested too deeply";

/**
 * Reads YAML 1.2, in which `5e-4` is a number and `yes` is text. The top level must be a section. Text is brought into
 * Unicode's composed form, so that a name means one thing however it was typed.
 *
 * @param file the name that errors show
 * @throws ConfigError with line and column of a syntax error or a repeated key, and for text that is nested too deeply or grows
 * without bounds by its aliases
 */
export function parseYaml(text: string, file: string): YamlSource {
  const { document, placeOf } = documentOf(text, file);
  if (document.contents !== null && !isMap(document.contents)) {
    throw configError(`${file}:1`, "", "expected a section (key: value pairs) at the top level");
  }
  return {
    data: plainData(document, file),
    locate: (path) => {
      const offset = offsetOf(document, path);
      return offset === undefined ? file : placeOf(offset);
    },
    keys: (path) => {
      const node = path.length === 0 ? document.contents : document.getIn(path, true);
      return isMap(node) ? node.items.map(({ key }) => String(isScalar(key) ? key.value : key)) : [];
    },
  };
}

/**
 * Reads one value, e.g. a word of a command line: `5`, `true`, `[1, 2]`, `{a: 1}`; null for an empty text.
 * @param word the name that errors show
 * @throws ConfigError as {@linkcode parseYaml}
 */
export function parseYamlValue(text: string, word: string): Node | null {
  const { document } = documentOf(text, word);
  plainData(document, word);
  return document.contents as Node | null;
}

/** A document without faults, and the places of its offsets. */
function documentOf(text: string, file: string): { document: Document; placeOf: (offset: number) => Origin } {
  const lines = new LineCounter();
  const placeOf = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const document = parseWhole(text.normalize("NFC"), file, lines);
  const faults = [...document.errors, ...document.warnings];
  if (faults.some(({ message }) => message.includes("call stack"))) throw configError(file, "", TOO_DEEP);
  if (faults.length > 0) {
    throw new ConfigError(
      faults.map((fault) => ({ origin: placeOf(fault.pos[0]), path: "", message: fault.message })),
    );
  }
  return { document, placeOf };
}

function parseWhole(text: string, file: string, lineCounter: LineCounter): Document {
  try {
    return parseDocument(text, { lineCounter, version: "1.2", prettyErrors: false }) as Document;
  } catch (error) {
    if (error instanceof RangeError) throw configError(file, "", TOO_DEEP);
    throw error;
  }
}

function plainData(document: Document, file: string): unknown {
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    if (error instanceof RangeError) throw configError(file, "", TOO_DEEP);
    // An alias without an anchor, or one that multiplies without bounds: the library throws a ReferenceError for both.
    if (error instanceof ReferenceError) throw configError(file, "", error.message.replace(/\.$/, ""));
    throw error;
  }
  if (deeperThan(data, DEEPEST)) throw configError(file, "", `sections are nested more than ${DEEPEST} deep`);
  return data;
}

function deeperThan(data: unknown, limit: number): boolean {
  if (typeof data !== "object" || data === null) return false;
  return limit === 0 || Object.values(data).some((value) => deeperThan(value, limit - 1));
}

/** The offset of the key or list element at a path, or of the nearest one above it that exists. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const step = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(step))
      : undefined;
    const node = isPair(pair) ? pair.key : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return undefined;
}
