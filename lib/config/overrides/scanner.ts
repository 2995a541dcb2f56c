import { OverrideError } from "./types.ts";

/** Reads a word from left to right. */
export class Scanner {
  readonly text: string;
  position: number;

  constructor(text: string, position = 0) {
    this.text = text;
    this.position = position;
  }

  /** The character at the position; empty at the end. */
  get next(): string {
    return this.text.charAt(this.position);
  }

  get atEnd(): boolean {
    return this.position >= this.text.length;
  }

  skipSpace(): void {
    while (/\s/.test(this.next)) this.position++;
  }

  /** Steps over `token` if it comes next, after white space. */
  accept(token: string): boolean {
    const start = this.position;
    this.skipSpace();
    if (this.text.startsWith(token, this.position)) {
      this.position += token.length;
      return true;
    }
    this.position = start;
    return false;
  }

  /** @throws {OverrideError} if `token` does not come next */
  expect(token: string): void {
    if (!this.accept(token)) this.fail(`expected ${JSON.stringify(token)}`);
  }

  /** Steps over what the pattern matches here, and returns it. */
  match(pattern: RegExp): string | undefined {
    const sticky = new RegExp(pattern.source, "y");
    sticky.lastIndex = this.position;
    const found = sticky.exec(this.text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  /** @throws {OverrideError} always */
  fail(problem: string): never {
    const where = this.atEnd ? "at its end" : `at ${JSON.stringify(this.text.slice(this.position))}`;
    throw new OverrideError(`${this.text}: ${problem} ${where}`);
  }
}
