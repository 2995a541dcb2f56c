/** Several models against each other and against baselines: every metric, with its tests. */

import { compare, type Comparison, METRIC_NAMES, type MetricName, METRICS } from "../../evaluation/mod.ts";
import { createStream } from "../../random/mod.ts";
import type { PlayedMethod } from "./play.ts";
import type { ComparisonSettings } from "./settings.ts";

/** Every metric of all methods, compared where the methods' scores can be. */
export interface StudyComparison {
  /** Models in the order in which they were played, then baselines and bounds, the best first. */
  readonly methods: readonly PlayedMethod[];
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
 * Compares what was played. Tests are about pairs with at least one model; bounds are in none.
 * @throws RangeError with fewer than two methods that are no bounds
 */
export function compareStudy(
  methods: readonly PlayedMethod[],
  settings: Pick<ComparisonSettings, "metric" | "alpha" | "seed">,
): StudyComparison {
  const competing = sorted(methods, settings.metric).filter(({ role }) => role !== "bound").map(({ results }) =>
    results
  );
  const about = methods.filter(({ role }) => role === "model").map(({ results }) => results.method);
  const root = createStream(settings.seed).child("comparison");
  const by = (metric: MetricName, resamples?: number): Comparison =>
    compare(competing, {
      metric,
      stream: root.child(metric),
      alpha: settings.alpha,
      about,
      ...(resamples === undefined ? {} : { resamples }),
    });
  const complete = (metric: MetricName) => {
    const tables = competing.flatMap(({ metrics }) => metrics.map((table) => table[metric]));
    return tables[0].filter((_, p) => tables.every((values) => !Number.isNaN(values[p]))).length >= FEWEST_PROBLEMS;
  };
  const rest = METRIC_NAMES.filter((metric) => metric !== settings.metric);
  return {
    methods: sorted(methods, settings.metric),
    primary: by(settings.metric),
    others: rest.filter(complete).map((metric) => by(metric, FEWER_RESAMPLES)),
    incomparable: rest.filter((metric) => !complete(metric)),
  };
}

function sorted(methods: readonly PlayedMethod[], metric: MetricName): readonly PlayedMethod[] {
  const sign = METRICS[metric].better === "lower" ? -1 : 1;
  const trained = methods.filter(({ role }) => role === "model");
  const others = methods.filter(({ role }) => role !== "model").toSorted((a, b) =>
    Number(a.role === "bound") - Number(b.role === "bound") ||
    sign * (b.summary[metric].value - a.summary[metric].value) || 0
  );
  return [...trained, ...others];
}
