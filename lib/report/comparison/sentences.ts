/** What a comparison may say: every sentence follows from the corrected tests. */

import { claimSentence, type Comparison, METRICS } from "../../evaluation/mod.ts";
import { verdictOf } from "./frames.ts";
import type { ReportedMethod } from "./types.ts";

type Roled = Pick<ReportedMethod, "results" | "role">;

/** For each model: which methods it beats, which beat it, and which cannot be told from it. */
export function standings({ metric, pairs, alpha }: Comparison, models: readonly string[]): readonly string[] {
  return models.map((model) => {
    const found = { better: [] as string[], worse: [] as string[], undecided: [] as string[] };
    for (const { first, second, holm, difference } of pairs) {
      if (first !== model && second !== model) continue;
      const sign = first === model ? 1 : -1;
      const verdict = verdictOf(metric, holm <= alpha, sign * difference.value);
      const list = verdict === "better" || verdict === "higher"
        ? found.better
        : verdict === "worse" || verdict === "lower"
        ? found.worse
        : found.undecided;
      list.push(first === model ? second : first);
    }
    const names = (list: readonly string[]) => list.length === 0 ? "none" : list.join(", ");
    const [above, below] = METRICS[metric].better === null
      ? ["is higher than", "lower than"]
      : ["beats", "is beaten by"];
    return `**${model}** ${above}: ${names(found.better)}; ${below}: ${names(found.worse)}; not told apart from: ${
      names(found.undecided)
    }.`;
  });
}

/** The full sentences of the pairs of which both are among `names`; only of those that differ, where `shown` asks for it. */
export function claimsAmong(
  { metric, pairs, alpha }: Comparison,
  names: readonly string[],
  shown = false,
): readonly string[] {
  return pairs.filter(({ first, second }) => names.includes(first) && names.includes(second))
    .filter(({ holm, difference }) => !shown || verdictOf(metric, holm <= alpha, difference.value) !== "undecided")
    .map((pair) => claimSentence(pair, metric, pairs.length, alpha));
}

/** The sentences of every model and the best baseline ({@linkcode bestBaseline}); none without a baseline. */
export function claimsAgainstBest(comparison: Comparison, methods: readonly Roled[]): readonly string[] {
  const best = bestBaseline(comparison, methods);
  return best === null ? [] : modelNames(methods).flatMap((model) => claimsAmong(comparison, [model, best]));
}

/** The method with the best mean score of those that are not trained and know nothing that an experimenter does not. */
export function bestBaseline({ ranking }: Comparison, methods: readonly Roled[]): string | null {
  const baselines = methods.filter(({ role }) => role === "baseline").map(({ results }) => results.method);
  return ranking.find(({ method }) => baselines.includes(method))?.method ?? null;
}

/** The names of the trained models. */
export function modelNames(methods: readonly Roled[]): readonly string[] {
  return methods.filter(({ role }) => role === "model").map(({ results }) => results.method);
}
