/** The numbers behind the pages of scenarios as plain data. */

import type { PlayedScenario, ScenarioVerdict, ScenarioVerdicts } from "../../contest/mod.ts";
import type { Estimate } from "../../evaluation/mod.ts";
import type { Row } from "../../runs/mod.ts";

/** Metrics that the data hold; every problem has a value of each. */
const KEPT = [
  "meanValue",
  "firstValue",
  "lastValue",
  "recommendation",
  "bestSeenRegret",
  "bestSoFarArea",
  "success",
  "gap",
  "paGap",
] as const;
/** Digits of the data behind the decimal point. */
const DIGITS = 6;

/** Everything that the tables show as plain data: the metrics of every method with 95 % intervals, and the planned comparisons. */
export function scenarioData(command: string, played: readonly PlayedScenario[], verdicts: ScenarioVerdicts): Row {
  return {
    command,
    scenarios: played.map(({ scenario, methods }) => ({
      name: scenario.name,
      description: scenario.description,
      problems: scenario.problems.length,
      episode: { ...scenario.episode },
      methods: methods.map(({ name, role, records, summary }) => ({
        method: name,
        role,
        seeds: records.length,
        metrics: Object.fromEntries(KEPT.map((metric) => [metric, plain(summary[metric])])),
      })),
    })),
    plan: { ...verdicts.plan, opponents: [...verdicts.plan.opponents], scenarios: [...verdicts.plan.scenarios] },
    verdicts: { overall: verdicts.overall.map(verdictRow), each: verdicts.each.map(verdictRow) },
  };
}

function verdictRow({ scenario, opponent, difference, judgement }: ScenarioVerdict): Row {
  return {
    ...(scenario === null ? {} : { scenario }),
    opponent,
    difference: plain(difference),
    p: rounded(judgement.test.pValue),
    adjustedP: rounded(judgement.holm),
    verdict: judgement.verdict,
    detectable: rounded(judgement.detectable),
  };
}

function plain({ value, low, high }: Estimate): number[] {
  return [value, low, high].filter(Number.isFinite).map(rounded);
}

/** @throws RangeError for what JSON cannot hold */
function rounded(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`Cannot publish ${value}: it is not finite`);
  return Number(value.toFixed(DIGITS));
}
