/** How well probabilities of being a parent of the target agree with the true parents. */

/** Probability from which a variable counts as called a parent. */
export const PARENT_THRESHOLD = 0.5;
/** Bins of equal width that probabilities are sorted into for the calibration. */
export const CALIBRATION_BINS = 10;
/** Nearest to 0 and 1 that a probability counts in the log-loss: a certain belief that is wrong stays finite. */
const LEAST_PROBABILITY = 1e-12;

/** The metrics of one belief about one target; NaN where a metric has no value. */
export interface ParentSetMetrics {
  /** Share of the variables called parents that are; 1 if none is called one: nothing false is called (as for a rate of false discoveries). */
  readonly precision: number;
  /** Share of the parents that are called so; 1 if there are none. */
  readonly recall: number;
  /** 2 TP / (2 TP + FP + FN); 1 if there is no parent and none is called one. */
  readonly f1: number;
  /** Structural Hamming distance of the parent set: FP + FN. */
  readonly shd: number;
  /** Probability that a parent ranks above another variable, ties half (Mann & Whitney 1947); NaN without both. */
  readonly auroc: number;
  /** Average precision: Σ (recall step) · precision over the distinct probabilities; NaN without parents. */
  readonly auprc: number;
  /** Mean −ln of the probability given to the truth, nats a variable. */
  readonly logLoss: number;
}

/**
 * How well probabilities of being a parent agree with the truth: F1, SHD, log-loss and others.
 * @param probability of being a parent, one for each variable but the target
 * @param truth 1 for a parent, else 0; as long as `probability`
 * @throws RangeError if the lengths differ, nothing is there, or a probability is outside [0, 1]
 */
export function parentSetMetrics(probability: Float64Array, truth: Uint8Array): ParentSetMetrics {
  check(probability, truth);
  let hits = 0;
  let called = 0;
  let parents = 0;
  let loss = 0;
  probability.forEach((p, i) => {
    const isParent = truth[i] === 1;
    parents += truth[i];
    if (p >= PARENT_THRESHOLD) {
      called++;
      hits += truth[i];
    }
    loss -= Math.log(Math.max(LEAST_PROBABILITY, isParent ? p : 1 - p));
  });
  const errors = called + parents - 2 * hits;
  return {
    precision: called === 0 ? 1 : hits / called,
    recall: parents === 0 ? 1 : hits / parents,
    f1: hits + errors === 0 ? 1 : 2 * hits / (2 * hits + errors),
    shd: errors,
    ...ranking(probability, truth, parents),
    logLoss: loss / probability.length,
  };
}

/** Areas under the two curves, walking down the distinct probabilities. */
function ranking(probability: Float64Array, truth: Uint8Array, parents: number): { auroc: number; auprc: number } {
  const order = Array.from(probability, (_, i) => i).sort((a, b) => probability[b] - probability[a]);
  const others = probability.length - parents;
  let hits = 0;
  let misses = 0;
  let area = 0;
  let precisionArea = 0;
  for (let from = 0; from < order.length;) {
    let to = from;
    let hitsHere = 0;
    for (; to < order.length && probability[order[to]] === probability[order[from]]; to++) hitsHere += truth[order[to]];
    const missesHere = to - from - hitsHere;
    area += missesHere * (hits + hitsHere / 2);
    hits += hitsHere;
    misses += missesHere;
    precisionArea += hitsHere * hits / (hits + misses);
    from = to;
  }
  return { auroc: area / (parents * others), auprc: precisionArea / parents };
}

/**
 * Adds one belief to the bins of a reliability diagram: Σ (p − truth) of each bin. Sums of many beliefs make
 * {@linkcode calibrationError}.
 * @param bins `[CALIBRATION_BINS]` at `offset`, added to
 */
export function addCalibrationInto(
  bins: Float64Array,
  offset: number,
  probability: Float64Array,
  truth: Uint8Array,
): void {
  check(probability, truth);
  probability.forEach((p, i) => {
    const bin = Math.min(CALIBRATION_BINS - 1, Math.floor(p * CALIBRATION_BINS));
    bins[offset + bin] += p - truth[i];
  });
}

/**
 * Expected calibration error (Naeini, Cooper & Hauskrecht 2015): `Σ_bins |Σ (p − truth)| / count`.
 * @param bins `[CALIBRATION_BINS]` sums of {@linkcode addCalibrationInto}
 * @param count number of probabilities in them
 */
export function calibrationError(bins: Float64Array, count: number): number {
  return bins.reduce((sum, gap) => sum + Math.abs(gap), 0) / count;
}

function check(probability: Float64Array, truth: Uint8Array): void {
  if (probability.length !== truth.length || probability.length === 0) {
    throw new RangeError(`Cannot judge ${probability.length} probabilities by ${truth.length} truths: one each, ≥ 1`);
  }
  const bad = probability.findIndex((p) => !(p >= 0 && p <= 1));
  if (bad >= 0) throw new RangeError(`Cannot judge the probability ${probability[bad]}: it must be in [0, 1]`);
}
