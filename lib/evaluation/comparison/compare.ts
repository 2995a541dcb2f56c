/** All that is said about several models by one metric: numbers only; tables and figures are made from them elsewhere. */

import type { Stream } from "../../random/mod.ts";
import { type Estimate, estimateMean } from "../estimates.ts";
import { type MetricName, METRICS } from "../metrics.ts";
import {
  type AggregateName,
  AGGREGATES,
  bootstrapAll,
  type BootstrapEstimate,
  type Bounds,
  type ProfileBand,
  profileBand,
} from "../statistics/mod.ts";
import type { MethodResults } from "../summary.ts";
import { claimSentence, isJudged } from "./claims.ts";
import { comparePairs, type NamedPair, type PairComparison } from "./pairs.ts";
import { type OmnibusTests, omnibusTests, type RankedModel, rankModels, type WinMatrix, winMatrix } from "./ranking.ts";
import { type Environments, type ModelScores, type ScoreTable, scoreTable } from "./scores.ts";

/** How methods are compared: the metric, the level and the bootstrap. */
export interface CompareOptions {
  /** What to compare by; default `meanValue`. */
  readonly metric?: MetricName;
  /** Draws the resamples. */
  readonly stream: Stream;
  /** Significance level, and 1 less the level of intervals; default 0.05. */
  readonly alpha?: number;
  /** The comparisons that claims are made of; default: every pair. */
  readonly planned?: readonly NamedPair[];
  /** What the aggregates take as tasks; default `families-and-sizes`. */
  readonly environments?: Environments;
  /** Compare only with the model of this name. */
  readonly baseline?: string;
  /** Compare only pairs with at least one of these models. */
  readonly about?: readonly string[];
  /** Resamples of every bootstrap interval; default 2 000. */
  readonly resamples?: number;
}

/** One model by itself. */
export interface ModelSummary {
  readonly method: string;
  readonly seeds: number;
  /** `[seeds]` means over the problems. */
  readonly seedMeans: readonly number[];
  /** The mean with an interval over seeds and problems. */
  readonly mean: Estimate;
  /** rliable's aggregates over environments; whole runs are resampled. The optimality gap means something only for scores with optimum 1. */
  readonly aggregates: Readonly<Record<AggregateName, BootstrapEstimate>>;
  /** `[environments]` mean of each environment, with an interval over seeds and its problems. */
  readonly environments: readonly Estimate[];
  /** The share of runs and problems above each threshold. */
  readonly profile: ProfileBand;
}

/** A comparison of several models by one metric. */
export interface Comparison {
  readonly metric: MetricName;
  readonly alpha: number;
  /** Number of planned comparisons, over which p-values are corrected. */
  readonly planned: number;
  readonly problems: number;
  /** Problems left out because some run has no value there. */
  readonly missing: number;
  readonly environments: readonly string[];
  readonly models: readonly ModelSummary[];
  readonly pairs: readonly PairComparison[];
  readonly omnibus: OmnibusTests;
  readonly ranking: readonly RankedModel[];
  readonly wins: WinMatrix;
  /** One sentence for each planned comparison. */
  readonly claims: readonly string[];
}

/**
 * Whole runs are resampled, so that S runs have at most (2S − 1 choose S) different means, 126 for five: 2 000 resamples
 * leave a percentile with a standard error of 0.35 points.
 */
const RESAMPLES = 2_000;
/** Thresholds of a profile, equally spaced from the least score of all models to the greatest. */
const THRESHOLDS = 61;

/**
 * Compares models that met the same problems. A model's records are one for every training seed; a method that is not
 * trained has one.
 * @throws RangeError for models that cannot be compared (see {@linkcode scoreTable}, {@linkcode comparePairs})
 */
export function compare(models: readonly MethodResults[], options: CompareOptions): Comparison {
  const { metric = "meanValue", stream, alpha = 0.05, resamples = RESAMPLES } = options;
  if (!(alpha > 0 && alpha < 1)) {
    throw new RangeError(`The significance level is ${alpha}; it must lie between 0 and 1`);
  }
  const level = 1 - alpha;
  const table = scoreTable(models, metric, options.environments ?? "families-and-sizes");
  const pairs = comparePairs(table, {
    alpha,
    resamples,
    stream: stream.child("pairs"),
    ...(options.planned === undefined ? {} : { planned: options.planned }),
    ...(options.baseline === undefined ? {} : { baseline: options.baseline }),
    ...(options.about === undefined ? {} : { about: options.about }),
  });
  const judged = pairs.filter(isJudged);
  const thresholds = spacedThresholds(table);
  return {
    metric,
    alpha,
    planned: judged.length,
    problems: table.models[0].problemMeans.length,
    missing: table.missing,
    environments: table.environments,
    models: table.models.map((scores) =>
      summariseModel(scores, table.members, {
        level,
        bounds: METRICS[metric].bounds,
        thresholds,
        resamples,
        stream: stream.child("models").child(scores.method),
      })
    ),
    pairs,
    omnibus: omnibusTests(table, alpha),
    ranking: rankModels(table, { stream: stream.child("ranking"), resamples, level }),
    wins: winMatrix(table, pairs),
    claims: judged.map((pair) => claimSentence(pair, metric, judged.length, alpha)),
  };
}

interface ModelOptions {
  readonly level: number;
  readonly bounds: Bounds;
  readonly thresholds: readonly number[];
  readonly resamples: number;
  readonly stream: Stream;
}

function summariseModel(scores: ModelScores, members: ScoreTable["members"], options: ModelOptions): ModelSummary {
  const { level, bounds, thresholds, resamples, stream } = options;
  const [iqm, mean, median, optimalityGap] = bootstrapAll(
    [scores.environments],
    (
      [drawn],
    ) => [AGGREGATES.iqm(drawn), AGGREGATES.mean(drawn), AGGREGATES.median(drawn), AGGREGATES.optimalityGap(drawn)],
    { stream: stream.child("aggregates"), resamples, unit: "runs", level },
  );
  return {
    method: scores.method,
    seeds: scores.seedMeans.length,
    seedMeans: [...scores.seedMeans],
    mean: estimateMean(scores.problems, { level, bounds }),
    aggregates: { iqm, mean, median, optimalityGap },
    environments: members.map((own) =>
      estimateMean(scores.problems.map((row) => Float64Array.from(own, (p) => row[p])), { level, bounds })
    ),
    profile: profileBand(scores.problems, thresholds, {
      stream: stream.child("profile"),
      resamples,
      unit: "runs",
      level,
    }),
  };
}

function spacedThresholds({ models }: ScoreTable): number[] {
  let [low, high] = [Infinity, -Infinity];
  for (const { problems } of models) {
    for (const run of problems) for (const score of run) [low, high] = [Math.min(low, score), Math.max(high, score)];
  }
  return Array.from({ length: THRESHOLDS }, (_, i) => low + (high - low) * i / (THRESHOLDS - 1));
}
