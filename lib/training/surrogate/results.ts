/** The end of a surrogate's training: its evaluation beside simple scores. */

import type { SurrogateConfig } from "../../config/mod.ts";
import type { BootstrapEstimate } from "../../evaluation/mod.ts";
import { createStream } from "../../random/mod.ts";
import type { Json, Row, Say } from "../../runs/mod.ts";
import type { SurrogateForm } from "../../surrogate/mod.ts";
import type { RunResults } from "../train.ts";
import { type EvaluatedMethod, evaluateSurrogate } from "./evaluation.ts";
import { METRIC_NAMES, type StructureMetrics } from "./metrics.ts";

/** What `results.json` keeps for the report of a surrogate's run. */
export interface SurrogateReportResults {
  /** Held-out episodes. */
  readonly episodes: number;
  /** The neural surrogate first. A metric that a method's scores say nothing about is null. */
  readonly methods: readonly {
    readonly method: string;
    readonly metrics: Readonly<Record<keyof StructureMetrics, BootstrapEstimate | null>>;
  }[];
}

/** Metrics that mean something for probabilities alone. */
const OF_PROBABILITIES: ReadonlySet<keyof StructureMetrics> = new Set(["logLoss", "calibrationError"]);

/** Evaluates a surrogate on the test episodes of a config. */
export function endSurrogateTraining(
  form: SurrogateForm,
  config: SurrogateConfig,
  say: Say = () => {},
): SurrogateReportResults {
  const methods = evaluateSurrogate(form, config, createStream(config.seed).child("bootstrap"), say);
  return { episodes: config.evaluation.test, methods: methods.map(withoutMeaningless) };
}

function withoutMeaningless({ method, probabilistic, metrics }: EvaluatedMethod) {
  const kept = METRIC_NAMES.map((name) =>
    [name, probabilistic || !OF_PROBABILITIES.has(name) ? metrics[name] : null] as const
  );
  return { method, metrics: Object.fromEntries(kept) as SurrogateReportResults["methods"][number]["metrics"] };
}

/** What a run keeps of its end. */
export function surrogateResults(end: SurrogateReportResults): RunResults {
  const methods = end.methods.map(({ method, metrics }) => ({ method, ...metrics }) as unknown as Json);
  return { summary: { evaluation: { episodes: end.episodes, methods } }, report: end as unknown as Row };
}
