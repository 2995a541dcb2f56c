/** Suggestions for misspelt words. */

import { distance } from "fastest-levenshtein";

/**
 * The candidate that a misspelt word was meant to be, capitals aside: the one with the smallest edit distance, if that is one
 * edit, or one in three letters, or two letters in each other's place, or if one word begins with the other; the first of
 * equals. Otherwise undefined: a hint that leads away is worse than none.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    const d = editsBetween(word.toLowerCase(), candidate.toLowerCase());
    if (d < bestDistance) [best, bestDistance] = [candidate, d];
  }
  return best;
}

/** Fewest letters of a beginning that says what is meant. */
const SHORTEST_BEGINNING = 3;

/** Edits that make one word of another; infinite if they are too many for a slip. */
function editsBetween(a: string, b: string): number {
  const edits = distance(a, b);
  const longest = Math.max(a.length, b.length);
  const few = edits <= Math.max(1, longest / 3) && edits <= longest / 2;
  const swapped = edits === 2 && longest > 2 && sortedLetters(a) === sortedLetters(b);
  const begins = Math.min(a.length, b.length) >= SHORTEST_BEGINNING && (a.startsWith(b) || b.startsWith(a));
  return few || swapped || begins ? edits : Infinity;
}

function sortedLetters(word: string): string {
  return [...word].sort().join("");
}

/** Most candidates that are listed. */
const MOST_LISTED = 30;

/** `; did you mean "x"?`, or the list of what is valid when nothing is near. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  if (near !== undefined) return `; did you mean "${near}"?`;
  if (candidates.length === 0) return "";
  const more = candidates.length - MOST_LISTED;
  return `; valid here: ${candidates.slice(0, MOST_LISTED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
