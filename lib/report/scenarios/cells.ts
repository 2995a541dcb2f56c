/** Cells of the tables of scenarios, and the numbers behind them as plain data. */

import { type Estimate, METRICS, summarise } from "../../evaluation/mod.ts";
import { judge, type PlayedScenario, type Verdict } from "../../contest/mod.ts";
import type { Row } from "../../runs/mod.ts";
import type { Cell } from "../html/blocks.ts";

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

/** An estimate as a table's cell. */
export function cellEstimate({ value, low, high }: Estimate): Cell {
  return Number.isNaN(low) ? value : { value, low, high };
}

/** "better", "worse" or "not told apart". */
export function verdictText({ verdict }: Verdict): string {
  return verdict === "undecided" ? "not told apart" : verdict;
}

/**
 * Everything that the tables show as plain data: the metrics of every method with 95 % intervals, and the verdicts by the
 * given metrics.
 */
export function scenarioData(
  command: string,
  played: readonly PlayedScenario[],
  metrics: readonly (keyof typeof METRICS)[],
): Row {
  return {
    command,
    scenarios: played.map(({ scenario, methods }) => ({
      name: scenario.name,
      description: scenario.description,
      problems: scenario.problems.length,
      episode: { ...scenario.episode },
      methods: methods.map(({ role, results }) => {
        const summary = summarise(results);
        return {
          method: results.method,
          role,
          seeds: results.seeds.length,
          metrics: Object.fromEntries(KEPT.map((name) => [name, plain(summary[name])])),
        };
      }),
    })),
    verdicts: metrics.flatMap((metric) =>
      judge(played, metric).map(({ scenario, competitor, difference, pValue, pAdjusted, verdict }) => ({
        metric,
        scenario,
        competitor,
        difference: plain(difference),
        p: rounded(pValue),
        adjustedP: rounded(pAdjusted),
        verdict,
      }))
    ),
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
