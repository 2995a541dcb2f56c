/** The text of dagitty (Textor et al. 2016). */

import { ScmError } from "../error.ts";
import { weightOf } from "./dot.ts";
import { type Network, NetworkBuilder } from "./network.ts";
import { type Lexicon, Scanner } from "./scanner.ts";

const LEXICON: Lexicon = {
  blank: /(?:\s|;|\/\*[^]*?\*\/|\/\/[^\n]*)*/y,
  word: /[\p{L}\p{N}_.]+/uy,
  signs: ["<->", "->", "<-", "--", "@-@", "@->", "<-@", "{", "}", "[", "]", ",", "=", "-"],
};

/**
 * Reads a dagitty text: `dag { X [exposure] Y [outcome] U [latent] U -> {X Y} X -> Y [beta=0.5] A <-> B }`. Path coefficients
 * (`beta`) are the weights; `A <-> B` is a hidden common cause.
 *
 * @throws ScmError with line and column for text that is none, or edges without a direction
 */
export function readDagitty(text: string, file: string): Network {
  const scanner = new Scanner(text, file, LEXICON);
  const builder = new NetworkBuilder();
  const type = scanner.next();
  if (type.kind !== "word" || type.text.toLowerCase() !== "dag") throw scanner.unexpected(type, '"dag"');
  const opened = scanner.peek();
  const name = opened.kind === "sign" ? null : scanner.name("a name");
  scanner.expect("{");
  while (!scanner.accept("}")) readStatement(scanner, builder, file);
  return builder.finish("dagitty", name);
}

function readStatement(scanner: Scanner, builder: NetworkBuilder, file: string): void {
  let left = readGroup(scanner, builder);
  const chain: { readonly arrow: string; readonly left: string[]; readonly right: string[] }[] = [];
  while (scanner.peek().kind === "sign" && /[->@]/.test(scanner.peek().text)) {
    const arrow = scanner.next();
    if (!["->", "<-", "<->"].includes(arrow.text)) {
      throw scanner.error(arrow.offset, `"${arrow.text}" has no direction: write ->, <- or <->`);
    }
    const right = readGroup(scanner, builder);
    chain.push({ arrow: arrow.text, left, right });
    left = right;
  }
  const attributes = scanner.accept("[") ? readAttributes(scanner) : new Map<string, string>();
  if (chain.length === 0) return left.forEach((node) => describeNode(builder, node, attributes));
  for (const { arrow, left, right } of chain) {
    for (const a of left) {
      for (const b of right) {
        const weight = weightOf(attributes, "beta", `${file}: edge ${a} ${arrow} ${b}`);
        if (arrow === "->") builder.edge(a, b, weight);
        else if (arrow === "<-") builder.edge(b, a, weight);
        else builder.confounded.push([a, b]);
      }
    }
  }
}

/** One node, or several in braces, which may hold statements of their own. */
function readGroup(scanner: Scanner, builder: NetworkBuilder): string[] {
  if (!scanner.accept("{")) {
    const token = scanner.next();
    if (token.kind !== "word" && token.kind !== "text") throw scanner.unexpected(token, "a variable");
    if (token.text !== "bb" || !scanner.accept("=")) {
      builder.node(token.text);
      return [token.text];
    }
    scanner.name("the bounding box");
    return [];
  }
  const members: string[] = [];
  while (!scanner.accept("}")) {
    scanner.accept(",");
    const member = scanner.name('a variable or "}"');
    builder.node(member);
    members.push(member);
    if (scanner.accept("[")) describeNode(builder, member, readAttributes(scanner));
  }
  return members;
}

function readAttributes(scanner: Scanner): Map<string, string> {
  const attributes = new Map<string, string>();
  while (!scanner.accept("]")) {
    const key = scanner.name('an attribute or "]"');
    const negative = scanner.accept("=") ? scanner.accept("-") : null;
    attributes.set(key, negative === null ? "" : `${negative ? "-" : ""}${scanner.name(`a value of ${key}`)}`);
    scanner.accept(",");
  }
  return attributes;
}

function describeNode(builder: NetworkBuilder, name: string, attributes: ReadonlyMap<string, string>): void {
  const has = (...names: readonly string[]) => names.some((key) => attributes.has(key));
  builder.node(name, has("latent", "unobserved", "u", "l") ? { observed: false } : {});
  if (has("outcome", "o")) builder.outcomes.push(name);
  if (has("exposure", "e")) builder.exposures.push(name);
  if (has("selected", "s")) throw new ScmError(`"${name}" is selected upon: an SCM has no selection of rows`);
}
