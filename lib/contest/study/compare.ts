/** Several models against each other and against baselines: every metric, with its tests. */

import { compare, type Comparison, METRIC_NAMES, type MetricName } from "../../evaluation/mod.ts";
import { createStream } from "../../random/mod.ts";
import { plannedPairs } from "../plan.ts";
import { ranked } from "../play.ts";
import type { Played } from "../types.ts";
import type { ComparisonSettings } from "./settings.ts";

/** Every metric of all methods, compared where the methods' scores can be. */
export interface StudyComparison {
  /** Models in the order in which they were played, then baselines and bounds, the best first. */
  readonly methods: readonly Played[];
  /** By the metric that the claims are about. */
  readonly primary: Comparison;
  /** By every other metric that some problems have for all methods. */
  readonly others: readonly Comparison[];
  /** Metrics that hardly any problem has for all methods ("never converged", for example). */
  readonly incomparable: readonly MetricName[];
}

/** With fewer problems in common a metric is not compared. */
const FEWEST_PROBLEMS = 2;
/** Resamples of the metrics that no claim is about. */
const FEWER_RESAMPLES = 500;

/**
 * Compares what was played. Claims are made of the planned comparisons alone ({@linkcode plannedPairs}); tests of other pairs
 * with at least one model are there to be explored; bounds are in none.
 * @throws RangeError with fewer than two methods that are no bounds
 * @throws ConfigError for a reference or opponent that does not play
 */
export function compareStudy(
  played: readonly Played[],
  settings: Pick<ComparisonSettings, "metric" | "alpha" | "seed" | "reference" | "opponents">,
): StudyComparison {
  const methods = ranked(played, settings.metric);
  const planned = plannedPairs(methods, settings.opponents, settings.reference);
  const competing = methods.filter(({ role }) => role !== "bound").map(({ results }) => results);
  const about = methods.filter(({ role }) => role === "policy").map(({ name }) => name);
  const root = createStream(settings.seed).child("comparison");
  const by = (metric: MetricName, resamples?: number): Comparison =>
    compare(competing, {
      metric,
      stream: root.child(metric),
      alpha: settings.alpha,
      about,
      planned,
      ...(resamples === undefined ? {} : { resamples }),
    });
  const complete = (metric: MetricName) => {
    const tables = competing.flatMap(({ metrics }) => metrics.map((table) => table[metric]));
    return tables[0].filter((_, p) => tables.every((values) => !Number.isNaN(values[p]))).length >= FEWEST_PROBLEMS;
  };
  const rest = METRIC_NAMES.filter((metric) => metric !== settings.metric);
  return {
    methods,
    primary: by(settings.metric),
    others: rest.filter(complete).map((metric) => by(metric, FEWER_RESAMPLES)),
    incomparable: rest.filter((metric) => !complete(metric)),
  };
}
