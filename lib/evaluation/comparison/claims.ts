/** Sentences about comparisons. They follow from the corrected test alone, so that no text can claim what it did not show. */

import { type MetricName, METRICS } from "../metrics.ts";
import type { PairComparison } from "./pairs.ts";
import type { Judgement } from "./verdicts.ts";

/** A pair that was planned. */
export type JudgedPair = PairComparison & { readonly judgement: Judgement };

/** Whether a pair was planned, so that something may be claimed of it. */
export function isJudged(pair: PairComparison): pair is JudgedPair {
  return pair.judgement !== null;
}

/** Says what one pair of models shows at level `alpha` after Holm's correction over `comparisons` planned pairs. */
export function claimSentence(pair: JudgedPair, metric: MetricName, comparisons: number, alpha = 0.05): string {
  const { first, second, firstMean, secondMean, difference, judgement } = pair;
  const { verdict, holm, test, detectable } = judgement;
  const correction = comparisons === 1 ? "" : ` after Holm's correction for ${comparisons} comparisons`;
  const level = Math.round(1000 * (1 - alpha)) / 10;
  const swap = verdict === "worse" || verdict === "lower";
  const [low, high] = swap ? [-difference.high, -difference.low] : [difference.low, difference.high];
  const size = swap ? -difference.value : difference.value;
  const means = swap ? [secondMean, firstMean] : [firstMean, secondMean];
  const numbers = `${decimal(means[0])} against ${decimal(means[1])}, difference ${decimal(size)} ` +
    `(${level} % interval ${decimal(low)} to ${decimal(high)}; ${test.name}${replicates(pair)}, ${
      formatP(holm)
    }${correction})`;
  const topic = METRICS[metric].label.toLowerCase().replace(/^(pa-)?gap$/, (name) => name.toUpperCase());
  if (verdict === "undecided") {
    return `No difference between ${first} and ${second} is shown in ${topic}: ${numbers}. One of ${
      decimal(detectable)
    } would have been found with a chance of 80 %.`;
  }
  const [winner, loser] = swap ? [second, first] : [first, second];
  return METRICS[metric].better === null
    ? `${winner} has a higher ${topic} than ${loser}: ${numbers}.`
    : `${winner} beats ${loser} in ${topic}: ${numbers}.`;
}

/** "p = 0.032", or "p < 0.001". */
export function formatP(p: number): string {
  return p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(3)}`;
}

/** What was replicated, e.g. " over 5 and 5 training seeds on 40 problems". */
function replicates({ difference, firstSeeds, secondSeeds }: PairComparison): string {
  const problems = `${difference.problems} problem${difference.problems === 1 ? "" : "s"}`;
  if (firstSeeds === 1 && secondSeeds === 1) return ` on ${problems}, one run each`;
  const seeds = `${firstSeeds} and ${secondSeeds} runs`;
  return difference.unit === "seeds" ? ` over ${seeds} on these ${problems}` : ` with ${seeds} on ${problems}`;
}

/** Three decimals, or three digits where that would be 0; the minus sign is a true one. */
function decimal(value: number): string {
  const text = value !== 0 && Math.abs(value) < 0.0005 ? value.toPrecision(2) : value.toFixed(3);
  return text.replace(/-/g, "−");
}
