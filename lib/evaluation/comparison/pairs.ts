/** Every pair of models: the difference, its tests, corrections, effect size and power. */

import { type Estimate, estimateDifference, estimateDifferenceOverSeeds } from "../estimates.ts";
import {
  adjustBenjaminiHochberg,
  adjustHolm,
  bootstrap,
  type BootstrapEstimate,
  cohenDz,
  type Design,
  detectableEffect,
  type EffectSize,
  hedgesG,
  meanOf,
  pairedTest,
  studentTest,
  type TestResult,
  welchTest,
  wilcoxonTest,
} from "../statistics/mod.ts";
import type { Stream } from "../../random/mod.ts";
import type { ModelScores, ScoreTable } from "./scores.ts";

/**
 * What a claim is about. `seeds`: another training of the same models on these problems; the unit of replication is the
 * training seed. `seeds-and-problems`: another training and other problems of the same kind.
 */
export type Replication = "seeds" | "seeds-and-problems";

export interface PairOptions {
  readonly replication: Replication;
  readonly level: number;
  readonly stream: Stream;
  readonly resamples: number;
  /** Only pairs with the model of this name, as the second; all pairs without. */
  readonly baseline?: string;
  /** Only pairs of which at least one is named here: those that the comparison is about. Fewer pairs, less correction. */
  readonly about?: readonly string[];
}

/** One model against another, `first − second` in the metric's own unit. */
export interface PairComparison {
  readonly first: string;
  readonly second: string;
  readonly firstMean: number;
  readonly secondMean: number;
  readonly firstSeeds: number;
  readonly secondSeeds: number;
  /** The difference with the interval that belongs to {@linkcode test}. */
  readonly difference: Estimate;
  /** The test that claims rest on. */
  readonly test: TestResult;
  /** Of {@linkcode test}, corrected over all pairs of the comparison. */
  readonly holm: number;
  readonly benjaminiHochberg: number;
  /** Welch's test over seeds (null with one seed on a side), and paired tests over problems of the means over seeds. */
  readonly tests: {
    readonly welch: TestResult | null;
    readonly paired: TestResult | null;
    readonly wilcoxon: TestResult;
  };
  /** Hedges' g of the seeds' means; where a side has one seed, Cohen's d_z over problems; null with a single problem. */
  readonly effect: EffectSize | null;
  /**
   * The smallest standardised effect that {@linkcode test} finds with a chance of 80 % at this size, before correction; null
   * for a test over seeds and problems.
   */
  readonly detectable: number | null;
  /**
   * The chance that a run of the first beats a run of the second on a problem (ties count half), oriented so that more is
   * better; whole runs are resampled.
   */
  readonly improvement: BootstrapEstimate;
}

type UncorrectedPair = Omit<PairComparison, "detectable" | "holm" | "benjaminiHochberg">;

/**
 * Compares all pairs, or all models with one baseline. Where both have several seeds and `replication` is `seeds`, claims
 * rest on Welch's t-test of the seeds' means; otherwise on the t-test of {@linkcode estimateDifference}, which takes seeds
 * (where there are several) and problems as drawn; with one seed on both sides that is the paired t-test over problems.
 * @throws RangeError if there is no model of the baseline's name, or nothing varies (one seed and one problem)
 */
export function comparePairs(table: ScoreTable, options: PairOptions): readonly PairComparison[] {
  const { baseline, about } = options;
  const pairs = pairsOf(table.models, baseline)
    .filter(([first, second]) => about === undefined || about.includes(first.method) || about.includes(second.method))
    .map(([first, second]) => comparePair(first, second, table.sign, options));
  if (pairs.length === 0) throw new RangeError(`No pair of models is about ${about?.join(", ")}`);
  const detectable = detectableEffects(pairs, options.level);
  const pValues = pairs.map(({ test }) => test.pValue);
  const [holm, benjaminiHochberg] = [adjustHolm(pValues), adjustBenjaminiHochberg(pValues)];
  return pairs.map((pair, i) => ({
    ...pair,
    detectable: detectable[i],
    holm: holm[i],
    benjaminiHochberg: benjaminiHochberg[i],
  }));
}

/** {@linkcode PairComparison.detectable} of every pair; equal sizes are computed once. */
function detectableEffects(pairs: readonly UncorrectedPair[], level: number): (number | null)[] {
  const known = new Map<string, number>();
  return pairs.map(({ firstSeeds, secondSeeds, difference }) => {
    if (difference.unit === "seeds-and-problems") return null;
    const design: Design = difference.unit === "seeds"
      ? { kind: "independent", first: firstSeeds, second: secondSeeds }
      : { kind: "paired", pairs: difference.problems };
    const key = JSON.stringify(design);
    const effect = known.get(key) ?? detectableEffect(design, 0.8, 1 - level);
    known.set(key, effect);
    return effect;
  });
}

function pairsOf(models: readonly ModelScores[], baseline?: string): (readonly [ModelScores, ModelScores])[] {
  if (baseline === undefined) {
    return models.flatMap((first, i) => models.slice(i + 1).map((second) => [first, second] as const));
  }
  const second = models.find(({ method }) => method === baseline);
  if (second === undefined) {
    throw new RangeError(`No model is named ${baseline}; there are ${models.map(({ method }) => method).join(", ")}`);
  }
  return models.filter((model) => model !== second).map((first) => [first, second] as const);
}

function comparePair(
  first: ModelScores,
  second: ModelScores,
  sign: 1 | -1,
  { replication, level, stream, resamples }: PairOptions,
): UncorrectedPair {
  const replicated = first.seedMeans.length > 1 && second.seedMeans.length > 1;
  const several = first.problemMeans.length > 1;
  const welch = replicated ? welchTest(first.seedMeans, second.seedMeans) : null;
  const overSeeds = welch !== null && (replication === "seeds" || !several);
  const difference = overSeeds
    ? estimateDifferenceOverSeeds(first.problems, second.problems, level)
    : estimateDifference(first.problems, second.problems, level);
  return {
    first: first.method,
    second: second.method,
    firstMean: meanOf(first.seedMeans),
    secondMean: meanOf(second.seedMeans),
    firstSeeds: first.seedMeans.length,
    secondSeeds: second.seedMeans.length,
    difference,
    test: overSeeds ? welch : testOf(difference, first, second),
    tests: {
      welch,
      paired: several ? pairedTest(first.problemMeans, second.problemMeans) : null,
      wilcoxon: wilcoxonTest(first.problemMeans, second.problemMeans),
    },
    effect: replicated
      ? hedgesG(first.seedMeans, second.seedMeans, level)
      : several
      ? cohenDz(first.problemMeans, second.problemMeans, level)
      : null,
    improvement: improvement(first, second, sign, {
      stream: stream.child(first.method).child(second.method),
      resamples,
      level,
    }),
  };
}

function testOf(difference: Estimate, first: ModelScores, second: ModelScores): TestResult {
  const { value, standardError, degreesOfFreedom, unit } = difference;
  if (Number.isNaN(standardError)) {
    throw new RangeError(`${first.method} and ${second.method} have one seed and one problem: nothing can be tested`);
  }
  const name = unit === "problems" ? "paired t-test over problems" : "t-test over seeds and problems";
  return studentTest(name, value, standardError, degreesOfFreedom);
}

/** The chance of improvement on a problem, with an interval over whole runs of both. */
function improvement(
  first: ModelScores,
  second: ModelScores,
  sign: 1 | -1,
  options: { readonly stream: Stream; readonly resamples: number; readonly level: number },
): BootstrapEstimate {
  const wins = first.problems.map((a) => second.problems.map((b) => winShare(a, b, sign)));
  const runs = (model: ModelScores) => model.problems.map((_, run) => [run]);
  return bootstrap([runs(first), runs(second)], ([a, b]) => {
    let sum = 0;
    for (const i of a) for (const j of b) sum += wins[i[0]][j[0]];
    return sum / (a.length * b.length);
  }, { ...options, unit: "runs" });
}

/** The share of problems on which the first score is the better one; ties count half. */
function winShare(first: Float64Array, second: Float64Array, sign: 1 | -1): number {
  let sum = 0;
  for (let p = 0; p < first.length; p++) sum += (Math.sign(sign * (first[p] - second[p])) + 1) / 2;
  return sum / first.length;
}
