/** The Bayesian network interchange format (Cozman 1998), as the bnlearn repository publishes its networks. */

import { type Network, NetworkBuilder } from "./network.ts";
import { type Lexicon, Scanner } from "./scanner.ts";

const LEXICON: Lexicon = {
  blank: /(?:\s|\/\*[^]*?\*\/|\/\/[^\n]*)*/y,
  word: /[\p{L}\p{N}_.+\-<>=:/%']+/uy,
  signs: ["{", "}", "(", ")", "[", "]", ",", ";", "|"],
};

/**
 * Reads the arrows of a BIF file. The format knows discrete variables alone, whose tables an SCM of numbers cannot hold.
 *
 * @throws ScmError with line and column for text that is no BIF
 */
export function readBif(text: string, file: string): Network {
  const scanner = new Scanner(text, file, LEXICON);
  const builder = new NetworkBuilder();
  let name: string | null = null;
  const discrete: string[] = [];
  for (let token = scanner.next(); token.kind !== "end"; token = scanner.next()) {
    if (token.text === "network") {
      name = scanner.name("the network's name");
      skipBlock(scanner);
    } else if (token.text === "variable") {
      const variable = scanner.name("a variable's name");
      builder.node(variable);
      if (skipBlock(scanner).includes("discrete")) discrete.push(variable);
    } else if (token.text === "probability") {
      readProbability(scanner, builder);
    } else {
      throw scanner.unexpected(token, "network, variable or probability");
    }
  }
  const foreign = discrete.length === 0
    ? null
    : `its variables are discrete (${discrete.slice(0, 3).join(", ")}${
      discrete.length > 3 ? ", …" : ""
    }), and their tables ` +
      "of probabilities have no place in an SCM of numbers";
  return builder.finish("BIF", name === "unknown" ? null : name, foreign);
}

/** `( child | parent, … ) { … }` */
function readProbability(scanner: Scanner, builder: NetworkBuilder): void {
  scanner.expect("(");
  const child = scanner.name("a variable");
  builder.node(child);
  const parents: string[] = [];
  if (scanner.accept("|")) {
    do parents.push(scanner.name("a parent")); while (scanner.accept(","));
  }
  scanner.expect(")");
  parents.forEach((parent) => builder.edge(parent, child));
  skipBlock(scanner);
}

/** Takes a block in braces; returns its words. */
function skipBlock(scanner: Scanner): string[] {
  scanner.expect("{");
  const words: string[] = [];
  for (let depth = 1; depth > 0;) {
    const token = scanner.next();
    if (token.kind === "end") throw scanner.unexpected(token, '"}"');
    if (token.text === "{") depth++;
    else if (token.text === "}") depth--;
    else words.push(token.text);
  }
  return words;
}
