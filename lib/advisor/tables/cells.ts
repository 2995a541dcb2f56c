/** What is written in a cell: a number, nothing, or something that only looks like a number. */

/** What people and programs write where a number is missing, in lower case. */
const MISSING: ReadonlySet<string> = new Set([
  ...["", "na", "n/a", "#n/a", "#na", "<na>", "nan", "-nan", "1.#qnan", "-1.#ind", "#n/a n/a"],
  ...["null", "none", "nil", "nat", "\\n", "#div/0!", "#value!", "#null!", "#num!"],
  ...["?", ".", "..", "-", "--", "---", "–", "—"],
]);

/** Words for a missing cell: the usual ones, and those that a problem names beside them. */
export interface MissingWords {
  has(text: string): boolean;
  /** Whether a number stands for a missing value. */
  hasNumber(value: number): boolean;
  /** Whether any number but NaN does. */
  readonly numbers: boolean;
}

/** @param own further words, as `-999` or `n.d.`, matched in any case; one that is a number is matched by its value too */
export function missingWords(own: readonly string[] = []): MissingWords {
  const words = new Set(own.map((word) => word.trim().toLowerCase()));
  const numbers = new Set(own.map(numberIn).filter((value) => value !== undefined));
  return {
    has: (text) => {
      const word = text.trim().toLowerCase();
      return MISSING.has(word) || words.has(word);
    },
    hasNumber: (value) => Number.isNaN(value) || numbers.has(value),
    numbers: numbers.size > 0,
  };
}

/** A decimal number; the sign may be the mathematical minus. */
const NUMBER = /^[-+\u2212]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+\u2212]?\d+)?$/;
const BOOLEANS: Readonly<Record<string, number>> = { true: 1, false: 0 };

/** The finite number that a text stands for; `true` and `false` are 1 and 0. Undefined if there is none. */
export function numberIn(text: string): number | undefined {
  const word = text.trim();
  if (!NUMBER.test(word)) return BOOLEANS[word.toLowerCase()];
  const number = Number(word.replaceAll("\u2212", "-"));
  return Number.isFinite(number) ? number : undefined;
}

const DATE = /^(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{2,4})(?:$|[T\s])/;

/** Says what stands in the place of a number, and what would be right if that can be told. */
export function describeText(text: string): string {
  const word = text.trim();
  const shown = word.length > 40 ? `${word.slice(0, 40)}…` : word;
  const say = (what: string, hint = "") => `${what} "${shown}"${hint === "" ? "" : `; ${hint}`}`;
  if (DATE.test(word)) return say("the date");
  if (/^\d{1,2}:\d{2}(?::\d{2})?/.test(word)) return say("the time");
  const comma = /^([-+\u2212]?\d+),(\d+)$/.exec(word);
  if (comma !== null) {
    const hint = comma[2].length === 3
      ? `it may be ${comma[1]}.${comma[2]} or ${comma[1]}${
        comma[2]
      }: write the decimals behind a point, and no separator of thousands`
      : "write the decimals behind a point";
    return say("the text", hint);
  }
  if (/^[-+\u2212]?\d{1,3}(?:[,.'\s\u00a0\u202f]\d{3})+(?:[.,]\d+)?$/.test(word)) {
    return say("the text", "write the decimals behind a point, and no separator of thousands");
  }
  if (/^[<>≤≥~≈]/.test(word)) {
    return say("the text", "a bound is no number: leave the cell empty if it was not measured");
  }
  if (/^[-+]?(?:inf|infinity|∞)$/i.test(word)) return say("the text", "only finite numbers can be worked with");
  if (NUMBER.test(word)) return say("the text", "the number is too large");
  if (/^[-+\u2212]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*(?:[%‰°µμ]|\p{L})[^\d]*[\d²³⁻¹]*$/u.test(word)) {
    return say("the text", "write the unit into the problem file, the number alone into the cell");
  }
  return say("the text");
}
