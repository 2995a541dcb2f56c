/** What an episode is judged by (one number a problem and metric), from expected outcomes alone. */

import { checkRecords, type EpisodeRecords } from "./records.ts";
import { type Bounds, NON_NEGATIVE, UNBOUNDED, UNIT } from "./statistics/mod.ts";

export type { EpisodeRecords } from "./records.ts";

/** Steps at either end of an episode that {@linkcode MetricName} `firstValue` and `lastValue` average over. */
export const EDGE_STEPS = 5;
/** Steps at either end of an episode that `improvement` compares. */
export const IMPROVEMENT_STEPS = 3;
/** Normalised value that a recommendation must reach to count as a success. */
export const SUCCESS_LEVEL = 0.95;
/** Normalised value that an episode must keep to have converged. */
export const CONVERGENCE_LEVEL = 0.9;

/** How a metric reads. `better` is null where neither direction is. */
export interface MetricInfo {
  readonly label: string;
  readonly meaning: string;
  readonly better: "higher" | "lower" | null;
  /** Every problem counts 0 or 1. */
  readonly share: boolean;
  /** What its values lie between. The optimum of a nonlinear SCM is itself estimated, so that a value can exceed 1 by its error. */
  readonly bounds: Bounds;
}

/** A normalised value: 1 is the optimum, and what is harmful can be so without end. */
const AT_MOST_OPTIMAL: Bounds = { low: -Infinity, high: 1 };

function info(label: string, meaning: string, given: Partial<MetricInfo> = {}): MetricInfo {
  return { label, meaning, better: "higher", share: false, bounds: UNBOUNDED, ...given };
}

function valueOf(label: string, meaning: string): MetricInfo {
  return info(label, meaning, { bounds: AT_MOST_OPTIMAL });
}

function regret(label: string, meaning: string): MetricInfo {
  return info(label, meaning, { better: "lower", bounds: NON_NEGATIVE });
}

function rate(label: string, meaning: string, better: MetricInfo["better"] = "higher"): MetricInfo {
  return info(label, meaning, { better, bounds: UNIT });
}

function share(label: string, meaning: string): MetricInfo {
  return info(label, meaning, { share: true, bounds: UNIT });
}

/** Every metric, in the order of tables. */
export const METRICS = {
  meanValue: valueOf("Mean value", "normalised value, mean over the episode"),
  firstValue: valueOf("First steps", `normalised value, mean over the first ${EDGE_STEPS} steps`),
  lastValue: valueOf("Last steps", `normalised value, mean over the last ${EDGE_STEPS} steps`),
  recommendation: valueOf("Recommendation", "normalised value of the final answer"),
  simpleRegret: regret("Simple regret", "1 − normalised value of the final answer"),
  bestSeenRegret: regret("Best-seen regret", "1 − normalised value of the best intervention made"),
  cumulativeRegret: regret("Cumulative regret", "sum over the episode of 1 − normalised value"),
  bestSoFarArea: valueOf("Best-so-far area", "mean over the episode of the best normalised value so far"),
  success: share("Success", `share of problems whose final answer reaches ${SUCCESS_LEVEL}`),
  converged: share("Converged", `share of problems whose episode stays ≥ ${CONVERGENCE_LEVEL} to its end`),
  convergenceStep: info("Convergence step", `first step from which the value stays ≥ ${CONVERGENCE_LEVEL}`, {
    better: "lower",
    bounds: { low: 1, high: Infinity },
  }),
  parentRate: rate("Parent rate", "share of interventions on a direct parent of the target", null),
  bestVariableRate: rate("Best-variable rate", "share of interventions on the variable of the best intervention"),
  rightSignRate: rate("Right-sign rate", "share of interventions on the better side of the domain's middle"),
  rangeUtilisation: rate("Range utilisation", "mean of (max − min) / width over variables set at least twice", null),
  improvement: info("Improvement", `value of the last ${IMPROVEMENT_STEPS} steps less that of the first`),
  gap: rate("GAP", "improvement and speed of the best expected outcome so far"),
  paGap: rate("PA-GAP", "improvement of the best expected outcome so far, discounted by trial"),
} as const satisfies Record<string, MetricInfo>;

/** Name of a metric of an episode. */
export type MetricName = keyof typeof METRICS;

/** All names of {@linkcode METRICS}, in their order. */
export const METRIC_NAMES: readonly MetricName[] = Object.keys(METRICS) as MetricName[];

/** `[problems]` of each metric; NaN where a problem has none (never converged, no variable set twice). */
export type MetricTable = Readonly<Record<MetricName, Float64Array>>;

/**
 * Every metric of every problem. Values are the expectations `E[Y | do]`, normalised so that 0 is observing and 1 the
 * optimum; no single noisy draw enters.
 *
 * `gap` and `paGap` follow the CBO benchmark (TMLR 2026) with v₀ the observational expectation and v* the expected
 * optimum: with r_t the best improvement ratio so far, clamped to [0, 1], and t* the trial that first reached the best,
 * `GAP = (r_n + (n − t*)/n) / (1 + (n − 1)/n)` (0 without improvement) and `PA-GAP = mean_t r_t (n − t + 1)/n`, at most
 * (n + 1)/2n.
 * @throws RangeError for records that do not fit together or are not finite
 */
export function episodeMetrics(records: EpisodeRecords): MetricTable {
  checkRecords(records);
  const { problems, horizon, sets } = records;
  const slots = sets?.slots ?? 1;
  const table = Object.fromEntries(METRIC_NAMES.map((name) => [name, new Float64Array(problems)])) as Record<
    MetricName,
    Float64Array
  >;
  for (let p = 0; p < problems; p++) {
    const from = p * horizon;
    const to = from + horizon;
    const row = problemMetrics(
      records.normalised.subarray(from, to),
      records.recommendationNormalised[p],
      (sets?.variable ?? records.variable).subarray(from * slots, to * slots),
      (sets?.scaledValue ?? records.scaledValue).subarray(from * slots, to * slots),
    );
    for (const [name, value] of Object.entries(row)) table[name as keyof typeof row][p] = value;
    table.parentRate[p] = mean(records.isParent, from, to);
    table.bestVariableRate[p] = mean(records.isBestVariable, from, to);
    table.rightSignRate[p] = mean(records.isRightSign, from, to);
  }
  return table;
}

/** The metrics of one problem that follow from its values; arrays `[horizon]`, what is set `[horizon, slots]`. */
function problemMetrics(
  values: Float64Array,
  recommendation: number,
  variables: Int32Array,
  scaled: Float64Array,
): Readonly<Record<Exclude<MetricName, "parentRate" | "bestVariableRate" | "rightSignRate">, number>> {
  const horizon = values.length;
  const edge = Math.min(EDGE_STEPS, horizon);
  const few = Math.min(IMPROVEMENT_STEPS, horizon);
  const meanValue = mean(values, 0, horizon);
  const best = bestSoFar(values);
  const convergenceStep = stepOfConvergence(values);
  return {
    meanValue,
    firstValue: mean(values, 0, edge),
    lastValue: mean(values, horizon - edge, horizon),
    recommendation,
    simpleRegret: 1 - recommendation,
    bestSeenRegret: 1 - best[horizon - 1],
    cumulativeRegret: horizon * (1 - meanValue),
    bestSoFarArea: mean(best, 0, horizon),
    success: recommendation >= SUCCESS_LEVEL ? 1 : 0,
    converged: convergenceStep === null ? 0 : 1,
    convergenceStep: convergenceStep ?? NaN,
    rangeUtilisation: rangeUtilisation(variables, scaled) ?? NaN,
    improvement: mean(values, horizon - few, horizon) - mean(values, 0, few),
    ...gapMetrics(best),
  };
}

/** `[horizon]` the greatest of the values up to each step. */
export function bestSoFar(values: Float64Array): Float64Array {
  let best = -Infinity;
  return values.map((value) => best = Math.max(best, value));
}

/** The first step (from 1) from which every value is ≥ {@linkcode CONVERGENCE_LEVEL}; null if the last one is not. */
export function stepOfConvergence(values: Float64Array): number | null {
  let step = values.length;
  while (step > 0 && values[step - 1] >= CONVERGENCE_LEVEL) step--;
  return step === values.length ? null : step + 1;
}

/** Mean of (max − min) / width over the variables set at least twice; null if there is none. Values are on [−1, 1]. */
export function rangeUtilisation(variables: Int32Array, scaled: Float64Array): number | null {
  const tried = new Map<number, { count: number; low: number; high: number }>();
  variables.forEach((variable, step) => {
    if (variable < 0) return;
    const seen = tried.get(variable) ?? { count: 0, low: Infinity, high: -Infinity };
    const value = scaled[step];
    tried.set(variable, { count: seen.count + 1, low: Math.min(seen.low, value), high: Math.max(seen.high, value) });
  });
  const widths = [...tried.values()].filter(({ count }) => count >= 2).map(({ low, high }) => (high - low) / 2);
  return widths.length === 0 ? null : widths.reduce((sum, width) => sum + width, 0) / widths.length;
}

/** GAP and PA-GAP of a best-so-far curve that starts from 0, the value of observing. */
function gapMetrics(best: Float64Array): { readonly gap: number; readonly paGap: number } {
  const n = best.length;
  const ratios = best.map((value) => Math.min(Math.max(0, value), 1));
  const reached = best[n - 1];
  const efficiency = reached > 0 ? (n - (best.indexOf(reached) + 1)) / n : 0;
  const discounted = ratios.map((ratio, step) => ratio * (n - step) / n);
  return { gap: (ratios[n - 1] + efficiency) / (1 + (n - 1) / n), paGap: mean(discounted, 0, n) };
}

/** Mean of `values[from … to − 1]`. */
function mean(values: Float64Array | Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i];
  return sum / (to - from);
}
