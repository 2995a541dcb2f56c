/** What the report of a training run is computed from: plain rows, as a run's metrics file holds them. */

import type { Role } from "../../contest/mod.ts";
import type { Judgement } from "../../evaluation/mod.ts";
import type { Column, Estimate, Provenance } from "../html/blocks.ts";

/** Metrics of one moment of a run. */
export type MetricRow = Readonly<Record<string, number>>;

/** One method's row of a comparison: an estimate for every column's `key`, null where a metric does not exist for it. */
export interface MethodRow {
  readonly method: string;
  readonly role: Role;
  readonly values: Readonly<Record<string, Estimate | number | null>>;
}

/** Methods × metrics on the same held-out SCMs. */
export interface ComparisonTable {
  /** Metrics; the first is the one that the summary speaks of. */
  readonly columns: readonly Column[];
  readonly rows: readonly MethodRow[];
  /** How many SCMs the estimates are means over. */
  readonly scms: number;
  /** What the SCMs are, for the heading ("linear, 3–8 variables"). */
  readonly track?: string;
  /** What a reader must know beside the numbers, in Markdown. */
  readonly notes?: readonly string[];
}

/** Paired difference of a policy and a baseline on one metric, policy minus baseline. */
export interface Difference {
  readonly policy: string;
  readonly baseline: string;
  /** A column's `key` of the comparison. */
  readonly metric: string;
  /** With its paired 95 % interval. */
  readonly difference: Estimate;
  /** What the test shows, corrected over the planned comparisons; a comparison that was not planned has none. */
  readonly judgement?: Pick<Judgement, "holm" | "verdict" | "detectable">;
}

/** A method's mean at each intervention of an episode with its 95 % band; all three of the same length. */
export interface StepCurve {
  readonly method: string;
  readonly role: Role;
  readonly mean: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** The curves of one quantity along an episode. */
export interface StepCurves {
  /** The quantity, as the axis names it. */
  readonly quantity: string;
  /** `normalisedValue` (1 is optimal) is drawn a second time as regret, 1 minus it, on a logarithmic axis. */
  readonly kind: "normalisedValue" | "other";
  readonly curves: readonly StepCurve[];
}

/** One family (or size) of SCMs and every method's estimate on it. */
export interface FamilyRow {
  readonly family: string;
  readonly scms: number;
  readonly values: Readonly<Record<string, Estimate>>;
}

/** What decisions were rewarded for, and what the audit of the rewards found. */
export interface RewardSummary {
  readonly components: readonly {
    /** As in the metrics `rewards/<name>/mean`. */
    readonly name: string;
    readonly weight: number;
    /** What it knows of the true SCM; null if an experimenter could compute it. */
    readonly knows: string | null;
  }[];
  /** Empty if nothing is wrong. */
  readonly findings: readonly { readonly issue: string; readonly subject: string; readonly message: string }[];
  /** Updates at the end of the run that the findings are about. */
  readonly window: number;
}

/** Everything that the report of a training run shows. */
export interface TrainingReportData {
  readonly title: string;
  readonly subtitle?: string;
  /** Markdown that says what was trained on what. */
  readonly description?: string;
  /** One row an update, in order. `update` (default: its place) is the horizontal axis; names follow TRL's where it has one. */
  readonly updates: readonly MetricRow[];
  /**
   * Evaluations on held-out SCMs during training: `update`, `normalised_value`, and with it, where known,
   * `normalised_value_low` and `normalised_value_high` (95 %). Default: what the updates hold under `validation/`.
   */
  readonly evaluations?: readonly MetricRow[];
  readonly comparison?: ComparisonTable;
  readonly differences?: readonly Difference[];
  readonly stepCurves?: readonly StepCurves[];
  /** Estimates per family of the comparison's first metric. */
  readonly families?: readonly FamilyRow[];
  readonly rewards?: RewardSummary;
  /** What a reader must see first, beside the findings of the reward audit. */
  readonly warnings?: readonly string[];
  readonly provenance: Provenance;
}
