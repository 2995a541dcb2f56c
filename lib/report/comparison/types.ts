/** The data of a report that compares several models. */

import type { Played } from "../../contest/mod.ts";
import type { Comparison, MetricName } from "../../evaluation/mod.ts";
import type { Provenance } from "../html/blocks.ts";

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
  readonly methods: readonly Played[];
  /** By the metric that the claims are about. */
  readonly primary: Comparison;
  /** By the other metrics. */
  readonly others: readonly Comparison[];
  /** Metrics that hardly any problem has for all methods. */
  readonly incomparable: readonly MetricName[];
  readonly learning: readonly SeedCurves[];
  /** What the short names of models stand for. */
  readonly legend: readonly { readonly model: string; readonly words: string }[];
  /** What was left out, and what a reader must know besides. */
  readonly notes: readonly string[];
  /** Which settings the baselines have. */
  readonly tuning?: string;
  readonly provenance: Provenance;
}
