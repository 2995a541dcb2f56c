/** What a phase-2 study found: every arm's metrics and curves with intervals, and the paired tests. */

import {
  bestSoFar,
  type Bounds,
  EDGE_STEPS,
  estimateDifference,
  estimateMean,
  judgeFamily,
  type Judgement,
  meanOf,
  METRICS,
  NON_NEGATIVE,
  UNBOUNDED,
  UNIT,
} from "../../evaluation/mod.ts";
import { CLAIM_LEVEL } from "../plan.ts";
import type { Instances } from "./instances.ts";
import type { MissingArm, PlayedArm } from "./study.ts";

/** F1 that counts as found, for the number of interventions it takes. */
export const FOUND_LEVEL = 0.9;

/** A mean with its 95 % interval over instances. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const STEPS: Bounds = { low: 1, high: Infinity };
const VALUE = METRICS.meanValue.bounds;

/** The metrics of an arm, one number an instance. `judged…` reads the same rows with the common reader. */
export const STUDY_METRICS = {
  finalF1: {
    label: "Final F1",
    better: "higher",
    meaning: "of the arm's own belief, after the last intervention",
    bounds: UNIT,
  },
  finalShd: {
    label: "Final SHD",
    better: "lower",
    meaning: "false and missing parents of the same belief",
    bounds: NON_NEGATIVE,
  },
  meanF1: {
    label: "Mean F1",
    better: "higher",
    meaning: "of the arm's own belief, mean over the interventions",
    bounds: UNIT,
  },
  judgedF1: {
    label: "F1, common reader",
    better: "higher",
    meaning: "what the active surrogate makes of its rows",
    bounds: UNIT,
  },
  judgedShd: {
    label: "SHD, common reader",
    better: "lower",
    meaning: "the same, false and missing parents",
    bounds: NON_NEGATIVE,
  },
  stepsToFound: {
    label: "Steps to F1 ≥ 0.9",
    better: "lower",
    meaning: "first intervention from which F1 stays ≥ 0.9; the horizon + 1 where it never does",
    bounds: STEPS,
  },
  finalTarget: {
    label: "Final target",
    better: null,
    meaning: "E[Y | do], mean over the last 5 interventions",
    bounds: UNBOUNDED,
  },
  improvement: {
    label: "Improvement",
    better: "higher",
    meaning: "how much better the final target is than E[Y] without intervention",
    bounds: UNBOUNDED,
  },
  finalValue: {
    label: "Final value",
    better: "higher",
    meaning: "normalised value of the last 5 interventions",
    bounds: VALUE,
  },
  stepsToValue: {
    label: "Steps to value ≥ 0.9",
    better: "lower",
    meaning: "first intervention whose normalised value, the best so far, is ≥ 0.9; the horizon + 1 where none is",
    bounds: STEPS,
  },
  coverage: {
    label: "Coverage",
    better: null,
    meaning: "share of the settable variables set at least once",
    bounds: UNIT,
  },
  concentration: {
    label: "Most used",
    better: null,
    meaning: "share of the interventions on the variable set most",
    bounds: UNIT,
  },
} as const satisfies Record<
  string,
  {
    readonly label: string;
    readonly better: "higher" | "lower" | null;
    readonly meaning: string;
    readonly bounds: Bounds;
  }
>;

/** Name of a metric of a two-phase study. */
export type StudyMetric = keyof typeof STUDY_METRICS;
/** The metrics of a two-phase study in the order of its tables. */
export const STUDY_METRIC_NAMES = Object.keys(STUDY_METRICS) as readonly StudyMetric[];

/** Curves along the interventions: entry t is after t of them (values: of the t-th, from 1). */
export type StudyCurve = "f1" | "shd" | "entropy" | "judgedF1" | "value" | "bestValue";

/** One arm of a two-phase study with its metrics and curves. */
export interface ArmSummary {
  readonly name: string;
  readonly policy: string;
  readonly beliefs: string;
  /** Whether its beliefs know the truth. */
  readonly privileged: boolean;
  readonly metrics: Readonly<Record<StudyMetric, Interval>>;
  readonly curves: Readonly<Record<StudyCurve, readonly Interval[]>>;
  /** Mean final F1 of the common reader less that before the first intervention, paired. */
  readonly rise: Interval;
}

/** One arm less another on the same instances. */
export interface ArmDifference {
  readonly first: string;
  readonly second: string;
  readonly metric: StudyMetric;
  readonly difference: Interval;
  /** Adjusted p-value of the paired test: every other arm less the first, by this metric, is a family. */
  readonly pAdjusted: number;
  readonly verdict: Judgement["verdict"];
  /** The difference that would have been found with a chance of 80 %. */
  readonly detectable: number;
}

/** Everything that a two-phase study found. */
export interface StudySummary {
  readonly scm: string;
  readonly instances: number;
  readonly horizon: number;
  readonly observationalRows: number;
  readonly arms: readonly ArmSummary[];
  readonly missing: readonly MissingArm[];
  /** Every other arm less the first. */
  readonly differences: readonly ArmDifference[];
}

/** Summarises the arms of a study; the first is the baseline of the differences. */
export function summariseStudy(
  played: readonly PlayedArm[],
  missing: readonly MissingArm[],
  instances: Instances,
  observationalRows: number,
): StudySummary {
  const tables = played.map((arm) => metricTable(arm, instances));
  const arms = played.map((arm, a) => armSummary(arm, tables[a]));
  return {
    scm: instances.name,
    instances: instances.problems.length,
    horizon: played[0].records.horizon,
    observationalRows,
    arms,
    missing,
    differences: STUDY_METRIC_NAMES.flatMap((metric) => differencesOf(metric, played, tables)),
  };
}

type MetricTable = Readonly<Record<StudyMetric, Float64Array>>;

/** `[instances]` of every metric. */
function metricTable({ records }: PlayedArm, { problems }: Instances): MetricTable {
  const { own, judged, coverage, concentration, horizon } = records;
  const each = (pick: (p: number) => number) => Float64Array.from(problems, (_, p) => pick(p));
  const edge = Math.min(EDGE_STEPS, horizon);
  const lastOf = (values: Float64Array, p: number) => values[p * (horizon + 1) + horizon];
  const late = (values: Float64Array, p: number) =>
    meanOf(values.subarray((p + 1) * horizon - edge, (p + 1) * horizon));
  return {
    finalF1: each((p) => lastOf(own.f1, p)),
    finalShd: each((p) => lastOf(own.shd, p)),
    meanF1: each((p) => meanOf(own.f1.subarray(p * (horizon + 1) + 1, (p + 1) * (horizon + 1)))),
    judgedF1: each((p) => lastOf(judged.f1, p)),
    judgedShd: each((p) => lastOf(judged.shd, p)),
    stepsToFound: each((p) => stepFrom(own.f1.subarray(p * (horizon + 1) + 1, (p + 1) * (horizon + 1)))),
    finalTarget: each((p) => late(records.expected, p)),
    improvement: each((p) => {
      const { scm, outcomes } = problems[p];
      const sign = scm.objective === "maximize" ? 1 : -1;
      return sign * (late(records.expected, p) - outcomes.observational);
    }),
    finalValue: each((p) => late(records.normalised, p)),
    stepsToValue: each((p) => {
      const reached = records.normalised.subarray(p * horizon, (p + 1) * horizon).findIndex((v) => v >= FOUND_LEVEL);
      return reached < 0 ? horizon + 1 : reached + 1;
    }),
    coverage,
    concentration,
  };
}

/** The first step, from 1, from which all values are ≥ {@linkcode FOUND_LEVEL}; one more than there are if the last is not. */
function stepFrom(values: Float64Array): number {
  let step = values.length;
  while (step > 0 && values[step - 1] >= FOUND_LEVEL) step--;
  return step + 1;
}

function armSummary({ arm, records }: PlayedArm, table: MetricTable): ArmSummary {
  const { own, judged, horizon, problems, normalised } = records;
  const best = new Float64Array(normalised.length);
  for (let p = 0; p < problems; p++) {
    best.set(bestSoFar(normalised.subarray(p * horizon, (p + 1) * horizon)), p * horizon);
  }
  const curve = (values: Float64Array, columns: number, bounds: Bounds) =>
    Array.from(
      { length: columns },
      (_, t) => interval(Float64Array.from({ length: problems }, (_, p) => values[p * columns + t]), bounds),
    );
  const at = (t: number) => Float64Array.from({ length: problems }, (_, p) => judged.f1[p * (horizon + 1) + t]);
  return {
    name: arm.name,
    policy: arm.policy.name,
    beliefs: arm.beliefs.name,
    privileged: arm.beliefs.privileged,
    metrics: Object.fromEntries(
      STUDY_METRIC_NAMES.map((name) => [name, interval(table[name], STUDY_METRICS[name].bounds)]),
    ) as Record<StudyMetric, Interval>,
    curves: {
      f1: curve(own.f1, horizon + 1, UNIT),
      shd: curve(own.shd, horizon + 1, NON_NEGATIVE),
      entropy: curve(own.entropy, horizon + 1, NON_NEGATIVE),
      judgedF1: curve(judged.f1, horizon + 1, UNIT),
      value: curve(normalised, horizon, VALUE),
      bestValue: curve(best, horizon, VALUE),
    },
    rise: plain(estimateDifference([at(horizon)], [at(0)], { bounds: UNIT })),
  };
}

function differencesOf(
  metric: StudyMetric,
  played: readonly PlayedArm[],
  tables: readonly MetricTable[],
): ArmDifference[] {
  const { bounds, better } = STUDY_METRICS[metric];
  const estimates = tables.slice(1).map((table) =>
    estimateDifference([table[metric]], [tables[0][metric]], { bounds })
  );
  const judgements = judgeFamily(estimates, better, CLAIM_LEVEL);
  return estimates.map((estimate, k) => ({
    first: played[k + 1].arm.name,
    second: played[0].arm.name,
    metric,
    difference: plain(estimate),
    pAdjusted: judgements[k].holm,
    verdict: judgements[k].verdict,
    detectable: judgements[k].detectable,
  }));
}

const interval = (values: Float64Array, bounds: Bounds): Interval => plain(estimateMean([values], { bounds }));
const plain = ({ value, low, high }: Interval): Interval => ({ value, low, high });
