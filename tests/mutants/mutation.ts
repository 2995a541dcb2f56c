/** A mutation of the library: a small change that makes it wrong, and the tests that must notice. */

/** One replacement in one file. */
export interface Edit {
  /** From the project's folder. */
  readonly file: string;
  /** Must occur exactly once. */
  readonly text: string;
  readonly replacement: string;
}

/** A change of one or, where only several together are consistent with each other, of more places. */
export interface Mutation {
  readonly name: string;
  /** What it makes wrong, in one line. */
  readonly breaks: string;
  readonly edits: readonly Edit[];
  /** Files of `tests/` one of whose tests must fail. */
  readonly tests: readonly string[];
}

/** What became of a mutation. `broken`: no test failed, but the mutated code could not be loaded, which proves nothing. */
export type Verdict = "killed" | "killed by a hang" | "survived" | "broken";

/**
 * The contents of a file with an edit made.
 * @throws RangeError if the text is not there exactly once, or if nothing would change
 */
export function edited(contents: string, { file, text, replacement }: Edit): string {
  const found = contents.split(text).length - 1;
  if (found !== 1) throw new RangeError(`${file}: ${JSON.stringify(text)} occurs ${found} times, not once`);
  if (text === replacement) throw new RangeError(`${file}: ${JSON.stringify(text)} is replaced by itself`);
  return contents.replace(text, () => replacement);
}

/** What a finished run of `deno test` says about the mutation that it ran with. */
export function verdictOf({ success, output }: { readonly success: boolean; readonly output: string }): Verdict {
  if (success) return "survived";
  return /\b[1-9]\d* failed\b/.test(output) && !output.includes("(uncaught error)") ? "killed" : "broken";
}

/** Whether no test is known to notice. */
export function isAlive(verdict: Verdict): boolean {
  return verdict === "survived" || verdict === "broken";
}
