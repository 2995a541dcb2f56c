/** The data of a report that compares several models. */

import type { Comparison, MethodResults, MetricName, MetricSummary, StructureSummary } from "../../evaluation/mod.ts";
import type { Provenance } from "../html/blocks.ts";

/** One method of a comparison. `bound`: knows the answer; `privileged`: knows something that no experimenter does. */
export interface ReportedMethod {
  readonly results: MethodResults;
  readonly summary: MetricSummary;
  /** Beliefs about the parents of the target after the last intervention; null without a surrogate. */
  readonly structure: StructureSummary | null;
  readonly role: "model" | "baseline" | "privileged" | "bound";
  /** Mean wall-clock seconds of one decision, NaN where it was not timed. */
  readonly secondsPerDecision: number;
}

/** How a model's training seeds learned; all arrays have the length of `update`. */
export interface SeedCurves {
  readonly model: string;
  readonly update: readonly number[];
  readonly seeds: readonly { readonly seed: number; readonly value: readonly number[] }[];
  /** Interquartile mean with its band. */
  readonly iqm: {
    readonly value: readonly number[];
    readonly low: readonly number[];
    readonly high: readonly number[];
  };
}

/** Everything that the report of a comparison shows. */
export interface ComparisonReportData {
  readonly title: string;
  readonly subtitle?: string;
  /** Models, baselines and bounds. */
  readonly methods: readonly ReportedMethod[];
  /** By the metric that the claims are about. */
  readonly primary: Comparison;
  /** By the other metrics. */
  readonly others: readonly Comparison[];
  /** Metrics that hardly any problem has for all methods. */
  readonly incomparable: readonly MetricName[];
  readonly learning: readonly SeedCurves[];
  /** What was left out, and what a reader must know besides. */
  readonly notes: readonly string[];
  readonly provenance: Provenance;
}
