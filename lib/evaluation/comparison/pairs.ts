/** Every pair of models: the difference, its tests, corrections, effect size and power. */

import { type Estimate, estimateDifference } from "../estimates.ts";
import { type MetricName, METRICS } from "../metrics.ts";
import {
  adjustBenjaminiHochberg,
  bootstrap,
  type BootstrapEstimate,
  cohenDz,
  type EffectSize,
  hedgesG,
  meanOf,
  pairedTest,
  type TestResult,
  welchTest,
  wilcoxonTest,
} from "../statistics/mod.ts";
import type { Stream } from "../../random/mod.ts";
import type { ModelScores, ScoreTable } from "./scores.ts";
import { differenceTest, judgeFamily, type Judgement } from "./verdicts.ts";

/** Two models by their names: the first is compared with the second. */
export type NamedPair = readonly [first: string, second: string];

/** How two methods are compared. */
export interface PairOptions {
  /** Significance level of the planned comparisons, and 1 less the level of intervals. */
  readonly alpha: number;
  readonly stream: Stream;
  readonly resamples: number;
  /** The comparisons that claims are made of; the fewer, the less correction. Default: every pair. */
  readonly planned?: readonly NamedPair[];
  /** Only pairs with the model of this name, as the second; all pairs without. */
  readonly baseline?: string;
  /** Only pairs of which at least one is named here: those that the comparison is about. */
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
  /** The difference with the interval that belongs to {@linkcode test}: training seeds and problems are drawn and crossed. */
  readonly difference: Estimate;
  readonly test: TestResult;
  /** What may be claimed; null for a pair that was not planned, whose numbers are there to be explored. */
  readonly judgement: Judgement | null;
  /** Of {@linkcode test}, corrected over all pairs: the share of false ones among those below it is bounded. */
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
   * The chance that a run of the first beats a run of the second on a problem (ties count half), oriented so that more is
   * better; whole runs are resampled.
   */
  readonly improvement: BootstrapEstimate;
}

/**
 * Compares all pairs, or all models with one baseline, and judges those that were planned ({@linkcode judgeFamily}). What a
 * claim is about is another training of the same models and other problems of the same kind.
 * @throws RangeError if there is no model of a name, or nothing varies (one seed and one problem)
 */
export function comparePairs(table: ScoreTable, options: PairOptions): readonly PairComparison[] {
  const { baseline, about, planned, alpha } = options;
  [...(planned ?? []).flat(), ...(baseline === undefined ? [] : [baseline])].forEach((name) => modelOf(table, name));
  const asPlanned = (first: ModelScores, second: ModelScores) =>
    !(planned ?? []).some(([a, b]) => a === second.method && b === first.method);
  const pairs = pairsOf(table.models, baseline)
    .filter(([first, second]) => about === undefined || about.includes(first.method) || about.includes(second.method))
    .map(([first, second]) => asPlanned(first, second) ? [first, second] as const : [second, first] as const)
    .map(([first, second]) => comparePair(first, second, table, options));
  if (pairs.length === 0) throw new RangeError(`No pair of models is about ${about?.join(", ")}`);
  const isPlanned = ({ first, second }: Pick<PairComparison, "first" | "second">) =>
    planned?.some((names) => names.includes(first) && names.includes(second)) ?? true;
  const family = pairs.filter(isPlanned);
  const judgements = judgeFamily(family.map(({ difference }) => difference), METRICS[table.metric].better, alpha);
  const benjaminiHochberg = adjustBenjaminiHochberg(pairs.map(({ test }) => test.pValue));
  return pairs.map((pair, i) => ({
    ...pair,
    judgement: judgements[family.indexOf(pair)] ?? null,
    benjaminiHochberg: benjaminiHochberg[i],
  }));
}

function modelOf({ models }: ScoreTable, name: string): ModelScores {
  const model = models.find(({ method }) => method === name);
  if (model !== undefined) return model;
  throw new RangeError(`No model is named ${name}; there are ${models.map(({ method }) => method).join(", ")}`);
}

function pairsOf(models: readonly ModelScores[], baseline?: string): (readonly [ModelScores, ModelScores])[] {
  const second = models.find(({ method }) => method === baseline);
  if (second === undefined) {
    return models.flatMap((first, i) => models.slice(i + 1).map((other) => [first, other] as const));
  }
  return models.filter((model) => model !== second).map((first) => [first, second] as const);
}

function comparePair(
  first: ModelScores,
  second: ModelScores,
  { sign, metric }: { readonly sign: 1 | -1; readonly metric: MetricName },
  { alpha, stream, resamples }: PairOptions,
): Omit<PairComparison, "judgement" | "benjaminiHochberg"> {
  const level = 1 - alpha;
  const replicated = first.seedMeans.length > 1 && second.seedMeans.length > 1;
  const several = first.problemMeans.length > 1;
  const difference = estimateDifference(first.problems, second.problems, { level, bounds: METRICS[metric].bounds });
  return {
    first: first.method,
    second: second.method,
    firstMean: meanOf(first.seedMeans),
    secondMean: meanOf(second.seedMeans),
    firstSeeds: first.seedMeans.length,
    secondSeeds: second.seedMeans.length,
    difference,
    test: differenceTest(difference),
    tests: {
      welch: replicated ? welchTest(first.seedMeans, second.seedMeans) : null,
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
