/** What played scenarios show: the policy against every competitor, corrected for the number of tests. */

import {
  adjustHolm,
  meanOf,
  metricMatrix,
  type MetricName,
  METRICS,
  studentTest,
  summariseDifference,
} from "../../evaluation/mod.ts";
import type { PlayedScenario, ScenarioMethod, Verdict } from "./types.ts";

/** The level of the corrected tests. */
export const SIGNIFICANCE = 0.05;

/**
 * The policy less every method that is no bound, in every scenario, by one metric that is better when higher. The test is
 * that of the interval: over problems, and over training seeds where there are several.
 * @throws RangeError for a metric that is not better when higher
 */
export function judge(played: readonly PlayedScenario[], metric: MetricName): readonly Verdict[] {
  if (METRICS[metric].better !== "higher") {
    throw new RangeError(`Cannot judge by ${metric}: a metric that is better when higher is needed`);
  }
  const pairs = played.flatMap(({ scenario, methods: [policy, ...others] }) =>
    others.filter(({ role }) => role !== "bound").map(({ results }) => {
      const difference = summariseDifference(policy.results, results)[metric];
      const { value, standardError, degreesOfFreedom } = difference;
      const { pValue } = studentTest("paired t-test", value, standardError, degreesOfFreedom);
      return { scenario: scenario.name, competitor: results.method, metric, difference, pValue };
    })
  );
  const adjusted = adjustHolm(pairs.map(({ pValue }) => pValue));
  return pairs.map((pair, i) => {
    const shown = adjusted[i] <= SIGNIFICANCE && pair.difference.value !== 0;
    const verdict = shown ? (pair.difference.value > 0 ? "better" : "worse") : "undecided";
    return { ...pair, pAdjusted: adjusted[i], verdict };
  });
}

/** The mean of a metric over problems and training seeds. */
export function meanMetric({ results }: ScenarioMethod, metric: MetricName): number {
  return meanOf(metricMatrix(results, metric).map(meanOf));
}

/**
 * For each scenario the verdict on its strongest baseline: of those that know nothing of the truth the one with the greatest
 * mean of the verdicts' metric there.
 */
export function strongestVerdicts(
  played: readonly PlayedScenario[],
  verdicts: readonly Verdict[],
): readonly Verdict[] {
  return played.map(({ scenario, methods }) => {
    const own = verdicts.filter((verdict) => verdict.scenario === scenario.name);
    const baselines = methods.filter(({ role }) => role === "baseline");
    const strongest = baselines.reduce((best, method) =>
      meanMetric(method, own[0].metric) > meanMetric(best, own[0].metric) ? method : best
    );
    const found = own.find(({ competitor }) => competitor === strongest.results.method);
    if (found === undefined) throw new RangeError(`${scenario.name}: no verdict on ${strongest.results.method}`);
    return found;
  });
}

/** One sentence on the scenarios in which the policy beats something, is beaten by it, or cannot be told from it. */
export function verdictSentence(policy: string, against: string, verdicts: readonly Verdict[]): string {
  const among = (kind: Verdict["verdict"]) => {
    const names = verdicts.filter(({ verdict }) => verdict === kind).map(({ scenario }) => scenario);
    return names.length === 0 ? "nowhere" : `in ${names.length} of ${verdicts.length} (${names.join("; ")})`;
  };
  return `**${policy}** beats ${against} ${among("better")}; is beaten by it ${among("worse")}; ` +
    `cannot be told from it ${among("undecided")}.`;
}
