/** Tables of one method: every metric with its interval, by family and by size, against a baseline, and step by step. */

import { DEFAULT_LEVEL, type Estimate, estimateDifference, estimateMean, type SeedMatrix } from "./estimates.ts";
import { bestSoFar, episodeMetrics, METRIC_NAMES, type MetricName, METRICS, type MetricTable } from "./metrics.ts";
import type { EpisodeRecords } from "./records.ts";
import { type Bounds, meanOf } from "./statistics/mod.ts";

/** A method's records and metrics, one of each for every training seed (one for a method that is not trained). */
export interface MethodResults {
  readonly method: string;
  readonly seeds: readonly EpisodeRecords[];
  readonly metrics: readonly MetricTable[];
}

/** Every metric with its interval. */
export type MetricSummary = Readonly<Record<MetricName, Estimate>>;

/** The summary of the problems of one family or one size. */
export interface GroupSummary {
  readonly group: string;
  readonly problems: number;
  readonly summary: MetricSummary;
}

/** A mean curve over the steps of an episode with its band; all arrays `[horizon]`. */
export interface StepCurve {
  /** 1 … horizon. */
  readonly step: readonly number[];
  readonly value: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** What a {@linkcode StepCurve} can show: the normalised value of each step, the best so far, or the regret summed so far. */
export type CurveQuantity = "value" | "bestSoFar" | "cumulativeRegret" | "parentRate" | "bestVariableRate";

/** What the values of each curve lie between. */
const CURVES: Readonly<Record<CurveQuantity, Bounds>> = {
  value: METRICS.meanValue.bounds,
  bestSoFar: METRICS.bestSoFarArea.bounds,
  cumulativeRegret: METRICS.cumulativeRegret.bounds,
  parentRate: METRICS.parentRate.bounds,
  bestVariableRate: METRICS.bestVariableRate.bounds,
};

/**
 * Computes every metric of the records of one method's training seeds.
 * @throws RangeError without records, or if two of them are not about the same problems
 */
export function collectResults(method: string, seeds: readonly EpisodeRecords[]): MethodResults {
  if (seeds.length === 0) throw new RangeError(`${method} has no records`);
  seeds.forEach((records) => checkSameProblems(seeds[0], records));
  return { method, seeds, metrics: seeds.map(episodeMetrics) };
}

/** Every metric with its interval within the metric's bounds (see {@linkcode estimateMean}). */
export function summarise(results: MethodResults, level = DEFAULT_LEVEL): MetricSummary {
  return summariseOver(results, null, level);
}

/** The same for the problems of each family, or of each number of variables, in ascending order. */
export function summariseBy(
  results: MethodResults,
  by: "family" | "size",
  level = DEFAULT_LEVEL,
): readonly GroupSummary[] {
  const { family, sizes } = results.seeds[0];
  const keys: (string | number)[] = by === "family" ? [...family] : [...sizes];
  const groups = [...new Set(keys)].sort((a, b) => a < b ? -1 : 1);
  return groups.map((group) => {
    const chosen = keys.flatMap((key, p) => key === group ? [p] : []);
    return { group: String(group), problems: chosen.length, summary: summariseOver(results, chosen, level) };
  });
}

/**
 * Every metric of `results` less that of `baseline` on the same problems, with paired intervals.
 * @throws RangeError if they are not about the same problems
 */
export function summariseDifference(
  results: MethodResults,
  baseline: MethodResults,
  level = DEFAULT_LEVEL,
): MetricSummary {
  checkSameProblems(results.seeds[0], baseline.seeds[0]);
  return everyMetric((name) =>
    estimateDifference(metricMatrix(results, name), metricMatrix(baseline, name), {
      level,
      bounds: METRICS[name].bounds,
    })
  );
}

/** `[seeds][problems]` of one metric. */
export function metricMatrix(results: MethodResults, name: MetricName): SeedMatrix {
  return results.metrics.map((table) => table[name]);
}

/** The mean over seeds and problems at each step, with a pointwise interval. */
export function stepCurve(results: MethodResults, quantity: CurveQuantity, level = DEFAULT_LEVEL): StepCurve {
  const { horizon, problems } = results.seeds[0];
  const curves = results.seeds.map((records) => stepValues(records, quantity));
  const estimates = Array.from({ length: horizon }, (_, t) =>
    estimateMean(
      curves.map((values) => Float64Array.from({ length: problems }, (_, p) => values[p * horizon + t])),
      { level, bounds: CURVES[quantity] },
    ));
  return {
    step: estimates.map((_, t) => t + 1),
    value: estimates.map(({ value }) => value),
    low: estimates.map(({ low }) => low),
    high: estimates.map(({ high }) => high),
  };
}

/** Mean wall-clock seconds of one decision over the seeds; NaN where it was not measured. */
export function decisionSeconds(results: MethodResults): number {
  return meanOf(results.seeds.map(({ secondsPerDecision }) => secondsPerDecision));
}

/**
 * Refuses two records that are not about the same problems in the same order.
 * @throws RangeError naming both and the first difference
 */
export function checkSameProblems(first: EpisodeRecords, second: EpisodeRecords): void {
  const refuse = (what: string) => {
    throw new RangeError(`${first.method} and ${second.method} did not meet the same problems: ${what}`);
  };
  if (first.problems !== second.problems) refuse(`${first.problems} and ${second.problems} problems`);
  if (first.horizon !== second.horizon) refuse(`${first.horizon} and ${second.horizon} steps`);
  for (let p = 0; p < first.problems; p++) {
    if (first.family[p] !== second.family[p] || first.sizes[p] !== second.sizes[p]) {
      const name = ({ family, sizes }: EpisodeRecords) => `${family[p]} of ${sizes[p]} variables`;
      refuse(`problem ${p} is ${name(first)} and ${name(second)}`);
    }
  }
}

function everyMetric(estimate: (name: MetricName) => Estimate): MetricSummary {
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, estimate(name)])) as Record<MetricName, Estimate>;
}

/** @param chosen indices of problems, null for all */
function summariseOver(results: MethodResults, chosen: readonly number[] | null, level: number): MetricSummary {
  return everyMetric((name) => {
    const all = metricMatrix(results, name);
    const values = chosen === null ? all : all.map((row) => Float64Array.from(chosen, (p) => row[p]));
    return estimateMean(values, { level, bounds: METRICS[name].bounds });
  });
}

/** `[problems, horizon]` */
function stepValues(records: EpisodeRecords, quantity: CurveQuantity): Float64Array {
  const { problems, horizon, normalised } = records;
  if (quantity === "value") return normalised;
  if (quantity === "parentRate") return Float64Array.from(records.isParent);
  if (quantity === "bestVariableRate") return Float64Array.from(records.isBestVariable);
  const values = new Float64Array(problems * horizon);
  for (let p = 0; p < problems; p++) {
    const own = normalised.subarray(p * horizon, (p + 1) * horizon);
    values.set(quantity === "bestSoFar" ? bestSoFar(own) : regretSoFar(own), p * horizon);
  }
  return values;
}

function regretSoFar(values: Float64Array): Float64Array {
  let sum = 0;
  return values.map((value) => sum += 1 - value);
}
