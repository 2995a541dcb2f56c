/** Rows and settings as words: `heat=30`. */

import { DataError } from "../error.ts";
import { normalName } from "../names.ts";

/**
 * `name=value` words as values by name.
 * @throws {DataError} for a word of another form, a value that is no number, or a name that is given twice
 */
export function readAssignments(words: readonly string[]): Record<string, number> {
  const values: Record<string, number> = {};
  for (const word of words) {
    const [, name, text] = /^\s*(.*?\S)\s*=\s*(\S+)\s*$/s.exec(word) ?? [];
    if (name === undefined) throw new DataError(`${word}: expected name=value, e.g. heat=30`);
    const value = Number(text.replaceAll("\u2212", "-"));
    if (!Number.isFinite(value)) throw new DataError(`${word}: ${text} is no number`);
    const key = normalName(name);
    if (Object.hasOwn(values, key)) throw new DataError(`${key} is given twice`);
    values[key] = value;
  }
  return values;
}
