/** Metrics of scored candidates, pooled over episodes. */

/** The candidates of one episode: their scores, and which of them are parents. */
export interface EpisodeScores {
  readonly score: Float64Array;
  readonly parent: Uint8Array;
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

/** Metrics that only probabilities have. */
export const PROBABILITY_METRICS: readonly (keyof StructureMetrics)[] = ["logLoss", "calibrationError"];

export const METRIC_NAMES: readonly (keyof StructureMetrics)[] = [
  "f1",
  "precision",
  "recall",
  "shd",
  "auroc",
  "logLoss",
  "calibrationError",
];

/** Bins of equal width of the calibration error. */
const BINS = 10;
const SMALLEST = 1e-12;

/**
 * Means over episodes of precision, recall, F1 and structural Hamming distance (false and missing parents) of the
 * candidates that score above the threshold; and, pooled over all candidates, the area under the ROC curve (ties count
 * half), the log-loss in nats and the expected calibration error (Guo et al. 2017).
 * @param probabilities whether scores are probabilities; otherwise log-loss and calibration error are NaN
 */
export function structureMetrics(
  episodes: readonly EpisodeScores[],
  threshold: number,
  probabilities: boolean,
): StructureMetrics {
  const sums = { f1: 0, precision: 0, recall: 0, shd: 0 };
  for (const { score, parent } of episodes) {
    let hits = 0;
    let wrong = 0;
    let missed = 0;
    score.forEach((s, i) => {
      if (s > threshold && parent[i] === 1) hits++;
      else if (s > threshold) wrong++;
      else if (parent[i] === 1) missed++;
    });
    // Nothing claimed is precise, and nothing to be found has been found.
    sums.precision += hits + wrong === 0 ? 1 : hits / (hits + wrong);
    sums.recall += hits + missed === 0 ? 1 : hits / (hits + missed);
    sums.f1 += hits + wrong + missed === 0 ? 1 : 2 * hits / (2 * hits + wrong + missed);
    sums.shd += wrong + missed;
  }
  const count = episodes.length;
  return {
    f1: sums.f1 / count,
    precision: sums.precision / count,
    recall: sums.recall / count,
    shd: sums.shd / count,
    auroc: areaUnderRoc(episodes),
    ...(probabilities ? calibration(episodes) : { logLoss: NaN, calibrationError: NaN }),
  };
}

function areaUnderRoc(episodes: readonly EpisodeScores[]): number {
  const size = episodes.reduce((sum, { score }) => sum + score.length, 0);
  const scores = new Float64Array(size);
  const parents = new Uint8Array(size);
  let filled = 0;
  for (const { score, parent } of episodes) {
    scores.set(score, filled);
    parents.set(parent, filled);
    filled += score.length;
  }
  const order = Uint32Array.from({ length: size }, (_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let ranks = 0;
  let positives = 0;
  for (let from = 0; from < size;) {
    let to = from;
    while (to < size && scores[order[to]] === scores[order[from]]) to++;
    for (let k = from; k < to; k++) {
      if (parents[order[k]] === 0) continue;
      positives++;
      ranks += (from + to + 1) / 2;
    }
    from = to;
  }
  return (ranks - positives * (positives + 1) / 2) / (positives * (size - positives));
}

function calibration(episodes: readonly EpisodeScores[]): { logLoss: number; calibrationError: number } {
  const claimed = new Float64Array(BINS);
  const found = new Float64Array(BINS);
  let loss = 0;
  let count = 0;
  for (const { score, parent } of episodes) {
    score.forEach((p, i) => {
      const bin = Math.min(BINS - 1, Math.floor(p * BINS));
      claimed[bin] += p;
      found[bin] += parent[i];
      loss -= Math.log(Math.max(SMALLEST, parent[i] === 1 ? p : 1 - p));
      count++;
    });
  }
  return {
    logLoss: loss / count,
    calibrationError: claimed.reduce((sum, p, bin) => sum + Math.abs(p - found[bin]), 0) / count,
  };
}
