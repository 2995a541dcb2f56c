/** Who stands where, and how sure that is. */

import type { Stream } from "../../random/mod.ts";
import {
  type FriedmanResult,
  friedmanTest,
  kruskalWallisTest,
  oneWayAnova,
  type TestResult,
} from "../statistics/mod.ts";
import { meanOf, quantileOf } from "../statistics/moments.ts";
import { rank } from "../statistics/ranks.ts";
import type { PairComparison } from "./pairs.ts";
import type { ScoreTable } from "./scores.ts";

/** A model's place; 1 is the best, equal models share the mean of their places. */
export interface RankedModel {
  readonly method: string;
  readonly score: number;
  readonly rank: number;
  /** Interval of the rank over resampled seeds and problems. */
  readonly low: number;
  readonly high: number;
  /** `[models]` chance of each place; equal models share theirs. */
  readonly chances: readonly number[];
}

/**
 * The models from best to worst by their mean score, with the uncertainty of their ranks: whole runs of every model and the
 * problems (the same for all) are drawn with replacement.
 */
export function rankModels(
  table: ScoreTable,
  options: { readonly stream: Stream; readonly resamples: number; readonly level: number },
): readonly RankedModel[] {
  const { models, sign } = table;
  const scores = models.map(({ seedMeans }) => meanOf(seedMeans));
  const places = rank(scores.map((score) => -sign * score)).ranks;
  const drawnRanks = models.map(() => new Float64Array(options.resamples));
  const chances = models.map(() => new Float64Array(models.length));
  const means = new Float64Array(models.length);
  const streams = {
    problems: options.stream.child("problems"),
    models: models.map(({ method }) => options.stream.child("models").child(method)),
  };
  for (let r = 0; r < options.resamples; r++) {
    resampledMeansInto(means, table, streams);
    const { ranks } = rank(means.map((mean) => -sign * mean));
    ranks.forEach((place, i) => {
      drawnRanks[i][r] = place;
      const equal = ranks.reduce((count, other) => other === place ? count + 1 : count, 0);
      const first = place - (equal + 1) / 2;
      for (let k = 0; k < equal; k++) chances[i][first + k] += 1 / equal;
    });
  }
  const ranked = models.map(({ method }, i): RankedModel => {
    const ascending = drawnRanks[i].sort();
    return {
      method,
      score: scores[i],
      rank: places[i],
      low: quantileOf(ascending, (1 - options.level) / 2),
      high: quantileOf(ascending, (1 + options.level) / 2),
      chances: Array.from(chances[i], (count) => count / options.resamples),
    };
  });
  return ranked.sort((a, b) => a.rank - b.rank);
}

/** A stream of its own for each model, so that no rank depends on the order of the models. */
interface ResampleStreams {
  readonly problems: Stream;
  readonly models: readonly Stream[];
}

/** `[models]` means over problems drawn once for all models, and over whole runs drawn for each. */
function resampledMeansInto(means: Float64Array, { models }: ScoreTable, streams: ResampleStreams): void {
  const problems = models[0].problemMeans.length;
  const times = new Float64Array(problems);
  for (let p = 0; p < problems; p++) times[streams.problems.integer(problems)]++;
  models.forEach(({ problems: runs }, m) => {
    let sum = 0;
    for (let s = 0; s < runs.length; s++) {
      const run = runs[streams.models[m].integer(runs.length)];
      for (let p = 0; p < problems; p++) sum += times[p] * run[p];
    }
    means[m] = sum / (problems * runs.length);
  });
}

/** Tests that all models are equal. */
export interface OmnibusTests {
  /** Over the seeds' means of the models with at least two seeds; null for fewer than two such models. */
  readonly anova: TestResult | null;
  readonly kruskalWallis: TestResult | null;
  /** Problems are blocks, models ranked by their means over seeds; null with a single problem. */
  readonly friedman: FriedmanResult | null;
}

/** Tests that all models are equal: analysis of variance over training seeds, Kruskal and Wallis, Friedman. */
export function omnibusTests({ models, sign }: ScoreTable, alpha: number): OmnibusTests {
  const replicated = models.map(({ seedMeans }) => seedMeans).filter((means) => means.length > 1);
  const problems = models[0].problemMeans.length;
  const blocks = Array.from({ length: problems }, (_, p) => models.map(({ problemMeans }) => sign * problemMeans[p]));
  return {
    anova: replicated.length > 1 ? oneWayAnova(replicated) : null,
    kruskalWallis: replicated.length > 1 ? kruskalWallisTest(replicated) : null,
    friedman: problems > 1 ? friedmanTest(blocks, alpha) : null,
  };
}

/** `[models][models]` in the table's order. */
export interface WinMatrix {
  readonly methods: readonly string[];
  /** Chance that a run of the row beats one of the column on a problem; ½ on the diagonal, NaN for pairs not compared. */
  readonly chance: readonly (readonly number[])[];
  /** 1 where a planned comparison shows that the row is better, −1 worse, 0 where neither is shown. */
  readonly shown: readonly (readonly number[])[];
}

/** How likely each model beats each other one on a problem, and what planned comparisons show. */
export function winMatrix({ models }: ScoreTable, pairs: readonly PairComparison[]): WinMatrix {
  const methods = models.map(({ method }) => method);
  const chance = methods.map((_, i) => methods.map((_, j) => i === j ? 0.5 : NaN));
  const shown = methods.map(() => methods.map(() => 0));
  for (const { first, second, improvement, judgement } of pairs) {
    const [i, j] = [methods.indexOf(first), methods.indexOf(second)];
    const verdict = judgement?.verdict;
    const winner = verdict === "better" || verdict === "higher"
      ? 1
      : verdict === "worse" || verdict === "lower"
      ? -1
      : 0;
    [chance[i][j], chance[j][i]] = [improvement.value, 1 - improvement.value];
    [shown[i][j], shown[j][i]] = [winner, winner === 0 ? 0 : -winner];
  }
  return { methods, chance, shown };
}
