/** What a method believed about the parents of the target, judged after each intervention. */

import type { Environment, Observation } from "../environment/mod.ts";
import {
  addCalibrationInto,
  type BeliefSource,
  CALIBRATION_BINS,
  type ParentSetMetrics,
  parentSetMetrics,
} from "../surrogate/mod.ts";
import { type Bounds, NON_NEGATIVE, UNIT } from "./statistics/mod.ts";

/** The metrics of each step: those of the parent set, and the belief's own entropy in nats. */
export type StructureMetric = keyof ParentSetMetrics | "entropy";

/** All of them, in the order of tables. */
export const STRUCTURE_METRICS: readonly StructureMetric[] = [
  "f1",
  "shd",
  "precision",
  "recall",
  "auroc",
  "auprc",
  "logLoss",
  "entropy",
];

/** What the values of each metric lie between. */
export const STRUCTURE_BOUNDS: Readonly<Record<StructureMetric, Bounds>> = {
  f1: UNIT,
  shd: NON_NEGATIVE,
  precision: UNIT,
  recall: UNIT,
  auroc: UNIT,
  auprc: UNIT,
  logLoss: NON_NEGATIVE,
  entropy: NON_NEGATIVE,
};

/** Entry (p, t) of each array belongs to the belief after intervention t of problem p, that intervention's rows included. */
export interface StructureRecords {
  readonly surrogate: string;
  /** Whether the surrogate knew the truth: its results are no achievement. */
  readonly privileged: boolean;
  /** `[problems, horizon]` each */
  readonly metrics: Readonly<Record<StructureMetric, Float64Array>>;
  /** `[problems, horizon, CALIBRATION_BINS]` Σ (p − truth) of the variables whose probability is in the bin. */
  readonly calibration: Float64Array;
}

/** Records of nothing yet. */
export function createStructureRecords(source: BeliefSource, problems: number, horizon: number): StructureRecords {
  const steps = problems * horizon;
  return {
    surrogate: source.name,
    privileged: source.privileged,
    metrics: Object.fromEntries(STRUCTURE_METRICS.map((name) => [name, new Float64Array(steps)])) as Record<
      StructureMetric,
      Float64Array
    >,
    calibration: new Float64Array(steps * CALIBRATION_BINS),
  };
}

/** Judges the beliefs of every episode of a batch into the rows that `rowOf` names. */
export function recordStructureInto(
  records: StructureRecords,
  environment: Environment,
  { beliefs, problems }: Observation,
  rowOf: (episode: number) => number,
): void {
  if (beliefs === undefined) throw new RangeError(`${records.surrogate} left an observation without beliefs`);
  for (let e = 0; e < problems.episodes; e++) {
    const others = Array.from({ length: problems.sizes[e] }, (_, v) => v).filter((v) => v !== problems.targets[e]);
    const probability = Float64Array.from(others, (v) => beliefs.parent[e * problems.width + v]);
    const truth = Uint8Array.from(others, (v) => environment.isParent(e, v) ? 1 : 0);
    const row = rowOf(e);
    const judged = { ...parentSetMetrics(probability, truth), entropy: beliefs.entropy[e] };
    for (const name of STRUCTURE_METRICS) records.metrics[name][row] = judged[name];
    addCalibrationInto(records.calibration, row * CALIBRATION_BINS, probability, truth);
  }
}

/** Records of parts of a list of problems as those of the whole list; undefined unless every part has some. */
export function mergeStructure(
  parts: readonly { readonly indices: readonly number[]; readonly structure: StructureRecords | undefined }[],
  problems: number,
  horizon: number,
): StructureRecords | undefined {
  const known = parts.flatMap(({ indices, structure }) => structure === undefined ? [] : [{ indices, structure }]);
  if (known.length === 0 || known.length < parts.length) return undefined;
  const join = (each: number, pick: (structure: StructureRecords) => Float64Array) => {
    const joined = new Float64Array(problems * each);
    for (const { indices, structure } of known) {
      indices.forEach((index, p) => joined.set(pick(structure).subarray(p * each, (p + 1) * each), index * each));
    }
    return joined;
  };
  const { surrogate, privileged } = known[0].structure;
  return {
    surrogate,
    privileged,
    metrics: Object.fromEntries(
      STRUCTURE_METRICS.map((name) => [name, join(horizon, ({ metrics }) => metrics[name])]),
    ) as Record<StructureMetric, Float64Array>,
    calibration: join(horizon * CALIBRATION_BINS, ({ calibration }) => calibration),
  };
}
