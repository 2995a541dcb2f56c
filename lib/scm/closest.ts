/** Suggestions for misspelt words. */

import { distance } from "fastest-levenshtein";

/** The candidate with the fewest edits, if they are at most half of its letters or the word's. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  const edits = (candidate: string) => distance(word, candidate);
  return candidates
    .filter((candidate) => edits(candidate) <= Math.max(word.length, candidate.length) / 2)
    .toSorted((a, b) => edits(a) - edits(b))
    .at(0);
}
