/** Suggestions for misspelt words. */

import { distance } from "fastest-levenshtein";

/**
 * The candidate nearest to a misspelt word: the one with the smallest edit distance, capitals aside, if it differs in at most
 * this share of its letters; the first of equals; otherwise undefined.
 */
export function nearest(word: string, candidates: readonly string[], share = 1 / 2): string | undefined {
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase());
    if (d < bestDistance) [best, bestDistance] = [candidate, d];
  }
  return best !== undefined && bestDistance <= Math.max(word.length, best.length) * share ? best : undefined;
}

/** `; did you mean "x"?`, or the list of what is valid when nothing is near. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  if (near !== undefined) return `; did you mean "${near}"?`;
  return candidates.length > 0 ? `; valid here: ${candidates.join(", ")}` : "";
}
