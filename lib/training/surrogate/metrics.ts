/** How well parents are found on many episodes: means over episodes, and curves pooled over all candidates. */

import { addCalibrationInto, CALIBRATION_BINS, calibrationError, parentSetMetrics } from "../../surrogate/mod.ts";

/** The candidates of one episode, with the metrics of the set that is called the parents. */
export interface ScoredEpisode {
  /** Of being a parent, one for each variable but the target. */
  readonly probability: Float64Array;
  readonly parent: Uint8Array;
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  readonly shd: number;
}

/** See {@linkcode structureMetrics}. */
export interface StructureMetrics {
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  readonly shd: number;
  readonly auroc: number;
  readonly logLoss: number;
  readonly calibrationError: number;
}

export const METRIC_NAMES: readonly (keyof StructureMetrics)[] = [
  "f1",
  "precision",
  "recall",
  "shd",
  "auroc",
  "logLoss",
  "calibrationError",
];

/** An episode with its own metrics. A set without any variable counts as precise, and as complete where there are no parents. */
export function scoreEpisode(probability: Float64Array, parent: Uint8Array): ScoredEpisode {
  const { f1, precision, recall, shd } = parentSetMetrics(probability, parent);
  const orOne = (x: number) => Number.isNaN(x) ? 1 : x;
  return { probability, parent, f1, precision: orOne(precision), recall: orOne(recall), shd };
}

/**
 * Means over episodes of F1, precision, recall and structural Hamming distance at 0.5; and, pooled over all candidates of
 * all episodes, the area under the ROC curve, the log-loss in nats and the expected calibration error.
 */
export function structureMetrics(episodes: readonly ScoredEpisode[]): StructureMetrics {
  const mean = (pick: (episode: ScoredEpisode) => number) =>
    episodes.reduce((sum, episode) => sum + pick(episode), 0) / episodes.length;
  const size = episodes.reduce((sum, { parent }) => sum + parent.length, 0);
  const probability = new Float64Array(size);
  const parent = new Uint8Array(size);
  let filled = 0;
  for (const episode of episodes) {
    probability.set(episode.probability, filled);
    parent.set(episode.parent, filled);
    filled += episode.parent.length;
  }
  const bins = new Float64Array(CALIBRATION_BINS);
  addCalibrationInto(bins, 0, probability, parent);
  const pooled = parentSetMetrics(probability, parent);
  return {
    f1: mean(({ f1 }) => f1),
    precision: mean(({ precision }) => precision),
    recall: mean(({ recall }) => recall),
    shd: mean(({ shd }) => shd),
    auroc: pooled.auroc,
    logLoss: pooled.logLoss,
    calibrationError: calibrationError(bins, size),
  };
}
