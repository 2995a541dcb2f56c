/** Words of a text with their places, for the small formats that no library reads. */

import { ScmError } from "../error.ts";

/** One word: a name or number, a text in quotes without them, or a sign. */
export interface Token {
  readonly kind: "word" | "text" | "sign" | "end";
  readonly text: string;
  /** Where it begins. */
  readonly offset: number;
}

/** What a format's words look like. Its expressions are sticky. */
export interface Lexicon {
  /** Blanks and comments. */
  readonly blank: RegExp;
  readonly word: RegExp;
  /** Signs, longest first. */
  readonly signs: readonly string[];
}

/** Reads one token after the other. */
export class Scanner {
  private at = 0;

  constructor(private readonly text: string, private readonly file: string, private readonly lexicon: Lexicon) {}

  /** The next token, which stays the next. */
  peek(): Token {
    const start = this.at;
    const token = this.next();
    this.at = start;
    return token;
  }

  /** Takes the next token. */
  next(): Token {
    const { blank, word, signs } = this.lexicon;
    this.at += this.match(blank).length;
    const offset = this.at;
    if (offset >= this.text.length) return { kind: "end", text: "the end of the file", offset };
    if (this.text[offset] === '"') return this.quoted(offset);
    const found = this.match(word);
    if (found !== "") return this.take("word", found, offset);
    const sign = signs.find((candidate) => this.text.startsWith(candidate, offset));
    if (sign !== undefined) return this.take("sign", sign, offset);
    throw this.error(offset, `"${String.fromCodePoint(this.text.codePointAt(offset) ?? 0)}" has no meaning here`);
  }

  /** Takes the next token if it is this sign or word. */
  accept(text: string): boolean {
    const token = this.peek();
    if (token.kind === "text" || token.text !== text) return false;
    this.next();
    return true;
  }

  /** Takes the next token, which must be this sign or word. */
  expect(text: string): void {
    const token = this.next();
    if (token.kind === "text" || token.text !== text) throw this.unexpected(token, `"${text}"`);
  }

  /** Takes the next token, which must be a name. */
  name(what: string): string {
    const token = this.next();
    if (token.kind !== "word" && token.kind !== "text") throw this.unexpected(token, what);
    return token.text;
  }

  unexpected(token: Token, wanted: string): ScmError {
    return this.error(token.offset, `expected ${wanted}, got ${token.kind === "end" ? token.text : `"${token.text}"`}`);
  }

  error(offset: number, message: string): ScmError {
    return new ScmError(`${placeOf(this.text, this.file, offset)}: ${message}`);
  }

  private match(expression: RegExp): string {
    expression.lastIndex = this.at;
    return expression.exec(this.text)?.[0] ?? "";
  }

  private take(kind: Token["kind"], text: string, offset: number): Token {
    this.at = offset + text.length;
    return { kind, text, offset };
  }

  private quoted(offset: number): Token {
    let text = "";
    for (let at = offset + 1; at < this.text.length; at++) {
      if (this.text[at] === '"') {
        this.at = at + 1;
        return { kind: "text", text, offset };
      }
      if (this.text[at] === "\\" && at + 1 < this.text.length) at++;
      text += this.text[at];
    }
    throw this.error(offset, "a text in quotes is not closed");
  }
}

/** `file:line:column` of an offset. */
export function placeOf(text: string, file: string, offset: number): string {
  const before = text.slice(0, offset);
  return `${file}:${before.split("\n").length}:${offset - before.lastIndexOf("\n")}`;
}
