/** What a comparison may say, the verdict first: every sentence follows from the corrected tests of the planned comparisons. */

import { claimSentence, type Comparison, isJudged, type JudgedPair, METRICS } from "../../evaluation/mod.ts";
import { formatNumber } from "../format.ts";

/** Words for what a planned comparison shows of its first method, in the order in which they are said. */
const GROUPS = [
  ["better", "beaten by"],
  ["higher", "exceeded by"],
  ["worse", "better than"],
  ["lower", "higher than"],
  ["undecided", "not told apart from"],
] as const;

/** How many of the planned comparisons show a difference. */
export function leadSentence({ metric, pairs, alpha, problems }: Comparison): string {
  const judged = pairs.filter(isJudged);
  const shown = judged.filter(({ judgement }) => judgement.verdict !== "undecided").length;
  const topic = METRICS[metric].label.toLowerCase();
  const count = shown === 0 ? "none shows" : shown === 1 ? "1 shows" : `${shown} show`;
  const planned = judged.length === 1 ? "1 planned comparison" : `${judged.length} planned comparisons`;
  return `Of ${planned} by ${topic} on ${problems} held-out problems **${count} a difference** ` +
    `(${100 * alpha} %, Holm's correction).`;
}

/**
 * One sentence for each method that others were planned to be compared with: who is better, who is worse, who cannot be told
 * from it, and what difference could have been seen.
 */
export function verdictSentences({ pairs }: Comparison): readonly string[] {
  const families = Map.groupBy(pairs.filter(isJudged), ({ second }) => second);
  return [...families].map(([second, own]) => {
    const parts = GROUPS.flatMap(([verdict, words]) => {
      const names = own.filter(({ judgement }) => judgement.verdict === verdict).map(({ first }) => first);
      return names.length === 0 ? [] : [`${words} ${names.join(", ")}${verdict === "undecided" ? unseen(own) : ""}`];
    });
    return `**${second}** is ${parts.join("; ")}.`;
  });
}

/** The range of differences that comparisons which show nothing would have found. */
function unseen(pairs: readonly JudgedPair[]): string {
  const sizes = pairs.filter(({ judgement }) => judgement.verdict === "undecided")
    .map(({ judgement }) => judgement.detectable);
  const [least, most] = [formatNumber(Math.min(...sizes)), formatNumber(Math.max(...sizes))];
  const range = least === most ? least : `${least} to ${most}`;
  return ` (a difference of ${range} would have been found with a chance of 80 %)`;
}

/** The full sentences of all planned comparisons. */
export function claims({ metric, pairs, alpha, planned }: Comparison): readonly string[] {
  return pairs.filter(isJudged).map((pair) => claimSentence(pair, metric, planned, alpha));
}
