/** Tables of what a method believed about the parents of the target. */

import { CALIBRATION_BINS, calibrationError } from "../surrogate/mod.ts";
import { DEFAULT_LEVEL, type Estimate, estimateDifference, estimateMean, type SeedMatrix } from "./estimates.ts";
import {
  STRUCTURE_BOUNDS,
  STRUCTURE_METRICS,
  type StructureMetric,
  type StructureRecords,
} from "./structure_records.ts";
import { checkSameProblems, type MethodResults, type StepCurve } from "./summary.ts";

/** The beliefs of one method after its last intervention, with intervals. */
export interface StructureSummary {
  readonly surrogate: string;
  readonly privileged: boolean;
  readonly metrics: Readonly<Record<StructureMetric, Estimate>>;
  /** Expected calibration error of all probabilities of all problems and seeds together. */
  readonly calibrationError: number;
}

/** The summary after the last intervention; null for a method without a surrogate. */
export function summariseStructure(results: MethodResults, level = DEFAULT_LEVEL): StructureSummary | null {
  const known = structureOf(results);
  if (known === null) return null;
  const { horizon } = results.seeds[0];
  return {
    surrogate: known[0].surrogate,
    privileged: known[0].privileged,
    metrics: Object.fromEntries(
      STRUCTURE_METRICS.map((name) => [name, estimateMetric(results, name, horizon, level)]),
    ) as Record<StructureMetric, Estimate>,
    calibrationError: calibrationAt(results, horizon),
  };
}

/**
 * `[seeds][problems]` of one metric after intervention `step`, from 1.
 * @throws RangeError for a method without a surrogate
 */
export function structureMatrix(results: MethodResults, name: StructureMetric, step: number): SeedMatrix {
  const { horizon, problems } = results.seeds[0];
  return required(results).map(({ metrics }) =>
    Float64Array.from({ length: problems }, (_, p) => metrics[name][p * horizon + step - 1])
  );
}

/**
 * The mean over seeds and problems after each intervention, with a pointwise interval.
 * @throws RangeError for a method without a surrogate
 */
export function structureCurve(results: MethodResults, name: StructureMetric, level = DEFAULT_LEVEL): StepCurve {
  const step = Array.from({ length: results.seeds[0].horizon }, (_, t) => t + 1);
  const estimates = step.map((t) => estimateMetric(results, name, t, level));
  return {
    step,
    value: estimates.map(({ value }) => value),
    low: estimates.map(({ low }) => low),
    high: estimates.map(({ high }) => high),
  };
}

/**
 * One metric of `results` less that of `baseline` after intervention `step`, on the same problems, with a paired interval.
 * @throws RangeError if they are not about the same problems, or either has no surrogate
 */
export function structureDifference(
  results: MethodResults,
  baseline: MethodResults,
  name: StructureMetric,
  step: number,
  level = DEFAULT_LEVEL,
): Estimate {
  checkSameProblems(results.seeds[0], baseline.seeds[0]);
  const [own, other] = [results, baseline].map((each) => structureMatrix(each, name, step));
  return estimateDifference(own, other, { level, bounds: STRUCTURE_BOUNDS[name] });
}

/**
 * Expected calibration error after intervention `step`, from 1.
 * @throws RangeError for a method without a surrogate
 */
export function calibrationAt(results: MethodResults, step: number): number {
  const known = required(results);
  const { horizon, sizes } = results.seeds[0];
  const bins = new Float64Array(CALIBRATION_BINS);
  let count = 0;
  for (const { calibration } of known) {
    sizes.forEach((size, p) => {
      const from = (p * horizon + step - 1) * CALIBRATION_BINS;
      for (let bin = 0; bin < CALIBRATION_BINS; bin++) bins[bin] += calibration[from + bin];
      count += size - 1;
    });
  }
  return calibrationError(bins, count);
}

function estimateMetric(results: MethodResults, name: StructureMetric, step: number, level: number): Estimate {
  return estimateMean(structureMatrix(results, name, step), { level, bounds: STRUCTURE_BOUNDS[name] });
}

function structureOf(results: MethodResults): readonly StructureRecords[] | null {
  const known = results.seeds.flatMap(({ structure }) => structure === undefined ? [] : [structure]);
  return known.length === results.seeds.length ? known : null;
}

function required(results: MethodResults): readonly StructureRecords[] {
  const known = structureOf(results);
  if (known === null) throw new RangeError(`${results.method} was played without a surrogate: it believes nothing`);
  return known;
}
